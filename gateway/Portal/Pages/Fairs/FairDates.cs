using System.Globalization;
using ExportConsortia.Portal.Api;

namespace ExportConsortia.Portal.Pages.Fairs;

/// <summary>The organiser's deadlines one by one: the manager changes or removes what the organiser has moved or dropped.</summary>
internal static class FairDates
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        var manager = pages.MapGroup("/fairs/{id:guid}/dates").For(Role.ConsortiumManager);
        manager.MapGet("", (Guid id, bool? done, HttpContext http, ApiClient api, CancellationToken ct) =>
            ShowAsync(id, done ?? false, null, http, api, ct));
        manager.MapPost("", ChangeAsync);
    }

    private static async Task<IResult> ShowAsync(Guid id, bool done, FormState? form, HttpContext http, ApiClient api, CancellationToken ct)
    {
        var found = await api.GetAsync<EditionView>($"{ListFairs.Editions}/{id}", ct);
        return found.Value is not { } fair ? Reply.Error(http, found.Status) : Reply.Page<FairDatesPage>(
            new { Fair = fair, found.Tag, Done = done, Form = form },
            form is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<IResult> ChangeAsync(Guid id, HttpContext http, ApiClient api, Words words, CancellationToken ct)
    {
        var sent = await http.Request.ReadFormAsync(ct);
        var form = new FormState($"date-{sent["number"]}", sent);
        var fair = await api.GetAsync<EditionView>($"{ListFairs.Editions}/{id}", ct);
        if (fair.Value is not { } edition || edition.Deadlines.FirstOrDefault(d => $"{d.Number}" == form["number"]) is not { } known)
        {
            return Reply.Error(http, fair.Ok ? StatusCodes.Status404NotFound : fair.Status);
        }

        var remove = form["do"] == "remove";
        if (!remove)
        {
            form.Needed("title", words["fairs.needed"]);
            form.Needed("dueOn", words["fairs.needed"]);
        }

        if (!form.Ok)
        {
            return await ShowAsync(id, false, form, http, api, ct);
        }

        // What stays on its day keeps its hour; another day counts to its end.
        var changed = form["dueOn"] == known.DueOn.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
            ? ManageFair.Deadline(known with { Title = form["title"], OfEachFirm = form["ofEachFirm"] == "true" })
            : new { number = known.Number, title = form["title"], dueOn = form["dueOn"], ofEachFirm = form["ofEachFirm"] == "true" };
        var deadlines = edition.Deadlines.Where(d => d != known || !remove).Select(d => d == known ? changed : ManageFair.Deadline(d)).ToList();
        var place = edition.Deadlines.Index().First(d => d.Item == known).Index;
        var answer = await api.PutAsync<EditionView>(
            $"{ListFairs.Editions}/{id}", ManageFair.Of(edition, edition.StandAreaDm2, edition.CommonAreaDm2, deadlines), ct, form["tag"]);
        return await Reply.AfterAsync(http, answer, $"/fairs/{id}/dates?done=true", problem => ShowAsync(
            id, false,
            form.Refused(problem, words, "", ($"deadlines[{place}].title", "title"), ($"deadlines[{place}].dueOn", "dueOn")), http, api, ct));
    }
}
