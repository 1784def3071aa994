using ExportConsortia.Portal.Api;
using ExportConsortia.Portal.Parts;

namespace ExportConsortia.Portal.Pages.FairCosts;

/// <summary>The costs of an edition of a fair: the clean team reads all shares; the manager plans, records invoices, and settles.</summary>
internal static class KeepFairCosts
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGroup("/fairs/{id:guid}/costs").For(Role.ConsortiumManager, Role.Auditor).MapGet(
            "", (Guid id, bool? done, HttpContext http, ApiClient api, CancellationToken ct) => ShowAsync(id, done ?? false, null, http, api, ct));
        var keep = pages.MapGroup("/fairs/{id:guid}/costs").For(Role.ConsortiumManager);
        keep.MapPost("/items", AddItemAsync);
        keep.MapPost("/items/{itemId:guid}/actual", RecordAsync);
        keep.MapPost("/items/{itemId:guid}/removal", RemoveAsync);
        keep.MapPost("/grants", AddGrantAsync);
        keep.MapPost("/grants/{grantId:guid}/removal", RemoveGrantAsync);
        keep.MapPost("/plan", (Guid id, HttpContext http, ApiClient api, Words words, CancellationToken ct) =>
            VoteAsync(id, "plan", "cost-plan", "vote", http, api, words, ct));
        keep.MapPost("/settlement", (Guid id, HttpContext http, ApiClient api, Words words, CancellationToken ct) =>
            VoteAsync(id, "settlement", "settlement", "overrunVote", http, api, words, ct));
        var decide = pages.MapGroup("/fairs/{id:guid}/costs/proposals/{proposal:guid}").For(Role.ConsortiumManager, Role.Auditor);
        decide.MapPost("/approval", (Guid id, Guid proposal, HttpContext http, ApiClient api, Words words, CancellationToken ct) =>
            DecideAsync(id, proposal, approve: true, http, api, words, ct));
        decide.MapPost("/end", (Guid id, Guid proposal, HttpContext http, ApiClient api, Words words, CancellationToken ct) =>
            DecideAsync(id, proposal, approve: false, http, api, words, ct));
    }

    internal static string Path(Guid id) => $"/api/tradefairs/editions/{id}";

    private static async Task<IResult> ShowAsync(Guid id, bool done, FormState? form, HttpContext http, ApiClient api, CancellationToken ct)
    {
        var (found, members) = (
            api.GetAsync<CostsView>($"{Path(id)}/costs", ct), api.GetAsync<List<ListMembersResponse>>("/api/membership/members", ct));
        return (await found).Value is not { } costs ? Reply.Error(http, (await found).Status) : Reply.Page<FairCostsPage>(
            new { Costs = costs, (await found).Tag, Firms = (await members).Value ?? [], Done = done, Form = form },
            form is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }

    // The second person approves what one manager has proposed, or either of them ends it.
    private static async Task<IResult> DecideAsync(
        Guid id, Guid proposal, bool approve, HttpContext http, ApiClient api, Words words, CancellationToken ct)
    {
        var form = new FormState($"proposal-{proposal}", await http.Request.ReadFormAsync(ct));
        var address = $"{Path(id)}/cost-proposals/{proposal}";
        return approve
            ? await AfterAsync(
                id, await api.PostAsync<CostsView>($"{address}/approval", new { }, ct, form["key"], tag: form["tag"]), form, http, api, words, ct)
            : await AfterAsync(id, await api.DeleteAsync(address, ct, form["tag"]), form, http, api, words, ct);
    }

    // Reasons are one line.
    private static string? Reason(FormState form) => form["reason"].Length == 0 ? null : Fairs.JoinFair.OneLine(form["reason"]);

    private static async Task<IResult> AddItemAsync(Guid id, HttpContext http, ApiClient api, Words words, CancellationToken ct)
    {
        var form = new FormState("item", await http.Request.ReadFormAsync(ct));
        form.Needed("name", words["faircosts.needed"]);
        var withParts = form["costKey"] is "Direct" or "Custom";
        var parts = withParts ? Parts(form, form["costKey"] == "Direct" ? form["currency"] : null, words) : null;
        var planned = form["planned"].Length == 0 ? 0 : Amount(form, "planned", words);
        return !form.Ok ? await ShowAsync(id, false, form, http, api, ct) : await AfterAsync(
            id,
            await api.PostAsync<CostsView>(
                $"{Path(id)}/cost-items",
                new
                {
                    name = form["name"], key = form["costKey"], plannedMinor = planned, parts,
                    grantId = form["grant"].Length == 0 ? null : form["grant"],
                },
                ct, form["key"], tag: form["tag"]),
            form, http, api, words, ct, ("plannedMinor", "planned"));
    }

    private static async Task<IResult> RecordAsync(Guid id, Guid itemId, HttpContext http, ApiClient api, Words words, CancellationToken ct)
    {
        var form = new FormState($"actual-{itemId}", await http.Request.ReadFormAsync(ct));
        var direct = form["costKey"] == "Direct";
        // Agreed weights: those of firms that came after the plan, if there are any, are stated with the invoice.
        var parts = direct ? Parts(form, form["currency"], words) : form["costKey"] == "Custom" ? Parts(form, null, words) : null;
        var actual = direct ? null : Amount(form, "actual", words);
        return !form.Ok ? await ShowAsync(id, false, form, http, api, ct) : await AfterAsync(
            id,
            await api.PutAsync<CostsView>($"{Path(id)}/cost-items/{itemId}/actual", new { actualMinor = actual, parts, reason = Reason(form) }, ct,
                form["tag"]),
            form, http, api, words, ct, ("actualMinor", "actual"));
    }

    private static async Task<IResult> RemoveAsync(Guid id, Guid itemId, HttpContext http, ApiClient api, Words words, CancellationToken ct)
    {
        var form = new FormState($"removal-{itemId}", await http.Request.ReadFormAsync(ct));
        return await AfterAsync(
            id, await api.DeleteAsync($"{Path(id)}/cost-items/{itemId}", ct, form["tag"]), form, http, api, words, ct);
    }

    private static async Task<IResult> RemoveGrantAsync(
        Guid id, Guid grantId, HttpContext http, ApiClient api, Words words, CancellationToken ct)
    {
        var form = new FormState($"gone-{grantId}", await http.Request.ReadFormAsync(ct));
        var why = Reason(form) is { } reason ? $"?reason={Uri.EscapeDataString(reason)}" : "";
        return await AfterAsync(
            id, await api.DeleteAsync($"{Path(id)}/grants/{grantId}{why}", ct, form["tag"]), form, http, api, words, ct);
    }

    private static async Task<IResult> AddGrantAsync(Guid id, HttpContext http, ApiClient api, Words words, CancellationToken ct)
    {
        var form = new FormState("grant", await http.Request.ReadFormAsync(ct));
        form.Needed("name", words["faircosts.needed"]);
        form.Needed("state", words["faircosts.needed"]);
        form.Needed("grantedOn", words["faircosts.needed"]);
        var (rate, cap) = (form.Whole("rate", words["faircosts.whole"]), Amount(form, "cap", words));
        var euro = form["currency"] == "EUR" ? null : Amount(form, "euro", words);
        return !form.Ok ? await ShowAsync(id, false, form, http, api, ct) : await AfterAsync(
            id,
            await api.PostAsync<CostsView>(
                $"{Path(id)}/grants",
                new
                {
                    name = form["name"], state = form["state"].ToUpperInvariant(), ratePercent = rate, capMinor = cap, grantedOn = form["grantedOn"],
                    overflow = form["overflow"], tenThousandEuroMinor = euro,
                },
                ct, form["key"], tag: form["tag"]),
            form, http, api, words, ct, ("capMinor", "cap"), ("ratePercent", "rate"), ("tenThousandEuroMinor", "euro"));
    }

    // The approval of the plan and the settlement: each with the vote that it may take.
    private static async Task<IResult> VoteAsync(
        Guid id, string name, string step, string field, HttpContext http, ApiClient api, Words words, CancellationToken ct)
    {
        var form = new FormState(name, await http.Request.ReadFormAsync(ct));
        object? vote = form["reference"].Length == 0 ? null
            : new { body = form["body"], reference = form["reference"], heldOn = form.Needed("heldOn", words["faircosts.needed"]) };
        return !form.Ok ? await ShowAsync(id, false, form, http, api, ct) : await AfterAsync(
            id,
            await api.PostAsync<CostsView>(
                $"{Path(id)}/{step}",
                new Dictionary<string, object?> { [field] = vote, ["reason"] = Reason(form) },
                ct, form["key"], tag: form["tag"]),
            form, http, api, words, ct, ($"{field}.reference", "reference"), ($"{field}.heldOn", "heldOn"));
    }

    private static List<object> Parts(FormState form, string? currency, Words words)
    {
        var parts = new List<object>();
        foreach (var firm in form.All("firm").Where(firm => form[$"part-{firm}"].Length > 0))
        {
            parts.Add(new
            {
                memberId = firm,
                value = currency is null ? form.Whole($"part-{firm}", words["faircosts.whole"], least: 0) : Amount(form, $"part-{firm}", words),
            });
        }

        return parts;
    }

    /// <summary>An amount as it was typed, in minor units of the form's currency.</summary>
    internal static long? Amount(FormState form, string field, Words words) => Amount(form, field, form["currency"], words);

    /// <summary>An amount as it was typed, in minor units of a currency.</summary>
    internal static long? Amount(FormState form, string field, string currency, Words words)
    {
        if (Money.Read(form[field], currency) is { } minor)
        {
            return minor;
        }

        form.Wrong(field, words["faircosts.amount.needed"]);
        return null;
    }

    private static Task<IResult> AfterAsync<T>(
        Guid id, Answer<T> answer, FormState form, HttpContext http, ApiClient api, Words words, CancellationToken ct,
        params (string Theirs, string Ours)[] fields) =>
        Reply.AfterAsync(http, answer, $"/fairs/{id}/costs?done=true", problem =>
            ShowAsync(id, false, form.Refused(problem, words, "", fields), http, api, ct));
}
