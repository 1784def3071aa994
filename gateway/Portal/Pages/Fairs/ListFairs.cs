using ExportConsortia.Portal.Api;
using ExportConsortia.Portal.Pages.Catalogue;
using ExportConsortia.Portal.Parts;
using Microsoft.Extensions.Configuration;

namespace ExportConsortia.Portal.Pages.Fairs;

/// <summary>The calendar of fairs: editions with what is late, and the address under which calendar programs read it.</summary>
internal static class ListFairs
{
    public const string Editions = "/api/tradefairs/editions";

    private const string Fairs = "/api/tradefairs/fairs";
    private const string Calendar = "/api/tradefairs/calendar-subscription";

    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGroup("/fairs").For(Role.ConsortiumManager, Role.Auditor, Role.MemberUser).MapGet(
            "", (HttpContext http, ApiClient api, Visit visit, CancellationToken ct) => ShowAsync(null, null, http, api, visit, ct));
        var own = pages.MapGroup("/fairs/calendar").For(Role.ConsortiumManager, Role.MemberUser);
        own.MapPost("", SubscribeAsync);
        own.MapPost("/end", EndAsync);
        var keep = pages.MapGroup("/fairs").For(Role.ConsortiumManager);
        keep.MapPost("", AddFairAsync);
        keep.MapPost("/editions", ProposeAsync);
    }

    private static async Task<IResult> ShowAsync(
        FormState? form, string? calendarAddress, HttpContext http, ApiClient api, Visit visit, CancellationToken ct)
    {
        var (found, late, fairs, calendar) = (
            api.GetAsync<KeepEditionsResponse>($"{Editions}?limit=200", ct),
            visit.IsCleanTeam ? api.GetAsync<LateResponse>("/api/tradefairs/late-tasks", ct) : null,
            visit.IsManager ? api.GetAsync<KeepFairsResponse>($"{Fairs}?limit=200", ct) : null,
            visit.IsManager || visit.IsMember ? api.GetAsync<SubscribeToCalendarStateResponse>(Calendar, ct) : null);
        if ((await found).Value is not { } page)
        {
            return Reply.Error(http, (await found).Status);
        }

        var alerts = late is null ? null : (await late).Value;
        if (alerts is not null)
        {
            visit.Waiting["/fairs"] = alerts.Late.Count + alerts.Exceptions;
        }

        return Reply.Page<FairsPage>(
            new
            {
                page.Editions, Alerts = alerts, Fairs = (fairs is null ? null : (await fairs).Value)?.Fairs ?? [],
                SubscribedAt = (calendar is null ? null : (await calendar).Value)?.CreatedAt, Form = form,
                Calendar = calendarAddress, Ended = HttpMethods.IsGet(http.Request.Method) && http.Request.Query["ended"] == "true",
            },
            form is { Ok: false } ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK);
    }

    // The address is shown in the answer itself, once: it is kept nowhere, and a page with it in its own address would stay in histories.
    private static async Task<IResult> SubscribeAsync(
        HttpContext http, ApiClient api, Visit visit, Words words, IConfiguration configuration, CancellationToken ct)
    {
        var form = new FormState("calendar", await http.Request.ReadFormAsync(ct));
        var answer = await api.PostAsync<SubscribeToCalendarResponse>(Calendar, new { }, ct);
        return answer.Value is { } made
            ? await ShowAsync(form, PublicPlace.OriginOf(http, configuration) + made.Path, http, api, visit, ct)
            : await Reply.AfterAsync(http, answer, "/fairs", problem => ShowAsync(form.Refused(problem, words), null, http, api, visit, ct));
    }

    // Ended twice, as in two tabs, is ended.
    private static async Task<IResult> EndAsync(HttpContext http, ApiClient api, Visit visit, Words words, CancellationToken ct)
    {
        var form = new FormState("calendar", await http.Request.ReadFormAsync(ct));
        var answer = await api.DeleteAsync(Calendar, ct);
        return answer.Status == StatusCodes.Status404NotFound
            ? Reply.SeeOther("/fairs?ended=true")
            : await Reply.AfterAsync(http, answer, "/fairs?ended=true", problem =>
                ShowAsync(form.Refused(problem, words), null, http, api, visit, ct));
    }

    private static async Task<IResult> AddFairAsync(HttpContext http, ApiClient api, Visit visit, Words words, CancellationToken ct)
    {
        var form = new FormState("fair", await http.Request.ReadFormAsync(ct));
        foreach (var field in (string[])["name", "organiser", "place", "country", "timeZone"])
        {
            form.Needed(field, words["fairs.needed"]);
        }

        if (!form.Ok)
        {
            return await ShowAsync(form, null, http, api, visit, ct);
        }

        var answer = await api.PostAsync<FairView>(
            Fairs,
            new
            {
                name = form["name"], organiser = form["organiser"], place = form["place"], country = form["country"], timeZone = form["timeZone"],
            },
            ct, form["key"]);
        return await Reply.AfterAsync(http, answer, "/fairs", problem => ShowAsync(form.Refused(problem, words, "name"), null, http, api, visit, ct));
    }

    private static async Task<IResult> ProposeAsync(HttpContext http, ApiClient api, Visit visit, Words words, CancellationToken ct)
    {
        var form = new FormState("edition", await http.Request.ReadFormAsync(ct));
        foreach (var field in (string[])["fair", "name", "opensOn", "closesOn", "currency"])
        {
            form.Needed(field, words["fairs.needed"]);
        }

        var (stand, common) = (ReadArea(form, "standArea", words), ReadArea(form, "commonArea", words));
        if (!form.Ok)
        {
            return await ShowAsync(form, null, http, api, visit, ct);
        }

        var answer = await api.PostAsync<EditionView>(
            $"{Fairs}/{Uri.EscapeDataString(form["fair"])}/editions",
            new
            {
                name = form["name"], opensOn = form["opensOn"], closesOn = form["closesOn"], currency = form["currency"], standAreaDm2 = stand,
                commonAreaDm2 = common,
            },
            ct, form["key"]);
        return await Reply.AfterAsync(http, answer, $"/fairs/{answer.Value?.Id}?done=true", problem => ShowAsync(
            form.Refused(problem, words, "name", ("standAreaDm2", "standArea"), ("commonAreaDm2", "commonArea")), null, http, api, visit, ct));
    }

    /// <summary>An area in square metres as it was typed; nothing typed is 0.</summary>
    internal static long ReadArea(FormState form, string field, Words words)
    {
        if (form[field].Length > 0 && Area.Read(form[field]) is null)
        {
            form.Wrong(field, words["fairs.area.wrong"]);
        }

        return Area.Read(form[field]) ?? 0;
    }
}
