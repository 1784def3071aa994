using System.Globalization;
using ExportConsortia.Portal.Api;

namespace ExportConsortia.Portal.Pages.AtTheFair;

/// <summary>Meetings at a fair: the manager says when and who comes and has them planned; a firm orders its wishes and reads its own
/// meetings.</summary>
internal static class FairMeetings
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGroup(FairPlace.Root).For(Role.ConsortiumManager, Role.Auditor, Role.MemberUser).MapGet(
            "/meetings", (Guid id, string? done, HttpContext http, ApiClient api, Visit visit, CancellationToken ct) =>
                ShowAsync(id, done, null, http, api, visit, ct));
        pages.MapGroup(FairPlace.Root).For(Role.MemberUser).MapPost("/meetings/wishes", WishAsync);
        var keep = pages.MapGroup(FairPlace.Root).For(Role.ConsortiumManager);
        keep.MapPost("/meetings/schedule", KeepAsync);
        keep.MapPost("/meetings/plan", PlanAsync);
    }

    private static async Task<IResult> ShowAsync(
        Guid id, string? done, FormState? form, HttpContext http, ApiClient api, Visit visit, CancellationToken ct)
    {
        var meetings = api.GetAsync<MeetingsView>(FairPlace.At(id, "meetings"), ct);
        var (edition, firms) = FairPlace.Ask(id, api, visit, ct);
        return (await edition).Value is not { } found || (await meetings).Status >= 500
            ? Reply.Error(http, (await edition).Ok ? (await meetings).Status : (await edition).Status)
            : Reply.Page<FairMeetingsPage>(
                new
                {
                    Edition = found, Day = (await meetings).Value, Names = await FairPlace.NamesAsync(firms), Done = done, Form = form,
                    Codes = ((firms is null ? null : (await firms).Value) ?? []).ToDictionary(firm => firm.Id, firm => firm.Code),
                },
                FairPlace.Status(form));
    }

    private static async Task<IResult> WishAsync(Guid id, HttpContext http, ApiClient api, Visit visit, Words words, CancellationToken ct)
    {
        var sent = await http.Request.ReadFormAsync(ct);
        var form = new FormState("wishes", sent);
        // A number says in which order; no number: no wish. Of equal ones the first on the page comes first.
        var buyers = sent.Keys.Where(key => key.StartsWith("rank-", StringComparison.Ordinal) && form[key].Length > 0)
            .Select(key => (Buyer: Numbers([key["rank-".Length..]]), Place: form.Whole(key, words["meetings.rank.wrong"])))
            .OrderBy(one => one.Place).SelectMany(one => one.Buyer).ToList();
        if (!form.Ok)
        {
            return await ShowAsync(id, null, form, http, api, visit, ct);
        }

        var answer = await api.PutAsync<MeetingsView>(
            FairPlace.At(id, "meeting-wishes"), new { buyers, away = Numbers(form.All("away")) }, ct);
        return await AfterAsync(answer, "wishes", id, form, http, api, visit, words, ct);
    }

    private static async Task<IResult> KeepAsync(Guid id, HttpContext http, ApiClient api, Visit visit, Words words, CancellationToken ct)
    {
        var form = new FormState("schedule", await http.Request.ReadFormAsync(ct));
        var firms = (await api.GetAsync<List<ListMembersResponse>>("/api/membership/members", ct)).Value ?? [];
        var (slots, buyers) = (new List<object>(), new List<object>());
        foreach (var line in FairPlace.Lines(form.Raw("slots")))
        {
            // 1 2027-01-18 09:00-09:20
            if (line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var number, var day, var times] && FairPlace.Hours(day, times) is { } at
                && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var slot))
            {
                slots.Add(new { number = slot, day = at.Day, from = at.From, until = at.Until });
            }
            else
            {
                form.Wrong("slots", words["meetings.slots.wrong", line]);
            }
        }

        foreach (var line in FairPlace.Lines(form.Raw("buyers")))
        {
            // 1; Nordhaus; DE; Garden chairs; 2,3; F1,F2
            string[] parts = [.. line.Split(';', StringSplitOptions.TrimEntries), "", "", "", "", ""];
            if (parts.Length <= 11 && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var buyer) && parts[1].Length > 0)
            {
                buyers.Add(new
                {
                    number = buyer, name = parts[1], country = Known(parts[2]), interest = Known(parts[3]), away = Numbers(parts[4].Split(',')),
                    wants = firms.Where(firm => parts[5].Split(',', StringSplitOptions.TrimEntries).Contains(firm.Code)).Select(firm => firm.Id),
                });
            }
            else
            {
                form.Wrong("buyers", words["meetings.buyers.wrong", line]);
            }
        }

        if (!form.Ok)
        {
            return await ShowAsync(id, null, form, http, api, visit, ct);
        }

        var answer = await api.PutAsync<MeetingsView>(FairPlace.At(id, "meeting-schedule"), new { slots, buyers }, ct, form["tag"]);
        return await AfterAsync(answer, "schedule", id, form, http, api, visit, words, ct);
    }

    private static async Task<IResult> PlanAsync(Guid id, HttpContext http, ApiClient api, Visit visit, Words words, CancellationToken ct)
    {
        var form = new FormState("plan", await http.Request.ReadFormAsync(ct));
        var answer = await api.PostAsync<PlanDayResponse>(
            FairPlace.At(id, "meeting-plan"), new { }, ct, form["key"], TimeSpan.FromSeconds(30));
        var told = answer.Value is { } plan
            ? string.Create(
                CultureInfo.InvariantCulture, $"{plan.Meetings}-{plan.Kept}-{plan.Moved}-{plan.Added}-{plan.Dropped}-{plan.NotMet}-{plan.PerMille}")
            : "";
        return await AfterAsync(answer, told, id, form, http, api, visit, words, ct);
    }

    private static Task<IResult> AfterAsync<T>(
        Answer<T> answer, string done, Guid id, FormState form, HttpContext http, ApiClient api, Visit visit, Words words, CancellationToken ct) =>
        Reply.AfterAsync(http, answer, $"/fairs/{id}/meetings?done={done}", problem =>
            ShowAsync(id, null, form.Refused(problem, words), http, api, visit, ct));

    private static string? Known(string part) => part.Length > 0 ? part : null;

    private static List<int> Numbers(IEnumerable<string> parts) =>
        [.. parts.Select(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0).Where(n => n > 0)];
}
