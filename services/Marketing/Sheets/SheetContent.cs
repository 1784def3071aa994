using System.Text.Json;

namespace ExportConsortia.Marketing.Sheets;

/// <summary>What a sheet says of a product. Never a price: there is no field for one, and unknown fields are refused.</summary>
public sealed record SheetContent
{
    /// <summary>Name and text by language (<c>en</c>, <c>fr</c>, <c>lo</c> …), 1 to 20 of them.</summary>
    public required IReadOnlyDictionary<string, SheetText> Texts { get; init; }

    /// <summary>Code of the Harmonised System, 6 to 10 digits.</summary>
    public string? HsCode { get; init; }

    /// <summary>The product's own size, and its weight.</summary>
    public SheetSize? Size { get; init; }

    /// <summary>How it is packed.</summary>
    public SheetPack? Pack { get; init; }

    /// <summary>Days from order to shipment, 1 to 3,650.</summary>
    public int? LeadTimeDays { get; init; }

    /// <summary>Smallest order, in the product's unit: 1 to 10¹².</summary>
    public long? MinimumOrder { get; init; }

    /// <summary>ISO 3166-1 alpha-2 code of the country of origin.</summary>
    public string? Origin { get; init; }

    /// <summary>Ids of the firm's certificates that hold for this product, at most 20.</summary>
    public IReadOnlyList<Guid> Certificates { get; init; } = [];

    /// <summary>What differs by product family, such as <c>wood</c>: <c>teak</c>; at most 30.</summary>
    public IReadOnlyDictionary<string, string> Attributes { get; init; } = new Dictionary<string, string>();

    /// <summary>Ids of the firm's images, the first one first; at most 12.</summary>
    public IReadOnlyList<Guid> Images { get; init; } = [];

    /// <summary>True if both say the same; the order of languages and attributes doesn't matter in checked content, which is sorted.</summary>
    internal bool Says(SheetContent? other) => other is not null && JsonSerializer.Serialize(this) == JsonSerializer.Serialize(other);
}

/// <summary>Name and text of a product in one language.</summary>
/// <param name="Name">1 to 120 characters.</param>
/// <param name="Text">Up to 4,000 characters, with line breaks.</param>
public sealed record SheetText(string Name, string Text);

/// <summary>A product's own size and weight.</summary>
/// <param name="LengthMm">Length in millimetres, 1 to 1,000,000.</param>
/// <param name="WidthMm">Width in millimetres, 1 to 1,000,000.</param>
/// <param name="HeightMm">Height in millimetres, 1 to 1,000,000.</param>
/// <param name="WeightGrams">Weight in grams, 1 to 10⁹.</param>
public sealed record SheetSize(long LengthMm, long WidthMm, long HeightMm, long WeightGrams);

/// <summary>A package of the product.</summary>
/// <param name="Quantity">How many of the product's unit are in a package, 1 to 10⁹.</param>
/// <param name="LengthMm">Length in millimetres, 1 to 1,000,000.</param>
/// <param name="WidthMm">Width in millimetres, 1 to 1,000,000.</param>
/// <param name="HeightMm">Height in millimetres, 1 to 1,000,000.</param>
/// <param name="GrossWeightGrams">Weight with its packing, in grams, 1 to 10⁹.</param>
public sealed record SheetPack(long Quantity, long LengthMm, long WidthMm, long HeightMm, long GrossWeightGrams);
