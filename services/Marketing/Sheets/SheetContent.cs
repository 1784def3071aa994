namespace ExportConsortia.Marketing.Sheets;

/// <summary>What a sheet says of a product. Never a price.</summary>
internal sealed record SheetContent
{
    /// <summary>Name and text by language (<c>en</c>, <c>fr</c>, <c>lo</c> …), at least one.</summary>
    public required IReadOnlyDictionary<string, SheetText> Texts { get; init; }

    /// <summary>Code of the Harmonised System, 6 to 10 digits.</summary>
    public string? HsCode { get; init; }

    /// <summary>The product's own size, and its weight.</summary>
    public SheetSize? Size { get; init; }

    /// <summary>How it is packed.</summary>
    public SheetPack? Pack { get; init; }

    /// <summary>Days from order to shipment, 1 or more.</summary>
    public int? LeadTimeDays { get; init; }

    /// <summary>Smallest order, in the product's unit.</summary>
    public long? MinimumOrder { get; init; }

    /// <summary>ISO 3166-1 alpha-2 code of the country of origin.</summary>
    public string? Origin { get; init; }

    /// <summary>The firm's certificates that hold for this product.</summary>
    public IReadOnlyList<Guid> Certificates { get; init; } = [];

    /// <summary>What differs by product family, such as <c>wood</c>: <c>teak</c>.</summary>
    public IReadOnlyDictionary<string, string> Attributes { get; init; } = new Dictionary<string, string>();

    /// <summary>The images, the first one first.</summary>
    public IReadOnlyList<Guid> Images { get; init; } = [];
}

/// <summary>Name and text of a product in one language.</summary>
/// <param name="Name">1 to 120 characters.</param>
/// <param name="Text">Up to 4,000 characters.</param>
internal sealed record SheetText(string Name, string Text);

/// <summary>Length, width and height in millimetres, weight in grams.</summary>
internal sealed record SheetSize(long LengthMm, long WidthMm, long HeightMm, long WeightGrams);

/// <summary>How many of the product's unit are in a package, its size and its gross weight.</summary>
internal sealed record SheetPack(long Quantity, long LengthMm, long WidthMm, long HeightMm, long GrossWeightGrams);
