namespace ExportConsortia.Portal.Api;

// What the pages read of the answers of Marketing about buyers, leads and the brand, under the same names as in its interface; a test compares them.

public sealed record GetLeadsResponse(IReadOnlyList<LeadView> Leads, Guid? Before, string? Currency);

public sealed record GetLeadsPoolLine(Guid Id, IReadOnlyList<string> Families, string? Country, int AgeDays);

public sealed record GetLeadsCounts(int Pool, int PoolOverdue, int Assigned, int AssignedOverdue, int InWork);

public sealed record LeadView(
    Guid Id, string State, string Source, Guid BuyerId, string BuyerName, string? Country, IReadOnlyList<string> ProductCodes, string? Message,
    long ValueMinor, long? WonMinor, string? WonCurrency, Guid? MemberId, DateTime ArrivedAt, DateTime? AssignedAt, DateTime? ContactedAt,
    DateTime? DueAt, DateTime? ReturnAt, bool Overdue, IReadOnlyList<LeadContact>? Contacts, IReadOnlyList<LeadEvent>? History,
    IReadOnlyList<DecisionView>? Decisions, string? Currency);

public sealed record LeadContact(Guid Id, string Name, string? Email, string? Phone, string? Language, bool Erased);

public sealed record LeadEvent(string Kind, DateTime At, Guid? MemberId, string? Text, string? Source);

public sealed record DecisionView(
    Guid MemberId, string Rule, DateTime DecidedAt, string? Reason, long ValueMinor, IReadOnlyList<ConsideredView> Considered);

public sealed record ConsideredView(Guid MemberId, string Code, string Verdict, long ValueBeforeMinor, DateTime? LastAt);

public sealed record AssignLeadsResponse(IReadOnlyList<AssignLeadsDecided> Assigned, IReadOnlyList<AssignLeadsLeftLead> Left);

public sealed record AssignLeadsDecided(Guid LeadId, Guid MemberId, string Rule, long ValueMinor);

public sealed record AssignLeadsLeftLead(Guid LeadId, string Code);

public sealed record ProtectLeadsClaimView(
    Guid Id, Guid LeadId, Guid MemberId, string Basis, string BuyerName, string? InvoiceNumber, DateOnly? InvoiceDate, DateTime? RegisteredAt,
    DateTime MadeAt, string State, string? Reason);

public sealed record CaptureLeadResponse(Guid Id, string State);

public sealed record ProtectLeadsCustomerView(Guid Id, Guid MemberId, string Name, string? Domain, DateTime RegisteredAt);

public sealed record DeclareSaleResponse(
    Guid Id, Guid MemberId, string BuyerName, DateOnly SoldOn, long ValueMinor, string InvoiceNumber, DateTime DeclaredAt, bool InTime, Guid? LeadId);

public sealed record KeepWorkingDaysResponse(IReadOnlyList<string> Weekend, IReadOnlyList<DateOnly> Holidays, long Version);

public sealed record GetBuyersResponse(IReadOnlyList<BuyerView> Buyers, Guid? Before);

public sealed record GetBuyersDetails(
    BuyerView Buyer, IReadOnlyList<GetBuyersCandidate> Candidates, IReadOnlyList<GetBuyersMergeView> Merges, int Leads);

public sealed record GetBuyersCandidate(Guid Id, string Name, string Because);

public sealed record GetBuyersMergeView(
    Guid Id, Guid FromId, string FromName, Guid IntoId, DateTime MergedAt, int Leads, int Contacts, DateTime? UndoneAt);

public sealed record BuyerView(
    Guid Id, string Name, string? Domain, string? TaxId, string? Country, IReadOnlyList<ContactView> Contacts, Guid? MergedInto, DateTime CreatedAt);

public sealed record ContactView(
    Guid Id, string Name, string? Email, string? Phone, string? Language, IReadOnlyList<ConsentView> Consents, Guid? CameFrom, DateTime? ErasedAt);

public sealed record ConsentView(string Purpose, string TextVersion, bool Given, DateTime At);

public sealed record KeepLinksResponse(
    Guid Id, string Label, DateTime CreatedAt, DateTime ExpiresAt, DateTime? RevokedAt, long Views, DateTime? LastViewedAt,
    IReadOnlyList<KeepLinksViewedItem> Items);

public sealed record KeepLinksViewedItem(string ProductCode, long Views);

public sealed record KeepLinksNewLink(string Token, string Page, KeepLinksResponse Link);

public sealed record KeepRegulationsResponse(int Version, string Text, DateOnly EffectiveOn, DateTime PublishedAt);

public sealed record LicenceView(
    Guid Id, Guid MemberId, string? ProductCode, int RegulationVersion, DateOnly From, DateOnly? Until, string State, DateOnly? SuspendedUntil,
    IReadOnlyList<SanctionView> Sanctions, IReadOnlyList<LicenceChangeView>? Changes = null, SanctionProposalView? Proposal = null);

public sealed record LicenceChangeView(string Kind, DateTime At, string Reason, DateOnly? Until);

public sealed record SanctionProposalView(string Kind, string Reason, DateOnly? AppealUntil, DateOnly? Until, Guid By);

public sealed record SanctionView(string Kind, DateTime At, string? Reason, DateOnly? AppealUntil, DateOnly? Until);
