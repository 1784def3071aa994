using ExportConsortia.Portal.Api;
using ExportConsortia.Portal.Pages.Invitations;

namespace ExportConsortia.Portal.Pages.Members;

/// <summary>The firms of the consortium: who they are, how they stand, and what the manager decides on them.</summary>
internal static class KeepMembers
{
    /// <summary>The standings of a firm, in the order in which it goes through them.</summary>
    public static readonly string[] Standings = ["Probation", "Active", "Suspended", "Left"];

    private const string Members = "/api/membership/members";

    // What the manager decides on a firm's standing, each with a reason: the address here is the interface's.
    private static readonly string[] Moves = ["activation", "suspension", "reinstatement", "departure"];

    public static void Map(IEndpointRouteBuilder pages)
    {
        var read = pages.MapGroup("/members").For(Role.ConsortiumManager, Role.Auditor);
        read.MapGet("", (string? standing, HttpContext http, ApiClient api, CancellationToken ct) => ListAsync(standing, null, http, api, ct));
        read.MapGet("/{id:guid}", (Guid id, string? done, HttpContext http, ApiClient api, CancellationToken ct) =>
            ShowAsync(id, new() { Done = done }, http, api, ct));

        var manage = pages.MapGroup("/members").For(Role.ConsortiumManager);
        manage.MapPost("", AdmitAsync);
        manage.MapPost("/{id:guid}", InviteAsync);
        foreach (var move in Moves)
        {
            manage.MapPost($"/{{id:guid}}/{move}", (Guid id, HttpContext http, ApiClient api, Words words, CancellationToken ct) =>
                MoveAsync(id, move, http, api, words, ct));
        }

        var agree = pages.MapGroup("/members/{id:guid}/departure").For(Role.ConsortiumManager, Role.Auditor);
        agree.MapPost("/approval", ApproveAsync);
        agree.MapPost("/removal", KeepAsync);
    }

    private static async Task<IResult> ListAsync(string? standing, FormState? form, HttpContext http, ApiClient api, CancellationToken ct)
    {
        var (members, scores) = (api.GetAsync<List<ListMembersResponse>>(Members, ct),
            api.GetAsync<List<ScoreView>>("/api/allocation/scores", ct));
        var (records, accounts) = (api.GetAsync<List<RecordView>>("/api/allocation/member-records", ct),
            api.GetAsync<List<AccountView>>("/api/allocation/fairness-accounts", ct));
        if ((await members).Value is not { } all)
        {
            return Reply.Error(http, (await members).Status);
        }

        var shown = Standings.Contains(standing) ? standing : null;
        return Reply.Page<MembersPage>(
            new
            {
                Firms = FirmRow.Of(
                    [.. all.Where(firm => shown is null ? firm.Standing != "Left" : firm.Standing == shown)],
                    (await scores).Value ?? [], (await records).Value ?? [], (await accounts).Value ?? []),
                Standing = shown,
                Any = all.Count > 0,
                Complete = (await scores).Ok && (await records).Ok && (await accounts).Ok,
                Form = form,
            },
            form is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<IResult> AdmitAsync(HttpContext http, ApiClient api, Words words, CancellationToken ct)
    {
        var form = new FormState("admit", await http.Request.ReadFormAsync(ct));
        var code = form.Needed("code", words["members.code.needed"]);
        var name = form.Needed("name", words["members.name.needed"]);
        var country = form["country"].ToUpperInvariant();
        if (country is not [>= 'A' and <= 'Z', >= 'A' and <= 'Z'])
        {
            form.Wrong("country", words["members.country.needed"]);
        }

        if (!form.Ok)
        {
            return await ListAsync(null, form, http, api, ct);
        }

        var answer = await api.PostAsync<ListMembersResponse>(
            Members, new { code, name, country, probation = form["probation"] == "true" }, ct, form["key"]);
        return await Reply.AfterAsync(http, answer, $"/members/{answer.Value?.Id}?done=admitted", problem =>
            ListAsync(null, form.Refused(problem, words, "code"), http, api, ct));
    }

    private static async Task<IResult> ShowAsync(Guid id, MemberState state, HttpContext http, ApiClient api, CancellationToken ct)
    {
        var (member, accounts) = (api.GetAsync<ListMembersResponse>($"{Members}/{id}", ct),
            api.GetAsync<List<ListAccountsResponse>>("/api/membership/accounts", ct));
        var (scores, records) = (api.GetAsync<List<ScoreView>>("/api/allocation/scores", ct),
            api.GetAsync<List<RecordView>>("/api/allocation/member-records", ct));
        if ((await member).Value is not { } firm || (await accounts).Value is not { } people)
        {
            return Reply.Error(http, (await member).Ok ? (await accounts).Status : (await member).Status);
        }

        return Reply.Page<MemberPage>(
            new
            {
                Firm = firm,
                People = people.Where(account => account.MemberId == id).ToList(),
                Scores = (await scores).Value?.Where(score => score.MemberId == id).ToList(),
                Record = (await records).Value?.Find(record => record.MemberId == id),
                State = state,
            },
            state.Form is { Ok: false } ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK);
    }

    private static async Task<IResult> MoveAsync(Guid id, string move, HttpContext http, ApiClient api, Words words, CancellationToken ct)
    {
        var form = new FormState(move, await http.Request.ReadFormAsync(ct));
        var reason = form.Needed("reason", words["member.reason.needed"]);
        if (!form.Ok)
        {
            return await ShowAsync(id, new() { Form = form }, http, api, ct);
        }

        var answer = await api.PostAsync<ListMembersResponse>($"{Members}/{id}/{move}", new { reason }, ct, form["key"]);
        return await Reply.AfterAsync(http, answer, $"/members/{id}?done={move}", problem =>
            ShowAsync(id, new() { Form = form.Refused(problem, words, "reason") }, http, api, ct));
    }

    // The second person: a firm leaves for good, or it stays.
    private static async Task<IResult> ApproveAsync(Guid id, HttpContext http, ApiClient api, Words words, CancellationToken ct)
    {
        var form = new FormState("approval", await http.Request.ReadFormAsync(ct));
        var answer = await api.PostAsync<ListMembersResponse>($"{Members}/{id}/departure/approval", new { }, ct, form["key"]);
        return await Reply.AfterAsync(http, answer, $"/members/{id}?done=left", problem =>
            ShowAsync(id, new() { Form = form.Refused(problem, words) }, http, api, ct));
    }

    private static async Task<IResult> KeepAsync(Guid id, HttpContext http, ApiClient api, Words words, CancellationToken ct)
    {
        var answer = await api.DeleteAsync($"{Members}/{id}/departure", ct);
        return await Reply.AfterAsync(http, answer, $"/members/{id}?done=stays", problem =>
            ShowAsync(id, new() { Form = new FormState("removal").Refused(problem, words) }, http, api, ct));
    }

    // Answered with the page itself: the link is shown this once and kept nowhere.
    private static async Task<IResult> InviteAsync(Guid id, HttpContext http, ApiClient api, Words words, CancellationToken ct)
    {
        var form = new FormState("account", await http.Request.ReadFormAsync(ct));
        var invitation = NewInvitation.Read(form, words);
        if (!form.Ok)
        {
            return await ShowAsync(id, new() { Form = form }, http, api, ct);
        }

        var answer = await api.PostAsync<InviteByLinkResponse>(
            NewInvitation.Address, invitation with { Role = Role.MemberUser, MemberId = id }, ct, form["key"]);
        return answer.Value is { } invited
            ? await ShowAsync(id, new() { Invited = invited, Link = NewInvitation.LinkOf(http, invited) }, http, api, ct)
            : await Reply.AfterAsync(http, answer, "", problem =>
                ShowAsync(id, new() { Form = form.Refused(problem, words, "email") }, http, api, ct));
    }
}
