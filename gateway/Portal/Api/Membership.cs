namespace ExportConsortia.Portal.Api;

// What the pages read of the answers of Membership, under the same names as in its interface; a test compares them.

public sealed record TokenPair(string AccessToken, int ExpiresIn, string RefreshToken);

public sealed record OwnAccount(
    Guid Id, string Email, string Name, string Role, bool Sales, string? Language, string? TimeZone, OwnConsortium? Consortium, OwnFirm? Member);

public sealed record OwnConsortium(Guid Id, string Code, string Name, string TimeZone);

public sealed record OwnFirm(Guid Id, string Code, string Name);

public sealed record OwnSessionsResponse(
    Guid Id, string Kind, bool Current, DateTime OpenedAt, DateTime UsedAt, DateTime ExpiresAt, string? UserAgent);

public sealed record ListAccountsResponse(Guid Id, string Email, string Name, string Role, Guid? MemberId, bool Locked);

public sealed record ListManagersResponse(string Name, string Email);

public sealed record ListMembersResponse(Guid Id, string Code, string Name, string Country, string Standing, string? SuspensionReason);

public sealed record ListProductsResponse(string Code, string Name, string Family, string Unit, bool Retired);

public sealed record DeclareCapabilitiesResponse(IReadOnlyList<DeclareCapabilitiesProductMade> Capabilities);

public sealed record DeclareCapabilitiesProductMade(string ProductCode);

public sealed record ListCapacityResponse(
    Guid Id, Guid MemberId, string ProductFamily, DateOnly From, DateOnly To, long Quantity, DateTime DeclaredAt, string Unit);

public sealed record UploadCapacityResponse(int Rows, int Created, int Changed, int Renewed, int Unchanged, bool DryRun);
