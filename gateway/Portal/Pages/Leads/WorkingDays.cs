using System.Globalization;
using ExportConsortia.Portal.Api;

namespace ExportConsortia.Portal.Pages.Leads;

/// <summary>On which days the consortium works: the deadlines of leads are counted in them .</summary>
internal static class WorkingDays
{
    private const string Days = "/api/marketing/working-days";

    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGroup("/working-days").For(Role.ConsortiumManager, Role.Auditor, Role.MemberUser)
            .MapGet("", (bool? done, HttpContext http, ApiClient api, CancellationToken ct) => ShowAsync(done ?? false, null, http, api, ct));
        pages.MapGroup("/working-days").For(Role.ConsortiumManager).MapPost("", KeepAsync);
    }

    private static async Task<IResult> ShowAsync(bool done, FormState? form, HttpContext http, ApiClient api, CancellationToken ct)
    {
        var answer = await api.GetAsync<KeepWorkingDaysResponse>(Days, ct);
        return answer.Value is not { } days
            ? Reply.Error(http, answer.Status)
            : Reply.Page<WorkingDaysPage>(
                new { Days = days, answer.Tag, Done = done, Form = form },
                form is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<IResult> KeepAsync(HttpContext http, ApiClient api, Words words, CancellationToken ct)
    {
        var form = new FormState("days", await http.Request.ReadFormAsync(ct));
        var holidays = form["holidays"].Split([' ', ',', ';', '\r', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (Array.Find(holidays, typed => !DateOnly.TryParseExact(typed, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
            is { } wrong)
        {
            return await ShowAsync(false, form.Wrong("holidays", words["days.holidays.wrong", wrong]), http, api, ct);
        }

        var answer = await api.PutAsync<KeepWorkingDaysResponse>(Days, new { weekend = form.All("weekend"), holidays }, ct, form["tag"]);
        return await Reply.AfterAsync(http, answer, "/working-days?done=true", problem =>
            ShowAsync(false, form.Refused(problem, words), http, api, ct));
    }
}
