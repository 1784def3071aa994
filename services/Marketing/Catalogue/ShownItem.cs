using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using ExportConsortia.Marketing.Sheets;

namespace ExportConsortia.Marketing.Catalogue;

/// <summary>
/// An item of the live catalogue as the public reads it: from the latest edition, with what its certificates are today. What the consortium's policy
/// keeps to itself, such as the firm, is not in it.
/// </summary>
internal sealed record ShownItem
{
    /// <summary>Id of its sheet.</summary>
    public required Guid Id { get; init; }

    /// <summary>Its place in addresses: the same in every edition unless its name changes.</summary>
    public required string Slug { get; init; }

    public required string ProductCode { get; init; }

    /// <summary>The product family, by which searches filter as the category.</summary>
    public required string Family { get; init; }

    /// <summary>UN/ECE code of the unit in which it is counted.</summary>
    public required string Unit { get; init; }

    /// <summary>Name of the member firm, if the policy names firms.</summary>
    public string? Firm { get; init; }

    public required IReadOnlyDictionary<string, SheetText> Texts { get; init; }

    public string? HsCode { get; init; }

    public SheetSize? Size { get; init; }

    public SheetPack? Pack { get; init; }

    public int? LeadTimeDays { get; init; }

    public long? MinimumOrder { get; init; }

    public string? Origin { get; init; }

    public IReadOnlyDictionary<string, string> Attributes { get; init; } = new Dictionary<string, string>();

    public IReadOnlyList<Guid> Images { get; init; } = [];

    public IReadOnlyList<ShownCertificate> Certificates { get; init; } = [];

    /// <summary>The first instant, UTC, at which it is shown; null: it is already.</summary>
    public DateTime? ShownFrom { get; init; }

    /// <summary>The instant, UTC, from which it is shown no longer; null: no end is known.</summary>
    public DateTime? ShownUntil { get; init; }

    /// <summary>The English name, or the first there is.</summary>
    public string DefaultName => Text("en").Name;

    /// <summary>Name and text in this language, else in English, else in the first there is.</summary>
    public SheetText Text(string language) => Texts.GetValueOrDefault(language) ?? Texts.GetValueOrDefault("en")
        ?? Texts.OrderBy(text => text.Key, StringComparer.Ordinal).First().Value;

    /// <summary>True if the public may see it at this instant.</summary>
    public bool IsShown(DateTime now) => (ShownFrom is null || ShownFrom <= now) && (ShownUntil is null || now < ShownUntil);

    /// <summary>What a search filters by and counts.</summary>
    public IEnumerable<(CatalogueFilter Filter, string Value)> Facets() =>
    [
        (CatalogueFilter.Family, Family),
        .. Origin is null ? [] : new[] { (CatalogueFilter.Origin, Origin) },
        .. Certificates.Select(certificate => certificate.Kind).Distinct(StringComparer.Ordinal).Select(kind => (CatalogueFilter.Certificate, kind)),
        .. Texts.Keys.Select(language => (CatalogueFilter.Language, language)),
    ];

    /// <summary>The item as stores keep it.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Stored);

    /// <summary>The item from what a store keeps.</summary>
    public static ShownItem FromJson(string json) => JsonSerializer.Deserialize<ShownItem>(json, Stored)!;

    private static readonly JsonSerializerOptions Stored = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        IgnoreReadOnlyProperties = true,
    };
}

/// <summary>A valid, confirmed certificate of an item.</summary>
/// <param name="Kind">Such as <c>FSC</c>.</param>
/// <param name="Issuer">Who issued it.</param>
/// <param name="Number">Its number, if the policy names firms: registers tell whose it is.</param>
/// <param name="ValidUntil">Last day.</param>
internal sealed record ShownCertificate(string Kind, string Issuer, string? Number, DateOnly ValidUntil);

/// <summary>What a search of the catalogue filters by.</summary>
internal enum CatalogueFilter
{
    /// <summary>The product family.</summary>
    Family,

    /// <summary>The country of origin, ISO 3166-1 alpha-2.</summary>
    Origin,

    /// <summary>The kind of a certificate.</summary>
    Certificate,

    /// <summary>A language in which it is described.</summary>
    Language,
}
