using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;

namespace ExportConsortia.Portal.Tests;

public sealed class SessionTests
{
    [Fact]
    public async Task Without_a_session_every_page_asks_for_sign_in_and_leads_back()
    {
        await using var api = await StandInInterface.StartAsync();
        await using var portal = await RunningPortal.StartAsync(api);
        using var browser = portal.Open();
        var pages = Of(portal, "GET").Where(route => route.Metadata.GetMetadata<IAllowAnonymous>() is null)
            .Select(route => RunningPortal.Fill(route)).ToList();

        Assert.Contains("/offers", pages);
        foreach (var path in pages)
        {
            var page = await browser.GetAsync(path + "?state=Proposed");
            Assert.Equal(HttpStatusCode.Redirect, page.Status);
            Assert.EndsWith($"/sign-in?to={Uri.EscapeDataString(path + "?state=Proposed")}", page.Location, StringComparison.Ordinal);
        }

        Assert.Empty(api.Asked);
    }

    [Fact]
    public async Task The_cookie_is_for_the_server_alone_and_shows_no_token()
    {
        await using var api = await StandInInterface.StartAsync();
        await using var portal = await RunningPortal.StartAsync(api);
        using var browser = portal.Open();
        api.OpenTo(Role.MemberUser);

        var signedIn = await browser.SignInAsync("/offers?answered=x");

        Assert.Equal((HttpStatusCode.SeeOther, "/offers?answered=x"), (signedIn.Status, signedIn.Location));
        var cookie = Assert.Single(signedIn.Answer.Headers.GetValues("Set-Cookie"),
            cookie => cookie.StartsWith("session=", StringComparison.Ordinal));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.InRange(cookie.Length, 100, 1200);
        Assert.DoesNotContain("e30.", cookie + signedIn.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(StandInInterface.SessionToken, cookie + signedIn.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_TLS_the_cookies_belong_to_this_host_alone()
    {
        await using var api = await StandInInterface.StartAsync();
        await using var portal = await RunningPortal.StartAsync(
            api, settings: ["Auth:Issuer=https://consortium.example", "Edge:TrustedProxies=127.0.0.1"]);
        using var http = new HttpClient { BaseAddress = portal.Address };
        http.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");

        using var page = await http.GetAsync("/sign-in");

        var cookie = Assert.Single(page.Headers.GetValues("Set-Cookie"));
        Assert.StartsWith("__Host-form=", cookie, StringComparison.Ordinal);
        Assert.Contains("secure", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("max-age", page.Headers.GetValues("Strict-Transport-Security").Single(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(401, "WRONG_CREDENTIALS", 422, "wrong")]
    [InlineData(429, "TOO_MANY_REQUESTS", 429, "Too many tries")]
    [InlineData(503, "UNAVAILABLE", 503, "does not answer")]
    public async Task A_refused_sign_in_says_why_first_and_keeps_where_one_wanted_to_go(int answered, string code, int status, string sentence)
    {
        await using var api = await StandInInterface.StartAsync();
        await using var portal = await RunningPortal.StartAsync(api);
        using var browser = portal.Open();
        api.On("POST", "/api/membership/tokens", answered, new { status = answered, code });

        var page = await browser.SignInAsync("/offers");

        Assert.Equal(status, (int)page.Status);
        Assert.StartsWith("Error: ", page.Document.Title, StringComparison.Ordinal);
        Assert.Contains(sentence, page.Document.QuerySelector(".errors a[href$='#signin-email']")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("/offers", page.Document.QuerySelector("input[name=to]")!.GetAttribute("value"));
        Assert.Equal("bounmy@example.org", page.Document.QuerySelector("input[name=email]")!.GetAttribute("value"));
        Assert.Null(page.Document.QuerySelector("input[name=password]")!.GetAttribute("value"));
    }

    [Theory]
    [InlineData("https://elsewhere.example/")]
    [InlineData("//elsewhere.example/")]
    [InlineData("/\\elsewhere.example/")]
    [InlineData("/a\r\nSet-Cookie: x=y")]
    public async Task Nobody_is_led_to_another_site(string to)
    {
        await using var api = await StandInInterface.StartAsync();
        await using var portal = await RunningPortal.StartAsync(api);
        using var browser = portal.Open();
        api.OpenTo(Role.MemberUser);

        Assert.Equal("/", (await browser.SignInAsync(to)).Location);
        Assert.Equal("/", (await browser.GetAsync($"/language/fr?to={Uri.EscapeDataString(to)}")).Location);
    }

    [Fact]
    public async Task When_the_token_runs_out_while_membership_is_away_nobody_is_signed_out()
    {
        await using var api = await StandInInterface.StartAsync();
        await using var first = await RunningPortal.StartAsync(api);
        await using var second = await RunningPortal.StartAsync(api);   // it has no access token in its memory yet
        using var browser = first.Open();
        api.OpenTo(Role.MemberUser);
        await browser.SignInAsync();
        using var moved = second.Open(browser.Cookies);

        api.On("POST", "/api/membership/tokens/refresh", 503);
        var away = await moved.GetAsync("/offers");
        api.OpenTo(Role.MemberUser);
        api.On("GET", "/api/allocation/offers", 200, new { offers = Array.Empty<object>() });
        var back = await moved.GetAsync("/offers");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, away.Status);
        Assert.Contains("Nothing was changed", away.Text, StringComparison.Ordinal);
        Assert.False(away.Answer.Headers.Contains("Set-Cookie"));
        Assert.Equal(HttpStatusCode.OK, back.Status);
    }

    [Fact]
    public async Task An_ended_session_asks_for_sign_in_and_says_so()
    {
        await using var api = await StandInInterface.StartAsync();
        await using var first = await RunningPortal.StartAsync(api);
        await using var second = await RunningPortal.StartAsync(api);
        using var browser = first.Open();
        api.OpenTo(Role.MemberUser);
        await browser.SignInAsync();
        using var moved = second.Open(browser.Cookies);
        api.On("POST", "/api/membership/tokens/refresh", 401, new { status = 401, code = "INVALID_TOKEN" });

        var page = await moved.GetAsync("/offers");
        var signIn = await moved.GetAsync("/sign-in?ended=true");

        Assert.EndsWith("/sign-in?ended=true&to=%2Foffers", page.Location, StringComparison.Ordinal);
        Assert.Contains("Your session has ended", signIn.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_requests_at_one_moment_buy_one_token()
    {
        await using var api = await StandInInterface.StartAsync();
        await using var first = await RunningPortal.StartAsync(api);
        await using var second = await RunningPortal.StartAsync(api);
        using var browser = first.Open();
        api.OpenTo(Role.MemberUser);
        api.On("GET", "/api/allocation/offers", 200, new { offers = Array.Empty<object>() });
        await browser.SignInAsync();
        using var moved = second.Open(browser.Cookies);

        var pages = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => moved.GetAsync("/offers")));

        Assert.All(pages, page => Assert.Equal(HttpStatusCode.OK, page.Status));
        Assert.Single(api.Asked, asked => asked.Path == "/api/membership/tokens/refresh");
    }

    [Fact]
    public async Task Sign_out_ends_the_session_at_membership_too()
    {
        await using var api = await StandInInterface.StartAsync();
        await using var portal = await RunningPortal.StartAsync(api);
        using var browser = portal.Open();
        api.OpenTo(Role.MemberUser);
        api.On("GET", "/api/allocation/offers", 200, new { offers = Array.Empty<object>() });
        await browser.SignInAsync();

        var left = await browser.SendAsync(await browser.GetAsync("/offers"), "/sign-out");

        Assert.Equal((HttpStatusCode.SeeOther, "/sign-in"), (left.Status, left.Location));
        Assert.Single(api.Asked, asked => asked.Path == "/api/membership/tokens/revocation");
        Assert.Equal(HttpStatusCode.Redirect, (await browser.GetAsync("/offers")).Status);
    }

    [Fact]
    public async Task A_replica_with_the_new_secret_takes_sessions_and_forms_of_the_former_one()
    {
        await using var api = await StandInInterface.StartAsync();
        await using var former = await RunningPortal.StartAsync(api);
        await using var next = await RunningPortal.StartAsync(api, "a new secret that is as long as it has to be", also: RunningPortal.Secret);
        await using var later = await RunningPortal.StartAsync(api, "a new secret that is as long as it has to be");
        using var browser = former.Open();
        api.OpenTo(Role.MemberUser);
        api.On("GET", "/api/allocation/offers", 200, new { offers = Array.Empty<object>() });
        await browser.SignInAsync();
        var form = await browser.GetAsync("/offers");
        using var changed = next.Open(browser.Cookies);
        using var without = later.Open(browser.Cookies);

        Assert.Equal(HttpStatusCode.OK, (await changed.GetAsync("/offers")).Status);
        Assert.Equal(HttpStatusCode.Redirect, (await without.GetAsync("/offers")).Status);
        Assert.Equal(HttpStatusCode.SeeOther, (await changed.SendAsync(form, "/sign-out")).Status);
    }

    [Fact]
    public async Task A_form_without_its_token_does_nothing()
    {
        await using var api = await StandInInterface.StartAsync();
        await using var portal = await RunningPortal.StartAsync(api);
        using var browser = portal.Open();
        // What a script sends as JSON has tests of its own.
        var forms = Of(portal, "POST").Where(form => form.Metadata.GetMetadata<IAcceptsMetadata>()?.ContentTypes.Contains("application/json") != true)
            .ToList();

        Assert.NotEmpty(forms);
        foreach (var role in new[] { Role.MemberUser, Role.ConsortiumManager, Role.Auditor, Role.Operator })
        {
            api.OpenTo(role);
            using var person = portal.Open();
            await person.SignInAsync();
            api.Asked.Clear();
            foreach (var path in forms.Where(form => RunningPortal.MayUse(form, role)).Select(route => RunningPortal.Fill(route)))
            {
                var page = await person.PostAsync(path, ("quantity", "1"));
                Assert.True(page.Status == HttpStatusCode.BadRequest, $"{path}: {page.Status}");
                Assert.Contains("Nothing was changed", page.Text, StringComparison.Ordinal);
            }

            Assert.DoesNotContain(api.Asked, asked => asked.Method != "GET");
        }
    }

    [Fact]
    public async Task A_form_of_another_person_does_nothing()
    {
        await using var api = await StandInInterface.StartAsync();
        await using var portal = await RunningPortal.StartAsync(api);
        api.OpenTo(Role.MemberUser);
        api.On("GET", "/api/allocation/offers", 200, new { offers = Array.Empty<object>() });
        using var one = portal.Open();
        await one.SignInAsync();
        var form = await one.GetAsync("/offers");
        api.OpenTo(Role.MemberUser);   // another person, in the same browser
        await one.SignInAsync();

        Assert.Equal(HttpStatusCode.BadRequest, (await one.SendAsync(form, "/sign-out")).Status);
    }

    private static IEnumerable<RouteEndpoint> Of(RunningPortal portal, string method) =>
        portal.Routes.Where(route => route.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Contains(method));
}
