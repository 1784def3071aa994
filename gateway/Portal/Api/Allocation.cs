namespace ExportConsortia.Portal.Api;

// What the pages read of the answers of Allocation, under the same names as in its interface; a test compares them.

public sealed record UnitPrice(long MinorUnits, long PerQuantity);

public sealed record ExplanationValue(string Name, long Value);

public sealed record ExplanationName(string Name, string Text);

public sealed record ExplanationStep(
    string Rule, string Text, IReadOnlyList<ExplanationValue> Values, string? Key = null, IReadOnlyList<ExplanationName>? Names = null,
    string? Unit = null);

public sealed record OfferView(
    Guid OfferId, Guid OrderId, string Kind, string State, long Quantity, long Accepted, DateTime IssuedAt, DateTime ExpiresAt, DateTime? AnsweredAt,
    string? Reason, string? Note, OfferTerms Terms, IReadOnlyList<ExplanationStep> Explanation);

public sealed record OfferTerms(
    string LineId, string Product, string? Description, string? ItemDescription, IReadOnlyList<ItemProperty>? Properties, string? Note, string Unit,
    long PiecesPerUnit, long LotSize, long MinLot, UnitPrice? Price, bool PriceMatch, string Currency, DateOnly? DeliveryFrom,
    DateOnly? DeliveryBefore, string? DeliveryTerms, string? Buyer, long? OrderedQuantity, Subcontract? Subcontract,
    IReadOnlyList<string>? Instructions);

public sealed record ItemProperty(string? Name, string? Value);

public sealed record Subcontract(string Subcontractor, long UnitPriceMinor, string Currency);

public sealed record GetOffersOfferPage(IReadOnlyList<OfferView> Offers, Guid? Before);

public sealed record PriceInvitationView(
    Guid InvitationId, string Round, string Answer, DateTime ClosesAt, DateTime? AnsweredAt, long? UnitPriceMinor, string? Commitment, string? Salt,
    DateTime? OpenedAt, OfferTerms Terms, IReadOnlyList<string> Commitments);

public sealed record HandInPriceInvitationPage(IReadOnlyList<PriceInvitationView> Invitations, Guid? Before);

public sealed record OpenCallView(
    Guid CallId, string Product, long Quantity, long Remaining, DateTime ExpiresAt, long LotSize, long MinLot, string Unit, OfferTerms? Terms);

public sealed record GetPassedOverPassedOverView(Guid OrderId, string LineId, DateTime At, string Code, ExplanationStep Explanation);

public sealed record GetPassedOverPassedOverPage(IReadOnlyList<GetPassedOverPassedOverView> PassedOver, Guid? Before);

public sealed record GetCapacityCapacityView(Guid DeclarationId, long Reserved);

public sealed record GetFairnessAccountView(
    Guid MemberId, string ProductFamily, int Year, long Carried, long Entitled, long Received, long Balance, string Unit);

public sealed record GetFairnessEntryView(
    Guid EntryId, Guid MemberId, string ProductFamily, int Year, string Reason, long Entitled, long Received, DateTime PostedAt, Guid? OrderId,
    string? LineId, Guid? OfferId, string Unit);

public sealed record GetFairnessEntryPage(IReadOnlyList<GetFairnessEntryView> Entries, Guid? Before);

public sealed record GetFairnessSpreadView(
    string ProductFamily, int Year, int Firms, long LowestPerMille, long MedianPerMille, long HighestPerMille, long MeanDeviationPerMille);
