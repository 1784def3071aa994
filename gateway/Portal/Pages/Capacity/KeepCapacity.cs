using System.Globalization;
using System.Text;
using ExportConsortia.Portal.Api;

namespace ExportConsortia.Portal.Pages.Capacity;

/// <summary>
/// How much can be made, period by period: a member firm sees and changes its own, the manager everybody's; the auditor reads. Each declaration has
/// an age, since an old one no longer counts in a split.
/// </summary>
internal static class KeepCapacity
{
    private const int PageSize = 50;

    private const int Most = 1000;

    public static void Map(IEndpointRouteBuilder pages)
    {
        var read = pages.MapGroup("/capacity").For(Role.MemberUser, Role.ConsortiumManager, Role.Auditor);
        read.MapGet("", (string? family, string? firm, int? page, int? declared, int? renewed, HttpContext http, ApiClient api, Visit visit,
            Words words, CancellationToken ct) => ListAsync(http, api, visit, Chosen.Of(family, firm, page), Done(declared, renewed, words), ct: ct));
        var write = pages.MapGroup("/capacity").For(Role.MemberUser, Role.ConsortiumManager);
        write.MapPost("/numbers", ChangeAsync);
        write.MapPost("/periods", AddAsync);
        pages.MapPost("/capacity/renewal", RenewAsync).For(Role.MemberUser);   // nobody says for another firm that all is as it was
    }

    private static async Task<IResult> ListAsync(
        HttpContext http, ApiClient api, Visit visit, Chosen chosen, string? done = null, FormState? numbers = null, FormState? period = null,
        CancellationToken ct = default)
    {
        var filter = Filter(chosen, visit);
        var (list, used, listed, members) = (
            api.GetAsync<List<ListCapacityResponse>>(
                $"/api/membership/capacity-declarations?{filter}&skip={(chosen.Page - 1) * PageSize}&take={PageSize + 1}", ct),
            api.GetAsync<List<CapacityView>>($"/api/allocation/capacity?{filter}", ct),
            api.GetAsync<List<ListProductsResponse>>("/api/membership/products", ct),
            api.GetAsync<List<ListMembersResponse>>("/api/membership/members", ct));
        if ((await list).Value is not { } declared || (await used).Value is not { } reserved
            || (await listed).Value is not { } products || (await members).Value is not { } firms)
        {
            return Reply.Error(http, StatusCodes.Status503ServiceUnavailable);
        }

        return Reply.Page<CapacityPage>(
            new
            {
                Declared = declared.Take(PageSize).ToList(),
                More = declared.Count > PageSize,
                Reserved = reserved.ToDictionary(r => r.DeclarationId, r => r.Reserved),
                Families = products.DistinctBy(p => p.Family).OrderBy(p => p.Family, StringComparer.Ordinal).ToList(),
                Firms = firms,
                Chosen = chosen,
                Done = done,
                Numbers = numbers,
                Period = period,
            },
            numbers is null && period is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }

    // The numbers that were changed are declared together: all of them, or none.
    private static async Task<IResult> ChangeAsync(HttpContext http, ApiClient api, Visit visit, Words words, CancellationToken ct)
    {
        var form = new FormState("numbers", await http.Request.ReadFormAsync(ct));
        var chosen = Chosen.Of(form);
        if (await NowAsync(api, chosen, visit, ct) is not { } current)
        {
            return Reply.Error(http, StatusCodes.Status503ServiceUnavailable);
        }

        var changed = Changed(form, current.Declared, words);
        if (!form.Ok)
        {
            return await ListAsync(http, api, visit, chosen, numbers: form, ct: ct);
        }

        return await DeclareAsync(changed, current.Codes, renew: false, form, http, api, visit, words, chosen, ct);
    }

    /// <summary>
    /// The declarations that were given another number. A number that somebody else has changed meanwhile is shown instead of being overwritten.
    /// </summary>
    internal static List<ListCapacityResponse> Changed(FormState form, IEnumerable<ListCapacityResponse> current, Words words)
    {
        var changed = new List<ListCapacityResponse>();
        foreach (var declaration in current)
        {
            var field = $"quantity-{declaration.Id:N}";
            var before = form[$"was-{declaration.Id:N}"];
            if (before.Length == 0 || form[field] == before
                || form.Whole(field, words["capacity.number"], least: 0) is not { } quantity || quantity == declaration.Quantity)
            {
                continue;
            }

            if (before != words.Number(declaration.Quantity))
            {
                form.Wrong(field, words["capacity.meanwhile", words.Quantity(declaration.Quantity, declaration.Unit)]);
            }

            changed.Add(declaration with { Quantity = quantity });
        }

        return changed;
    }

    private static async Task<IResult> RenewAsync(HttpContext http, ApiClient api, Visit visit, Words words, CancellationToken ct)
    {
        var form = new FormState("numbers", await http.Request.ReadFormAsync(ct));
        var chosen = Chosen.Of(form);
        return await NowAsync(api, chosen, visit, ct) is { } current
            ? await DeclareAsync(current.Declared, current.Codes, renew: true, form, http, api, visit, words, chosen, ct)
            : Reply.Error(http, StatusCodes.Status503ServiceUnavailable);
    }

    private static async Task<IResult> DeclareAsync(
        List<ListCapacityResponse> declarations, IReadOnlyDictionary<Guid, string> codes, bool renew, FormState form, HttpContext http, ApiClient api,
        Visit visit, Words words, Chosen chosen, CancellationToken ct)
    {
        if (declarations.Count > 0)
        {
            var file = Encoding.UTF8.GetBytes(CapacityFile.Of(declarations, codes));
            var answer = await api.PostAsync<UploadCapacityResponse>(
                $"/api/membership/capacity-declarations/csv?renew={(renew ? "true" : "false")}", file, "text/csv", ct);
            if (answer.Status >= StatusCodes.Status500InternalServerError)
            {
                return Reply.Error(http, answer.Status);
            }

            if (!answer.Ok)
            {
                foreach (var row in answer.Problem?.Rows ?? [])
                {
                    form.Wrong(Field(row.Row - 2), row.Sentence);   // line 1 names the columns
                }

                return await ListAsync(http, api, visit, chosen, numbers: form.Ok ? form.Refused(answer.Problem, words) : form, ct: ct);
            }
        }

        return Reply.SeeOther($"/capacity?{chosen}{(renew ? "renewed" : "declared")}={declarations.Count}");

        string Field(int place) => place >= 0 && place < declarations.Count ? $"quantity-{declarations[place].Id:N}" : "";
    }

    private static async Task<IResult> AddAsync(HttpContext http, ApiClient api, Visit visit, Words words, CancellationToken ct)
    {
        var form = new FormState("period", await http.Request.ReadFormAsync(ct));
        var chosen = Chosen.Of(form);
        var family = form.Needed("family", words["capacity.family.needed"]);
        var firm = visit.IsManager ? form.Needed("member", words["capacity.firm.needed"]) : null;
        var from = Day(form, "from", words);
        var last = Day(form, "last", words);
        if (from is not null && last < from)
        {
            form.Wrong("last", words["capacity.last.before"]);
        }

        var quantity = form.Whole("quantity", words["capacity.number"], least: 0);
        if (!form.Ok)
        {
            return await ListAsync(http, api, visit, chosen, period: form, ct: ct);
        }

        var answer = await api.PostAsync<ListCapacityResponse>(
            "/api/membership/capacity-declarations",
            new { productFamily = family, from, to = last!.Value.AddDays(1), quantity, memberId = firm }, ct, form["key"]);
        return answer.Ok ? Reply.SeeOther($"/capacity?{chosen}declared=1")
            : answer.Status >= StatusCodes.Status500InternalServerError ? Reply.Error(http, answer.Status)
            : await ListAsync(
                http, api, visit, chosen, period: form.Refused(answer.Problem, words, "from", ("productFamily", "family"), ("to", "last")), ct: ct);
    }

    private static DateOnly? Day(FormState form, string field, Words words)
    {
        if (DateOnly.TryParseExact(form[field], "yyyy-MM-dd", CultureInfo.InvariantCulture, default, out var day)
            && day < DateOnly.MaxValue)
        {
            return day;
        }

        form.Wrong(field, words["capacity.day.needed"]);
        return null;
    }

    // What is declared at this moment, of all pages, and each firm's code.
    private static async Task<(List<ListCapacityResponse> Declared, IReadOnlyDictionary<Guid, string> Codes)?> NowAsync(
        ApiClient api, Chosen chosen, Visit visit, CancellationToken ct)
    {
        if ((await api.GetAsync<List<ListMembersResponse>>("/api/membership/members", ct)).Value is not { } firms)
        {
            return null;
        }

        var declared = new List<ListCapacityResponse>();
        for (var more = true; more; more = declared.Count > 0 && declared.Count % Most == 0)
        {
            var path = $"/api/membership/capacity-declarations?{Filter(chosen, visit)}&skip={declared.Count}&take={Most}";
            if ((await api.GetAsync<List<ListCapacityResponse>>(path, ct)).Value is not { } next)
            {
                return null;
            }

            if (next.Count == 0)
            {
                break;
            }

            declared.AddRange(next);
        }

        return (declared, firms.ToDictionary(f => f.Id, f => f.Code));
    }

    private static string? Done(int? declared, int? renewed, Words words) => (declared, renewed) switch
    {
        (0, _) => words["capacity.done.nothing"],
        ({ } count, _) => words.Count("capacity.done", count),
        (_, { } count) => words.Count("capacity.renewed", count),
        _ => null,
    };

    // Periods that are over are history.
    private static string Filter(Chosen chosen, Visit visit) =>
        $"endsAfter={DateOnly.FromDateTime(visit.Local(visit.Now)):yyyy-MM-dd}"
        + (chosen.Family is null ? "" : $"&productFamily={Uri.EscapeDataString(chosen.Family)}")
        + (chosen.Firm is null ? "" : $"&memberId={chosen.Firm}");
}
