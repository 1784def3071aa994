namespace ExportConsortia.Marketing.Markets;

/// <summary>
/// A country that the consortium wants to sell in, and the certificates wanted there (MKT-09). Everybody in the consortium reads it.
/// </summary>
internal sealed class TargetMarket
{
    public const int LongestNote = 4000;

    public required Guid Id { get; init; }

    public required Guid ConsortiumId { get; init; }

    /// <summary>ISO 3166-1 alpha-2 code; one market a country.</summary>
    public required string Country { get; init; }

    public string? Note { get; set; }

    public List<WantedCertificate> Wanted { get; set; } = [];

    public long Version { get; set; }
}

/// <summary>A certificate that is wanted in a market.</summary>
/// <param name="Kind">Its kind, such as <c>FSC</c>.</param>
/// <param name="ProductFamily">For products of this family; null: for all.</param>
internal sealed record WantedCertificate(string Kind, string? ProductFamily);

/// <summary>What somebody found out about a market; it never changes, and everybody in the consortium reads it.</summary>
internal sealed class MarketStudy
{
    public const int LongestTitle = 120;
    public const int LongestText = 100_000;
    public const int LongestLink = 500;

    public required Guid Id { get; init; }

    public required Guid ConsortiumId { get; init; }

    public required Guid MarketId { get; init; }

    public required string Title { get; init; }

    public required string Text { get; init; }

    /// <summary>Where the document is, if it is one.</summary>
    public string? Link { get; init; }

    public required DateTime PublishedAt { get; init; }
}
