using System.Globalization;
using ExportConsortia.Portal.Api;

namespace ExportConsortia.Portal.Pages.Fairs;

/// <summary>An edition of a fair: its timeline, the firms or the firm's own part, the plan of the stand, the checklist.</summary>
internal static class ShowFair
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        var all = pages.MapGroup("/fairs/{id:guid}").For(Role.ConsortiumManager, Role.Auditor, Role.MemberUser);
        all.MapGet("", (Guid id, bool? done, HttpContext http, ApiClient api, CancellationToken ct) =>
            PageAsync(id, done ?? false, null, http, api, ct));
        // Another picture has another address.
        all.MapGet("/plan-picture", (Guid id, HttpContext http, ApiClient api, CancellationToken ct) =>
            Reply.ImageAsync($"{ListFairs.Editions}/{id}/plan-picture", http, api, ct));
    }

    /// <summary>The page, after a form that was refused with what was typed.</summary>
    public static async Task<IResult> PageAsync(Guid id, bool done, FormState? form, HttpContext http, ApiClient api, CancellationToken ct)
    {
        var (found, checklist, plan, exceptions) = (
            api.GetAsync<EditionView>($"{ListFairs.Editions}/{id}", ct),
            api.GetAsync<KeepChecklistResponse>($"{ListFairs.Editions}/{id}/checklist", ct),
            api.GetAsync<DrawPlanResponse>($"{ListFairs.Editions}/{id}/plan", ct),
            api.GetAsync<List<MakeExceptionResponse>>($"{ListFairs.Editions}/{id}/exceptions", ct));
        return (await found).Value is not { } fair
            ? Reply.Error(http, (await found).Status)
            : Reply.Page<FairPage>(
                new
                {
                    Fair = fair, Checklist = (await checklist).Value, Plan = (await plan).Value, Exceptions = (await exceptions).Value ?? [],
                    Done = done, Form = form,
                },
                form is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }

    /// <summary>What follows a form of the page: the page, which says that it is done, or what was refused.</summary>
    public static Task<IResult> AfterAsync<T>(
        Answer<T> answer, Guid id, FormState form, HttpContext http, ApiClient api, Words words, CancellationToken ct,
        params (string Theirs, string Ours)[] fields) =>
        Reply.AfterAsync(http, answer, $"/fairs/{id}?done=true", problem =>
            PageAsync(id, false, form.Refused(problem, words, "", fields), http, api, ct));

    /// <summary>The end of a day in the fair's zone as an instant: deadlines are exclusive.</summary>
    public static DateTime? EndOf(string day, EditionView fair)
    {
        if (!DateOnly.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var on) || on == DateOnly.MaxValue)
        {
            return null;
        }

        var zone = TimeZoneInfo.TryFindSystemTimeZoneById(fair.TimeZone, out var known) ? known : TimeZoneInfo.Utc;
        var midnight = on.AddDays(1).ToDateTime(TimeOnly.MinValue, DateTimeKind.Unspecified);
        return TimeZoneInfo.ConvertTimeToUtc(zone.IsInvalidTime(midnight) ? midnight.AddHours(1) : midnight, zone);
    }
}
