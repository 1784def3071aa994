using System.IO.Compression;
using ExportConsortia.Portal.Web;

namespace ExportConsortia.Portal.Tests;

public sealed class PageTests
{
    [Fact]
    public async Task A_page_has_its_policy_and_is_kept_nowhere()
    {
        await using var api = await StandInInterface.StartAsync();
        await using var portal = await RunningPortal.StartAsync(api);
        using var browser = portal.Open();

        foreach (var path in new[] { "/sign-in", "/there-is-nothing-here" })
        {
            var page = await browser.GetAsync(path);
            Assert.Equal(
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; form-action 'self'; "
                + "base-uri 'self'; frame-ancestors 'none'",
                page.Header("Content-Security-Policy"));
            Assert.Equal(("no-store", "same-origin", "nosniff", "DENY", "allow"), (
                page.Header("Cache-Control"), page.Header("Referrer-Policy"), page.Header("X-Content-Type-Options"), page.Header("X-Frame-Options"),
                page.Header("blazor-enhanced-nav")));
            Assert.Equal("en", page.Document.DocumentElement.GetAttribute("lang"));
        }
    }

    [Fact]
    public async Task What_is_not_there_and_what_is_not_for_this_person_look_alike()
    {
        await using var api = await StandInInterface.StartAsync();
        await using var portal = await RunningPortal.StartAsync(api);
        using var browser = portal.Open();
        api.OpenTo(Role.Operator);
        await browser.SignInAsync();

        var (nothing, foreign) = (await browser.GetAsync("/nothing"), await browser.GetAsync("/offers"));

        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (nothing.Status, foreign.Status));
        Assert.Equal("There is nothing here", nothing.Document.QuerySelector("h1")!.TextContent);
        Assert.Equal("There is nothing here", foreign.Document.QuerySelector("h1")!.TextContent);
    }

    [Theory]
    [InlineData("fr-CA,fr;q=0.9,en;q=0.5", "fr", "Se connecter")]
    [InlineData("de,vi;q=0.8,en;q=0.7", "vi", "Đăng nhập")]
    [InlineData("lo", "en", "Sign in")]
    [InlineData("fr;q=0,en", "en", "Sign in")]
    public async Task The_browser_s_language_is_the_page_s(string accepted, string language, string title)
    {
        await using var api = await StandInInterface.StartAsync();
        await using var portal = await RunningPortal.StartAsync(api);
        using var browser = portal.Open();

        var page = await browser.GetAsync("/sign-in", accepted);

        Assert.Equal(language, page.Document.DocumentElement.GetAttribute("lang"));
        Assert.Equal(title, page.Document.QuerySelector("h1")!.TextContent);
    }

    [Fact]
    public async Task A_chosen_language_stays()
    {
        await using var api = await StandInInterface.StartAsync();
        await using var portal = await RunningPortal.StartAsync(api);
        using var browser = portal.Open();

        var chosen = await browser.GetAsync("/language/vi?to=/sign-in");

        Assert.Equal((HttpStatusCode.SeeOther, "/sign-in"), (chosen.Status, chosen.Location));
        Assert.Equal("vi", (await browser.GetAsync("/sign-in", "fr")).Document.DocumentElement.GetAttribute("lang"));
    }

    [Fact]
    public async Task A_file_is_kept_for_a_year_under_the_address_of_its_content_and_not_at_all_under_another()
    {
        await using var api = await StandInInterface.StartAsync();
        await using var portal = await RunningPortal.StartAsync(api);
        using var http = new HttpClient { BaseAddress = portal.Address };

        foreach (var name in new[] { "portal.css", "portal.js", "blazor.web.js", "icon.svg" })
        {
            using var file = await http.GetAsync(Files.Of(name));
            using var other = await http.GetAsync($"/assets/00000000/{name}");
            using var head = await http.SendAsync(new HttpRequestMessage(HttpMethod.Head, Files.Of(name)));
            Assert.Equal("public, max-age=31536000, immutable", file.Headers.CacheControl!.ToString());
            Assert.Equal("no-store", other.Headers.CacheControl!.ToString());
            Assert.Equal(HttpStatusCode.OK, head.StatusCode);
            Assert.Equal(file.Content.Headers.ContentLength, head.Content.Headers.ContentLength);
            Assert.Equal(await file.Content.ReadAsByteArrayAsync(), await other.Content.ReadAsByteArrayAsync());
        }
    }

    // The budgets are those that a phone on a poor line can bear, in kilobytes as they go over the line.
    [Fact]
    public async Task Files_stay_within_their_budgets()
    {
        await using var api = await StandInInterface.StartAsync();
        await using var portal = await RunningPortal.StartAsync(api);

        var (style, own, framework) = (await WeightAsync("portal.css"), await WeightAsync("portal.js"), await WeightAsync("blazor.web.js"));

        Assert.InRange(style, 1, 10 * 1024);
        Assert.InRange(own, 1, 4 * 1024);
        Assert.InRange(own + framework, 1, 56 * 1024);

        async Task<long> WeightAsync(string name)
        {
            using var http = new HttpClient { BaseAddress = portal.Address };
            http.DefaultRequestHeaders.Add("Accept-Encoding", "br");
            using var file = await http.GetAsync(Files.Of(name));
            Assert.Equal(["br"], file.Content.Headers.ContentEncoding);
            var bytes = await file.Content.ReadAsByteArrayAsync();
            await using var unpacked = new BrotliStream(new MemoryStream(bytes), CompressionMode.Decompress);
            Assert.True(unpacked.ReadByte() >= 0);
            return bytes.Length;
        }
    }

    [Fact]
    public async Task A_page_for_another_site_is_not_compressed()
    {
        await using var api = await StandInInterface.StartAsync();
        await using var portal = await RunningPortal.StartAsync(api);
        using var http = new HttpClient { BaseAddress = portal.Address };
        http.DefaultRequestHeaders.Add("Accept-Encoding", "br");

        using var own = await http.GetAsync("/sign-in");
        http.DefaultRequestHeaders.Add("Sec-Fetch-Site", "cross-site");
        using var foreign = await http.GetAsync("/sign-in");

        Assert.Equal(["br"], own.Content.Headers.ContentEncoding);
        Assert.Empty(foreign.Content.Headers.ContentEncoding);
    }
}
