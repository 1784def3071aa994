using ExportConsortia.Portal.Api;

namespace ExportConsortia.Portal.Pages.FairCosts;

/// <summary>Turnover and votes of the firms, by which items may be shared: the manager states what the firms told.</summary>
internal static class FairWeights
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGroup("/fairs/{id:guid}/costs").For(Role.ConsortiumManager, Role.Auditor).MapGet(
            "/weights", (Guid id, bool? done, HttpContext http, ApiClient api, CancellationToken ct) =>
                ShowAsync(id, done ?? false, null, http, api, ct));
        pages.MapGroup("/fairs/{id:guid}/costs").For(Role.ConsortiumManager).MapPost("/weights", StateAsync);
    }

    private static async Task<IResult> ShowAsync(Guid id, bool done, FormState? form, HttpContext http, ApiClient api, CancellationToken ct)
    {
        var (found, fair) = (
            api.GetAsync<CostsView>($"{KeepFairCosts.Path(id)}/costs", ct), api.GetAsync<EditionView>(KeepFairCosts.Path(id), ct));
        if ((await found).Value is not { } costs || (await fair).Value is not { } edition)
        {
            return Reply.Error(http, (await found).Ok ? (await fair).Status : (await found).Status);
        }

        return Reply.Page<FairWeightsPage>(
            new
            {
                Costs = costs, (await found).Tag, Firms = (edition.Commitments ?? []).Where(c => c.State != "Withdrawn").ToList(), Done = done,
                Form = form,
            },
            form is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<IResult> StateAsync(Guid id, HttpContext http, ApiClient api, Words words, CancellationToken ct)
    {
        var form = new FormState("weights", await http.Request.ReadFormAsync(ct));
        var firms = form.All("firm");
        var weights = firms.Select(firm => new
        {
            memberId = firm,
            turnoverMinor = form[$"turnover-{firm}"].Length == 0 ? 0 : KeepFairCosts.Amount(form, $"turnover-{firm}", words),
            votes = form[$"votes-{firm}"].Length == 0 ? 1 : form.Whole($"votes-{firm}", words["faircosts.whole"], least: 0),
        }).ToList();
        return !form.Ok ? await ShowAsync(id, false, form, http, api, ct) : await Reply.AfterAsync(
            http, await api.PutAsync<CostsView>($"{KeepFairCosts.Path(id)}/cost-weights", new { weights }, ct, form["tag"]),
            $"/fairs/{id}/costs/weights?done=true",
            problem => ShowAsync(
                id, false,
                form.Refused(
                    problem, words, "",
                    [
                        .. firms.Index().SelectMany(firm => new[]
                        {
                            ($"weights[{firm.Index}].turnoverMinor", $"turnover-{firm.Item}"), ($"weights[{firm.Index}].votes", $"votes-{firm.Item}"),
                        }),
                    ]),
                http, api, ct));
    }
}
