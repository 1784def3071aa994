using ExportConsortia.Portal.Api;

namespace ExportConsortia.Portal.Pages.House;

/// <summary>A member firm sees its standing, and who of its people can sign in.</summary>
internal static class OurFirm
{
    public static void Map(IEndpointRouteBuilder pages) => pages.MapGet("/our-firm", ShowAsync).For(Role.MemberUser);

    private static async Task<IResult> ShowAsync(HttpContext http, ApiClient api, Visit visit, CancellationToken ct)
    {
        var (members, accounts) = (
            api.GetAsync<ListMembersResponse>($"/api/membership/members/{visit.Member}", ct),
            api.GetAsync<List<ListAccountsResponse>>("/api/membership/accounts", ct));
        return (await members).Value is { } firm && (await accounts).Value is { } people
            ? Reply.Page<OurFirmPage>(new { Firm = firm, People = people })
            : Reply.Error(http, StatusCodes.Status503ServiceUnavailable);
    }
}
