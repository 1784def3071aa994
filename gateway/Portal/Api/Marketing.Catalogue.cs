namespace ExportConsortia.Portal.Api;

// What the pages read of Marketing's catalogue, under the same names as in its interface; a test compares them.

public sealed record KeepCatalogueSettingsResponse(
    IReadOnlyList<string> Languages, bool NamesFirms, string? Contact, bool NeedsBrandLicence, long Version, DateTime? DecidedAt = null,
    string? DecidedBecause = null);

public sealed record GetEditionsResponse(int Number, DateTime PublishedAt, int Items, string Hash);

public sealed record PublishEditionPreview(
    int Number, int Items, bool SameAsLatest, int Added, int Changed, int Removed, int Lacking, IReadOnlyList<PublishEditionLack> Lacks);

public sealed record PublishEditionLack(Guid SheetId, string ProductCode, string What, string? Language);

public sealed record ListHiddenResponse(string Code, int Edition, int Items, int Hidden, IReadOnlyList<HiddenItem> HiddenItems);

public sealed record HiddenItem(Guid SheetId, string ProductCode, string Name, Guid MemberId, string Firm, IReadOnlyList<string> Because);

public sealed record RebuildCatalogueResponse(string Store, int Items, int Added, int Changed, int Removed);

public sealed record PublicConsortium(
    string Code, string Name, string? Contact, bool NamesFirms, IReadOnlyList<string> Languages, int Edition, DateTime PublishedAt, int Items);

public sealed record ReadCatalogueFound(int Total, IReadOnlyList<PublicSummary> Items, IReadOnlyList<PublicCount> Counts);

public sealed record PublicCount(string Filter, string Value, int Items);

public sealed record PublicSummary(
    Guid Id, string Slug, string ProductCode, IReadOnlyDictionary<string, string> Names, string Family, string? Origin,
    IReadOnlyList<string> Certificates, Guid? Image);

public sealed record PublicItem(
    Guid Id, string Slug, string ProductCode, string Family, string Unit, string? Firm, IReadOnlyDictionary<string, PublicText> Texts,
    string? HsCode, PublicSize? Size, PublicPack? Pack, int? LeadTimeDays, long? MinimumOrder, string? Origin,
    IReadOnlyDictionary<string, string> Attributes, IReadOnlyList<Guid> Images, IReadOnlyList<PublicCertificate> Certificates);

public sealed record PublicText(string Name, string Text);

public sealed record PublicSize(long LengthMm, long WidthMm, long HeightMm, long WeightGrams);

public sealed record PublicPack(long Quantity, long LengthMm, long WidthMm, long HeightMm, long GrossWeightGrams, string Unit);

public sealed record PublicCertificate(string Kind, string Issuer, string? Number, DateOnly ValidUntil);

public sealed record SitemapEntry(string Slug, IReadOnlyList<string> Languages);
