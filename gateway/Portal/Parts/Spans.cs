namespace ExportConsortia.Portal.Parts;

/// <summary>Lengths of time as people read them: "72 h", "90 min", "20 s".</summary>
internal static class Spans
{
    /// <summary>The units in which people type a length of time, with their seconds.</summary>
    public static readonly (string Unit, long Seconds)[] Units = [("h", 3600), ("min", 60), ("s", 1)];

    /// <summary>A length of time in the largest unit in which it is a whole number.</summary>
    public static (long Number, string Unit) Split(long seconds)
    {
        var (unit, each) = Units.First(u => seconds % u.Seconds == 0);
        return (seconds / each, unit);
    }

    /// <summary>An exact length of time, such as a deadline.</summary>
    public static string Of(long seconds, Words words)
    {
        var (number, unit) = Split(seconds);
        return words["span." + unit, number];
    }

    /// <summary>About how long something takes: days from two days on, hours from two hours on, else minutes.</summary>
    public static string About(long seconds, Words words) =>
        seconds >= 2 * 86_400 ? words["span.d", seconds / 86_400]
        : seconds >= 2 * 3600 ? words["span.h", seconds / 3600]
        : words["span.min", Math.Max(1, seconds / 60)];
}
