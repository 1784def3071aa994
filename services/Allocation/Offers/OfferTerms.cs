using System.Text.Json.Serialization;
using ExportConsortia.Allocation.Documents;
using ExportConsortia.Allocation.Orders;

namespace ExportConsortia.Allocation.Offers;

/// <summary>What a member firm must know to answer.</summary>
public sealed record OfferTerms
{
    /// <summary>
    /// If fewer firms are asked about a line, the buyer's name would reveal what another firm holds (H2): it could be asked there. How much the buyer
    /// ordered is never told: who knows it and its own parts knows what all others hold together, and later rounds tell how that changes.
    /// </summary>
    internal const int FirmsForAnonymity = 3;

    /// <summary>The line of the buyer's order.</summary>
    public required string LineId { get; init; }

    /// <summary>The consortium's product code.</summary>
    public required string Product { get; init; }

    /// <summary>The product's name when the order line was matched; absent in terms from before names were kept.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ProductName { get; init; }

    /// <summary>Its names in the catalogue by language, such as <c>fr</c>; absent: the catalogue had none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? ProductNames { get; init; }

    /// <summary>What the buyer calls it.</summary>
    public string? Description { get; init; }

    /// <summary>The buyer's longer text on the item.</summary>
    public string? ItemDescription { get; init; }

    /// <summary>Properties of the item, such as its colour or size.</summary>
    public IReadOnlyList<ItemProperty> Properties { get => field ?? []; init; }

    /// <summary>The buyer's notes on the line.</summary>
    public string? Note { get; init; }

    /// <summary>UN/ECE code of the unit in which the product is counted: all quantities here are in it.</summary>
    public required string Unit { get; init; }

    /// <summary>
    /// 1. In older offers, made before lines had units: how many of the buyer's pieces, which quantities count there, make one unit.
    /// </summary>
    public long PiecesPerUnit { get; init; } = 1;

    /// <summary>A part must be a multiple of this many pieces .</summary>
    public required long LotSize { get; init; }

    /// <summary>A part must have at least this many pieces .</summary>
    public required long MinLot { get; init; }

    /// <summary>
    /// The exact price: minor units of <see cref="Currency"/> for a number of pieces. It is what the buyer pays; if the firm's part was awarded by
    /// sealed price, it is that price, or the leader's price that the firm is asked to match. An invitation to hand in a price names none.
    /// </summary>
    public UnitPrice? Price { get; init; }

    /// <summary>
    /// On an invitation: true if, with three or more prices handed in, the firms after the cheapest will be offered their parts at the lowest price
    /// only.
    /// On an offer: true if <see cref="Price"/> is that lowest price and not the firm's own. Accepting the offer matches it; after a refusal with the
    /// reason <c>Price</c> the firm's own sealed price still counts for what is left, if the rulebook sets a ceiling for it.
    /// </summary>
    public bool PriceMatch { get; init; }

    /// <summary>ISO 4217 code.</summary>
    public required string Currency { get; init; }

    /// <summary>First day of the delivery window.</summary>
    public DateOnly? DeliveryFrom { get; init; }

    /// <summary>First day after the delivery window.</summary>
    public DateOnly? DeliveryBefore { get; init; }

    /// <summary>Incoterm and named place.</summary>
    public string? DeliveryTerms { get; init; }

    /// <summary>The buyer's name; shown only if three or more firms take part, so that nobody's part can be worked out.</summary>
    public string? Buyer { get; init; }

    /// <summary>The approved subcontractor that is to make the pieces under the member's responsibility.</summary>
    public Subcontract? Subcontract { get; init; }

    /// <summary>What the manager decided about parts of the buyer's document that have no place in an order, as far as firms must know.</summary>
    public IReadOnlyList<string> Instructions { get => field ?? []; init; }

    /// <summary>
    /// What is wanted of a line, never how much of it in all; the buyer only if <paramref name="isAnonymous"/>: enough firms are asked (H2).
    /// </summary>
    internal static OfferTerms Of(Order order, string lineId, OrderDocument document, long lotSize, long minLot, UnitPrice? price, bool isAnonymous)
    {
        var line = order.Line(lineId)!;
        var written = document.Lines.Single(l => l.LineId == lineId);
        return new OfferTerms
        {
            LineId = lineId,
            Product = line.Product!,
            ProductName = line.ProductName,
            ProductNames = line.ProductNames,
            Description = written.Item.Name ?? written.Item.Description,
            ItemDescription = written.Item.Description,
            Properties = written.Item.Properties,
            Note = written.Note,
            Unit = line.UnitOf(written),
            PiecesPerUnit = line.PiecesPerUnitOf(written),
            LotSize = lotSize,
            MinLot = minLot,
            Price = price,
            Currency = order.Currency,
            DeliveryFrom = line.From,
            DeliveryBefore = line.Due,
            DeliveryTerms = document.DeliveryTerms is { } terms ? $"{terms.Incoterm} {terms.NamedPlace}".Trim() : null,
            Buyer = isAnonymous ? order.BuyerName : null,
            Instructions = order.ForFirmsOf(lineId),
        };
    }
}
