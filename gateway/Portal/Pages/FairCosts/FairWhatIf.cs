using System.Globalization;
using ExportConsortia.Portal.Api;
using ExportConsortia.Portal.Pages.Fairs;

namespace ExportConsortia.Portal.Pages.FairCosts;

/// <summary>What a fair would cost each firm if some withdrew and others came: nothing of it is stored.</summary>
internal static class FairWhatIf
{
    /// <summary>The fields of a firm that isn't among those shown yet.</summary>
    public const string Another = "another";

    public static void Map(IEndpointRouteBuilder pages)
    {
        var clean = pages.MapGroup("/fairs/{id:guid}/costs").For(Role.ConsortiumManager, Role.Auditor);
        clean.MapGet("/what-if", ShowAsync);
        clean.MapPost("/what-if", ShowAsync);   // what was typed of many firms is too long for an address
    }

    private static async Task<IResult> ShowAsync(Guid id, HttpContext http, ApiClient api, Words words, CancellationToken ct)
    {
        var form = new FormState("whatif", HttpMethods.IsPost(http.Request.Method) ? await http.Request.ReadFormAsync(ct) : null);
        var (leave, come) = (Ids(form, "leave"), Ids(form, "come"));
        var another = Guid.TryParse(form[Another], out var chosen) ? chosen : (Guid?)null;
        DateOnly? on = null;
        if (form["on"].Length > 0)
        {
            on = DateOnly.TryParseExact(form["on"], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;
            _ = on is null ? form.Wrong("on", words["faircosts.needed"]) : form;
        }

        List<(string Field, Guid Firm)> coming = [.. come.Select(firm => ($"{firm}", firm))];
        if (another is { } more && !come.Contains(more))
        {
            coming.Add((Another, more));
        }

        var firms = coming.ConvertAll(firm => new
        {
            memberId = firm.Firm,
            areaDm2 = ListFairs.ReadArea(form, $"area-{firm.Field}", words),
            volumeLitres = Litres(form, $"volume-{firm.Field}", words),
            exhibitCount = form[$"exhibits-{firm.Field}"].Length == 0 ? 0
                : form.Whole($"exhibits-{firm.Field}", words["fairs.number.wrong"], least: 0),
            own = form.All("item").Distinct().Where(item => form[$"own-{item}-{firm.Field}"].Length > 0)
                .Select(item => new { itemId = item, amountMinor = KeepFairCosts.Amount(form, $"own-{item}-{firm.Field}", words) }).ToList(),
        });
        var (found, edition, members, trial) = (
            api.GetAsync<CostsView>($"{KeepFairCosts.Path(id)}/costs", ct), api.GetAsync<EditionView>(KeepFairCosts.Path(id), ct),
            api.GetAsync<List<ListMembersResponse>>("/api/membership/members", ct),
            !form.Ok || leave.Count + coming.Count == 0 ? null : api.PostAsync<SimulateCostsResponse>(
                $"{KeepFairCosts.Path(id)}/cost-simulations", new { withdraw = leave, on, come = firms }, ct));
        if ((await found).Value is not { } costs || (await edition).Value is not { } fair)
        {
            return Reply.Error(http, (await found).Ok ? (await edition).Status : (await found).Status);
        }

        if (trial is not null && (await trial).Value is null)
        {
            form.Refused(
                (await trial).Problem, words, "",
                [
                    .. coming.Index().SelectMany(firm => new[]
                    {
                        ($"come[{firm.Index}].areaDm2", $"area-{firm.Item.Field}"), ($"come[{firm.Index}].volumeLitres", $"volume-{firm.Item.Field}"),
                        ($"come[{firm.Index}].exhibitCount", $"exhibits-{firm.Item.Field}"), ($"come[{firm.Index}].own", Another),
                    }),
                ]);
        }

        return Reply.Page<FairWhatIfPage>(
            new
            {
                Costs = costs, Firms = (await members).Value ?? [], Answers = fair.Commitments ?? [], Form = form, Leaving = leave, Coming = coming,
                Trial = trial is null ? null : (await trial).Value,
            },
            form.Ok ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }

    private static List<Guid> Ids(FormState form, string field) =>
        [.. form.All(field).Select(id => Guid.TryParse(id, out var known) ? known : Guid.Empty).Where(id => id != Guid.Empty).Distinct()];

    private static long? Litres(FormState form, string field, Words words)
    {
        var litres = form[field].Length == 0 ? 0 : JoinFair.ReadLitres(form[field]);
        _ = litres is null ? form.Wrong(field, words["fairs.number.wrong"]) : form;
        return litres;
    }
}
