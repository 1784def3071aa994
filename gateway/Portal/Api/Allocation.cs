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

public sealed record GetRecordsRecordView(
    Guid MemberId, int Strikes, int Answered, int Expired, long? MeanAnswerSeconds, DateTime? OldestCapacityAt);

public sealed record GetRatingsScoreView(
    Guid MemberId, string ProductFamily, int Quality, int QualityRatings, int Delivery, int DeliveryRatings, int Equity);

public sealed record GetRatingsRatingPage(IReadOnlyList<RatingView> Ratings, Guid? Before);

public sealed record RatingView(
    Guid RatingId, Guid MemberId, string ProductFamily, string Kind, int Score, string Evidence, DateOnly On, DateTime RatedAt, DateTime? WithdrawnAt,
    string? WithdrawReason);

public sealed record GetFairnessAccountView(Guid MemberId, string ProductFamily, long Received);

public sealed record GetCapacityCapacityView(
    Guid MemberId, string ProductFamily, DateOnly From, DateOnly To, long Declared, long Reserved, DateTime DeclaredAt, string Unit);

public sealed record GetOrderOrderPage(IReadOnlyList<GetOrderOrderSummary> Orders);

public sealed record GetOrderOrderSummary(Guid OrderId, string State, string Buyer, string BuyerReference);

public sealed record SimulateOrderResponse(SimulateOrderOutcome AsItStands, IReadOnlyList<SimulateOrderOutcome> Alternatives);

public sealed record SimulateOrderOutcome(string Name, IReadOnlyList<SimulateOrderLineOutcome> Lines);

public sealed record SimulateOrderLineOutcome(
    string LineId, string ProductFamily, long Open, long Shortage, IReadOnlyList<SimulateOrderPartOutcome> Parts);

public sealed record SimulateOrderPartOutcome(string MemberCode, long Quantity);
