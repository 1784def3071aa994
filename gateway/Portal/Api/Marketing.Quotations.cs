namespace ExportConsortia.Portal.Api;

// What the pages read of the answers of Marketing about quotations, under the same names as in its interface; a test compares them.

public sealed record QuotationPage(IReadOnlyList<ReadQuotationsSummary> Quotations, Guid? Before);

public sealed record ReadQuotationsSummary(
    Guid QuotationId, string Number, string State, string Buyer, string BuyerCountry, string Currency, DateTime CreatedAt, DateTime? NextDeadline);

public sealed record QuotationView(
    Guid QuotationId, string Number, string State, Guid BuyerId, string Buyer, string BuyerCountry, Guid? LeadId, string Currency, string? Incoterm,
    string? NamedPlace, DateOnly? DeliverFrom, DateOnly? DeliverUntil, IReadOnlyList<QuotationLine> Lines,
    IReadOnlyList<QuotationViewRoundView> Rounds, IReadOnlyList<QuotationViewVersionView> Versions, DateTime CreatedAt, long Version,
    QuotationViewProposalView? Proposal = null);

public sealed record QuotationViewProposalView(Guid RoundId, DateTime ClosesAt, string Reason, Guid By, DateTime At);

public sealed record QuotationLine(string LineId, string Product, string ProductName, long Quantity, string Unit);

public sealed record QuotationViewRoundView(
    Guid RoundId, string State, DateTime AskedAt, DateTime ClosesAt, DateTime? EndedAt, bool Counts, IReadOnlyList<QuotationViewPriceView> Prices);

public sealed record QuotationViewPriceView(
    Guid PriceId, Guid MemberId, string Member, string Product, bool HasAnswered, long? UnitPriceMinor, long? PerQuantity, string Unit);

public sealed record QuotationViewVersionView(
    int Number, string State, DateTime IssuedAt, DateTime ValidUntil, DateTime? EndedAt, string? Reason, string? AcceptedBy, QuotationContent Content,
    string ContentHash, IReadOnlyList<QuotationChange> Changes, Composition Composition);

public sealed record QuotationContent(
    string Number, int Version, string Consortium, string Buyer, string Currency, string? Incoterm, string? NamedPlace, DateOnly? DeliverFrom,
    DateOnly? DeliverUntil, DateTime ValidUntil, IReadOnlyList<QuotedItem> Lines, long TotalMinor, string? Terms);

public sealed record QuotedItem(
    string LineId, string ProductCode, string ProductName, long Quantity, string Unit, long UnitPriceMinor, long AmountMinor);

public sealed record QuotationChange(string Field, string? Product, string? Before, string? After);

public sealed record Composition(string Rule, int Firms, int MarginBp, int CommissionBp, IReadOnlyList<ComposedLine> Lines);

public sealed record ComposedLine(
    string LineId, string Product, string Unit, IReadOnlyList<ComposedInput> Inputs, string Base, string WithMargin, string WithCommission,
    long UnitPriceMinor);

public sealed record ComposedInput(Guid MemberId, long UnitPriceMinor, long PerQuantity, string Unit, bool Counts);

public sealed record IssueVersionResponse(QuotationView Quotation, LinkResponse Link);

public sealed record LinkResponse(string Token, string Page, DateTime ExpiresAt);

public sealed record StateHomeMarketResponse(IReadOnlyList<string> Countries, long Version);

public sealed record PricePage(IReadOnlyList<HandInPricePriceView> Prices, Guid? Before);

public sealed record HandInPricePriceView(
    Guid PriceId, string Round, string Answer, DateTime AskedAt, DateTime ClosesAt, long? UnitPriceMinor, long? PerQuantity, string Unit,
    string? Commitment, string? Salt, AskedTerms Terms);

public sealed record AskedTerms(
    string QuotationNumber, string Product, string ProductName, string Unit, long? Quantity, string Currency, string? Incoterm, string? NamedPlace,
    DateOnly? DeliverFrom, DateOnly? DeliverUntil);

public sealed record BuyersView(
    string Number, int Version, string State, QuotationContent? Content, string? ContentHash, IReadOnlyList<QuotationChange> Changes,
    DateTime? EndedAt, string? AcceptedBy);
