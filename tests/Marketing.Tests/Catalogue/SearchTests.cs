using ExportConsortia.Marketing.Catalogue;
using ExportConsortia.Marketing.Sheets;
using MongoDB.Driver;

namespace ExportConsortia.Marketing.Tests.Catalogue;

/// <summary>
/// One meaning of a search for both stores. Against MongoDB it runs where <c>MONGODB_URL</c> names a server; elsewhere those tests are skipped by
/// name.
/// </summary>
public sealed class SearchTests(MarketingServices marketing)
{
    private static readonly DateTime s_now = new(2027, 3, 1, 12, 0, 0, DateTimeKind.Utc);

    private static readonly ShownItem[] s_items =
    [
        Item(1, "TK-12", "chairs", "LA", ["FSC"], ("en", "Teak garden chair", "Solid wood."), ("de", "Gartenstuhl aus Teak", "Für große Möbel.")),
        Item(2, "TK-20", "tables", "TH", ["FSC", "ISO 9001"], ("en", "Table", "Goes with every chair."), ("de", "Tisch", "Stuhl nicht dabei.")),
        Item(3, "RB-01", "baskets", "LA", [], ("en", "Rattan basket", "For chairs and sofas."), ("th", "ตะกร้าหวาย", "เก้าอี้ไม้สัก")),
        Item(4, "MB-07", "Möbel", "VN", [], ("de", "Möbelstück", "Ä"), ("vi", "Ghế gỗ tếch", "Đồ gỗ"), ("zh", "柚木椅子", "木")),
        Item(5, "MB-08", "Moebel", "VN", [], ("de", "Moebel", "x"), ("en", "Chair of bamboo", "x")),
        Item(6, "ZZ-01", "chairs", "LA", [], ("en", "Chair that is over", "x")) with { ShownUntil = s_now },
        Item(7, "ZZ-02", "chairs", "LA", [], ("en", "Chair that is to come", "x")) with { ShownFrom = s_now.AddSeconds(1) },
    ];

    public static TheoryData<string> Stores => ["SQLite", "PostgreSQL", "MongoDB"];

    [Theory, MemberData(nameof(Stores))]
    public async Task A_word_matches_as_a_beginning_and_the_name_counts_most(string store)
    {
        await using var opened = await Fill(store);
        // Name 3 by name, then text 1 by name.
        Assert.Equal(["MB-08", "TK-12", "RB-01", "TK-20"], await opened.Find("CHAIR"));
        Assert.Equal(["MB-08", "TK-12", "RB-01", "TK-20"], await opened.Find("chai"));
        Assert.Equal(["TK-12"], await opened.Find("chair tea"));
        Assert.Equal(["TK-20", "TK-12"], await opened.Find("tk"));
        Assert.Equal(["TK-20"], await opened.Find("tk-20"));
        Assert.Empty(await opened.Find("hair"));
        Assert.Empty(await opened.Find("chair nonsense"));
        Assert.Equal(["TK-20", "TK-12"], await opened.Find("fsc"));
        Assert.Equal(5, (await opened.Find("")).Length);
        Assert.Equal(5, (await opened.Find("-,;")).Length);
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task Accents_umlauts_and_sharp_s_are_found_both_ways(string store)
    {
        await using var opened = await Fill(store);
        foreach (var asked in new[] { "möbel", "moebel", "MÖBEL", "mo\u0308bel" })
        {
            Assert.Equal(["MB-07", "MB-08", "TK-12"], (await opened.Find(asked)).Order(StringComparer.Ordinal));
        }

        Assert.Equal(["MB-07", "TK-12"], (await opened.Find("mobel")).Order(StringComparer.Ordinal));   // "Moebel" is no ö
        Assert.Equal(["TK-12"], await opened.Find("grosse"));
        Assert.Equal(["TK-12"], await opened.Find("GROẞE"));
        Assert.Equal(["TK-12"], await opened.Find("fuer"));
        Assert.Equal(["MB-07"], await opened.Find("ghe go"));
        Assert.Equal(["MB-07"], await opened.Find("đồ"));
        Assert.Equal(["MB-07"], await opened.Find("do"));
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task Scripts_without_spaces_are_found_inside_a_sentence(string store)
    {
        await using var opened = await Fill(store);
        Assert.Equal(["RB-01"], await opened.Find("ไม้สัก"));
        Assert.Equal(["RB-01"], await opened.Find("หวาย"));
        Assert.Equal(["MB-07"], await opened.Find("木椅"));
        Assert.Equal(["MB-07"], await opened.Find("椅"));
        Assert.Equal(["MB-07"], await opened.Find("子"));
        Assert.Empty(await opened.Find("椅木"));
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task Filters_narrow_and_count_what_another_choice_would_find(string store)
    {
        await using var opened = await Fill(store);
        var all = await opened.Search("");
        Assert.Equal(5, all.Total);
        Assert.Equal(
            ["LA 2", "VN 2", "TH 1"], all.Counts.Where(c => c.Filter == CatalogueFilter.Origin).Select(c => $"{c.Value} {c.Items}"));
        Assert.Equal(
            ["de 4", "en 4", "th 1", "vi 1", "zh 1"],
            all.Counts.Where(c => c.Filter == CatalogueFilter.Language).Select(c => $"{c.Value} {c.Items}"));

        var laos = await opened.Search("chair", (CatalogueFilter.Origin, "LA"));
        Assert.Equal(["TK-12", "RB-01"], Codes(laos));
        Assert.Equal(2, laos.Total);
        Assert.Equal(
            ["LA 2", "TH 1", "VN 1"], laos.Counts.Where(c => c.Filter == CatalogueFilter.Origin).Select(c => $"{c.Value} {c.Items}"));
        Assert.Equal(["FSC 1"], laos.Counts.Where(c => c.Filter == CatalogueFilter.Certificate).Select(c => $"{c.Value} {c.Items}"));
        Assert.Equal(["TK-20"], Codes(await opened.Search("", (CatalogueFilter.Certificate, "FSC"), (CatalogueFilter.Origin, "TH"))));

        // Of a language only its texts are searched.
        Assert.Equal(["TK-20"], Codes(await opened.Search("stuhl", (CatalogueFilter.Language, "de"))));
        Assert.Empty(Codes(await opened.Search("stuhl", (CatalogueFilter.Language, "en"))));
        Assert.Equal(["TK-20", "TK-12"], Codes(await opened.Search("tk", (CatalogueFilter.Language, "en"))));
        Assert.Empty(Codes(await opened.Search("chair", (CatalogueFilter.Family, "{\"$ne\":1}"))));
        Assert.Empty(Codes(await opened.Search("$chair %_ 100%")));
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task Pages_are_in_one_order_and_an_item_is_read_by_slug_and_id(string store)
    {
        await using var opened = await Fill(store);
        var whole = await opened.Find("");
        var paged = new List<string>();
        for (var skip = 0; skip < 6; skip += 2)
        {
            var page = await opened.Catalogue.SearchAsync(
                opened.Id, new([], new Dictionary<CatalogueFilter, string>(), skip, 2), s_now, CancellationToken.None);
            Assert.Equal(5, page.Total);
            paged.AddRange(Codes(page));
        }

        Assert.Equal(whole, paged);
        Assert.Equal(whole, (await opened.Catalogue.AllAsync(opened.Id, s_now, CancellationToken.None)).Select(i => i.ProductCode));
        var chair = s_items[0];
        Assert.Equal("TK-12", (await opened.Catalogue.FindAsync(opened.Id, chair.Slug, s_now, CancellationToken.None))?.ProductCode);
        Assert.Equal("TK-12", (await opened.Catalogue.FindAsync(opened.Id, chair.Id.ToString(), s_now, CancellationToken.None))?.ProductCode);
        Assert.Null(await opened.Catalogue.FindAsync(Guid.CreateVersion7(), chair.Slug, s_now, CancellationToken.None));
        Assert.Null(await opened.Catalogue.FindAsync(opened.Id, s_items[5].Slug, s_now, CancellationToken.None));
        Assert.NotNull(await opened.Catalogue.FindAsync(opened.Id, s_items[5].Slug, s_now.AddSeconds(-1), CancellationToken.None));

        await opened.Catalogue.WriteAsync(
            opened.Id, [(chair with { Texts = Texts(("en", "Bench", "")) }, "other")], [s_items[1].Id], CancellationToken.None);
        Assert.Equal(["TK-12"], await opened.Find("bench"));
        Assert.Empty(await opened.Find("teak"));
        Assert.Equal(6, (await opened.Catalogue.HashesAsync(opened.Id, CancellationToken.None)).Count);
    }

    [Fact]
    public void Words_are_normalised_once_and_for_all()
    {
        Assert.Equal(["tk", "12"], SearchWords.Of("TK-12"));
        Assert.Equal(["ubergrosse", "uebergroesse"], SearchWords.Asked("Übergröße").Single());
        Assert.Equal(["柚木", "木椅", "椅"], SearchWords.Of("柚木椅"));
        Assert.Equal(["柚木", "木椅"], SearchWords.Asked("柚木椅").Select(w => w.Single()));
        Assert.Equal(["ភា", "ាស", "ស"], SearchWords.Of("ភា\u200bស"));
        Assert.Equal(SearchWords.LongestWord, SearchWords.Of(new string('x', 500)).Single().Length);
        Assert.Equal(SearchWords.MostAsked, SearchWords.Asked(string.Join(' ', Enumerable.Range(0, 50))).Count);
        Assert.Equal("creme-brulee", SearchWords.Joined("Crème brûlée", '-'));
    }

    private static string[] Codes(FoundItems found) => [.. found.Items.Select(i => i.ProductCode)];

    private static Dictionary<string, SheetText> Texts(params (string Language, string Name, string Text)[] texts) =>
        texts.ToDictionary(t => t.Language, t => new SheetText(t.Name, t.Text));

    private static ShownItem Item(
        int number, string code, string family, string origin, string[] certificates,
        params (string Language, string Name, string Text)[] texts) => new()
    {
        Id = Guid.Parse($"0199f0a6-3c1e-7a53-9d0c-00000000000{number}"), Slug = $"item-{number}", ProductCode = code, Family = family, Unit = "C62",
        Origin = origin, Texts = Texts(texts), Certificates = [.. certificates.Select(c => new ShownCertificate(c, "SGS", null, new(2030, 1, 1)))],
    };

    private async Task<Opened> Fill(string store)
    {
        var opened = store == "MongoDB"
            ? await OpenMongo()
            : new Opened(new OwnCatalogue(await OpenDb(store)), Guid.CreateVersion7(), () => Task.CompletedTask);
        await opened.Catalogue.WriteAsync(opened.Id, [.. s_items.Select(item => (item, "hash"))], [], CancellationToken.None);
        return opened;
    }

    private async Task<MarketingDb> OpenDb(string store) =>
        (await marketing.In(store == "SQLite" ? Shape.Embedded : Shape.Distributed)).Data.Open<MarketingDb>();

    private static Task<Opened> OpenMongo()
    {
        var url = Environment.GetEnvironmentVariable("MONGODB_URL");
        if (string.IsNullOrEmpty(url))
        {
            Assert.Skip("MONGODB_URL names no MongoDB server: the published catalogue on MongoDB was not searched.");
        }

        var (client, name) = (new MongoClient(url), $"catalogue_{Guid.CreateVersion7():N}");
        return Task.FromResult(new Opened(new MongoCatalogue(client.GetDatabase(name)), Guid.CreateVersion7(), () => client.DropDatabaseAsync(name)));
    }

    private sealed record Opened(IPublishedCatalogue Catalogue, Guid Id, Func<Task> Close) : IAsyncDisposable
    {
        public Task<FoundItems> Search(string words, params (CatalogueFilter Filter, string Value)[] filters) => Catalogue.SearchAsync(
            Id, new(SearchWords.Asked(words), filters.ToDictionary(f => f.Filter, f => f.Value), 0, 100), s_now, CancellationToken.None);

        public async Task<string[]> Find(string words) => Codes(await Search(words));

        public async ValueTask DisposeAsync() => await Close();
    }
}
