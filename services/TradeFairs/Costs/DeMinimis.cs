namespace ExportConsortia.TradeFairs.Costs;

/// <summary>Aid that an undertaking was granted.</summary>
/// <param name="GrantedOn">The day on which it got the right to it.</param>
/// <param name="AmountMinor">In minor units.</param>
internal sealed record AidGranted(DateOnly GrantedOn, long AmountMinor);

/// <summary>How much more aid a single undertaking may take: never more than the ceiling in any three years (R-510, F-M13).</summary>
internal static class DeMinimis
{
    public const int Years = 3;

    /// <summary>What may be granted on a day. Aid of later days counts too: every three years that contain the day must hold.</summary>
    public static long Headroom(long ceilingMinor, DateOnly on, IReadOnlyCollection<AidGranted> aids)
    {
        var ends = aids.Select(a => a.GrantedOn).Where(day => day > on && day.AddYears(-Years) < on).Append(on);
        return Math.Max(0, ceilingMinor - ends.Max(end => InYearsUntil(end, aids)));
    }

    /// <summary>The aid of the three years that end with a day; the same day three years before does not count any more.</summary>
    public static long InYearsUntil(DateOnly end, IEnumerable<AidGranted> aids) =>
        aids.Where(a => a.GrantedOn <= end && a.GrantedOn > end.AddYears(-Years)).Sum(a => a.AmountMinor);
}
