using System.Globalization;
using ExportConsortia.Portal.Api;

namespace ExportConsortia.Portal.Pages.Missions;

/// <summary>Missions: the manager plans them, decides who takes part and books meetings; a firm registers and reads its own meetings.</summary>
internal static class KeepMissions
{
    private const string Missions = "/api/marketing/missions";

    public static void Map(IEndpointRouteBuilder pages)
    {
        var read = pages.MapGroup("/missions").For(Role.ConsortiumManager, Role.Auditor, Role.MemberUser);
        read.MapGet("", (HttpContext http, ApiClient api, CancellationToken ct) => ListAsync(null, http, api, ct));
        read.MapGet("/{id:guid}", (Guid id, bool? done, HttpContext http, ApiClient api, Visit visit, CancellationToken ct) =>
            ShowAsync(id, done ?? false, null, http, api, visit, ct));
        pages.MapGroup("/missions").For(Role.MemberUser).MapPost("/{id:guid}/registration", RegisterAsync);
        var keep = pages.MapGroup("/missions").For(Role.ConsortiumManager);
        keep.MapPost("", AddAsync);
        keep.MapPost("/{id:guid}/decision", DecideAsync);
        keep.MapPost("/{id:guid}/buyers", AddBuyerAsync);
        keep.MapPost("/{id:guid}/meetings", BookAsync);
    }

    private static async Task<IResult> ListAsync(FormState? form, HttpContext http, ApiClient api, CancellationToken ct)
    {
        var answer = await api.GetAsync<KeepMissionsResponse>($"{Missions}?limit=100", ct);
        return answer.Value is { } page
            ? Reply.Page<MissionsPage>(new { page.Missions, Form = form }, Status(form))
            : Reply.Error(http, answer.Status);
    }

    private static async Task<IResult> ShowAsync(
        Guid id, bool done, FormState? form, HttpContext http, ApiClient api, Visit visit, CancellationToken ct)
    {
        var (found, members, buyers) = (
            api.GetAsync<MissionView>($"{Missions}/{id}", ct),
            visit.IsCleanTeam ? api.GetAsync<List<ListMembersResponse>>("/api/membership/members", ct) : null,
            visit.IsManager ? api.GetAsync<GetBuyersResponse>("/api/marketing/buyers?limit=200", ct) : null);
        return (await found).Value is not { } mission
            ? Reply.Error(http, (await found).Status)
            : Reply.Page<MissionPage>(
                new
                {
                    Mission = mission, Done = done, Form = form, Firms = (members is null ? null : (await members).Value) ?? [],
                    Known = (buyers is null ? null : (await buyers).Value)?.Buyers ?? [],
                },
                Status(form));
    }

    private static async Task<IResult> AddAsync(HttpContext http, ApiClient api, Words words, CancellationToken ct)
    {
        var form = new FormState("mission", await http.Request.ReadFormAsync(ct));
        foreach (var field in (string[])["title", "country", "place", "startsOn", "endsOn", "registerUntil"])
        {
            form.Needed(field, words["missions.needed"]);
        }

        var slots = Slots(form, words);
        if (!form.Ok)
        {
            return await ListAsync(form, http, api, ct);
        }

        var answer = await api.PostAsync<MissionView>(
            Missions,
            new
            {
                direction = form["direction"], title = form["title"], country = form["country"], place = form["place"], text = form.Raw("text"),
                startsOn = form["startsOn"], endsOn = form["endsOn"], registerUntil = form["registerUntil"], slots,
            },
            ct, form["key"]);
        return await Reply.AfterAsync(http, answer, $"/missions/{answer.Value?.Id}?done=true", problem =>
            ListAsync(form.Refused(problem, words, "slots"), http, api, ct));
    }

    private static async Task<IResult> RegisterAsync(
        Guid id, HttpContext http, ApiClient api, Visit visit, Words words, CancellationToken ct)
    {
        var form = new FormState("registration", await http.Request.ReadFormAsync(ct));
        var answer = await api.PutAsync<MissionView>($"{Missions}/{id}/registration", new { note = form.Raw("note") }, ct);
        return await AfterAsync(answer, id, form, http, api, visit, words, ct);
    }

    private static async Task<IResult> DecideAsync(Guid id, HttpContext http, ApiClient api, Visit visit, Words words, CancellationToken ct)
    {
        var form = new FormState("decision", await http.Request.ReadFormAsync(ct));
        var answer = await api.PostAsync<MissionView>(
            $"{Missions}/{id}/firms/{Uri.EscapeDataString(form["firm"])}/decision",
            new { confirmed = form["do"] == "confirm", reason = form["reason"].Length > 0 ? form["reason"] : null }, ct, form["key"]);
        return await AfterAsync(answer, id, form, http, api, visit, words, ct);
    }

    private static async Task<IResult> AddBuyerAsync(Guid id, HttpContext http, ApiClient api, Visit visit, Words words, CancellationToken ct)
    {
        var form = new FormState("buyer", await http.Request.ReadFormAsync(ct));
        form.Needed("buyer", words["missions.needed"]);
        return form.Ok
            ? await AfterAsync(
                await api.PutAsync<MissionView>($"{Missions}/{id}/buyers/{Uri.EscapeDataString(form["buyer"])}", new { }, ct), id, form, http, api,
                visit, words, ct)
            : await ShowAsync(id, false, form, http, api, visit, ct);
    }

    private static async Task<IResult> BookAsync(Guid id, HttpContext http, ApiClient api, Visit visit, Words words, CancellationToken ct)
    {
        var form = new FormState("meeting", await http.Request.ReadFormAsync(ct));
        foreach (var field in (string[])["slot", "memberId", "buyerId"])
        {
            form.Needed(field, words["missions.needed"]);
        }

        var slot = form.Ok ? form.Whole("slot", words["missions.needed"]) : null;
        return form.Ok
            ? await AfterAsync(
                await api.PostAsync<MissionView>(
                    $"{Missions}/{id}/meetings", new { slot, memberId = form["memberId"], buyerId = form["buyerId"] }, ct, form["key"]),
                id, form, http, api, visit, words, ct)
            : await ShowAsync(id, false, form, http, api, visit, ct);
    }

    private static Task<IResult> AfterAsync(
        Answer<MissionView> answer, Guid id, FormState form, HttpContext http, ApiClient api, Visit visit, Words words, CancellationToken ct) =>
        Reply.AfterAsync(http, answer, $"/missions/{id}?done=true", problem =>
            ShowAsync(id, false, form.Refused(problem, words), http, api, visit, ct));

    // One part a line: 2027-05-10 09:00-09:30 Meetings
    private static List<object> Slots(FormState form, Words words)
    {
        var slots = new List<object>();
        foreach (var line in form.Raw("slots").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var invariant = CultureInfo.InvariantCulture;
            if (line.Split(' ', 3, StringSplitOptions.RemoveEmptyEntries) is [var day, var times, var title]
                && times.Split('-') is [var from, var until]
                && DateOnly.TryParseExact(day, "yyyy-MM-dd", invariant, DateTimeStyles.None, out var on)
                && TimeOnly.TryParseExact(from, "HH:mm", invariant, DateTimeStyles.None, out var begins)
                && TimeOnly.TryParseExact(until, "HH:mm", invariant, DateTimeStyles.None, out var ends))
            {
                slots.Add(new { number = slots.Count + 1, day = on, from = begins, until = ends, title });
            }
            else
            {
                form.Wrong("slots", words["missions.slots.wrong", line]);
            }
        }

        return slots;
    }

    private static int Status(FormState? form) => form is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity;
}
