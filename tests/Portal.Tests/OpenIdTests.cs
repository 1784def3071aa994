using ExportConsortia.Platform;
using Microsoft.AspNetCore.WebUtilities;

namespace ExportConsortia.Portal.Tests;

/// <summary>People sign in at an outside OpenID provider.</summary>
public sealed class OpenIdTests : IAsyncLifetime
{
    private StandInInterface _api = null!;
    private StandInProvider _provider = null!;

    public async ValueTask InitializeAsync()
    {
        (_api, _provider) = (await StandInInterface.StartAsync(), await StandInProvider.StartAsync());
        _api.OpenTo(Role.MemberUser);
        _api.On("GET", "/api/allocation/offers", 200, new { offers = Array.Empty<object>() });
        _provider.AccessToken = StandInInterface.AccessToken(Role.MemberUser);
    }

    public async ValueTask DisposeAsync()
    {
        await _provider.DisposeAsync();
        await _api.DisposeAsync();
    }

    [Fact]
    public async Task Sign_in_leads_there_and_back_to_the_page_one_wanted()
    {
        await using var portal = await StartAsync();
        using var browser = portal.Open();

        var page = await browser.GetAsync((await browser.GetAsync("/offers")).Location!);
        var link = page.Document.QuerySelector("main a.button")!;
        var away = await browser.GetAsync(link.GetAttribute("href")!);
        var back = await browser.GetAsync((await browser.GetAsync(away.Location!)).Location!);

        Assert.Null(page.Document.QuerySelector("main form"));
        Assert.Equal("false", link.GetAttribute("data-enhance-nav"));   // the script may fetch from this site alone
        Assert.StartsWith($"{_provider.Address}/authorize?", away.Location, StringComparison.Ordinal);
        Assert.All(away.Answer.Headers.GetValues("Set-Cookie"), cookie =>
        {
            Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
        });
        Assert.Equal((HttpStatusCode.Redirect, "/offers"), (back.Status, back.Location));
        Assert.DoesNotContain("e30.", browser.Cookies.GetCookieHeader(portal.Address), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/offers")).Status);
        Assert.Equal(_provider.AccessToken,
            _api.Asked.Last(asked => asked.Path.StartsWith("/api/allocation/offers", StringComparison.Ordinal)).Token);
        Assert.DoesNotContain(_api.Asked, asked => asked.Path.StartsWith("/api/membership/tokens", StringComparison.Ordinal));
    }

    [Fact]
    public async Task When_the_access_token_runs_out_the_session_buys_another_there()
    {
        await using var portal = await StartAsync();
        await using var second = await StartAsync();   // it has no access token in its memory
        await using var third = await StartAsync();
        using var browser = portal.Open();
        await SignInAsync(browser);
        using var moved = second.Open(browser.Cookies);
        using var again = third.Open(browser.Cookies);

        _provider.Refuses = (500, "server_error");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await moved.GetAsync("/offers")).Status);
        _provider.Refuses = null;
        Assert.Equal(HttpStatusCode.OK, (await moved.GetAsync("/offers")).Status);
        Assert.NotEqual("first", _provider.SessionToken);
        Assert.Equal(HttpStatusCode.OK, (await again.GetAsync("/offers")).Status);   // with the token that replaced the first
    }

    [Fact]
    public async Task A_session_that_ended_there_ends_here()
    {
        await using var portal = await StartAsync();
        await using var second = await StartAsync();
        using var browser = portal.Open();
        await SignInAsync(browser);
        using var moved = second.Open(browser.Cookies);

        _provider.Refuses = (400, "invalid_grant");

        Assert.EndsWith("/sign-in?ended=true&to=%2Foffers", (await moved.GetAsync("/offers")).Location, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sign_out_ends_both_sessions()
    {
        await using var portal = await StartAsync();
        using var browser = portal.Open();
        await SignInAsync(browser);

        var left = await browser.SendAsync(await browser.GetAsync("/offers"), "/sign-out");

        // A page that goes on by itself: a redirect of the form to another site would be against the policy.
        Assert.Equal(HttpStatusCode.OK, left.Status);
        Assert.Contains("form-action 'self';", left.Header("Content-Security-Policy"), StringComparison.Ordinal);
        var end = left.Document.QuerySelector("main a.button")!.GetAttribute("href")!;
        Assert.Equal($"0; url={end}", left.Header("Refresh"));
        Assert.StartsWith($"{_provider.Address}/end?", end, StringComparison.Ordinal);
        var said = QueryHelpers.ParseQuery(new Uri(end).Query);
        Assert.Equal(StandInProvider.Client, said["client_id"]);
        Assert.Equal(new Uri(portal.Address, "/sign-in").ToString(), said["post_logout_redirect_uri"]);
        Assert.NotEmpty(said["id_token_hint"].ToString());
        Assert.Equal(HttpStatusCode.Redirect, (await browser.GetAsync("/offers")).Status);
    }

    [Fact]
    public async Task Who_is_not_let_in_there_is_told_so_here()
    {
        await using var portal = await StartAsync();
        using var browser = portal.Open();
        var away = await browser.GetAsync("/sign-in/provider?to=/offers");
        var state = QueryHelpers.ParseQuery(new Uri(away.Location!).Query)["state"];

        var back = await browser.GetAsync($"/sign-in/return?error=access_denied&state={Uri.EscapeDataString(state.ToString())}");

        Assert.Equal("/sign-in?failed=true&to=%2Foffers", back.Location);
        Assert.NotNull((await browser.GetAsync(back.Location!)).Document.QuerySelector(".notice-bad"));
    }

    [Fact]
    public async Task Nobody_is_sent_to_a_provider_that_does_not_answer()
    {
        await using var portal = await StartAsync();
        using var browser = portal.Open();
        await _provider.DisposeAsync();

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await browser.GetAsync("/sign-in/provider")).Status);
    }

    [Theory]
    [InlineData("Portal:OpenId:Authority=https://login.example")]
    [InlineData("Portal:OpenId:Authority=http://login.example", "Portal:OpenId:ClientId=a", "Portal:OpenId:ClientSecret=b")]
    public Task A_provider_that_is_half_configured_stops_the_start(params string[] settings) =>
        Assert.ThrowsAsync<WrongSettingException>(() => RunningPortal.StartAsync(_api, settings: settings));

    private Task<RunningPortal> StartAsync() => RunningPortal.StartAsync(_api, settings: _provider.Settings);

    private static async Task SignInAsync(RunningPortal.Browser browser)
    {
        var away = await browser.GetAsync("/sign-in/provider?to=/offers");
        var back = await browser.GetAsync((await browser.GetAsync(away.Location!)).Location!);
        Assert.Equal("/offers", back.Location);
    }
}
