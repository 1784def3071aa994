using ExportConsortia.Marketing.Sheets;

namespace ExportConsortia.Marketing.Catalogue;

/// <summary>What an edition would be, published now from the approved sheets; and what they lack.</summary>
/// <param name="Items">The items, in the document's order.</param>
/// <param name="Lacks">What is missing, sheet by sheet.</param>
internal sealed record DraftEdition(IReadOnlyList<EditionItem> Items, IReadOnlyList<SheetLack> Lacks)
{
    /// <summary>The most items of an edition.</summary>
    public const int MostItems = 25_000;

    /// <summary>Collects the approved sheets of the caller's consortium.</summary>
    public static async Task<DraftEdition> CollectAsync(MarketingDb db, Guid consortiumId, CancellationToken ct)
    {
        var settings = await db.CatalogueSettingsOfAsync(consortiumId, ct);
        var sheets = await db.Sheets.AsNoTracking().Where(s => s.ConsortiumId == consortiumId && s.ApprovedVersion > 0).ToListAsync(ct);
        var products = await db.Products.AsNoTracking().Where(p => p.ConsortiumId == consortiumId).ToDictionaryAsync(p => p.Code, ct);
        var firms = (await db.Members.AsNoTracking().Where(m => m.ConsortiumId == consortiumId).ToListAsync(ct)).ToDictionary(m => m.Id);
        var certificates = await db.Certificates.AsNoTracking().Where(c => c.ConsortiumId == consortiumId).ToDictionaryAsync(c => c.Id, ct);
        var (items, lacks) = (new List<EditionItem>(), new List<SheetLack>());
        foreach (var sheet in sheets.OrderBy(s => s.ProductCode, StringComparer.Ordinal).ThenBy(s => s.Id))
        {
            if (sheet.Approved is not { } content || !products.TryGetValue(sheet.ProductCode, out var product) || product.Retired)
            {
                lacks.Add(new(sheet.Id, sheet.ProductCode, SheetLackKind.ProductRetired, null));
                continue;   // nothing new can name the product: it is in no new edition
            }

            items.Add(EditionItem.Of(sheet, content, product, firms.GetValueOrDefault(sheet.MemberId)?.Name ?? "", certificates));
            lacks.AddRange(LacksOf(sheet, content, settings));
        }

        return new(items, lacks);
    }

    private static IEnumerable<SheetLack> LacksOf(ProductSheet sheet, SheetContent content, CatalogueSettings settings) =>
    [
        .. settings.Languages.Where(language => !content.Texts.ContainsKey(language))
            .Select(language => new SheetLack(sheet.Id, sheet.ProductCode, SheetLackKind.Language, language)),
        .. content.Texts.Where(text => text.Value.Text.Length == 0)
            .Select(text => new SheetLack(sheet.Id, sheet.ProductCode, SheetLackKind.Text, text.Key)),
        .. Missing(content.Images.Count == 0, SheetLackKind.Image, sheet),
        .. Missing(content.HsCode is null, SheetLackKind.HsCode, sheet),
        .. Missing(content.Origin is null, SheetLackKind.Origin, sheet),
        .. Missing(content.Size is null, SheetLackKind.Size, sheet),
        .. Missing(content.Pack is null, SheetLackKind.Pack, sheet),
        .. Missing(content.LeadTimeDays is null, SheetLackKind.LeadTime, sheet),
        .. Missing(content.MinimumOrder is null, SheetLackKind.MinimumOrder, sheet),
        .. Missing(sheet.State is SheetState.Submitted, SheetLackKind.LaterDraft, sheet),
    ];

    private static IEnumerable<SheetLack> Missing(bool missing, SheetLackKind kind, ProductSheet sheet) =>
        missing ? [new SheetLack(sheet.Id, sheet.ProductCode, kind, null)] : [];
}

/// <summary>Something that a sheet lacks for the catalogue.</summary>
/// <param name="SheetId">The sheet.</param>
/// <param name="ProductCode">Its product.</param>
/// <param name="Lack">What is missing.</param>
/// <param name="Language">The language, of a missing one or of a missing text.</param>
internal sealed record SheetLack(Guid SheetId, string ProductCode, SheetLackKind Lack, string? Language);

/// <summary>What a sheet can lack.</summary>
internal enum SheetLackKind
{
    /// <summary>Its product is retired: the sheet is not in the edition.</summary>
    ProductRetired,

    /// <summary>A language that the policy wants.</summary>
    Language,

    /// <summary>More than a name, in one of its languages.</summary>
    Text,

    /// <summary>An image.</summary>
    Image,

    /// <summary>The code of the Harmonised System.</summary>
    HsCode,

    /// <summary>The country of origin.</summary>
    Origin,

    /// <summary>The product's size.</summary>
    Size,

    /// <summary>How it is packed.</summary>
    Pack,

    /// <summary>The lead time.</summary>
    LeadTime,

    /// <summary>The smallest order.</summary>
    MinimumOrder,

    /// <summary>The manager's approval of a later draft, which waits.</summary>
    LaterDraft,
}
