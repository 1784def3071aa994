namespace ExportConsortia.Marketing.Leads;

/// <summary>The days on which a consortium works: deadlines of leads are counted in them .</summary>
internal sealed class WorkingDays
{
    /// <summary>The most holidays that can be named.</summary>
    public const int MostHolidays = 400;

    private const int LongestSearch = 3660;

    public required Guid ConsortiumId { get; init; }

    /// <summary>Days of the week without work.</summary>
    public List<DayOfWeek> Weekend { get; set; } = [DayOfWeek.Saturday, DayOfWeek.Sunday];

    /// <summary>Single days without work.</summary>
    public List<DateOnly> Holidays { get; set; } = [];

    public long Version { get; set; }

    /// <summary>
    /// The instant, UTC, at which the n-th working day after this instant's day ends at the consortium's seat: whoever is done before is in time.
    /// </summary>
    public DateTime EndOf(int days, DateTime after, Consortium consortium)
    {
        var (day, holidays) = (consortium.Day(after), Holidays.ToHashSet());
        for (var (counted, looked) = (0, 0); counted < days && looked < LongestSearch; looked++)
        {
            day = day.AddDays(1);
            counted += Weekend.Contains(day.DayOfWeek) || holidays.Contains(day) ? 0 : 1;
        }

        return consortium.BeginningOf(day.AddDays(1));
    }
}
