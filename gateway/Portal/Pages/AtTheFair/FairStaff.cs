using ExportConsortia.Portal.Api;

namespace ExportConsortia.Portal.Pages.AtTheFair;

/// <summary>Who is at the stand and when, and who needs a badge: a firm's own people, for the clean team everybody.</summary>
internal static class FairStaff
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGroup(FairPlace.Root).For(Role.ConsortiumManager, Role.Auditor, Role.MemberUser).MapGet(
            "/staff", (Guid id, bool? done, HttpContext http, ApiClient api, Visit visit, CancellationToken ct) =>
                ShowAsync(id, done ?? false, null, http, api, visit, ct));
        var keep = pages.MapGroup(FairPlace.Root).For(Role.MemberUser, Role.ConsortiumManager);
        keep.MapPost("/staff", AddAsync);
        keep.MapPost("/staff/{person:guid}/removal", RemoveAsync);
    }

    private static async Task<IResult> ShowAsync(
        Guid id, bool done, FormState? form, HttpContext http, ApiClient api, Visit visit, CancellationToken ct)
    {
        var staff = api.GetAsync<KeepStaffResponse>(FairPlace.At(id, "staff"), ct);
        var (edition, firms) = FairPlace.Ask(id, api, visit, ct);
        return (await edition).Value is not { } found || (await staff).Value is not { } list
            ? Reply.Error(http, (await edition).Ok ? (await staff).Status : (await edition).Status)
            : Reply.Page<FairStaffPage>(
                new { Edition = found, Found = list, Names = await FairPlace.NamesAsync(firms), Done = done, Form = form }, FairPlace.Status(form));
    }

    private static async Task<IResult> AddAsync(Guid id, HttpContext http, ApiClient api, Visit visit, Words words, CancellationToken ct)
    {
        var form = new FormState("staff", await http.Request.ReadFormAsync(ct));
        var name = form.Needed("name", words["staff.needed"]);
        var shifts = new List<object>();
        foreach (var line in FairPlace.Lines(form.Raw("shifts")))
        {
            // 2027-01-18 09:00-13:00
            if (line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var day, var times] && FairPlace.Hours(day, times) is { } at)
            {
                shifts.Add(new { day = at.Day, from = at.From, until = at.Until });
            }
            else
            {
                form.Wrong("shifts", words["staff.shifts.wrong", line]);
            }
        }

        if (!form.Ok)
        {
            return await ShowAsync(id, false, form, http, api, visit, ct);
        }

        var answer = await api.PostAsync<StaffView>(
            FairPlace.At(id, "staff"),
            new { name, duty = form["duty"].Length > 0 ? form["duty"] : null, needsBadge = form["needsBadge"] == "true", shifts }, ct, form["key"]);
        return await Reply.AfterAsync(http, answer, $"/fairs/{id}/staff?done=true", problem =>
            ShowAsync(id, false, form.Refused(problem, words, "shifts"), http, api, visit, ct));
    }

    private static async Task<IResult> RemoveAsync(Guid id, Guid person, HttpContext http, ApiClient api, CancellationToken ct)
    {
        var answer = await api.DeleteAsync($"/api/tradefairs/staff/{person}", ct);
        return answer.Ok ? Reply.SeeOther($"/fairs/{id}/staff?done=true") : Reply.Error(http, answer.Status);
    }
}
