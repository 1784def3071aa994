using ExportConsortia.Portal.Api;

namespace ExportConsortia.Portal.Pages.FairCosts;

/// <summary>
/// The register of de minimis aid: what firms took elsewhere, and which of them are one undertaking. The clean team reads all, a firm its own; the
/// manager records what the firms declare.
/// </summary>
internal static class KeepFairAid
{
    private const string Register = "/api/tradefairs/de-minimis";

    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGroup("/fairs/aid").For(Role.ConsortiumManager, Role.Auditor, Role.MemberUser).MapGet(
            "", (bool? done, HttpContext http, ApiClient api, Visit visit, CancellationToken ct) =>
                ShowAsync(done ?? false, null, http, api, visit, ct));
        var keep = pages.MapGroup("/fairs/aid").For(Role.ConsortiumManager);
        keep.MapPost("", AddAsync);
        keep.MapPost("/undertakings", StateAsync);
        keep.MapPost("/{aid:guid}/removal", async (
            Guid aid, HttpContext http, ApiClient api, Visit visit, Words words, CancellationToken ct) => await AfterAsync(
                await api.DeleteAsync($"{Register}/{aid}", ct), new FormState($"gone-{aid}", await http.Request.ReadFormAsync(ct)), http, api, visit,
                words, ct));
    }

    private static async Task<IResult> ShowAsync(
        bool done, FormState? form, HttpContext http, ApiClient api, Visit visit, CancellationToken ct)
    {
        var (found, members) = (
            api.GetAsync<KeepAidResponse>(Register, ct),
            visit.IsCleanTeam ? api.GetAsync<List<ListMembersResponse>>("/api/membership/members", ct) : null);
        return (await found).Value is not { } register ? Reply.Error(http, (await found).Status) : Reply.Page<FairAidPage>(
            new { Register = register, Firms = (members is null ? null : (await members).Value) ?? [], Done = done, Form = form },
            form is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<IResult> AddAsync(HttpContext http, ApiClient api, Visit visit, Words words, CancellationToken ct)
    {
        var form = new FormState("aid", await http.Request.ReadFormAsync(ct));
        foreach (var field in (string[])["memberId", "state", "grantedOn", "currency"])
        {
            form.Needed(field, words["faircosts.needed"]);
        }

        var currency = form["currency"].ToUpperInvariant();
        var amount = KeepFairCosts.Amount(form, "amount", currency, words);
        return !form.Ok ? await ShowAsync(false, form, http, api, visit, ct) : await AfterAsync(
            await api.PostAsync<KeepAidAidView>(
                Register,
                new
                {
                    memberId = form["memberId"], state = form["state"].ToUpperInvariant(), grantedOn = form["grantedOn"], amountMinor = amount,
                    currency, note = form["note"].Length == 0 ? null : form["note"],
                },
                ct, form["key"]),
            form, http, api, visit, words, ct, ("amountMinor", "amount"));
    }

    private static async Task<IResult> StateAsync(HttpContext http, ApiClient api, Visit visit, Words words, CancellationToken ct)
    {
        var form = new FormState("undertaking", await http.Request.ReadFormAsync(ct));
        form.Needed("memberId", words["faircosts.needed"]);
        return !form.Ok ? await ShowAsync(false, form, http, api, visit, ct) : await AfterAsync(
            await api.PutAsync<object>(
                $"{Register}/undertakings/{Uri.EscapeDataString(form["memberId"])}",
                new { code = form["code"].Length == 0 ? null : form["code"] }, ct),
            form, http, api, visit, words, ct);
    }

    private static Task<IResult> AfterAsync<T>(
        Answer<T> answer, FormState form, HttpContext http, ApiClient api, Visit visit, Words words, CancellationToken ct,
        params (string Theirs, string Ours)[] fields) =>
        Reply.AfterAsync(http, answer, "/fairs/aid?done=true", problem =>
            ShowAsync(false, form.Refused(problem, words, "", fields), http, api, visit, ct));
}
