using System.ComponentModel;
using System.Text;
using ExportConsortia.TradeFairs.Fairs;
using Ical.Net.CalendarComponents;
using Ical.Net.DataTypes;

namespace ExportConsortia.TradeFairs.Calendar;

/// <summary>
/// Reads the organiser's calendar file into an edition's deadlines. The same file again changes nothing; a new one moves what has moved.
/// </summary>
internal static class ImportDeadlines
{
    private const int LargestFile = 256 * 1024;
    private const int MostEntries = 500;

    /// <summary>What the import did, or what it would do.</summary>
    /// <param name="Added">Deadlines that were new.</param>
    /// <param name="Changed">Deadlines whose title or instant is another now.</param>
    /// <param name="Unchanged">Deadlines that were the same.</param>
    /// <param name="Skipped">Entries that repeat, of which only the first day is taken, or that have no id, title or date.</param>
    /// <param name="Trial">True if nothing was changed.</param>
    /// <param name="Deadlines">The edition's deadlines afterwards, the next first.</param>
    public sealed record Response(int Added, int Changed, int Unchanged, int Skipped, bool Trial, IReadOnlyList<DeadlineView> Deadlines);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("editions/{id:guid}/deadlines/file", HandleAsync)
        .WithName(nameof(ImportDeadlines)).For(Role.ConsortiumManager)
        .WithSummary("Import the organiser's calendar as deadlines")
        .WithDescription(
            "For managers; the body is an iCalendar file (RFC 5545) in UTF-8, at most 256 KiB. Each VEVENT with a UID, a summary and a "
            + "start becomes a "
            + "deadline, and each VTODO with a due date: a day lasts to its end in the fair's time zone, an instant without a zone is of "
            + "the fair's zone. "
            + "The UID tells which is which: a later file changes titles and instants, and keeps what is each firm's. Entries that repeat count "
            + "once. trial=true changes nothing. 400 for a file that can't be read, or more than 50 deadlines; 413 TOO_LARGE; 409 EDITION_ENDED.")
        .Accepts<string>("*/*")
        .WithExample(
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Koelnmesse//EN\r\nBEGIN:VEVENT\r\nUID:entry@organiser.example\r\n"
            + "DTSTAMP:20260601T000000Z\r\n"
            + "DTSTART;VALUE=DATE:20261115\r\nSUMMARY:Catalogue entry\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
            "*/*");

    private static async Task<Results<Ok<Response>, ProblemHttpResult>> HandleAsync(
        Guid id, HttpRequest request, TradeFairsDb db, CancellationToken ct,
        [Description("True: report what would happen, change nothing.")] bool trial = false)
    {
        if (await ReadAsync(request, ct) is not { } bytes)
        {
            return Refusal.Problem(StatusCodes.Status413PayloadTooLarge, "TOO_LARGE", "The file is larger than 256 KiB.");
        }

        Response? response = null;
        var refused = await db.ChangeEditionAsync(
            id,
            edition =>
            {
                if (edition.RefuseEnded() is { } ended)
                {
                    return Task.FromResult<ProblemHttpResult?>(ended.ToProblem());
                }

                if (Entries(bytes, edition.Zone) is not { } entries || entries.TrueForAll(e => e.IsSkipped))
                {
                    return Task.FromResult<ProblemHttpResult?>(
                        Refusal.Invalid("", "Must be an iCalendar file in UTF-8 with 1 to 500 entries that have an id, a title and a date."));
                }

                var deadlines = Merge(edition, entries, out response);
                if (deadlines.Count > FairEdition.MostDeadlines)
                {
                    return Task.FromResult<ProblemHttpResult?>(
                        Refusal.Invalid("", $"There would be {deadlines.Count} deadlines; {FairEdition.MostDeadlines} is the most."));
                }

                response = response with { Trial = trial, Deadlines = deadlines.ConvertAll(d => DeadlineView.Of(d, edition.Zone)) };
                if (!trial && response.Added + response.Changed > 0)
                {
                    edition.Deadlines = deadlines;
                    db.Record("FAIR_DEADLINES_IMPORTED", id);
                    edition.Version++;
                }

                return Task.FromResult<ProblemHttpResult?>(null);
            },
            ct);
        return refused is not null ? refused : TypedResults.Ok(response!);
    }

    private static List<FairDeadline> Merge(FairEdition edition, List<Entry> entries, out Response response)
    {
        var list = edition.Deadlines.ToList();
        var (added, changed, unchanged, skipped) = (0, 0, 0, 0);
        var next = list.Select(d => d.Number).DefaultIfEmpty(0).Max() + 1;
        foreach (var entry in entries)
        {
            skipped += entry.IsSkipped || entry.Repeats ? 1 : 0;
            if (entry.IsSkipped)
            {
                continue;
            }

            var i = list.FindIndex(d => d.Uid == entry.Uid);
            if (i < 0)
            {
                list.Add(new(next++, entry.Title, entry.DueAt!.Value, false, entry.Uid));
                added++;
            }
            else if ((list[i].Title, list[i].DueAt) == (entry.Title, entry.DueAt!.Value))
            {
                unchanged++;
            }
            else
            {
                list[i] = list[i] with { Title = entry.Title, DueAt = entry.DueAt.Value };
                changed++;
            }
        }

        response = new(added, changed, unchanged, skipped, false, []);
        return FairDeadline.InOrder(list);
    }

    private sealed record Entry(string Uid, string Title, DateTime? DueAt, bool Repeats)
    {
        public bool IsSkipped => Uid.Length is 0 or > 200 || Title.Length == 0 || DueAt is null;
    }

    // Null if it is no calendar. Rules for repeating are never worked out: a file could ask for millions of days.
    private static List<Entry>? Entries(byte[] bytes, TimeZoneInfo zone)
    {
        try
        {
            var calendar = Ical.Net.Calendar.Load(new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes));
            if (calendar is null || calendar.Events.Count + calendar.Todos.Count is 0 or > MostEntries)
            {
                return null;
            }

            return
            [
                .. calendar.Events.Select(e => Read(e, e.Start, zone)),
                .. calendar.Todos.Select(t => Read(t, t.Due ?? t.Start, zone)),
            ];
        }
        catch (Exception broken) when (broken is not (OutOfMemoryException or OperationCanceledException))
        {
            return null;   // the parser throws many kinds at a file that is none
        }
    }

    private static Entry Read(RecurringComponent entry, CalDateTime? when, TimeZoneInfo zone)
    {
        var title = new string([.. (entry.Summary ?? "").Select(c => char.IsControl(c) ? ' ' : c)]).Trim();
        title = title.Length > TradeFair.LongestName ? title[..TradeFair.LongestName] : title;
        return new(
            entry.Uid?.Trim() ?? "", Input.IsText(title) ? title : "", when is null ? null : InstantOf(when, zone),
            entry.RecurrenceRule is not null || entry.RecurrenceDates.GetAllDates().Any());
    }

    private static DateTime? InstantOf(CalDateTime when, TimeZoneInfo zone)
    {
        var value = DateTime.SpecifyKind(when.Value, DateTimeKind.Unspecified);
        if (!Input.IsDay(DateOnly.FromDateTime(value)))
        {
            return null;
        }

        if (!when.HasTime)
        {
            return zone.BeginningOf(DateOnly.FromDateTime(value).AddDays(1));
        }

        var named = when.IsUtc ? TimeZoneInfo.Utc
            : when.TzId is { } id && TimeZoneInfo.TryFindSystemTimeZoneById(id, out var known) ? known : zone;
        return TimeZoneInfo.ConvertTimeToUtc(named.IsInvalidTime(value) ? value.AddHours(1) : value, named);
    }

    private static async Task<byte[]?> ReadAsync(HttpRequest request, CancellationToken ct)
    {
        request.EnableBuffering(bufferThreshold: 64 * 1024);   // read again when the request is retried after a conflict
        request.Body.Position = 0;
        using var bytes = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int read;
        while ((read = await request.Body.ReadAsync(buffer, ct)) > 0)
        {
            if (bytes.Length + read > LargestFile)
            {
                return null;
            }

            bytes.Write(buffer, 0, read);
        }

        return bytes.ToArray();
    }
}
