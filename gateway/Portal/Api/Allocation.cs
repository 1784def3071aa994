namespace ExportConsortia.Portal.Api;

// What the pages read of the answers of Allocation, under the same names as in its interface; a test compares them.

public sealed record UnitPrice(long MinorUnits, long PerQuantity);

public sealed record ExplanationValue(string Name, long Value);

public sealed record ExplanationName(string Name, string Text);

public sealed record ExplanationStep(
    string Rule, string Text, IReadOnlyList<ExplanationValue> Values, string? Key = null, IReadOnlyList<ExplanationName>? Names = null,
    string? Unit = null);

public sealed record OfferView(
    Guid OfferId, Guid OrderId, string Kind, string State, long Quantity, long Accepted, DateTime IssuedAt, DateTime ExpiresAt,
    DateTime? AnsweredAt, string? Reason, string? Note, OfferTerms Terms, IReadOnlyList<ExplanationStep> Explanation,
    DateTime? WaitingSince = null, long? WaitingQuantity = null);

public sealed record OfferTerms(
    string LineId, string Product, string? Description, string? ItemDescription, IReadOnlyList<ItemProperty>? Properties, string? Note, string Unit,
    long PiecesPerUnit, long LotSize, long MinLot, UnitPrice? Price, bool PriceMatch, string Currency, DateOnly? DeliveryFrom,
    DateOnly? DeliveryBefore, string? DeliveryTerms, string? Buyer, Subcontract? Subcontract,
    IReadOnlyList<string>? Instructions, string? ProductName = null, IReadOnlyDictionary<string, string>? ProductNames = null);

public sealed record OfferPage(IReadOnlyList<OfferView> Offers, Guid? Before);

public sealed record TaskView(
    string Kind, Guid OrderId, string Buyer, string BuyerReference, string? LineId, DateTime? Since, DateTime? Until, Guid? FirstPerson);

public sealed record OrderQuantities(string Unit, long Ordered, long Accepted, long Offered, long Unallocated, long ShortClosed);

public sealed record OrderSummary(
    Guid OrderId, string State, string Buyer, string BuyerReference, DateTime ReceivedAt, DateTime? NextDeadline, string Currency, int? Lines,
    long? ValueMinor, OrderQuantities? Quantities);

public sealed record OrderPage(IReadOnlyList<OrderSummary> Orders, Guid? Before);

public sealed record OrderView(
    Guid OrderId, string State, string Buyer, string BuyerReference, string Currency, DateTime ReceivedAt, bool Urgent, long Version, int Round,
    bool RunInProgress, int? RunPercent, DateTime? NextDeadline, string? CancelReason, IReadOnlyList<ScreeningView> Screening,
    IReadOnlyList<QuestionView> Questions, IReadOnlyList<PriceRoundView> PriceRounds, IReadOnlyList<Guid> SameReferenceAs,
    IReadOnlyList<LineView> Lines, string? QuotationReference = null, string? BuyerText = null, bool Cleared = false, bool OnHold = false,
    IReadOnlyList<OrderViewDecisionView>? Decisions = null, IReadOnlyList<SplitView>? Exceptions = null);

public sealed record OrderViewDecisionView(
    string Kind, Guid UserId, DateTime At, string? Reason, string? SkipReason, string? LineId, long? Quantity, string? Unit, string? BuyerText,
    Guid? SecondUserId);

public sealed record ScreeningView(Guid UserId, bool WorksInSales, string Verdict, string Reason, DateTime DecidedAt);

public sealed record QuestionView(int Number, string Kind, string What, string? LineId, string Path, string Value, QuestionDecisionView? Decision);

public sealed record QuestionDecisionView(Guid UserId, string Verdict, string Reason, string? ForFirms, DateTime DecidedAt);

public sealed record PriceRoundView(
    Guid RoundId, int Run, string Stage, IReadOnlyList<string> Lines, int Invited, string State, DateTime AskedAt, DateTime ClosesAt,
    DateTime? ClosedAt, DateTime? EndedAt, int Prices);

public sealed record LineView(
    string LineId, string? Product, string? ProductFamily, string? Description, string Unit, long PiecesPerUnit, string? WaitsFor,
    string? WaitsBecause, UnitPrice? Price, long Ordered, long Accepted, long Offered, long Unallocated, long ShortClosed, string? ShortCloseReason,
    DateOnly? DeliveryFrom, DateOnly? DeliveryBefore, bool ByHand, IReadOnlyList<SplitView> SplitsByHand, IReadOnlyList<LineOffer> Offers,
    IReadOnlyList<OpenCallView> OpenCalls, string? ProductName = null, IReadOnlyDictionary<string, string>? ProductNames = null,
    string? BuyerText = null);

public sealed record LineOffer(
    Guid OfferId, Guid MemberId, string MemberCode, string Kind, int Round, long Quantity, long Accepted, string State, DateTime ExpiresAt,
    DateTime? AnsweredAt, string? Reason, string? Note, Subcontract? Subcontract, long? SealedPriceMinor, long? SealedPerQuantity, bool PriceMatch,
    Guid? AnsweredBy = null, DateTime? WaitingSince = null, long? WaitingQuantity = null);

public sealed record Subcontract(string Subcontractor, long UnitPriceMinor, string Currency);

public sealed record OpenCallView(
    Guid CallId, string Product, long Quantity, long Remaining, DateTime ExpiresAt, long LotSize, long MinLot, string Unit);

public sealed record CallForFirmView(
    Guid CallId, string Product, long Quantity, DateTime ExpiresAt, long LotSize, long MinLot, string Unit, OfferTerms? Terms);

public sealed record SplitView(
    Guid SplitId, string LineId, long Open, IReadOnlyList<SplitPart> Parts, string Reason, Guid SetBy, DateTime SetAt, string State,
    Guid? DecidedBy, DateTime? DecidedAt, string? Note, string Kind = "Split", CalledView? Call = null);

public sealed record CalledView(long Quantity, IReadOnlyList<Guid> Members, long Seconds, bool AboveCap, string Unit);

public sealed record SplitPart(Guid MemberId, long Quantity);

public sealed record RunView(
    Guid RunId, Guid OrderId, int Round, string Stage, int RulebookVersion, DateTime StartedAt, DateTime CompletedAt, RunPlan Plan);

/// <summary>The plan of a run: the interface gives it as it is stored, so it has no schema there.</summary>
public sealed record RunPlan(IReadOnlyList<RunLine> Lines);

/// <summary>A line of a plan; without the order if the run planned one order alone.</summary>
public sealed record RunLine(
    Guid? OrderId, string LineId, string Policy, IReadOnlyList<RunPart> Parts, IReadOnlyList<RunPassedOver> PassedOver,
    IReadOnlyList<ExplanationStep> ManagerSteps);

/// <summary>What a plan offers to a firm.</summary>
public sealed record RunPart(Guid MemberId, long Quantity, IReadOnlyList<ExplanationStep> MemberSteps);

/// <summary>A firm that a plan passes over, and why.</summary>
public sealed record RunPassedOver(Guid MemberId, string Code, ExplanationStep Step);

public sealed record SimulateOrderResponse(int RulebookVersion, DateTime TakenAt, Outcome AsItStands, IReadOnlyList<Outcome> Alternatives);

public sealed record Outcome(string Name, long Open, long Shortage, IReadOnlyList<LineOutcome> Lines);

public sealed record LineOutcome(
    string LineId, string Policy, long Open, long Shortage, string? ShortageReason, IReadOnlyList<PartOutcome> Parts,
    IReadOnlyList<PassedOverOutcome> PassedOver, string ProductFamily);

public sealed record PartOutcome(Guid MemberId, string MemberCode, long Quantity, IReadOnlyList<ExplanationStep> Explanation);

public sealed record PassedOverOutcome(Guid MemberId, string MemberCode, string Code, ExplanationStep Explanation);

public sealed record OrderDocument(
    string? OrderNumber, DateOnly? IssueDate, IReadOnlyList<string>? Notes, string Currency, string? CustomerReference, string? ContractReference,
    DocumentParty Buyer, DocumentParty? Seller, DeliveryRequest? Delivery, DeliveryTerms? DeliveryTerms, string? PaymentTerms, OrderTotals? Totals,
    IReadOnlyList<DocumentLine> Lines, IReadOnlyList<UnmappedValue>? Unmapped);

public sealed record DocumentParty(string? Name, LegalEntity? LegalEntity);

public sealed record LegalEntity(string? RegistrationName);

public sealed record DeliveryRequest(DeliveryPeriod? RequestedPeriod);

public sealed record DeliveryPeriod(DateOnly? StartDate, DateOnly? EndDate);

public sealed record DeliveryTerms(string? Incoterm, string? SpecialTerms, string? NamedPlace);

public sealed record OrderTotals(long? LineAmount, long? TaxInclusiveAmount, long? PayableAmount);

public sealed record DocumentLine(
    string LineId, long Quantity, long PiecesPerUnit, string Unit, long? Amount, string? Note, LinePrice? Price, DocumentItem Item);

public sealed record LinePrice(long MinorUnits, long PerQuantity);

public sealed record DocumentItem(string? Name, string? Description, Identifier? SellersId, Identifier? BuyersId);

public sealed record Identifier(string? Value);

public sealed record UnmappedValue(string Path, string Value);

public sealed record Product(string Code, string Name, string Family, string Unit);

public sealed record CapacityView(
    Guid DeclarationId, Guid MemberId, string ProductFamily, DateOnly From, DateOnly To, long Declared, long Reserved, DateTime DeclaredAt,
    string Unit);

public sealed record RecordView(Guid MemberId, int Strikes, int Answered, int Expired, long? MeanAnswerSeconds, DateTime? OldestCapacityAt);

public sealed record ScoreView(Guid MemberId, string ProductFamily, int Quality, int QualityRatings, int Delivery, int DeliveryRatings, int Equity);

public sealed record RatingPage(IReadOnlyList<RatingView> Ratings, Guid? Before);

public sealed record RatingView(
    Guid RatingId, Guid MemberId, string ProductFamily, string Kind, int Score, string Evidence, DateOnly On, DateTime RatedAt,
    DateTime? WithdrawnAt, string? WithdrawReason);

public sealed record AccountView(
    Guid MemberId, string ProductFamily, long Received, int Year, long Carried, long Entitled, long Balance, string Unit);

public sealed record ItemProperty(string? Name, string? Value);

public sealed record PriceInvitationView(
    Guid InvitationId, string Round, string Answer, DateTime ClosesAt, DateTime? AnsweredAt, long? UnitPriceMinor, long? PerQuantity,
        string? Commitment, string? Salt,
    DateTime? OpenedAt, OfferTerms Terms, IReadOnlyList<string> Commitments);

public sealed record InvitationPage(IReadOnlyList<PriceInvitationView> Invitations, Guid? Before);

public sealed record PassedOverView(Guid OrderId, string LineId, DateTime At, string Code, ExplanationStep Explanation);

public sealed record PassedOverPage(IReadOnlyList<PassedOverView> PassedOver, Guid? Before);

public sealed record EntryView(
    Guid EntryId, Guid MemberId, string ProductFamily, int Year, string Reason, long Entitled, long Received, DateTime PostedAt, Guid? OrderId,
    string? LineId, Guid? OfferId, string Unit);

public sealed record EntryPage(IReadOnlyList<EntryView> Entries, Guid? Before);

public sealed record SpreadView(string ProductFamily, int Year, int Firms, long MedianPerMille, long MeanDeviationPerMille);
