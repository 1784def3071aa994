using ExportConsortia.Portal.Api;
using ExportConsortia.Portal.Pages.Accounts;
using ExportConsortia.Portal.Pages.Invitations;

namespace ExportConsortia.Portal.Pages.House;

/// <summary>A member firm sees its standing, who of its people has access and who invited them, invites colleagues, and sees whom to call.</summary>
internal static class OurFirm
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        var firm = pages.MapGroup("/our-firm").For(Role.MemberUser);
        firm.MapGet("", (string? done, HttpContext http, ApiClient api, Visit visit, CancellationToken ct) =>
            ShowAsync(new() { Done = done }, http, api, visit, ct));
        firm.MapPost("", InviteAsync);
        firm.MapPost("/departure", LeaveAsync);
    }

    /// <summary>The page, with what just happened.</summary>
    public static async Task<IResult> ShowAsync(AccountsState state, HttpContext http, ApiClient api, Visit visit, CancellationToken ct)
    {
        var (members, accounts, managers, invitations) = (
            api.GetAsync<ListMembersResponse>($"/api/membership/members/{visit.Member}", ct),
            api.GetAsync<List<ListAccountsResponse>>(KeepAccounts.Address, ct),
            api.GetAsync<List<ListManagersResponse>>("/api/membership/consortium/managers", ct),
            api.GetAsync<List<ListInvitationsResponse>>(NewInvitation.Address, ct));
        return (await members).Value is { } firm && (await accounts).Value is { } people && (await managers).Value is { } call
            && (await invitations).Value is { } open
            ? Reply.Page<OurFirmPage>(new { Firm = firm, People = people, Managers = call, Invitations = open, State = state }, state.Status)
            : Reply.Error(http, StatusCodes.Status503ServiceUnavailable);
    }

    // The firm agrees that it leaves: from then on nobody of it can sign in.
    private static async Task<IResult> LeaveAsync(HttpContext http, ApiClient api, Visit visit, Words words, CancellationToken ct)
    {
        var form = new FormState("departure", await http.Request.ReadFormAsync(ct));
        var answer = await api.PostAsync<ListMembersResponse>(
            $"/api/membership/members/{visit.Member}/departure/approval", new { }, ct, form["key"]);
        return await Reply.AfterAsync(http, answer, "/sign-in", problem =>
            ShowAsync(new() { Form = form.Refused(problem, words) }, http, api, visit, ct));
    }

    // Answered with the page itself: the link is shown this once and kept nowhere.
    private static async Task<IResult> InviteAsync(HttpContext http, ApiClient api, Visit visit, Words words, CancellationToken ct)
    {
        var form = new FormState("account", await http.Request.ReadFormAsync(ct));
        var invitation = NewInvitation.Read(form, words);
        if (!form.Ok)
        {
            return await ShowAsync(new() { Form = form }, http, api, visit, ct);
        }

        var answer = await api.PostAsync<InviteByLinkResponse>(
            NewInvitation.Address, invitation with { Role = Role.MemberUser }, ct, form["key"]);
        return answer.Value is { } invited
            ? await ShowAsync(new() { Invited = invited, Link = NewInvitation.LinkOf(http, invited) }, http, api, visit, ct)
            : await Reply.AfterAsync(http, answer, "", problem =>
                ShowAsync(new() { Form = form.Refused(problem, words, "email") }, http, api, visit, ct));
    }
}
