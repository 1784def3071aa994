using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace ExportConsortia.Portal.Tests;

/// <summary>The page at the stand: it says nothing of anybody, and sends only what its own person captured.</summary>
public sealed class CapturePageTests
{
    private const string Fair = "/api/tradefairs/editions/" + RunningPortal.SomeId;
    private const string Page = "/fairs/" + RunningPortal.SomeId + "/capture";

    [Fact]
    public async Task The_page_is_kept_on_devices_and_says_nothing_of_anybody()
    {
        await using var api = await OpenAsync();
        await using var portal = await RunningPortal.StartAsync(api);
        using var stranger = portal.Open();
        using var member = portal.Open();
        await member.SignInAsync();
        api.Asked.Clear();

        var page = await stranger.GetAsync(Page);

        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Equal(page.Text, (await member.GetAsync(Page)).Text);   // the same for everybody
        Assert.Empty(api.Asked);
        Assert.EndsWith("; manifest-src 'self'", page.Header("Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Null(page.Header("blazor-enhanced-nav"));
        Assert.Empty(page.Document.QuerySelectorAll("input[type=hidden], [style], script:not([src])"));

        var worker = await stranger.GetAsync($"{Page}/worker.js");
        Assert.Equal(Page, worker.Header("Service-Worker-Allowed"));
        var script = page.Document.QuerySelector("script")!.GetAttribute("src")!;
        Assert.Contains(script, worker.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await stranger.GetAsync(script)).Status);
        Assert.NotEqual(worker.Text, (await stranger.GetAsync($"{Page}/worker.js", "fr")).Text);   // another language is another page to keep
        var manifest = JsonNode.Parse((await stranger.GetAsync($"{Page}/manifest.webmanifest")).Text)!;
        Assert.Equal((Page, Page, "standalone"), ($"{manifest["start_url"]}", $"{manifest["scope"]}", $"{manifest["display"]}"));
    }

    [Fact]
    public async Task Leads_go_out_with_the_form_token_of_the_person_who_captured_them()
    {
        await using var api = await OpenAsync();
        await using var portal = await RunningPortal.StartAsync(api);
        using var browser = portal.Open();
        Assert.Equal(HttpStatusCode.Redirect, (await browser.GetAsync($"{Page}/session")).Status);
        await browser.SignInAsync();
        var session = JsonNode.Parse((await browser.GetAsync($"{Page}/session")).Text)!;
        Assert.Equal("interzum 2027", $"{session["fair"]}");
        Assert.Equal(["TK-12"], session["products"]!.AsArray().Select(product => $"{product!["code"]}"));
        var leads = new[] { new { id = Guid.CreateVersion7(), company = "Nordhaus" } };

        Assert.Equal(HttpStatusCode.BadRequest, await SendAsync($"{session["person"]}", null));
        Assert.Equal(HttpStatusCode.BadRequest, await SendAsync($"{Guid.CreateVersion7()}", $"{session["token"]}"));
        Assert.DoesNotContain(api.Sent, sent => sent.Path == $"{Fair}/leads");
        Assert.Equal(HttpStatusCode.OK, await SendAsync($"{session["person"]}", $"{session["token"]}"));
        Assert.Contains("Nordhaus", Assert.Single(api.Sent, sent => sent.Path == $"{Fair}/leads").Text, StringComparison.Ordinal);

        // Another person signs in in the same browser: the first one's token is worth nothing, and the device knows who it is.
        Assert.Equal($"{session["person"]}", PersonOf(browser));
        api.OpenTo(Role.MemberUser);
        await browser.SignInAsync();
        Assert.NotEqual($"{session["person"]}", PersonOf(browser));
        Assert.Equal(HttpStatusCode.BadRequest, await SendAsync(PersonOf(browser)!, $"{session["token"]}"));
        await browser.SendAsync(await browser.GetAsync("/offers"), "/sign-out");
        Assert.Null(PersonOf(browser));

        async Task<HttpStatusCode> SendAsync(string person, string? token)
        {
            using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = browser.Cookies });
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(portal.Address, $"{Page}/leads"))
            {
                Content = JsonContent.Create(new { person, leads }),
            };
            if (token is not null)
            {
                request.Headers.Add("RequestVerificationToken", token);
            }

            return (await http.SendAsync(request)).StatusCode;
        }

        string? PersonOf(RunningPortal.Browser of) => of.Cookies.GetCookies(portal.Address)["person"]?.Value;
    }

    [Fact]
    public async Task The_stands_code_leads_to_the_catalogue_with_the_fair_as_the_source()
    {
        await using var api = await OpenAsync();
        await using var portal = await RunningPortal.StartAsync(api);
        using var browser = portal.Open();
        await browser.SignInAsync();

        var page = await browser.GetAsync($"/fairs/{RunningPortal.SomeId}/code");

        var address = page.Document.QuerySelector("main .card a")!.GetAttribute("href")!;
        Assert.EndsWith($"/c/VTF/catalogue?source={Guid.Parse(RunningPortal.SomeId):N}", address, StringComparison.Ordinal);
        Assert.Contains("<path d=\"M", page.Text, StringComparison.Ordinal);
        var file = await browser.GetAsync($"/fairs/{RunningPortal.SomeId}/code/code.svg");
        Assert.Equal("image/svg+xml", file.Answer.Content.Headers.ContentType!.MediaType);
    }

    private static async Task<StandInInterface> OpenAsync()
    {
        var api = await StandInInterface.StartAsync();
        api.OpenTo(Role.MemberUser);
        api.On("GET", "/api/membership/account", 200, new
        {
            id = Guid.CreateVersion7(), name = "Bounmy S.", email = "bounmy@example.org", role = Role.MemberUser,
            consortium = new { id = Guid.CreateVersion7(), code = "VTF", name = "Vientiane Teak", timeZone = "Asia/Vientiane" },
        });
        api.On("GET", Fair, 200, new
        {
            id = RunningPortal.SomeId, fairName = "interzum", name = "2027", currency = "EUR", deadlines = Array.Empty<object>(),
        });
        api.On("GET", "/api/membership/products", 200, new[]
        {
            new { code = "TK-12", name = "Teak chair", retired = false }, new { code = "TK-11", name = "Old chair", retired = true },
        });
        api.On("POST", $"{Fair}/leads", 200, new { results = Array.Empty<object>() });
        return api;
    }
}
