using System.ComponentModel;
using Microsoft.Extensions.DependencyInjection;

namespace ExportConsortia.Marketing.Catalogue;

/// <summary>
/// Anybody reads the live catalogue of a consortium, without an account (MKT-10). What is read here is the consortium's; member firms are named only
/// if its policy says so (F-C7), and there is never a price.
/// </summary>
internal static class ReadCatalogue
{
    private const int LargestPage = 100;
    private const int LastItem = 1000;
    private const int PartSize = 500;
    private const int LongestText = 200;
    private const string KeepForAMinute = "public, max-age=60";

    /// <summary>A consortium as the public sees it.</summary>
    /// <param name="Code">Its code, which addresses carry.</param>
    /// <param name="Name">Its name.</param>
    /// <param name="Contact">How a buyer reaches it.</param>
    /// <param name="NamesFirms">True: its items say which member firm makes them.</param>
    /// <param name="Languages">Codes of the languages in which its products are described.</param>
    /// <param name="Edition">Number of the latest edition.</param>
    /// <param name="PublishedAt">When that was published, UTC.</param>
    /// <param name="Items">How many items are shown now.</param>
    public sealed record PublicConsortium(
        string Code, string Name, string? Contact, bool NamesFirms, IReadOnlyList<string> Languages, int Edition, DateTime PublishedAt, int Items);

    /// <summary>What a search found.</summary>
    /// <param name="Total">How many items match.</param>
    /// <param name="Items">The page of them: best match first, then by name.</param>
    /// <param name="Counts">How many items there would be with each value of each filter, the other filters being kept.</param>
    public sealed record Found(int Total, IReadOnlyList<PublicSummary> Items, IReadOnlyList<PublicCount> Counts);

    /// <summary>How many items have a value of a filter.</summary>
    /// <param name="Filter"><c>Family</c>, <c>Origin</c>, <c>Certificate</c> or <c>Language</c>.</param>
    /// <param name="Value">The value.</param>
    /// <param name="Items">Number of items.</param>
    public sealed record PublicCount(string Filter, string Value, int Items);

    /// <summary>An item in a list.</summary>
    /// <param name="Id">Its id.</param>
    /// <param name="Slug">Its place in addresses.</param>
    /// <param name="ProductCode">The consortium's product code.</param>
    /// <param name="Names">Its name by language.</param>
    /// <param name="Family">The product family.</param>
    /// <param name="Origin">ISO 3166-1 alpha-2 code of the country of origin.</param>
    /// <param name="Certificates">Kinds of its valid certificates.</param>
    /// <param name="Image">Its first image.</param>
    public sealed record PublicSummary(
        Guid Id, string Slug, string ProductCode, IReadOnlyDictionary<string, string> Names, string Family, string? Origin,
        IReadOnlyList<string> Certificates, Guid? Image)
    {
        internal static PublicSummary Of(ShownItem item) => new(
            item.Id, item.Slug, item.ProductCode, item.Texts.ToDictionary(t => t.Key, t => t.Value.Name), item.Family, item.Origin,
            [.. item.Certificates.Select(c => c.Kind).Distinct()], item.Images.Count > 0 ? item.Images[0] : null);
    }

    /// <summary>An item of the live catalogue. Never a price.</summary>
    /// <param name="Id">Its id.</param>
    /// <param name="Slug">Its place in addresses.</param>
    /// <param name="ProductCode">The consortium's product code.</param>
    /// <param name="Family">The product family.</param>
    /// <param name="Unit">UN/ECE code of the unit in which it is counted.</param>
    /// <param name="Firm">Name of the member firm, if the consortium names firms.</param>
    /// <param name="Texts">Name and text by language.</param>
    /// <param name="HsCode">Code of the Harmonised System.</param>
    /// <param name="Size">The product's own size.</param>
    /// <param name="Pack">How it is packed.</param>
    /// <param name="LeadTimeDays">Days from order to shipment.</param>
    /// <param name="MinimumOrder">Smallest order, in the unit.</param>
    /// <param name="Origin">ISO 3166-1 alpha-2 code of the country of origin.</param>
    /// <param name="Attributes">What differs by product family.</param>
    /// <param name="Images">Its images, the first one first.</param>
    /// <param name="Certificates">Its valid certificates.</param>
    public sealed record PublicItem(
        Guid Id, string Slug, string ProductCode, string Family, string Unit, string? Firm, IReadOnlyDictionary<string, PublicText> Texts,
        string? HsCode, PublicSize? Size, PublicPack? Pack, int? LeadTimeDays, long? MinimumOrder, string? Origin,
        IReadOnlyDictionary<string, string> Attributes, IReadOnlyList<Guid> Images, IReadOnlyList<PublicCertificate> Certificates)
    {
        internal static PublicItem Of(ShownItem item) => new(
            item.Id, item.Slug, item.ProductCode, item.Family, item.Unit, item.Firm,
            item.Texts.ToDictionary(t => t.Key, t => new PublicText(t.Value.Name, t.Value.Text)), item.HsCode,
            item.Size is { } size ? new(size.LengthMm, size.WidthMm, size.HeightMm, size.WeightGrams) : null,
            item.Pack is { } pack ? new(pack.Quantity, pack.LengthMm, pack.WidthMm, pack.HeightMm, pack.GrossWeightGrams, item.Unit) : null,
            item.LeadTimeDays, item.MinimumOrder, item.Origin, item.Attributes, item.Images,
            [.. item.Certificates.Select(c => new PublicCertificate(c.Kind, c.Issuer, c.Number, c.ValidUntil))]);
    }

    /// <summary>Name and text in one language.</summary>
    /// <param name="Name">The name.</param>
    /// <param name="Text">The text.</param>
    public sealed record PublicText(string Name, string Text);

    /// <summary>A size.</summary>
    /// <param name="LengthMm">Length in millimetres.</param>
    /// <param name="WidthMm">Width in millimetres.</param>
    /// <param name="HeightMm">Height in millimetres.</param>
    /// <param name="WeightGrams">Weight in grams.</param>
    public sealed record PublicSize(long LengthMm, long WidthMm, long HeightMm, long WeightGrams);

    /// <summary>A package.</summary>
    /// <param name="Quantity">How many of the unit are in it.</param>
    /// <param name="LengthMm">Length in millimetres.</param>
    /// <param name="WidthMm">Width in millimetres.</param>
    /// <param name="HeightMm">Height in millimetres.</param>
    /// <param name="GrossWeightGrams">Gross weight in grams.</param>
    /// <param name="Unit">UN/ECE code of the unit.</param>
    public sealed record PublicPack(long Quantity, long LengthMm, long WidthMm, long HeightMm, long GrossWeightGrams, string Unit);

    /// <summary>A valid certificate, which the consortium's manager has confirmed.</summary>
    /// <param name="Kind">Such as <c>FSC</c>.</param>
    /// <param name="Issuer">Who issued it.</param>
    /// <param name="Number">Its number, if the consortium names firms.</param>
    /// <param name="ValidUntil">Last day.</param>
    public sealed record PublicCertificate(string Kind, string Issuer, string? Number, DateOnly ValidUntil);

    /// <summary>An address of the catalogue, for search engines.</summary>
    /// <param name="Slug">The item's place in addresses.</param>
    /// <param name="Languages">Codes of the languages in which it is described.</param>
    public sealed record SitemapEntry(string Slug, IReadOnlyList<string> Languages);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var open = routes.MapGroup("public/{consortium}").AllowAnonymous();
        open.MapGet("", GetConsortiumAsync)
            .WithName("GetPublicConsortium")
            .WithSummary("Read who a consortium is")
            .WithDescription("For everybody, without a token. The consortium is named by its code. 404 before its first edition. May be kept for a "
                + "minute, as all answers of the public catalogue.");
        open.MapGet("items", SearchAsync)
            .WithName("SearchCatalogue")
            .WithSummary("Search the catalogue")
            .WithDescription("For everybody, without a token. Every word must be the beginning of a word of the item's name, text, category, "
                + "attributes, certificates or code, in any case and with or without accents; ö is found as o and as oe. Scripts without spaces are "
                + "searched by pairs of characters. A match in the name counts 3, in what the item is and has 2, in the text 1. At most 8 words "
                + "count; the first 1,000 items can be read, by skip and take.");
        open.MapGet("items/{item}", GetItemAsync)
            .WithName("GetPublicItem")
            .WithSummary("Read an item of the catalogue")
            .WithDescription("For everybody, without a token; by its slug or its id. 404 while it is hidden.");
        open.MapGet("all-items", ListAllAsync)
            .WithName("ListPublicItems")
            .WithSummary("Read the whole catalogue")
            .WithDescription("For everybody, without a token: the items that are shown now, by name, 500 at a time, as a printed edition has "
                + "them. Limited to 60 a minute for an address, with sign-ins, since it reads everything.")
            .RequireRateLimiting(Edge.SignInLimit);
        open.MapGet("sitemap", GetSitemapAsync)
            .WithName("GetPublicSitemap")
            .WithSummary("List the addresses of the catalogue")
            .WithDescription("For everybody, without a token: every item that is shown now. Limited to 60 a minute for an address, with sign-ins.")
            .RequireRateLimiting(Edge.SignInLimit);
    }

    private static Task<Results<Ok<PublicConsortium>, ProblemHttpResult>> GetConsortiumAsync(
        string consortium, IServiceScopeFactory scopes, HttpResponse response, CancellationToken ct) =>
        OpenAsync<PublicConsortium>(consortium, scopes, response, async open =>
        {
            var nothing = new CatalogueQuery([], new Dictionary<CatalogueFilter, string>(), 0, 0);
            var found = await open.Catalogue.SearchAsync(open.Consortium.Id, nothing, open.Now, ct);
            return new(
                open.Consortium.Code, open.Consortium.Name, open.Settings.Contact, open.Settings.NamesFirms,
                [.. found.Counts.Where(c => c.Filter == CatalogueFilter.Language).Select(c => c.Value)],
                open.Edition.Number, open.Edition.PublishedAt,
                found.Total);
        }, ct);

    private static async Task<Results<Ok<Found>, ProblemHttpResult>> SearchAsync(
        string consortium, IServiceScopeFactory scopes, HttpResponse response, CancellationToken ct,
        [Description("Words to search for, at most 200 characters; without it everything is found.")] string? words = null,
        [Description("Only this product family.")] string? family = null,
        [Description("Only this country of origin, ISO 3166-1 alpha-2.")] string? origin = null,
        [Description("Only with a valid certificate of this kind.")] string? certificate = null,
        [Description("Only items that are described in this language; searches its texts only.")] string? language = null,
        [Description("How many to pass over, up to 1,000.")] int skip = 0,
        [Description("How many to give at most, 1 to 100.")] int take = 24)
    {
        if (new[] { words, family, origin, certificate, language }.Any(text => text?.Length > LongestText))
        {
            return Refusal.Invalid("words", $"A search and its filters have at most {LongestText} characters each.");
        }

        var filters = new Dictionary<CatalogueFilter, string>();
        Filter(CatalogueFilter.Family, family);
        Filter(CatalogueFilter.Origin, origin);
        Filter(CatalogueFilter.Certificate, certificate);
        Filter(CatalogueFilter.Language, language);
        var from = Math.Clamp(skip, 0, LastItem);
        var query = new CatalogueQuery(SearchWords.Asked(words), filters, from, Math.Min(Math.Clamp(take, 1, LargestPage), LastItem - from));
        return await OpenAsync<Found>(consortium, scopes, response, async open =>
        {
            var found = await open.Catalogue.SearchAsync(open.Consortium.Id, query, open.Now, ct);
            return new(
                found.Total, [.. found.Items.Select(PublicSummary.Of)],
                [.. found.Counts.Select(c => new PublicCount(c.Filter.ToString(), c.Value, c.Items))]);
        }, ct);

        void Filter(CatalogueFilter filter, string? value)
        {
            if (!string.IsNullOrEmpty(value))
            {
                filters[filter] = value;
            }
        }
    }

    private static Task<Results<Ok<PublicItem>, ProblemHttpResult>> GetItemAsync(
        string consortium, string item, IServiceScopeFactory scopes, HttpResponse response, CancellationToken ct) =>
        OpenAsync<PublicItem>(consortium, scopes, response, async open =>
            await open.Catalogue.FindAsync(open.Consortium.Id, item, open.Now, ct) is { } found ? PublicItem.Of(found) : null, ct);

    private static Task<Results<Ok<List<PublicItem>>, ProblemHttpResult>> ListAllAsync(
        string consortium, IServiceScopeFactory scopes, HttpResponse response, CancellationToken ct,
        [Description("How many to pass over.")] int skip = 0) =>
        OpenAsync<List<PublicItem>>(consortium, scopes, response, async open =>
            [.. (await open.Catalogue.AllAsync(open.Consortium.Id, open.Now, ct, Math.Max(skip, 0), PartSize)).Select(PublicItem.Of)], ct);

    private static Task<Results<Ok<List<SitemapEntry>>, ProblemHttpResult>> GetSitemapAsync(
        string consortium, IServiceScopeFactory scopes, HttpResponse response, CancellationToken ct) =>
        OpenAsync<List<SitemapEntry>>(consortium, scopes, response, async open =>
            [.. (await open.Catalogue.AllAsync(open.Consortium.Id, open.Now, ct))
                .Select(item => new SitemapEntry(item.Slug, [.. item.Texts.Keys.Order(StringComparer.Ordinal)]))], ct);

    /// <summary>A consortium's catalogue, opened to the public.</summary>
    internal sealed record Opened(
        Consortium Consortium, CatalogueSettings Settings, CatalogueEdition Edition, IPublishedCatalogue Catalogue, DateTime Now);

    /// <summary>
    /// Opens the catalogue of a consortium with the rights of the platform, since a visitor has none: what is read names the consortium itself, and
    /// only its published catalogue. 404 if there is no such consortium, no edition, or nothing that <paramref name="read"/> finds.
    /// </summary>
    internal static async Task<Results<Ok<T>, ProblemHttpResult>> OpenAsync<T>(
        string code, IServiceScopeFactory scopes, HttpResponse response, Func<Opened, Task<T?>> read, CancellationToken ct)
        where T : class
    {
        await using var scope = scopes.CreatePlatformScope();
        var db = scope.ServiceProvider.GetRequiredService<MarketingDb>();
        var consortium = await db.Consortia.AsNoTracking().FirstOrDefaultAsync(c => c.Code == code, ct);
        var edition = consortium is null ? null : await db.Editions.Where(e => e.ConsortiumId == consortium.Id).OrderByDescending(e => e.Number)
            .Select(e => new CatalogueEdition
            {
                Id = e.Id, ConsortiumId = e.ConsortiumId, Number = e.Number, PublishedAt = e.PublishedAt, PublishedBy = e.PublishedBy,
                Items = e.Items, Hash = e.Hash, ContentHash = e.ContentHash, Document = Array.Empty<byte>(),   // it is large, and not for the public
            }).FirstOrDefaultAsync(ct);
        if (edition is null)
        {
            return Refusal.NotFound();
        }

        var opened = new Opened(
            consortium!, await db.CatalogueSettingsOfAsync(consortium!.Id, ct), edition,
            scope.ServiceProvider.GetRequiredService<IPublishedCatalogue>(),
            scope.ServiceProvider.GetRequiredService<TimeProvider>().GetUtcNow().UtcDateTime);
        if (await read(opened) is not { } answer)
        {
            return Refusal.NotFound();
        }

        response.Headers.CacheControl = KeepForAMinute;
        return TypedResults.Ok(answer);
    }
}
