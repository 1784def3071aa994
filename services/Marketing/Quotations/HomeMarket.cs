namespace ExportConsortia.Marketing.Quotations;

/// <summary>The countries in which the consortium doesn't sell together: a buyer there can't get a quotation (R-806, F-C9).</summary>
internal sealed class HomeMarket
{
    public required Guid ConsortiumId { get; init; }

    /// <summary>ISO 3166-1 alpha-2 codes.</summary>
    public List<string> Countries { get; set; } = [];

    public long Version { get; set; }
}
