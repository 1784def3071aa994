namespace ExportConsortia.TradeFairs.Fairs;

/// <summary>Days in a fair's time zone: rules count calendar days there, whatever the clock of the firm says .</summary>
internal static class FairDays
{
    /// <summary>The fair's day at an instant, UTC.</summary>
    public static DateOnly DayAt(this TimeZoneInfo zone, DateTime instant) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTimeFromUtc(instant, zone));

    /// <summary>The first instant, UTC, of a day there; where clocks are put forward at midnight, the first that there is.</summary>
    public static DateTime BeginningOf(this TimeZoneInfo zone, DateOnly day)
    {
        var midnight = day.ToDateTime(TimeOnly.MinValue, DateTimeKind.Unspecified);
        return TimeZoneInfo.ConvertTimeToUtc(zone.IsInvalidTime(midnight) ? midnight.AddHours(1) : midnight, zone);
    }
}
