namespace ExportConsortia.Portal.Api;

// What the pages read of the answers of Membership, under the same names as in its interface; a test compares them.

public sealed record TokenPair(string AccessToken, int ExpiresIn, string RefreshToken);

public sealed record OwnAccount(
    Guid Id, string Email, string Name, string Role, bool Sales, string? Language, string? TimeZone, OwnConsortium? Consortium, OwnFirm? Member);

public sealed record OwnConsortium(Guid Id, string Code, string Name, string TimeZone);

public sealed record OwnFirm(Guid Id, string Code, string Name);

public sealed record ListMembersResponse(Guid Id, string Code, string Name, string Country, string Standing);

public sealed record ListAccountsResponse(Guid Id, string Email, string Name, string Role, bool Sales);

public sealed record ListProductsResponse(string Code, string Name);
