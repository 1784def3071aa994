using ExportConsortia.TradeFairs.Checklist;
using ExportConsortia.TradeFairs.Fairs;
using ExportConsortia.TradeFairs.Participation;
using Ical.Net.CalendarComponents;
using Ical.Net.DataTypes;
using Ical.Net.Serialization;

namespace ExportConsortia.TradeFairs.Calendar;

/// <summary>
/// Writes a calendar: days of fairs, ends of calls, what the organiser wants, and the firm's own tasks. A firm's calendar says nothing of other
/// firms.
/// </summary>
internal static class WriteCalendar
{
    private const int MostEditions = 200;

    public static async Task<string> OfAsync(CalendarSubscription subscription, TradeFairsDb db, DateTime now, CancellationToken ct)
    {
        var editions = await db.Editions.AsNoTracking()
            .Where(e => e.ConsortiumId == subscription.ConsortiumId && e.State != FairState.Proposed && e.State != FairState.Cancelled)
            .OrderByDescending(e => e.OpensOn).ThenBy(e => e.Id).Take(MostEditions).ToListAsync(ct);
        var fairIds = editions.ConvertAll(e => e.FairId);
        var fairs = await db.Fairs.AsNoTracking().Where(f => fairIds.Contains(f.Id)).ToDictionaryAsync(f => f.Id, ct);
        var takesPart = subscription.MemberId is not { } member ? editions.ConvertAll(e => e.Id)
            : await db.Commitments.Where(c => c.MemberId == member && c.State != CommitmentState.Withdrawn).Select(c => c.EditionId).ToListAsync(ct);
        var calendar = new Ical.Net.Calendar { ProductId = "-//ExportConsortia//Trade fairs//EN", Method = "PUBLISH" };
        calendar.AddProperty("REFRESH-INTERVAL;VALUE=DURATION", "PT6H");
        foreach (var edition in editions)
        {
            var fair = fairs[edition.FairId];
            if (edition.State == FairState.CallForInterest && edition.CommitUntil is { } until)
            {
                calendar.Events.Add(At(edition, "call", $"{fair.Name} {edition.Name}: commit the firm until now", until));
            }

            if (takesPart.Contains(edition.Id))
            {
                calendar.Events.Add(Days(edition, fair));
                calendar.Events.AddRange(edition.Deadlines.Where(d => !d.OfEachFirm || subscription.MemberId is null)
                    .Select(d => At(edition, $"{d.Number}", $"{fair.Name} {edition.Name}: {d.Title}", d.DueAt)));
            }
        }

        if (subscription.MemberId is { } own)
        {
            await AddTasksAsync(calendar, own, editions, fairs, db, now, ct);
        }

        return new CalendarSerializer().SerializeToString(calendar)!;
    }

    private static async Task AddTasksAsync(
        Ical.Net.Calendar calendar, Guid memberId, List<FairEdition> editions, Dictionary<Guid, TradeFair> fairs, TradeFairsDb db, DateTime now,
        CancellationToken ct)
    {
        var firms = (await KeepChecklist.FirmsAtStandAsync(editions, db, ct)).FindAll(f => f.MemberId == memberId);
        foreach (var (edition, task) in await KeepChecklist.TasksAsync(editions, firms, db, now, ct))
        {
            if (task.State == TaskState.Open)
            {
                calendar.Events.Add(At(edition, $"task-{task.Number}", $"{fairs[edition.FairId].Name} {edition.Name}: {task.Title}", task.DueAt));
            }
        }
    }

    private static CalendarEvent Days(FairEdition edition, TradeFair fair)
    {
        var days = Event(edition, "days", $"{fair.Name} {edition.Name}");
        days.Start = new CalDateTime(edition.OpensOn);
        days.End = new CalDateTime(edition.ClosesOn.AddDays(1));   // exclusive in iCalendar
        days.Location = $"{fair.Place}, {fair.Country}";
        return days;
    }

    // A deadline is exclusive: what is shown is the last minute that is in time.
    private static CalendarEvent At(FairEdition edition, string part, string title, DateTime dueAt)
    {
        var deadline = Event(edition, part, title);
        deadline.Start = new CalDateTime(dueAt.AddMinutes(-1), "UTC");
        deadline.End = new CalDateTime(dueAt, "UTC");
        return deadline;
    }

    // The same id and stamp at each reading: programs see what has changed by them.
    private static CalendarEvent Event(FairEdition edition, string part, string title) => new()
    {
        Uid = $"{edition.Id:N}-{part}@tradefairs.exportconsortia",
        Summary = title,
        DtStamp = new CalDateTime(edition.CreatedAt, "UTC"),
        Sequence = (int)edition.Version,
    };
}
