using ExportConsortia.Portal.Api;

namespace ExportConsortia.Portal.Pages.Leads;

/// <summary>The board of leads: the manager assigns them, a firm works on its own and sees of the pool what is asked for.</summary>
internal static class KeepLeads
{
    private const string List = "/api/marketing/leads";

    public static void Map(IEndpointRouteBuilder pages)
    {
        var read = pages.MapGroup("/leads").For(Role.ConsortiumManager, Role.Auditor, Role.MemberUser);
        read.MapGet("", (string? state, bool? overdue, Guid? before, int? assigned, int? left, HttpContext http, ApiClient api, Visit visit,
            CancellationToken ct) => BoardAsync(state, overdue ?? false, before, assigned, left, null, http, api, visit, ct));
        read.MapGet("/{id:guid}", (Guid id, bool? done, HttpContext http, ApiClient api, Visit visit, CancellationToken ct) =>
            ShowAsync(id, done ?? false, null, http, api, visit, ct));

        var manage = pages.MapGroup("/leads").For(Role.ConsortiumManager);
        manage.MapPost("/assignments", AssignAllAsync);
        manage.MapPost("/{id:guid}/assignment", AssignAsync);
        manage.MapPost("/{id:guid}/return", (Guid id, HttpContext http, ApiClient api, Visit visit, Words words, CancellationToken ct) =>
            ActAsync(id, "return", form => new { reason = form["reason"] }, http, api, visit, words, ct));
        manage.MapPost("/{id:guid}/claims/{claim:guid}", DecideAsync);

        var own = pages.MapGroup("/leads").For(Role.MemberUser);
        own.MapPost("/claims", ClaimAsync);
        own.MapPost("/{id:guid}/contact", (Guid id, HttpContext http, ApiClient api, Visit visit, Words words, CancellationToken ct) =>
            ActAsync(id, "contact", form => new { note = Text(form["note"]) }, http, api, visit, words, ct));
        own.MapPost("/{id:guid}/outcome", (Guid id, HttpContext http, ApiClient api, Visit visit, Words words, CancellationToken ct) =>
            ActAsync(
                id, "outcome",
                form => new
                {
                    outcome = form["outcome"], reason = Text(form["reason"]),
                    valueMinor = form["outcome"] == "Won" ? LeadValue.Read(form, "valueMinor", form["currency"], words) : null,
                },
                http, api, visit, words, ct));
    }

    private static async Task<IResult> BoardAsync(
        string? state, bool overdue, Guid? before, int? assigned, int? left, FormState? form, HttpContext http, ApiClient api, Visit visit,
        CancellationToken ct)
    {
        var query = string.Concat(
            state is null ? "" : $"&state={Uri.EscapeDataString(state)}", overdue ? "&overdue=true" : "", before is null ? "" : $"&before={before}");
        var (list, pool, counts, members) = (
            api.GetAsync<GetLeadsResponse>($"{List}?limit=50{query}", ct),
            visit.IsMember ? api.GetAsync<List<GetLeadsPoolLine>>($"{List}/pool", ct) : null,
            visit.IsCleanTeam ? api.GetAsync<GetLeadsCounts>($"{List}/counts", ct) : null,
            visit.IsCleanTeam ? api.GetAsync<List<ListMembersResponse>>("/api/membership/members", ct) : null);
        return (await list).Value is not { } page
            ? Reply.Error(http, (await list).Status)
            : Reply.Page<LeadsPage>(
                new
                {
                    Page = page, State = state, Overdue = overdue, Assigned = assigned, Left = left, Form = form,
                    Pool = pool is null ? [] : (await pool).Value ?? [],
                    Counts = counts is null ? null : (await counts).Value,
                    Firms = Names(members is null ? null : (await members).Value),
                },
                form is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<IResult> ShowAsync(
        Guid id, bool done, FormState? form, HttpContext http, ApiClient api, Visit visit, CancellationToken ct)
    {
        var (found, members, claims) = (
            api.GetAsync<LeadView>($"{List}/{id}", ct),
            visit.IsCleanTeam ? api.GetAsync<List<ListMembersResponse>>("/api/membership/members", ct) : null,
            visit.IsCleanTeam ? api.GetAsync<List<ProtectLeadsClaimView>>("/api/marketing/lead-claims", ct) : null);
        return (await found).Value is not { } lead
            ? Reply.Error(http, (await found).Status)
            : Reply.Page<LeadPage>(
                new
                {
                    Lead = lead, Done = done, Form = form,
                    Firms = Names(members is null ? null : (await members).Value),
                    Claims = (claims is null ? null : (await claims).Value)?.FindAll(claim => claim.LeadId == id) ?? [],
                },
                form is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<IResult> AssignAllAsync(HttpContext http, ApiClient api, Visit visit, Words words, CancellationToken ct)
    {
        var form = new FormState("assignments", await http.Request.ReadFormAsync(ct));
        var answer = await api.PostAsync<AssignLeadsResponse>($"{List}/assignments", new { }, ct, form["key"]);
        return await Reply.AfterAsync(http, answer, $"/leads?assigned={answer.Value?.Assigned.Count}&left={answer.Value?.Left.Count}", problem =>
            BoardAsync(null, false, null, null, null, form.Refused(problem, words), http, api, visit, ct));
    }

    private static Task<IResult> AssignAsync(Guid id, HttpContext http, ApiClient api, Visit visit, Words words, CancellationToken ct) => ActAsync(
        id, "assignment",
        form => Guid.TryParse(form["memberId"], out var firm) ? new { memberId = (Guid?)firm, reason = (string?)form["reason"] }
            : new { memberId = (Guid?)null, reason = (string?)null },
        http, api, visit, words, ct);

    private static async Task<IResult> DecideAsync(
        Guid id, Guid claim, HttpContext http, ApiClient api, Visit visit, Words words, CancellationToken ct)
    {
        var form = new FormState($"claim-{claim:N}", await http.Request.ReadFormAsync(ct));
        var answer = await api.PostAsync<ProtectLeadsClaimView>(
            $"/api/marketing/lead-claims/{claim}/decision", new { confirmed = form["do"] == "confirm", reason = Text(form["reason"]) }, ct,
                form["key"]);
        return await Reply.AfterAsync(http, answer, $"/leads/{id}?done=true", problem =>
            ShowAsync(id, false, form.Refused(problem, words), http, api, visit, ct));
    }

    private static async Task<IResult> ClaimAsync(HttpContext http, ApiClient api, Visit visit, Words words, CancellationToken ct)
    {
        var form = new FormState("claim", await http.Request.ReadFormAsync(ct));
        var lead = form.Needed("lead", words["leads.claim.lead.needed"]);
        form.Needed("buyerName", words["leads.claim.buyer.needed"]);
        if (!form.Ok)
        {
            return await BoardAsync(null, false, null, null, null, form, http, api, visit, ct);
        }

        var answer = await api.PostAsync<ProtectLeadsClaimView>(
            $"{List}/{Uri.EscapeDataString(lead)}/claims",
            new { buyerName = form["buyerName"], invoiceNumber = Text(form["invoiceNumber"]), invoiceDate = Text(form["invoiceDate"]) }, ct,
                form["key"]);
        return await Reply.AfterAsync(http, answer, "/leads?assigned=0", problem =>
            BoardAsync(null, false, null, null, null, form.Refused(problem, words), http, api, visit, ct));
    }

    private static async Task<IResult> ActAsync(
        Guid id, string what, Func<FormState, object> body, HttpContext http, ApiClient api, Visit visit, Words words, CancellationToken ct)
    {
        var form = new FormState(what, await http.Request.ReadFormAsync(ct));
        var content = body(form);
        if (!form.Ok)
        {
            return await ShowAsync(id, false, form, http, api, visit, ct);
        }

        var answer = await api.PostAsync<object>($"{List}/{id}/{what}", content, ct, form["key"]);
        return await Reply.AfterAsync(http, answer, $"/leads/{id}?done=true", problem =>
            ShowAsync(id, false, form.Refused(problem, words), http, api, visit, ct));
    }

    private static Dictionary<Guid, string> Names(List<ListMembersResponse>? firms) => firms?.ToDictionary(firm => firm.Id, firm => firm.Name) ?? [];

    private static string? Text(string typed) => typed.Length == 0 ? null : typed;
}
