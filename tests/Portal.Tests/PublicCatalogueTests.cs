using System.Xml.Linq;

namespace ExportConsortia.Portal.Tests;

/// <summary>The pages for everybody: no account, no script, and nothing of a member's text is more than text.</summary>
public sealed class PublicCatalogueTests
{
    private const string Slug = "teak-chair-tk-12-0000000a";
    private const string Hostile = "<script>alert(1)</script>\" onload=\"x";
    private const string Shop = "/api/marketing/public/VTF";

    [Fact]
    public async Task A_visitor_finds_a_product_and_reads_it_in_the_language_of_the_address()
    {
        await using var api = await OpenAsync();
        await using var portal = await RunningPortal.StartAsync(api);
        using var browser = portal.Open();

        var home = await browser.GetAsync("/c/VTF");
        Assert.Equal((HttpStatusCode.OK, "Vientiane Teak"), (home.Status, home.Document.QuerySelector("h1")!.TextContent));
        var list = await browser.GetAsync("/c/VTF/catalogue?q=ch%C3%A4ir&origin=LA&lang=fr&page=2");
        Assert.Contains(api.Asked, asked => asked.Path == $"{Shop}/items?words=ch%C3%A4ir&origin=LA&skip=24&take=24");
        Assert.Equal("fr", list.Document.DocumentElement.GetAttribute("lang"));
        Assert.Equal("Chaise en teck", list.Document.QuerySelector(".item h2")!.TextContent);
        Assert.Equal("chäir", list.Document.QuerySelector("#q")!.GetAttribute("value"));
        var chosen = list.Document.QuerySelector(".choose [aria-current]")!;
        Assert.Contains("Laos", chosen.TextContent, StringComparison.Ordinal);
        Assert.Equal("/c/VTF/catalogue?q=ch%C3%A4ir&lang=fr", chosen.GetAttribute("href"));   // chosen again: no longer
        Assert.NotNull(list.Document.QuerySelector("meta[name=robots][content=noindex]"));

        var item = await browser.GetAsync(list.Document.QuerySelector(".item a")!.GetAttribute("href")!);
        Assert.Equal("Chaise en teck", item.Document.QuerySelector("[itemtype='https://schema.org/Product'] [itemprop=name]")!.TextContent);
        Assert.Equal("TK-12", item.Document.QuerySelector("[itemprop=sku]")!.TextContent);
        Assert.Equal("SGS", item.Document.QuerySelector("[itemprop=issuedBy]")!.TextContent);
        Assert.EndsWith($"/c/VTF/catalogue/{Slug}?lang=fr", item.Document.QuerySelector("link[rel=canonical]")!.GetAttribute("href"),
            StringComparison.Ordinal);
        Assert.Equal(
            ["en", "fr", "th", "x-default"],
            item.Document.QuerySelectorAll("link[hreflang]").Select(link => link.GetAttribute("hreflang")).Order());
        Assert.Contains("50 pièces", item.Text, StringComparison.Ordinal);
        var thai = await browser.GetAsync($"/c/VTF/catalogue/{Slug}?lang=th", "vi");   // texts in Thai, the page's words in a language that it has
        Assert.Equal(("vi", "th"), (thai.Document.DocumentElement.GetAttribute("lang"), thai.Document.QuerySelector("h1")!.GetAttribute("lang")));
    }

    [Fact]
    public async Task Who_came_by_the_code_of_a_stand_keeps_the_fair_as_the_source_of_what_it_asks_for()
    {
        await using var api = await OpenAsync();
        await using var portal = await RunningPortal.StartAsync(api);
        using var browser = portal.Open();
        api.On("POST", $"{Shop}/requests", 202);
        var source = $"source={Guid.Parse(RunningPortal.SomeId):N}";

        var list = await browser.GetAsync($"/c/VTF/catalogue?{source}");
        Assert.NotNull(list.Document.QuerySelector($"form.search input[name=source][value='{source[7..]}']"));
        var item = await browser.GetAsync(list.Document.QuerySelector(".item a")!.GetAttribute("href")!);
        Assert.DoesNotContain("source", item.Document.QuerySelector("link[rel=canonical]")!.GetAttribute("href")!, StringComparison.Ordinal);
        Assert.Contains(source, item.Document.QuerySelector("nav.languages a")!.GetAttribute("href")!, StringComparison.Ordinal);
        var form = await browser.GetAsync(item.Document.QuerySelector("a.button-main")!.GetAttribute("href")!);
        var action = $"/c/VTF/request/{Slug}?{source}";
        var sent = await browser.SendAsync(
            form, action, ("name", "Anna"), ("firm", "Nordhaus"), ("email", "anna@nordhaus.example"), ("consent", "true"));
        Assert.Equal($"/c/VTF/request/{Slug}?sent=yes&{source}", sent.Location);
        Assert.Contains(
            $"\"fairEditionId\":\"{RunningPortal.SomeId}\"", Assert.Single(api.Sent, one => one.Path == $"{Shop}/requests").Text,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Public_pages_have_no_script_may_be_kept_a_minute_and_show_text_as_text()
    {
        await using var api = await OpenAsync();
        await using var portal = await RunningPortal.StartAsync(api);
        using var browser = portal.Open();

        foreach (var path in new[] { "/c/VTF", "/c/VTF/catalogue", $"/c/VTF/catalogue/{Slug}", "/c/VTF/catalogue/print" })
        {
            var page = await browser.GetAsync(path);
            Assert.Equal(HttpStatusCode.OK, page.Status);
            Assert.Equal("public, max-age=60", page.Header("Cache-Control"));
            Assert.Contains("Cookie", page.Header("Vary"), StringComparison.Ordinal);
            Assert.False(page.Answer.Headers.Contains("Set-Cookie"), path);
            Assert.Empty(page.Document.QuerySelectorAll("script, [onload], [style], style"));
            Assert.InRange(Encoding.UTF8.GetByteCount(page.Text), 1, 60_000);
            Assert.InRange(page.Document.QuerySelectorAll("link[rel=stylesheet], link[rel=icon], img").Length + 1, 1, 12);
        }

        var item = await browser.GetAsync($"/c/VTF/catalogue/{Slug}");
        Assert.Contains(item.Document.QuerySelectorAll("[itemprop=additionalProperty] [itemprop=value]"), value => value.TextContent == Hostile);
    }

    [Fact]
    public async Task Where_nothing_is_the_page_says_so_and_what_is_not_there_is_not_found()
    {
        await using var api = await OpenAsync();
        await using var portal = await RunningPortal.StartAsync(api);
        using var browser = portal.Open();
        api.On("GET", $"{Shop}/items", 200, new { total = 0, items = Array.Empty<object>(), counts = Array.Empty<object>() });

        Assert.Equal("Nothing found", (await browser.GetAsync("/c/VTF/catalogue?q=nothing")).Document.QuerySelector(".empty h2")!.TextContent);
        Assert.Equal("No products now", (await browser.GetAsync("/c/VTF/catalogue")).Document.QuerySelector(".empty h2")!.TextContent);
        foreach (var path in new[] { "/c/NONE", "/c/NONE/catalogue", "/c/VTF/catalogue/other", "/c/NONE/sitemap.xml" })
        {
            var page = await browser.GetAsync(path);
            Assert.Equal((HttpStatusCode.NotFound, "no-store"), (page.Status, page.Header("Cache-Control")));
        }
    }

    [Fact]
    public async Task A_request_goes_to_the_consortium_and_says_at_its_fields_what_is_missing()
    {
        await using var api = await OpenAsync();
        await using var portal = await RunningPortal.StartAsync(api);
        using var browser = portal.Open();
        api.On("POST", $"{Shop}/requests", 202);
        var form = await browser.GetAsync($"/c/VTF/request/{Slug}");
        Assert.NotEqual("public, max-age=60", form.Header("Cache-Control"));   // its token is this visitor's

        var wrong = await browser.SendAsync(form, $"/c/VTF/request/{Slug}", ("name", "Anna"), ("email", "anna"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.Status);
        Assert.Equal(
            ["#request-firm", "#request-email", "#request-consent"],
            wrong.Document.QuerySelectorAll(".errors a").Select(link => link.GetAttribute("href")));
        Assert.DoesNotContain(api.Asked, asked => asked.Method == "POST");
        var sent = await browser.SendAsync(
            form, $"/c/VTF/request/{Slug}", ("name", "Anna"), ("firm", "Nordhaus"), ("email", "anna@nordhaus.example"), ("consent", "true"));
        Assert.Equal((HttpStatusCode.SeeOther, $"/c/VTF/request/{Slug}?sent=yes"), (sent.Status, sent.Location));
        Assert.Contains(api.Asked, asked => asked is { Method: "POST", Path: $"{Shop}/requests" });
        Assert.Contains("Thank you", (await browser.GetAsync(sent.Location!)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_signed_link_is_counted_and_stays_in_the_addresses()
    {
        await using var api = await OpenAsync();
        await using var portal = await RunningPortal.StartAsync(api);
        using var browser = portal.Open();

        var page = await browser.GetAsync($"/c/VTF/catalogue/{Slug}?b=a-token");

        Assert.Contains(api.Asked, asked => asked is { Method: "POST", Path: $"{Shop}/visits" });
        Assert.Equal(HttpStatusCode.OK, page.Status);   // also where the link is over
        Assert.Equal("no-store", page.Header("Cache-Control"));
        Assert.Equal("/c/VTF/catalogue?b=a-token", page.Document.QuerySelector(".crumb a")!.GetAttribute("href"));
        Assert.DoesNotContain("a-token", page.Document.QuerySelector("link[rel=canonical]")!.GetAttribute("href"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Search_engines_find_every_item_in_every_language()
    {
        await using var api = await OpenAsync();
        await using var portal = await RunningPortal.StartAsync(api, settings: "Auth:Issuer=https://vtf.example");
        using var http = new HttpClient { BaseAddress = portal.Address };

        var map = XDocument.Parse(await http.GetStringAsync("/c/VTF/sitemap.xml"));
        Assert.Equal(
            ["https://vtf.example/c/VTF/catalogue", $"https://vtf.example/c/VTF/catalogue/{Slug}"],
            map.Descendants().Where(e => e.Name.LocalName == "loc").Select(e => e.Value));
        Assert.Equal(2, map.Descendants().Count(e => e.Name.LocalName == "link"));
        Assert.Contains("Disallow: /", await http.GetStringAsync("/robots.txt"), StringComparison.Ordinal);
    }

    private static async Task<StandInInterface> OpenAsync()
    {
        var api = await StandInInterface.StartAsync();
        var names = new Dictionary<string, string> { ["en"] = "Teak chair", ["fr"] = "Chaise en teck", ["th"] = "เก้าอี้ไม้สัก" };
        var summary = new
        {
            id = Guid.CreateVersion7(), slug = Slug, productCode = "TK-12", names, family = "chairs", origin = "LA", certificates = new[] { "FSC" },
            image = Guid.CreateVersion7(),
        };
        var item = new
        {
            id = Guid.CreateVersion7(), slug = Slug, productCode = "TK-12", family = "chairs", unit = "C62",
            texts = names.ToDictionary(name => name.Key, name => new { name = name.Value, text = Hostile }), hsCode = "940169",
            size = new { lengthMm = 500, widthMm = 450, heightMm = 900, weightGrams = 6200 },
            pack = new { quantity = 2, lengthMm = 600, widthMm = 500, heightMm = 950, grossWeightGrams = 14000, unit = "C62" },
            leadTimeDays = 30, minimumOrder = 50, origin = "LA", attributes = new Dictionary<string, string> { ["wood"] = Hostile },
            images = Enumerable.Range(0, 12).Select(_ => Guid.CreateVersion7()),
            certificates = new[] { new { kind = "FSC", issuer = "SGS", number = (string?)null, validUntil = "2030-01-31" } },
        };
        api.On("GET", Shop, 200, new
        {
            code = "VTF", name = "Vientiane Teak", contact = "sales@vtf.example", namesFirms = false, languages = new[] { "en", "fr", "th" },
            edition = 3, publishedAt = new DateTime(2027, 1, 2, 0, 0, 0, DateTimeKind.Utc), items = 1,
        });
        api.On("GET", $"{Shop}/items", 200, new
        {
            total = 49, items = new[] { summary },
            counts = new[] { new { filter = "Family", value = "chairs", items = 49 }, new { filter = "Origin", value = "LA", items = 49 } },
        });
        api.On("GET", $"{Shop}/items/{Slug}", 200, item);
        api.On("GET", $"{Shop}/all-items", 200, new[] { item });
        api.On("GET", $"{Shop}/sitemap", 200, new[] { new { slug = Slug, languages = new[] { "en", "fr" } } });
        return api;
    }
}
