namespace ExportConsortia.Allocation.Documents;

/// <summary>What a line asks for, in the buyer's words and numbers.</summary>
public sealed record DocumentItem
{
    /// <summary>Short name, as in a catalogue.</summary>
    public string? Name { get; init; }

    /// <summary>Longer text.</summary>
    public string? Description { get; init; }

    /// <summary>The buyer's number of the item.</summary>
    public Identifier? BuyersId { get; init; }

    /// <summary>The seller's number of the item.</summary>
    public Identifier? SellersId { get; init; }

    /// <summary>The manufacturer's number of the item.</summary>
    public Identifier? ManufacturersId { get; init; }

    /// <summary>A number from a registered scheme, such as a GTIN (scheme 0160).</summary>
    public Identifier? StandardId { get; init; }

    /// <summary>Numbers of the specifications that the item must meet.</summary>
    public IReadOnlyList<string> Specifications { get; init => field = value ?? []; } = [];

    /// <summary>Commodity codes.</summary>
    public IReadOnlyList<ListedCode> Classifications { get; init => field = value ?? []; } = [];

    /// <summary>Tax on the item.</summary>
    public TaxCategory? Tax { get; init; }

    /// <summary>Further properties: colour, size.</summary>
    public IReadOnlyList<ItemProperty> Properties { get; init => field = value ?? []; } = [];

    /// <summary>Serial and lot numbers that the buyer asks for.</summary>
    public IReadOnlyList<ItemInstance> Instances { get; init => field = value ?? []; } = [];
}

/// <summary>A property of an item: colour red, length 30 mm.</summary>
/// <param name="Name">Name.</param>
/// <param name="Value">Value.</param>
/// <param name="NameCode">Code of the name.</param>
/// <param name="ValueQuantity">The value as a quantity.</param>
/// <param name="ValueQualifier">What qualifies the value.</param>
public sealed record ItemProperty(
    string? Name = null, string? Value = null, ListedCode? NameCode = null, MeasuredQuantity? ValueQuantity = null, string? ValueQualifier = null);

/// <summary>One specimen or lot that the buyer asks for.</summary>
/// <param name="SerialId">Serial number.</param>
/// <param name="LotNumber">Number of the lot.</param>
public sealed record ItemInstance(string? SerialId = null, string? LotNumber = null);
