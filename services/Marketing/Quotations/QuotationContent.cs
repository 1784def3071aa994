using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace ExportConsortia.Marketing.Quotations;

/// <summary>
/// What a version of a quotation promises the buyer: the consortium's data only (F-C7). Its JSON, in the order of these fields and without blanks, is
/// stored as it is; the SHA-256 of that text is what the buyer accepts.
/// </summary>
public sealed record QuotationContent
{
    private static readonly JsonSerializerOptions Canonical = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Number of the quotation, for example <c>Q-2026-0001</c>.</summary>
    public required string Number { get; init; }

    /// <summary>1, 2, 3 …</summary>
    public required int Version { get; init; }

    /// <summary>The consortium that quotes.</summary>
    public required string Consortium { get; init; }

    /// <summary>The buyer.</summary>
    public required string Buyer { get; init; }

    /// <summary>ISO 3166-1 alpha-2 code of the buyer's country.</summary>
    public string? BuyerCountry { get; init; }

    /// <summary>ISO 4217 code of the prices.</summary>
    public required string Currency { get; init; }

    /// <summary>The delivery term, for example <c>FOB</c>.</summary>
    public string? Incoterm { get; init; }

    /// <summary>Its place.</summary>
    public string? NamedPlace { get; init; }

    /// <summary>First day of the delivery window.</summary>
    public DateOnly? DeliverFrom { get; init; }

    /// <summary>Last day of the delivery window, inclusive.</summary>
    public DateOnly? DeliverUntil { get; init; }

    /// <summary>Until when the buyer may accept, UTC, exclusive.</summary>
    public required DateTime ValidUntil { get; init; }

    /// <summary>What is quoted.</summary>
    public required IReadOnlyList<QuotedItem> Lines { get; init; }

    /// <summary>The sum of all lines, in minor units of the currency.</summary>
    public required long TotalMinor { get; init; }

    /// <summary>Further terms in words.</summary>
    public string? Terms { get; init; }

    internal static QuotationContent Read(string json) => JsonSerializer.Deserialize<QuotationContent>(json, Canonical)!;

    internal string Write() => JsonSerializer.Serialize(this, Canonical);

    internal static string HashOf(string json) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(json)));

    /// <summary>What a buyer must know of a version who has read the one before.</summary>
    internal static IReadOnlyList<QuotationChange> Changes(QuotationContent before, QuotationContent after)
    {
        var changes = new List<QuotationChange>();
        Compare("validUntil", null, Instant(before.ValidUntil), Instant(after.ValidUntil));
        Compare("incoterm", null, before.Incoterm, after.Incoterm);
        Compare("namedPlace", null, before.NamedPlace, after.NamedPlace);
        Compare("deliverFrom", null, Day(before.DeliverFrom), Day(after.DeliverFrom));
        Compare("deliverUntil", null, Day(before.DeliverUntil), Day(after.DeliverUntil));
        Compare("terms", null, before.Terms, after.Terms);
        foreach (var product in before.Lines.Concat(after.Lines).Select(l => l.ProductCode).Distinct())
        {
            var old = before.Lines.SingleOrDefault(l => l.ProductCode == product);
            var young = after.Lines.SingleOrDefault(l => l.ProductCode == product);
            Compare("quantity", product, Number(old?.Quantity), Number(young?.Quantity));
            Compare("unitPriceMinor", product, Number(old?.UnitPriceMinor), Number(young?.UnitPriceMinor));
        }

        Compare("totalMinor", null, Number(before.TotalMinor), Number(after.TotalMinor));
        return changes;

        void Compare(string field, string? product, string? old, string? young)
        {
            if (old != young)
            {
                changes.Add(new(field, product, old, young));
            }
        }

        static string? Day(DateOnly? day) => day?.ToString("O", CultureInfo.InvariantCulture);
        static string? Number(long? number) => number?.ToString(CultureInfo.InvariantCulture);
        static string Instant(DateTime instant) => instant.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
    }
}

/// <summary>A line of a quotation.</summary>
/// <param name="LineId">1, 2, 3 …</param>
/// <param name="ProductCode">The consortium's product code.</param>
/// <param name="ProductName">Its name.</param>
/// <param name="Quantity">How many of <paramref name="Unit"/>.</param>
/// <param name="Unit">UN/ECE code of the product's unit.</param>
/// <param name="UnitPriceMinor">The price of one unit, in minor units of the currency.</param>
/// <param name="AmountMinor">The price of all of them.</param>
public sealed record QuotedItem(
    string LineId, string ProductCode, string ProductName, long Quantity, string Unit, long UnitPriceMinor, long AmountMinor);

/// <summary>What a version changes.</summary>
/// <param name="Field">The field: <c>unitPriceMinor</c>, <c>quantity</c>, <c>validUntil</c>, <c>terms</c> …</param>
/// <param name="Product">The product, if it is about a line.</param>
/// <param name="Before">The value in the version before; absent: there was none.</param>
/// <param name="After">The value now; absent: there is none any more.</param>
public sealed record QuotationChange(string Field, string? Product, string? Before, string? After);
