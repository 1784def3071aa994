using ExportConsortia.Portal.Api;
using ExportConsortia.Portal.Pages.Accounts;

namespace ExportConsortia.Portal.Pages.Traces;

/// <summary>
/// Who did or tried what: the clean team reads it of each part of the platform, a member firm what concerns its accounts and its name, an operator
/// what operators did.
/// </summary>
internal static class ShowTraces
{
    private static readonly string[] Services = ["membership", "allocation", "marketing", "tradefairs"];

    public static void Map(IEndpointRouteBuilder pages) => pages.MapGroup("/traces")
        .For(Role.ConsortiumManager, Role.Auditor, Role.MemberUser, Role.Operator).MapGet("", ShowAsync);

    private static async Task<IResult> ShowAsync(
        string? service, Guid? before, HttpContext http, ApiClient api, Visit visit, CancellationToken ct)
    {
        var shown = Services.Contains(service) ? service! : Services[0];
        var (list, accounts, firms, team) = (
            api.GetAsync<ReadTracesPage>($"/api/{shown}/traces?limit=50{(before is null ? "" : $"&before={before}")}", ct),
            api.GetAsync<List<ListAccountsResponse>>(KeepAccounts.Address, ct),
            visit.IsCleanTeam
                ? api.GetAsync<List<ListMembersResponse>>("/api/membership/members", ct)
                : Task.FromResult(new Answer<List<ListMembersResponse>>(StatusCodes.Status200OK, [], null)),
            visit.User.IsInRole(Role.Operator)
                ? Task.FromResult(new Answer<List<ListManagersResponse>>(StatusCodes.Status200OK, [], null))
                : api.GetAsync<List<ListManagersResponse>>("/api/membership/consortium/managers", ct));
        var (traces, names) = (await list, NamesOf((await accounts).Value ?? [], (await team).Value ?? [], (await firms).Value ?? []));
        return traces.Value is { } page
            ? Reply.Page<TracesPage>(new
            {
                page.Traces, page.Before, Names = names, Services = visit.IsCleanTeam ? Services : [], Service = shown,
            })
            : Reply.Error(http, traces.Status);
    }

    // Operators are in no list, but whoever was invited by one says so.
    private static Dictionary<Guid, string> NamesOf(
        List<ListAccountsResponse> people, List<ListManagersResponse> managers, List<ListMembersResponse> firms) =>
        people.SelectMany(a => (Person?[])[new(a.Id, a.Name, a.Email), a.InvitedBy, a.NewPasswordBy, a.LockedBy])
            .Concat(managers.SelectMany(m => (Person?[])[new(m.Id, m.Name, m.Email), m.InvitedBy, m.LockedBy]))
            .OfType<Person>().Select(person => (person.Id, person.Name)).Concat(firms.Select(firm => (firm.Id, firm.Name)))
            .DistinctBy(one => one.Id).ToDictionary(one => one.Id, one => one.Name);
}
