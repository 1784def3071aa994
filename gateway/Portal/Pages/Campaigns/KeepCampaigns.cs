using ExportConsortia.Portal.Api;

namespace ExportConsortia.Portal.Pages.Campaigns;

/// <summary>Campaigns: the manager prepares and starts them; a firm reads what they cost it and brought it.</summary>
internal static class KeepCampaigns
{
    private const string Campaigns = "/api/marketing/campaigns";
    private const string Costs = "/api/marketing/campaign-costs";

    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGroup("/campaigns").For(Role.ConsortiumManager, Role.Auditor, Role.MemberUser)
            .MapGet("", (HttpContext http, ApiClient api, Visit visit, CancellationToken ct) => ListAsync(null, http, api, visit, ct));
        pages.MapGroup("/campaigns").For(Role.ConsortiumManager, Role.Auditor)
            .MapGet("/{id:guid}", (Guid id, bool? done, HttpContext http, ApiClient api, CancellationToken ct) =>
                ShowAsync(id, done ?? false, null, http, api, ct));
        pages.MapGroup("/campaigns").For(Role.ConsortiumManager, Role.Auditor).MapPost("/{id:guid}/budget/approval", ApproveAsync);
        var keep = pages.MapGroup("/campaigns").For(Role.ConsortiumManager);
        keep.MapPost("", AddAsync);
        keep.MapPost("/{id:guid}/budget", ShareAsync);
        keep.MapPost("/{id:guid}/start", (Guid id, HttpContext http, ApiClient api, Words words, CancellationToken ct) =>
            StepAsync(id, "start", http, api, words, ct));
        keep.MapPost("/{id:guid}/stop", (Guid id, HttpContext http, ApiClient api, Words words, CancellationToken ct) =>
            StepAsync(id, "stop", http, api, words, ct));
    }

    private static async Task<IResult> ListAsync(FormState? form, HttpContext http, ApiClient api, Visit visit, CancellationToken ct)
    {
        var (costs, list) = (
            api.GetAsync<List<CampaignCostsResponse>>(Costs, ct),
            visit.IsCleanTeam ? api.GetAsync<KeepCampaignsResponse>($"{Campaigns}?limit=100", ct) : null);
        return (await costs).Value is not { } own ? Reply.Error(http, (await costs).Status)
            : list is not null && (await list).Value is null ? Reply.Error(http, (await list).Status)
            : Reply.Page<CampaignsPage>(
                new { Costs = own, Campaigns = (list is null ? null : (await list).Value)?.Campaigns ?? [], Form = form }, Status(form));
    }

    private static async Task<IResult> ShowAsync(Guid id, bool done, FormState? form, HttpContext http, ApiClient api, CancellationToken ct)
    {
        var (found, members) = (
            api.GetAsync<CampaignView>($"{Campaigns}/{id}", ct), api.GetAsync<List<ListMembersResponse>>("/api/membership/members", ct));
        return (await found).Value is not { } campaign
            ? Reply.Error(http, (await found).Status)
            : Reply.Page<CampaignPage>(
                new { Campaign = campaign, (await found).Tag, Firms = (await members).Value ?? [], Done = done, Form = form }, Status(form));
    }

    private static async Task<IResult> AddAsync(HttpContext http, ApiClient api, Visit visit, Words words, CancellationToken ct)
    {
        var form = new FormState("campaign", await http.Request.ReadFormAsync(ct));
        form.Needed("name", words["campaigns.needed"]);
        form.Needed("subject", words["campaigns.needed"]);
        form.Needed("text", words["campaigns.needed"]);
        if (!form.Ok)
        {
            return await ListAsync(form, http, api, visit, ct);
        }

        var countries = form["countries"].Split([' ', ',', ';'], StringSplitOptions.RemoveEmptyEntries);
        var answer = await api.PostAsync<CampaignView>(
            Campaigns,
            new { name = form["name"], subject = form["subject"], text = form.Raw("text"), countries, language = form["language"] }, ct,
            form["key"]);
        return await Reply.AfterAsync(http, answer, $"/campaigns/{answer.Value?.Id}?done=true", problem =>
            ListAsync(form.Refused(problem, words), http, api, visit, ct));
    }

    private static async Task<IResult> ShareAsync(Guid id, HttpContext http, ApiClient api, Words words, CancellationToken ct)
    {
        var form = new FormState("budget", await http.Request.ReadFormAsync(ct));
        var budget = form.Whole("budgetMinor", words["campaigns.whole"], least: 0);
        form.Needed("reason", words["brand.reason.needed"]);
        var weights = new List<object>();
        foreach (var field in form.All("firm").Where(firm => form[$"weight-{firm}"].Length > 0))
        {
            weights.Add(new { memberId = field, weight = form.Whole($"weight-{field}", words["campaigns.whole"], least: 0) });
        }

        if (!form.Ok)
        {
            return await ShowAsync(id, false, form, http, api, ct);
        }

        var answer = await api.PutAsync<CampaignView>(
            $"{Campaigns}/{id}/budget",
            new { budgetMinor = budget, key = form["costKey"], firms = weights.Count == 0 ? null : weights, reason = form["reason"] }, ct,
            form["tag"]);
        return await Reply.AfterAsync(http, answer, $"/campaigns/{id}?done=true", problem =>
            ShowAsync(id, false, form.Refused(problem, words), http, api, ct));
    }

    private static async Task<IResult> ApproveAsync(Guid id, HttpContext http, ApiClient api, Words words, CancellationToken ct)
    {
        var form = new FormState("approval", await http.Request.ReadFormAsync(ct));
        var answer = await api.PostAsync<CampaignView>($"{Campaigns}/{id}/budget/approval", new { }, ct, tag: form["tag"]);
        return await Reply.AfterAsync(http, answer, $"/campaigns/{id}?done=true", problem =>
            ShowAsync(id, false, form.Refused(problem, words), http, api, ct));
    }

    private static async Task<IResult> StepAsync(Guid id, string step, HttpContext http, ApiClient api, Words words, CancellationToken ct)
    {
        var form = new FormState(step, await http.Request.ReadFormAsync(ct));
        var answer = await api.PostAsync<CampaignView>($"{Campaigns}/{id}/{step}", new { }, ct, form["key"], tag: form["tag"]);
        return await Reply.AfterAsync(http, answer, $"/campaigns/{id}?done=true", problem =>
            ShowAsync(id, false, form.Refused(problem, words), http, api, ct));
    }

    private static int Status(FormState? form) => form is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity;
}
