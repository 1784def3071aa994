using System.Globalization;
using ExportConsortia.Portal.Api;
using ExportConsortia.Portal.Parts;

namespace ExportConsortia.Portal.Pages.AtTheFair;

/// <summary>The goods at a fair and the ATA carnet: a firm lists its own and says what became of them; the clean team sees all with the
/// sums.</summary>
internal static class FairExhibits
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGroup(FairPlace.Root).For(Role.ConsortiumManager, Role.Auditor, Role.MemberUser).MapGet(
            "/exhibits", (Guid id, bool? carnet, bool? done, HttpContext http, ApiClient api, Visit visit, CancellationToken ct) =>
                ShowAsync(id, carnet ?? false, done ?? false, null, http, api, visit, ct));
        pages.MapGroup(FairPlace.Root).For(Role.MemberUser).MapPost("/exhibits", AddAsync);
        pages.MapGroup(FairPlace.Root).For(Role.MemberUser, Role.ConsortiumManager).MapPost("/exhibits/{exhibit:guid}/return", ReturnAsync);
    }

    private static async Task<IResult> ShowAsync(
        Guid id, bool carnet, bool done, FormState? form, HttpContext http, ApiClient api, Visit visit, CancellationToken ct)
    {
        var exhibits = api.GetAsync<KeepExhibitsResponse>(FairPlace.At(id, carnet ? "exhibits?carnet=true" : "exhibits"), ct);
        var (edition, firms) = FairPlace.Ask(id, api, visit, ct);
        return (await edition).Value is not { } found || (await exhibits).Value is not { } list
            ? Reply.Error(http, (await edition).Ok ? (await exhibits).Status : (await edition).Status)
            : Reply.Page<FairExhibitsPage>(
                new { Edition = found, Found = list, Names = await FairPlace.NamesAsync(firms), Carnet = carnet, Done = done, Form = form },
                FairPlace.Status(form));
    }

    private static async Task<IResult> AddAsync(Guid id, HttpContext http, ApiClient api, Visit visit, Words words, CancellationToken ct)
    {
        var form = new FormState("exhibit", await http.Request.ReadFormAsync(ct));
        var description = form.Needed("description", words["exhibits.needed"]);
        var origin = form.Needed("origin", words["exhibits.needed"]);
        var (pieces, grams) = (form.Whole("pieces", words["exhibits.whole"]), form.Whole("weightGrams", words["exhibits.whole"]));
        var currency = (await api.GetAsync<EditionView>($"/api/tradefairs/editions/{id}", ct)).Value?.Currency ?? "EUR";
        var value = Money.Read(form["value"], currency);
        if (value is null)
        {
            form.Wrong("value", words["exhibits.value.wrong"]);
        }

        if (!form.Ok)
        {
            return await ShowAsync(id, false, false, form, http, api, visit, ct);
        }

        var answer = await api.PostAsync<ExhibitView>(
            FairPlace.At(id, "exhibits"),
            new
            {
                description, origin, pieces, weightGrams = grams, valueMinor = value, onCarnet = form["onCarnet"] == "true",
                productCode = form["productCode"].Length > 0 ? form["productCode"] : null,
            },
            ct, form["key"]);
        return await AfterAsync(answer, id, form, http, api, visit, words, ct);
    }

    private static async Task<IResult> ReturnAsync(
        Guid id, Guid exhibit, HttpContext http, ApiClient api, Visit visit, Words words, CancellationToken ct)
    {
        var form = new FormState(string.Create(CultureInfo.InvariantCulture, $"return-{exhibit}"), await http.Request.ReadFormAsync(ct));
        var (returned, stayed, lost) = (
            form.Whole("returned", words["exhibits.whole"], 0), form.Whole("stayed", words["exhibits.whole"], 0),
            form.Whole("lost", words["exhibits.whole"], 0));
        return form.Ok
            ? await AfterAsync(
                await api.PutAsync<ExhibitView>($"/api/tradefairs/exhibits/{exhibit}/return", new { returned, stayed, lost }, ct, form["tag"]), id,
                form, http, api, visit, words, ct)
            : await ShowAsync(id, false, false, form, http, api, visit, ct);
    }

    private static Task<IResult> AfterAsync(
        Answer<ExhibitView> answer, Guid id, FormState form, HttpContext http, ApiClient api, Visit visit, Words words, CancellationToken ct) =>
        Reply.AfterAsync(http, answer, $"/fairs/{id}/exhibits?done=true", problem =>
            ShowAsync(id, false, false, form.Refused(problem, words, "", ("valueMinor", "value")), http, api, visit, ct));
}
