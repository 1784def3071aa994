using ExportConsortia.Portal.Api;
using ExportConsortia.Portal.Parts;

namespace ExportConsortia.Portal.Pages.Fairs;

/// <summary>What a firm does for a fair: it commits itself, asks for an exception, declares itself, and keeps its tasks.</summary>
internal static class JoinFair
{
    private const int LitresOfCubicMetre = 1000;

    public static void Map(IEndpointRouteBuilder pages)
    {
        var firm = pages.MapGroup("/fairs/{id:guid}").For(Role.MemberUser);
        firm.MapPost("/interest", InterestAsync);
        firm.MapPost("/commitment", CommitAsync);
        firm.MapPost("/leave", LeaveAsync);
        firm.MapPost("/ask", AskAsync);
        firm.MapPost("/declaration", DeclareAsync);
        pages.MapGroup("/fairs/{id:guid}").For(Role.MemberUser, Role.ConsortiumManager).MapPost("/tasks", TaskAsync);
    }

    private static async Task<IResult> InterestAsync(Guid id, HttpContext http, ApiClient api, Words words, CancellationToken ct)
    {
        var form = new FormState("interest", await http.Request.ReadFormAsync(ct));
        var address = $"{ListFairs.Editions}/{id}/interest";
        return form["do"] == "withdraw"
            ? await ShowFair.AfterAsync(await api.DeleteAsync(address, ct), id, form, http, api, words, ct)
            : await ShowFair.AfterAsync(await api.PutAsync<CommitmentView>(address, new { }, ct), id, form, http, api, words, ct);
    }

    private static async Task<IResult> CommitAsync(Guid id, HttpContext http, ApiClient api, Words words, CancellationToken ct)
    {
        var form = new FormState("commitment", await http.Request.ReadFormAsync(ct));
        form.Needed("area", words["fairs.needed"]);
        var area = ListFairs.ReadArea(form, "area", words);
        var exhibits = form["exhibits"].Length == 0 ? 0 : form.Whole("exhibits", words["fairs.number.wrong"], least: 0);
        var litres = form["volume"].Length == 0 ? 0 : ReadLitres(form["volume"]);
        if (litres is null)
        {
            form.Wrong("volume", words["fairs.number.wrong"]);
        }

        return form.Ok
            ? await ShowFair.AfterAsync(
                await api.PutAsync<CommitmentView>(
                    $"{ListFairs.Editions}/{id}/commitment", new { areaDm2 = area, volumeLitres = litres, exhibitCount = exhibits }, ct),
                id, form, http, api, words, ct, ("areaDm2", "area"), ("volumeLitres", "volume"), ("exhibitCount", "exhibits"))
            : await ShowFair.PageAsync(id, false, form, http, api, ct);
    }

    // Whoever waits, or has no area yet, leaves for nothing; should that not be so any more, the interface refuses, and nothing happens.
    private static async Task<IResult> LeaveAsync(Guid id, HttpContext http, ApiClient api, Words words, CancellationToken ct)
    {
        var form = new FormState("leave", await http.Request.ReadFormAsync(ct));
        return await ShowFair.AfterAsync(
            await api.PostAsync<object>($"{ListFairs.Editions}/{id}/withdrawals", new { expectedPenaltyMinor = 0 }, ct, form["key"]), id, form, http,
            api, words, ct);
    }

    private static async Task<IResult> AskAsync(Guid id, HttpContext http, ApiClient api, Words words, CancellationToken ct)
    {
        var form = new FormState("ask", await http.Request.ReadFormAsync(ct));
        form.Needed("reason", words["fairs.needed"]);
        return form.Ok
            ? await ShowFair.AfterAsync(
                await api.PostAsync<MakeExceptionResponse>($"{ListFairs.Editions}/{id}/exceptions", new { reason = OneLine(form["reason"]) }, ct,
                    form["key"]),
                id, form, http, api, words, ct)
            : await ShowFair.PageAsync(id, false, form, http, api, ct);
    }

    private static async Task<IResult> DeclareAsync(Guid id, HttpContext http, ApiClient api, Words words, CancellationToken ct)
    {
        var form = new FormState("declaration", await http.Request.ReadFormAsync(ct));
        foreach (var field in (string[])["legalName", "address", "country", "contactName", "contactEmail", "products"])
        {
            form.Needed(field, words["fairs.needed"]);
        }

        return form.Ok
            ? await ShowFair.AfterAsync(
                await api.PutAsync<DeclarationView>(
                    $"{ListFairs.Editions}/{id}/declaration",
                    new
                    {
                        legalName = form["legalName"], address = form["address"], country = form["country"], contactName = form["contactName"],
                        contactEmail = form["contactEmail"], products = OneLine(form["products"]),
                    },
                    ct, form["tag"]),
                id, form, http, api, words, ct)
            : await ShowFair.PageAsync(id, false, form, http, api, ct);
    }

    private static async Task<IResult> TaskAsync(Guid id, HttpContext http, ApiClient api, Words words, CancellationToken ct)
    {
        var sent = await http.Request.ReadFormAsync(ct);
        var form = new FormState($"task-{sent["member"]}-{sent["number"]}", sent);
        var path = $"{Uri.EscapeDataString(form["member"])}/{Uri.EscapeDataString(form["number"])}";
        return await ShowFair.AfterAsync(
            await api.PutAsync<FirmTaskView>(
                $"{ListFairs.Editions}/{id}/checklist/{path}",
                new { state = form["do"], owner = form["owner"], note = OneLine(form["note"]) }, ct, form["tag"]),
            id, form, http, api, words, ct);
    }

    /// <summary>Text of a field for sentences, without line breaks.</summary>
    internal static string OneLine(string text) => string.Join(' ', text.Split((char[]?)['\r', '\n'], StringSplitOptions.RemoveEmptyEntries));

    /// <summary>The litres of what was typed in cubic metres: 1.9 m³ are 1,900; null if it isn't such a number.</summary>
    internal static long? ReadLitres(string typed) =>
        Area.Read(typed) is { } hundredths ? hundredths * (LitresOfCubicMetre / 100) : null;
}
