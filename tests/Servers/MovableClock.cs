using Xunit;

namespace ExportConsortia.Servers;

/// <summary>
/// The time of a running service: it runs as time does, can be moved on, and can be made to stand still at an instant. It never goes back.
/// Timers run as they always do: with FakeTimeProvider's, which wait for the test, a service would stand still.
/// </summary>
public sealed class MovableClock : TimeProvider
{
    private const string Shared = "Other tests go by this clock now: one that moves it must be alone.";

    private readonly Lock _moving = new();
    private TimeSpan _ahead;
    private DateTimeOffset? _standing;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        lock (_moving)
        {
            return _standing ?? Running();
        }
    }

    /// <summary>False while several tests go by this clock: then to move it is a mistake.</summary>
    public bool MayMove { get; set; } = true;

    public DateTime Now() => GetUtcNow().UtcDateTime;

    /// <summary>Moves on, standing or running.</summary>
    public void MoveOn(TimeSpan by)
    {
        Assert.True(MayMove, Shared);
        lock (_moving)
        {
            _ahead += by;
            _standing += by;
        }
    }

    /// <summary>Stands still at a later instant until <see cref="Run"/>.</summary>
    public void StandAt(DateTime instant)
    {
        Assert.True(MayMove, Shared);
        lock (_moving)
        {
            var from = _standing ?? Running();
            Assert.True(instant >= from.UtcDateTime, "The clock never goes back.");
            _ahead += instant - from.UtcDateTime;
            _standing = instant;
        }
    }

    /// <summary>Runs on from where it stands.</summary>
    public void Run()
    {
        Assert.True(MayMove, Shared);
        lock (_moving)
        {
            if (_standing is { } at)
            {
                _ahead += at - Running();
                _standing = null;
            }
        }
    }

    // In microseconds, as PostgreSQL keeps instants.
    private DateTimeOffset Running()
    {
        var now = base.GetUtcNow() + _ahead;
        return now.AddTicks(-(now.Ticks % 10));
    }
}
