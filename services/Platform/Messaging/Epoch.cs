namespace ExportConsortia.Platform.Messaging;

/// <summary>
/// A time in the life of a store. A store that was restored from a backup counts its versions again from an earlier one: what others have kept of the
/// time that was lost would win for ever. So it begins a new epoch, and what it says then wins over every version of an older epoch.
/// </summary>
public sealed class Epoch
{
    /// <summary>The header that carries the number with each message; messages from before the first epoch have none.</summary>
    internal const string Header = "Epoch";

    private static readonly DateTime Beginning = new(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>
    /// Greater than all before, also than those that a restored store has forgotten: the seconds since 2020 at which it began.
    /// </summary>
    public required long Number { get; init; }

    /// <summary>When it began, UTC.</summary>
    public required DateTime BegunAt { get; init; }

    /// <summary>Orders versions across epochs: any version of a newer epoch is above all of an older one. In epoch 0 a version is its rank.</summary>
    public static long Rank(long epoch, long version) => (epoch << 32) + version;

    /// <summary>The epoch that begins now.</summary>
    internal static Epoch After(long last, DateTime now) =>
        new() { Number = Math.Max(last + 1, (long)(now - Beginning).TotalSeconds), BegunAt = now };
}
