using ExportConsortia.Portal.Api;
using ExportConsortia.Portal.Pages.House;
using ExportConsortia.Portal.Pages.Invitations;

namespace ExportConsortia.Portal.Pages.Accounts;

/// <summary>
/// Who may sign in and who is invited, apart from the firms' people, who stand with their firm: managers and auditors of the consortium; for an
/// operator, operators, managers and auditors of all consortia, and the codes of firms.
/// </summary>
internal static class KeepAccounts
{
    /// <summary>Where accounts are.</summary>
    public const string Address = "/api/membership/accounts";

    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/accounts", (string? done, HttpContext http, ApiClient api, Visit visit, CancellationToken ct) =>
            ShowAsync(new() { Done = done }, http, api, visit, ct)).For(Role.ConsortiumManager, Role.Auditor, Role.Operator);
        pages.MapGroup("/accounts").For(Role.ConsortiumManager, Role.Operator).MapPost("", InviteAsync);
        pages.MapGroup("/firm-codes").For(Role.Operator).MapPost("", IssueCodeAsync);

        var keep = pages.MapGroup("/accounts/{id:guid}").For(Role.ConsortiumManager, Role.Auditor, Role.Operator, Role.MemberUser);
        keep.MapPost("/lock", LockAsync);
        keep.MapPost("/unlock", UnlockAsync);
        keep.MapPost("/new-password", InviteToNewPasswordAsync);

        var decide = pages.MapGroup("/invitations/{id:guid}").For(Role.ConsortiumManager, Role.Auditor, Role.Operator, Role.MemberUser);
        decide.MapPost("/consent", ConsentAsync);
        decide.MapPost("/withdraw", WithdrawAsync);
    }

    /// <summary>The roles of people whom somebody can invite here.</summary>
    public static string[] RolesFor(Visit visit) =>
        visit.User.IsInRole(Role.Operator) ? [Role.ConsortiumManager, Role.Auditor, Role.Operator] : [Role.ConsortiumManager];

    private static Task<IResult> ShowAsync(AccountsState state, HttpContext http, ApiClient api, Visit visit, CancellationToken ct) =>
        visit.IsMember ? OurFirm.ShowAsync(state, http, api, visit, ct) : ShowAllAsync(state, http, api, visit, ct);

    private static async Task<IResult> ShowAllAsync(AccountsState state, HttpContext http, ApiClient api, Visit visit, CancellationToken ct)
    {
        var (accounts, consortia, invitations, codes) = (
            api.GetAsync<List<ListAccountsResponse>>(Address, ct),
            api.GetAsync<List<ListConsortiaResponse>>("/api/membership/consortia", ct),
            api.GetAsync<List<ListInvitationsResponse>>(NewInvitation.Address, ct),
            visit.User.IsInRole(Role.Operator)
                ? api.GetAsync<List<IssueFirmCodeWaiting>>("/api/membership/firm-codes", ct)
                : Task.FromResult(new Answer<List<IssueFirmCodeWaiting>>(StatusCodes.Status200OK, [], null)));
        if ((await accounts).Value is not { } people || (await consortia).Value is not { } houses || (await invitations).Value is not { } open)
        {
            return Reply.Error(http, (await accounts).Ok ? StatusCodes.Status503ServiceUnavailable : (await accounts).Status);
        }

        return Reply.Page<AccountsPage>(
            new
            {
                People = people.Where(account => account.MemberId is null).ToList(), Consortia = houses, Invitations = open,
                Codes = (await codes).Value ?? [], Roles = RolesFor(visit), State = state,
            },
            state.Status);
    }

    // Answered with the page itself: the link is shown this once and kept nowhere.
    private static async Task<IResult> InviteAsync(HttpContext http, ApiClient api, Visit visit, Words words, CancellationToken ct)
    {
        var form = new FormState("account", await http.Request.ReadFormAsync(ct));
        var invitation = NewInvitation.Read(form, words);
        var role = Array.Find(RolesFor(visit), role => role == form["role"]) ?? RolesFor(visit)[0];
        Guid? consortium = visit.User.IsInRole(Role.Operator) && role != Role.Operator && Guid.TryParse(form["consortiumId"], out var chosen)
            ? chosen : null;
        if (!form.Ok)
        {
            return await ShowAsync(new() { Form = form }, http, api, visit, ct);
        }

        var answer = await api.PostAsync<InviteByLinkResponse>(
            NewInvitation.Address, invitation with { Role = role, ConsortiumId = consortium }, ct, form["key"]);
        return answer.Value is { } invited
            ? await ShowAsync(new() { Invited = invited, Link = NewInvitation.LinkOf(http, invited) }, http, api, visit, ct)
            : await Reply.AfterAsync(http, answer, "", problem =>
                ShowAsync(new() { Form = form.Refused(problem, words, "email") }, http, api, visit, ct));
    }

    private static async Task<IResult> IssueCodeAsync(HttpContext http, ApiClient api, Visit visit, Words words, CancellationToken ct)
    {
        var form = new FormState("code", await http.Request.ReadFormAsync(ct));
        var firm = Guid.TryParse(form["firm"], out var id) ? id : Guid.Empty;
        var answer = await api.PostAsync<IssueFirmCodeResponse>($"/api/membership/members/{firm}/firm-code", new { }, ct, form["key"]);
        return answer.Value is { } code
            ? await ShowAsync(new() { Code = code }, http, api, visit, ct)
            : await Reply.AfterAsync(http, answer, "", problem => ShowAsync(new() { Form = form.Refused(problem, words) }, http, api, visit, ct));
    }

    // Also for the people of a firm, whose page it leads back to.
    private static async Task<IResult> LockAsync(Guid id, HttpContext http, ApiClient api, Visit visit, Words words, CancellationToken ct)
    {
        var form = new FormState("lock", await http.Request.ReadFormAsync(ct));
        var reason = form.Needed("reason", words["accounts.lock.reason.needed"]);
        if (!form.Ok)
        {
            return await ShowAsync(new() { Form = form }, http, api, visit, ct);
        }

        var answer = await api.PostAsync<ListAccountsResponse>($"{Address}/{id}/lock", new { reason }, ct, form["key"]);
        var done = answer.Value is { Locked: false } ? "proposed" : "locked";
        return await Reply.AfterAsync(http, answer, $"{Reply.Local(form["back"])}?done={done}", problem =>
            ShowAsync(new() { Form = form.Refused(problem, words) }, http, api, visit, ct));
    }

    private static async Task<IResult> UnlockAsync(Guid id, HttpContext http, ApiClient api, Visit visit, Words words, CancellationToken ct)
    {
        var form = new FormState("unlock", await http.Request.ReadFormAsync(ct));
        var reason = form.Needed("reason", words["accounts.unlock.reason.needed"]);
        if (!form.Ok)
        {
            return await ShowAsync(new() { Form = form }, http, api, visit, ct);
        }

        var answer = await api.PostAsync<ListAccountsResponse>($"{Address}/{id}/unlock", new { reason }, ct, form["key"]);
        return await Reply.AfterAsync(http, answer, $"{Reply.Local(form["back"])}?done=unlocked", problem =>
            ShowAsync(new() { Form = form.Refused(problem, words) }, http, api, visit, ct));
    }

    private static async Task<IResult> InviteToNewPasswordAsync(
        Guid id, HttpContext http, ApiClient api, Visit visit, Words words, CancellationToken ct)
    {
        var form = new FormState("new-password", await http.Request.ReadFormAsync(ct));
        var answer = await api.PostAsync<InviteByLinkResponse>($"{Address}/{id}/password-invitation", new { }, ct, form["key"]);
        return answer.Value is { } invited
            ? await ShowAsync(new() { Invited = invited, Link = NewInvitation.LinkOf(http, invited) }, http, api, visit, ct)
            : await Reply.AfterAsync(http, answer, "", problem => ShowAsync(new() { Form = form.Refused(problem, words) }, http, api, visit, ct));
    }

    private static async Task<IResult> ConsentAsync(Guid id, HttpContext http, ApiClient api, Visit visit, Words words, CancellationToken ct)
    {
        var form = new FormState("consent", await http.Request.ReadFormAsync(ct));
        var answer = await api.PostAsync<ListInvitationsResponse>($"{NewInvitation.Address}/{id}/consent", new { }, ct, form["key"]);
        return await Reply.AfterAsync(http, answer, $"{HomeOf(visit)}?done=consented", problem =>
            ShowAsync(new() { Form = form.Refused(problem, words) }, http, api, visit, ct));
    }

    private static async Task<IResult> WithdrawAsync(Guid id, HttpContext http, ApiClient api, Visit visit, Words words, CancellationToken ct)
    {
        var answer = await api.DeleteAsync($"{NewInvitation.Address}/{id}", ct);
        return await Reply.AfterAsync(http, answer, $"{HomeOf(visit)}?done=withdrawn", problem =>
            ShowAsync(new() { Form = new FormState("withdraw").Refused(problem, words) }, http, api, visit, ct));
    }

    private static string HomeOf(Visit visit) => visit.IsMember ? "/our-firm" : "/accounts";
}
