namespace ExportConsortia.Allocation.Documents;

/// <summary>Where and when the buyer wants the goods.</summary>
public sealed record DeliveryRequest
{
    /// <summary>The buyer's number of the delivery or, on a line, of the place to deliver to.</summary>
    public Identifier? Id { get; init; }

    /// <summary>Number of the place to deliver to.</summary>
    public Identifier? LocationId { get; init; }

    /// <summary>Name of the place to deliver to.</summary>
    public string? LocationName { get; init; }

    /// <summary>Address to deliver to.</summary>
    public PostalAddress? Address { get; init; }

    /// <summary>When the goods are wanted.</summary>
    public DeliveryPeriod? RequestedPeriod { get; init; }

    /// <summary>Who takes the goods in.</summary>
    public DocumentParty? Party { get; init; }

    /// <summary>The day on which the goods should leave.</summary>
    public DateOnly? RequestedDespatchDate { get; init; }

    /// <summary>Time of day at which the goods should leave, <c>hh:mm:ss</c>.</summary>
    public string? RequestedDespatchTime { get; init; }

    /// <summary>The buyer's number of the shipment; UBL asks for one, <c>NA</c> means none.</summary>
    public string? ShipmentId { get; init; }

    /// <summary>UNCL 4219 code; 1 is express.</summary>
    public string? ShippingPriorityCode { get; init; }

    /// <summary>Texts to print on the packing labels.</summary>
    public IReadOnlyList<string> ShippingMarks { get; init => field = value ?? []; } = [];
}

/// <summary>Days from the first to the last, both included; times of day as <c>hh:mm:ss</c>, with a zone only if the buyer gave one.</summary>
/// <param name="StartDate">First day.</param>
/// <param name="StartTime">Time of the first day.</param>
/// <param name="EndDate">Last day.</param>
/// <param name="EndTime">Time of the last day.</param>
public sealed record DeliveryPeriod(DateOnly? StartDate = null, string? StartTime = null, DateOnly? EndDate = null, string? EndTime = null);

/// <summary>Who carries cost and risk how far.</summary>
/// <param name="Incoterm">Incoterms code, such as <c>FOB</c>.</param>
/// <param name="SpecialTerms">Conditions beside it.</param>
/// <param name="NamedPlace">The place that the code refers to.</param>
/// <param name="NamedPlaceSchemeId">Scheme of the place, if it is given as a number.</param>
public sealed record DeliveryTerms(
    string? Incoterm = null, string? SpecialTerms = null, string? NamedPlace = null, string? NamedPlaceSchemeId = null);
