using ExportConsortia.Portal.Api;

namespace ExportConsortia.Portal.Pages.FairCosts;

/// <summary>
/// By which numbers an edition's costs are dealt with: what a withdrawal costs, when balances are asked for, and what takes whose vote. The manager
/// sets them until the plan is approved.
/// </summary>
internal static class FairCostRules
{
    /// <summary>As many steps of the penalty as the interface takes.</summary>
    public const int MostSteps = 10;

    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGroup("/fairs/{id:guid}/costs").For(Role.ConsortiumManager, Role.Auditor).MapGet(
            "/rules", (Guid id, bool? done, HttpContext http, ApiClient api, CancellationToken ct) =>
                ShowAsync(id, done ?? false, null, http, api, ct));
        pages.MapGroup("/fairs/{id:guid}/costs").For(Role.ConsortiumManager).MapPost("/rules", SetAsync);
    }

    private static async Task<IResult> ShowAsync(Guid id, bool done, FormState? form, HttpContext http, ApiClient api, CancellationToken ct)
    {
        var found = await api.GetAsync<CostsView>($"{KeepFairCosts.Path(id)}/costs", ct);
        return found.Value is not { } costs ? Reply.Error(http, found.Status) : Reply.Page<FairCostRulesPage>(
            new { Costs = costs, found.Tag, Done = done, Form = form },
            form is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<IResult> SetAsync(Guid id, HttpContext http, ApiClient api, Words words, CancellationToken ct)
    {
        var form = new FormState("rules", await http.Request.ReadFormAsync(ct));
        var (steps, rows) = (new List<object>(), new List<int>());
        for (var row = 0; row < MostSteps; row++)
        {
            // A row that is left empty is no step.
            if (form[$"days{row}"].Length > 0 || form[$"percent{row}"].Length > 0)
            {
                steps.Add(new
                {
                    moreThanDays = form.Whole($"days{row}", words["faircosts.whole"], least: 0),
                    percent = form.Whole($"percent{row}", words["faircosts.whole"], least: 0),
                });
                rows.Add(row);
            }
        }

        var body = new
        {
            balanceAskedDays = form.Whole("asked", words["faircosts.whole"], least: 0),
            balanceDueDays = form.Whole("due", words["faircosts.whole"], least: 0),
            penaltySteps = steps,
            boardAbovePercent = form.Whole("board", words["faircosts.whole"], least: 0),
            boardAboveMinor = KeepFairCosts.Amount(form, "boardAmount", words),
            assemblyAbovePercent = form.Whole("assembly", words["faircosts.whole"], least: 0),
        };
        return !form.Ok ? await ShowAsync(id, false, form, http, api, ct) : await Reply.AfterAsync(
            http, await api.PutAsync<CostsView>($"{KeepFairCosts.Path(id)}/cost-rules", body, ct, form["tag"]), $"/fairs/{id}/costs/rules?done=true",
            problem => ShowAsync(
                id, false,
                form.Refused(
                    problem, words, "",
                    [
                        ("balanceAskedDays", "asked"), ("balanceDueDays", "due"), ("boardAbovePercent", "board"), ("boardAboveMinor", "boardAmount"),
                        ("assemblyAbovePercent", "assembly"), ("penaltySteps", "days0"),
                        .. rows.Index().SelectMany(step => new[]
                        {
                            ($"penaltySteps[{step.Index}].moreThanDays", $"days{step.Item}"),
                            ($"penaltySteps[{step.Index}].percent", $"percent{step.Item}"),
                        }),
                    ]),
                http, api, ct));
    }
}
