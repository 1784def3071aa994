namespace ExportConsortia.Portal.Api;

// What the pages read of the answers of Membership, under the same names as in its interface; a test compares them.

public sealed record TokenPair(string AccessToken, int ExpiresIn, string RefreshToken);

public sealed record OwnAccount(
    Guid Id, string Email, string Name, string Role, bool Sales, string? Language, string? TimeZone, OwnConsortium? Consortium, OwnFirm? Member,
    Person? InvitedBy = null, Person? NewPasswordBy = null, DateTime? NewPasswordAt = null);

public sealed record Person(Guid Id, string Name, string Email);

public sealed record OwnConsortium(Guid Id, string Code, string Name, string TimeZone);

public sealed record OwnFirm(Guid Id, string Code, string Name);

public sealed record ListMembersResponse(
    Guid Id, string Code, string Name, string Country, string Standing, DateTime StandingSince, string? SuspensionReason,
    ListMembersDeparture? Departure = null);

public sealed record ListMembersDeparture(string Reason, DateTime ProposedAt, Person? ProposedBy);

public sealed record ListAccountsResponse(
    Guid Id, string Email, string Name, string Role, bool Sales, Guid? ConsortiumId, Guid? MemberId, bool Locked, DateTime OpenedAt,
    Person? InvitedBy, Person? NewPasswordBy, DateTime? NewPasswordAt, Person? LockedBy, string? LockReason, Person? LockProposedBy,
    string? LockProposal);

public sealed record InviteByLinkResponse(Guid Id, string Email, string Secret, DateTime ExpiresAt, string Needs);

public sealed record ListInvitationsResponse(
    Guid Id, string Kind, string Email, string Role, Guid? ConsortiumId, Guid? MemberId, Person? InvitedBy, DateTime ExpiresAt, string Needs,
    Person? ConsentedBy, bool MayConsent, bool MayWithdraw);

public sealed record AcceptInvitationShown(
    string Kind, string Email, string Role, string? Consortium, string? Firm, string InvitedBy, string Needs, bool Consented);

public sealed record AcceptInvitationResponse(Guid Id, string Email);

public sealed record IssueFirmCodeResponse(string Code, DateTime ExpiresAt);

public sealed record IssueFirmCodeWaiting(Guid MemberId, string Code, string Name, Guid ConsortiumId, DateTime? IssuedAt);

public sealed record FoundConsortiumResponse(Guid Id, string Name, InviteByLinkResponse Manager);

public sealed record ListProductsResponse(
    string Code, string Name, string Family, string Unit, IReadOnlyList<UnitConversion> Conversions, bool Retired,
    IReadOnlyList<Contradiction>? Contradictions);

public sealed record DeclareCapabilitiesProductMade(string ProductCode, string ProductName, string ProductFamily, string Unit);

public sealed record DeclareCapabilitiesResponse(Guid MemberId, IReadOnlyList<DeclareCapabilitiesProductMade> Capabilities);

public sealed record UnitConversion(string Unit, long Numerator, long Denominator);

public sealed record Contradiction(Guid MemberId, string ProductName, string ProductFamily);

public sealed record ListRulebookResponse(int Version, IReadOnlyList<Rule> Allocation, DateTime ActivatedAt);

public sealed record Rule(
    string ProductFamily, string Policy, long LotSize, long MinLot, long OfferSeconds, long UrgentOfferSeconds, int ConcentrationCapPercent,
    int ConcentrationFromMembers, int ProbationCapPercent, int CapacityMaxAgeDays, int StrikeLimit, int StrikeLapseDays, int MaxReallocationRounds,
    int CarryOverPercent, long SealedOfferSeconds, int? MaxMakers = null, IReadOnlyList<Quota>? Quotas = null, int? Sources = null,
    PriceMatchRound? PriceMatchRound = null, bool RequiresBrandLicence = false);

public sealed record Quota(Guid MemberId, int SharePpm);

public sealed record PriceMatchRound(long Seconds, int? CeilingPercent);

public sealed record ListConsortiaResponse(Guid Id, string Code, string Name, string BaseCurrency, string TimeZone, DateTime FoundedAt);

public sealed record StatePartyResponse(Party? Party);

public sealed record Party(string LegalName, string? TradingName, PartyNumber? Endpoint, IReadOnlyList<PartyNumber>? Identifiers, string? TaxId);

public sealed record PartyNumber(string Value, string? Scheme);

public sealed record RepublishResponse(int Messages);

public sealed record RotateSigningKeysResponse(string KeyId, DateTime SignsFrom);

public sealed record OwnSessionsResponse(
    Guid Id, string Kind, bool Current, DateTime OpenedAt, DateTime UsedAt, DateTime ExpiresAt, string? UserAgent);

public sealed record ListManagersResponse(
    Guid Id, string Name, string Email, string Role, DateTime Since, Person? InvitedBy, bool Locked, Person? LockedBy, string? LockReason,
    Person? LockProposedBy, Person? NewPasswordBy = null, DateTime? NewPasswordAt = null);

public sealed record ListCapacityResponse(
    Guid Id, Guid MemberId, string ProductFamily, DateOnly From, DateOnly To, long Quantity, DateTime DeclaredAt, string Unit);

public sealed record UploadCapacityResponse(int Rows, int Created, int Changed, int Renewed, int Unchanged, bool DryRun);
