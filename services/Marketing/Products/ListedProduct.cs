namespace ExportConsortia.Marketing.Products;

/// <summary>Our copy of a product in the consortium's own list.</summary>
internal sealed class ListedProduct
{
    public required Guid ConsortiumId { get; init; }

    public required string Code { get; init; }

    public string Name { get; set; } = "";

    public string Family { get; set; } = "";

    /// <summary>UN/ECE code of the unit in which it is counted.</summary>
    public string Unit { get; set; } = "";

    /// <summary>True: nothing new can name it.</summary>
    public bool Retired { get; set; }

    /// <summary>Version of the list's entry: an older one is ignored.</summary>
    public long Version { get; set; }
}
