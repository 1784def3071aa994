using ExportConsortia.Portal.Api;

namespace ExportConsortia.Portal.Pages.Accounts;

/// <summary>
/// Who may sign in, apart from the firms' people, who stand with their firm: managers and auditors of the consortium; for an operator, operators and
/// the managers of all consortia.
/// </summary>
internal static class KeepAccounts
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/accounts", (string? done, HttpContext http, ApiClient api, Visit visit, CancellationToken ct) =>
            ShowAsync(new() { Done = done }, http, api, visit, ct)).For(Role.ConsortiumManager, Role.Auditor, Role.Operator);
        var keep = pages.MapGroup("/accounts").For(Role.ConsortiumManager, Role.Operator);
        keep.MapPost("", OpenAsync);
        foreach (var change in (string[])["lock", "unlock"])
        {
            keep.MapPost($"/{{id:guid}}/{change}", (Guid id, HttpContext http, ApiClient api, Visit visit, Words words, CancellationToken ct) =>
                ChangeAsync(id, change, http, api, visit, words, ct));
        }
    }

    /// <summary>The roles of accounts that somebody can open here.</summary>
    public static string[] RolesFor(Visit visit) =>
        visit.User.IsInRole(Role.Operator) ? [Role.ConsortiumManager, Role.Operator] : [Role.ConsortiumManager, Role.Auditor];

    private static async Task<IResult> ShowAsync(AccountsState state, HttpContext http, ApiClient api, Visit visit, CancellationToken ct)
    {
        var (accounts, consortia) = (api.GetAsync<List<ListAccountsResponse>>(NewAccount.Address, ct),
            api.GetAsync<List<ListConsortiaResponse>>("/api/membership/consortia", ct));
        if ((await accounts).Value is not { } people || (await consortia).Value is not { } houses)
        {
            return Reply.Error(http, (await accounts).Ok ? (await consortia).Status : (await accounts).Status);
        }

        return Reply.Page<AccountsPage>(
            new
            {
                People = people.Where(account => account.MemberId is null).ToList(), Consortia = houses, Roles = RolesFor(visit), State = state,
            },
            state.Form is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }

    // Answered with the page itself: the first password is shown this once and kept nowhere.
    private static async Task<IResult> OpenAsync(HttpContext http, ApiClient api, Visit visit, Words words, CancellationToken ct)
    {
        var form = new FormState("account", await http.Request.ReadFormAsync(ct));
        var account = NewAccount.Read(form, words);
        var role = Array.Find(RolesFor(visit), role => role == form["role"]) ?? RolesFor(visit)[0];
        Guid? consortium = role != Role.Operator && Guid.TryParse(form["consortiumId"], out var chosen) ? chosen : null;
        if (!form.Ok)
        {
            return await ShowAsync(new() { Form = form }, http, api, visit, ct);
        }

        var answer = await api.PostAsync<ListAccountsResponse>(
            NewAccount.Address, account with { Role = role, ConsortiumId = consortium }, ct, form["key"]);
        return answer.Value is { } opened
            ? await ShowAsync(new() { Opened = opened, Password = account.Password }, http, api, visit, ct)
            : await Reply.AfterAsync(http, answer, "", problem =>
                ShowAsync(new() { Form = form.Refused(problem, words, "email") }, http, api, visit, ct));
    }

    // Also for the people of a firm, whose page it leads back to.
    private static async Task<IResult> ChangeAsync(
        Guid id, string change, HttpContext http, ApiClient api, Visit visit, Words words, CancellationToken ct)
    {
        var form = new FormState(change, await http.Request.ReadFormAsync(ct));
        var answer = await api.PostAsync<ListAccountsResponse>($"{NewAccount.Address}/{id}/{change}", new { }, ct, form["key"]);
        return await Reply.AfterAsync(http, answer, $"{Reply.Local(form["back"])}?done={change}ed", problem =>
            ShowAsync(new() { Form = form.Refused(problem, words) }, http, api, visit, ct));
    }
}
