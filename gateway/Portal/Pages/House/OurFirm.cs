using ExportConsortia.Portal.Api;

namespace ExportConsortia.Portal.Pages.House;

/// <summary>A member firm sees its standing, who of its people can sign in, and whom to call.</summary>
internal static class OurFirm
{
    public static void Map(IEndpointRouteBuilder pages) => pages.MapGet("/our-firm", ShowAsync).For(Role.MemberUser);

    private static async Task<IResult> ShowAsync(HttpContext http, ApiClient api, Visit visit, CancellationToken ct)
    {
        var (members, accounts, managers) = (
            api.GetAsync<ListMembersResponse>($"/api/membership/members/{visit.Member}", ct),
            api.GetAsync<List<ListAccountsResponse>>("/api/membership/accounts", ct),
            api.GetAsync<List<ListManagersResponse>>("/api/membership/consortium/managers", ct));
        return (await members).Value is { } firm && (await accounts).Value is { } people && (await managers).Value is { } call
            ? Reply.Page<OurFirmPage>(new { Firm = firm, People = people, Managers = call })
            : Reply.Error(http, StatusCodes.Status503ServiceUnavailable);
    }
}
