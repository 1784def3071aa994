using Xunit;

namespace ExportConsortia.Servers;

/// <summary>
/// The clock of a running service: it runs in real time, and tests can move it forward or stop it. It never goes back.
/// Timers run in real time: FakeTimeProvider's would wait for the test, and the service would stop working.
/// </summary>
public sealed class MovableClock : TimeProvider
{
    private const string Shared = "Other tests share this clock now: a test that moves it must run alone.";

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

    /// <summary>False while several tests share this clock: moving it is then an error.</summary>
    public bool MayMove { get; set; } = true;

    public DateTime Now() => GetUtcNow().UtcDateTime;

    /// <summary>Moves forward, stopped or running.</summary>
    public void MoveOn(TimeSpan by)
    {
        Assert.True(MayMove, Shared);
        lock (_moving)
        {
            _ahead += by;
            _standing += by;
        }
    }

    /// <summary>Stops at a later instant until <see cref="Run"/>.</summary>
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

    /// <summary>Runs on from where it was stopped.</summary>
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

    // In microseconds, PostgreSQL's precision.
    private DateTimeOffset Running()
    {
        var now = base.GetUtcNow() + _ahead;
        return now.AddTicks(-(now.Ticks % 10));
    }
}
