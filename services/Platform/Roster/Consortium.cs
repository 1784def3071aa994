using ExportConsortia.Contracts;

namespace ExportConsortia.Platform.Roster;

/// <summary>
/// Our copy of a consortium: its name, the party that it trades as, the currency of its books, and the time zone in which it counts days.
/// </summary>
public sealed class Consortium(Guid id, string code, string name)
{
    /// <summary>The consortium.</summary>
    public Guid Id { get; private init; } = id;

    /// <summary>Its short code, unique in the installation.</summary>
    public string Code { get; set; } = code;

    /// <summary>Its full name.</summary>
    public string Name { get; set; } = name;

    /// <summary>IANA name; null in rows older than this column, which count in UTC.</summary>
    public string? TimeZone { get; set; }

    /// <summary>ISO 4217 code of its books; null in rows older than this column, until Membership publishes the consortium again.</summary>
    public string? BaseCurrency { get; set; }

    /// <summary>The party that it trades as; null until it has stated one.</summary>
    public ConsortiumParty? Party { get; set; }

    /// <summary>Version of the party: an older one is ignored.</summary>
    public long? PartyVersion { get; set; }

    private TimeZoneInfo Zone => TimeZone is not null && TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out var known) ? known : TimeZoneInfo.Utc;

    /// <summary>The consortium's day at this instant.</summary>
    public DateOnly Day(DateTime now) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTimeFromUtc(now, Zone));

    /// <summary>The consortium's calendar year at this instant.</summary>
    public int CalendarYear(DateTime now) => Day(now).Year;

    /// <summary>The first instant, UTC, of a calendar year.</summary>
    public DateTime BeginningOf(int year) => TimeZoneInfo.ConvertTimeToUtc(new DateTime(year, 1, 1, 0, 0, 0, DateTimeKind.Unspecified), Zone);

    /// <summary>The first instant, UTC, of a day; where clocks are put forward at midnight, the first that there is.</summary>
    public DateTime BeginningOf(DateOnly day)
    {
        var midnight = day.ToDateTime(TimeOnly.MinValue, DateTimeKind.Unspecified);
        return TimeZoneInfo.ConvertTimeToUtc(Zone.IsInvalidTime(midnight) ? midnight.AddHours(1) : midnight, Zone);
    }
}
