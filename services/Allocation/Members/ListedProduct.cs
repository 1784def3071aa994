using ExportConsortia.Contracts;

namespace ExportConsortia.Allocation.Members;

/// <summary>Our copy of a product in the consortium's own list.</summary>
internal sealed class ListedProduct
{
    public required Guid ConsortiumId { get; init; }

    public required string Code { get; init; }

    public string Name { get; set; } = "";

    public string Family { get; set; } = "";

    /// <summary>UN/ECE code of the unit in which it is counted, made and reserved.</summary>
    public string Unit { get; set; } = "";

    /// <summary>What other units are worth.</summary>
    public List<ProductUnitConversion> Conversions { get; set; } = [];

    /// <summary>True: no new order line can name it.</summary>
    public bool Retired { get; set; }

    /// <summary>Its name by language, as Marketing's catalogue shows it; null: the catalogue has none.</summary>
    public Dictionary<string, string>? SheetNames { get; set; }

    /// <summary>Version of those names: an older one is ignored; null: none yet.</summary>
    public long? SheetNamesVersion { get; set; }

    /// <summary>Version of the list's entry: an older one is ignored. 0: from before Membership had a list.</summary>
    public long Version { get; set; }
}
