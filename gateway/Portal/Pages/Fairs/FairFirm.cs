using ExportConsortia.Portal.Api;
using ExportConsortia.Portal.Pages.FairCosts;

namespace ExportConsortia.Portal.Pages.Fairs;

/// <summary>
/// One firm at a fair, for the clean team: the manager records what was measured of its freight. If it can't withdraw itself, the manager proposes
/// its withdrawal, and an auditor approves or refuses that with the penalty in view.
/// </summary>
internal static class FairFirm
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        const string Route = "/fairs/{id:guid}/firms/{firm:guid}";
        pages.MapGroup(Route).For(Role.ConsortiumManager, Role.Auditor).MapGet(
            "", (Guid id, Guid firm, bool? done, HttpContext http, ApiClient api, CancellationToken ct) =>
                PageAsync(id, firm, done ?? false, null, http, api, ct));
        pages.MapGroup(Route).For(Role.ConsortiumManager).MapPost("/measured", MeasureAsync);
        pages.MapGroup(Route).For(Role.ConsortiumManager).MapPost("/withdrawal", ProposeAsync);
        pages.MapGroup(Route).For(Role.ConsortiumManager, Role.Auditor).MapPost("/withdrawal/end", EndAsync);
        pages.MapGroup(Route).For(Role.Auditor).MapPost("/withdrawal/approval", ApproveAsync);
    }

    private static async Task<IResult> MeasureAsync(Guid id, Guid firm, HttpContext http, ApiClient api, Words words, CancellationToken ct)
    {
        var form = new FormState("measured", await http.Request.ReadFormAsync(ct));
        form.Needed("source", words["fairs.needed"]);
        var exhibits = form.Whole("exhibits", words["fairs.number.wrong"], least: 0);
        var litres = JoinFair.ReadLitres(form["volume"]);
        if (litres is null)
        {
            form.Wrong("volume", words["fairs.number.wrong"]);
        }

        return form.Ok
            ? await AfterAsync(
                await api.PutAsync<CommitmentView>(
                    $"{ListFairs.Editions}/{id}/commitments/{firm}/measured",
                    new { volumeLitres = litres, exhibitCount = exhibits, source = form["source"] }, ct, form["tag"]),
                id, firm, form, http, api, words, ct, ("volumeLitres", "volume"), ("exhibitCount", "exhibits"))
            : await PageAsync(id, firm, false, form, http, api, ct);
    }

    private static async Task<IResult> ProposeAsync(Guid id, Guid firm, HttpContext http, ApiClient api, Words words, CancellationToken ct)
    {
        var form = new FormState("propose", await http.Request.ReadFormAsync(ct));
        form.Needed("reason", words["fairs.needed"]);
        return form.Ok
            ? await AfterAsync(
                await api.PutAsync<WithdrawalProposalView>(Proposal(id, firm), new { reason = JoinFair.OneLine(form["reason"]) }, ct), id, firm, form,
                http, api, words, ct)
            : await PageAsync(id, firm, false, form, http, api, ct);
    }

    private static async Task<IResult> EndAsync(Guid id, Guid firm, HttpContext http, ApiClient api, Words words, CancellationToken ct)
    {
        var form = new FormState("end", await http.Request.ReadFormAsync(ct));
        return await AfterAsync(await api.DeleteAsync(Proposal(id, firm), ct), id, firm, form, http, api, words, ct);
    }

    private static async Task<IResult> ApproveAsync(Guid id, Guid firm, HttpContext http, ApiClient api, Words words, CancellationToken ct)
    {
        var form = new FormState("approve", await http.Request.ReadFormAsync(ct));
        var read = long.TryParse(form["penalty"], out var minor) ? minor : -1;
        return await AfterAsync(
            await api.PostAsync<object>($"{Proposal(id, firm)}/approval", new { expectedPenaltyMinor = read }, ct, form["key"]), id, firm, form, http,
            api, words, ct);
    }

    private static string Proposal(Guid id, Guid firm) => $"{ListFairs.Editions}/{id}/withdrawal-proposals/{firm}";

    private static Task<IResult> AfterAsync<T>(
        Answer<T> answer, Guid id, Guid firm, FormState form, HttpContext http, ApiClient api, Words words, CancellationToken ct,
        params (string Theirs, string Ours)[] fields) =>
        Reply.AfterAsync(http, answer, $"/fairs/{id}/firms/{firm}?done=true", problem =>
            PageAsync(id, firm, false, form.Refused(problem, words, "", fields), http, api, ct));

    private static async Task<IResult> PageAsync(
        Guid id, Guid firm, bool done, FormState? form, HttpContext http, ApiClient api, CancellationToken ct)
    {
        var found = await api.GetAsync<EditionView>($"{ListFairs.Editions}/{id}", ct);
        if (found.Value is not { } fair || fair.Commitments?.FirstOrDefault(c => c.MemberId == firm) is not { } commitment)
        {
            return Reply.Error(http, found.Ok ? StatusCodes.Status404NotFound : found.Status);
        }

        // A firm that only waits pays nothing.
        var today = commitment.State != "Committed" ? null : await api.PostAsync<SimulateCostsResponse>(
            $"{KeepFairCosts.Path(id)}/cost-simulations", new { withdraw = (Guid[])[firm] }, ct);
        var penalty = today is null ? 0 : today.Value?.Shares.FirstOrDefault(s => s.MemberId == firm)?.ThenMinor;
        return Reply.Page<FairFirmPage>(
            new { Fair = fair, Firm = commitment, PenaltyMinor = penalty, Done = done, Form = form },
            form is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }
}
