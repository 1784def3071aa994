using ExportConsortia.Portal.Api;

namespace ExportConsortia.Portal.Pages.AtTheFair;

/// <summary>What a fair brought: a firm sees its own return, the clean team all; the manager prepares the motion to go again.</summary>
internal static class FairReport
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGroup(FairPlace.Root).For(Role.ConsortiumManager, Role.Auditor, Role.MemberUser).MapGet(
            "/report", (Guid id, bool? done, HttpContext http, ApiClient api, Visit visit, CancellationToken ct) =>
                ShowAsync(id, done ?? false, null, http, api, visit, ct));
        pages.MapGroup(FairPlace.Root).For(Role.ConsortiumManager).MapPost("/report/motion", PrepareAsync);
    }

    private static async Task<IResult> ShowAsync(
        Guid id, bool done, FormState? form, HttpContext http, ApiClient api, Visit visit, CancellationToken ct)
    {
        var report = api.GetAsync<ReportFairResponse>(FairPlace.At(id, "report"), ct);
        var (edition, firms) = FairPlace.Ask(id, api, visit, ct);
        return (await edition).Value is not { } found || (await report).Value is not { } told
            ? Reply.Error(http, (await edition).Ok ? (await report).Status : (await edition).Status)
            : Reply.Page<FairReportPage>(
                new { Edition = found, Report = told, Names = await FairPlace.NamesAsync(firms), Done = done, Form = form }, FairPlace.Status(form));
    }

    private static async Task<IResult> PrepareAsync(Guid id, HttpContext http, ApiClient api, Visit visit, Words words, CancellationToken ct)
    {
        var form = new FormState("motion", await http.Request.ReadFormAsync(ct));
        var (title, text) = (form.Needed("title", words["report.motion.needed"]), form.Needed("text", words["report.motion.needed"]));
        if (!form.Ok)
        {
            return await ShowAsync(id, false, form, http, api, visit, ct);
        }

        var answer = await api.PutAsync<MotionView>(FairPlace.At(id, "motion"), new { title, text }, ct, form["tag"]);
        return await Reply.AfterAsync(http, answer, $"/fairs/{id}/report?done=true", problem =>
            ShowAsync(id, false, form.Refused(problem, words), http, api, visit, ct));
    }
}
