namespace ExportConsortia.Marketing.Leads;

/// <summary>When a day begins at the consortium's seat.</summary>
internal static class DaysOfConsortium
{
    extension(Consortium consortium)
    {
        /// <summary>The first instant, UTC, of a day.</summary>
        public DateTime Beginning(DateOnly day)
        {
            var zone = consortium.TimeZone is { } name && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var known) ? known : TimeZoneInfo.Utc;
            var local = day.ToDateTime(TimeOnly.MinValue, DateTimeKind.Unspecified);
            // Where clocks go forward at midnight, the day begins an hour later.
            return TimeZoneInfo.ConvertTimeToUtc(zone.IsInvalidTime(local) ? local.AddHours(1) : local, zone);
        }
    }
}
