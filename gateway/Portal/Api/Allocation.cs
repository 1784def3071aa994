namespace ExportConsortia.Portal.Api;

// What the pages read of the answers of Allocation, under the same names as in its interface; a test compares them.

public sealed record UnitPrice(long MinorUnits, long PerQuantity);

public sealed record ExplanationValue(string Name, long Value);

public sealed record ExplanationStep(string Rule, string Text, IReadOnlyList<ExplanationValue> Values, string? Key = null);

public sealed record OfferView(
    Guid OfferId, Guid OrderId, string Kind, string State, long Quantity, long Accepted, DateTime IssuedAt, DateTime ExpiresAt, DateTime? AnsweredAt,
    string? Reason, string? Note, OfferTerms Terms, IReadOnlyList<ExplanationStep> Explanation);

public sealed record OfferTerms(
    string LineId, string Product, string? Description, string Unit, long LotSize, long MinLot, UnitPrice? Price, bool PriceMatch, string Currency,
    DateOnly? DeliveryFrom, DateOnly? DeliveryBefore, string? DeliveryTerms, string? Buyer, long? OrderedQuantity);

public sealed record OfferPage(IReadOnlyList<OfferView> Offers, Guid? Before);
