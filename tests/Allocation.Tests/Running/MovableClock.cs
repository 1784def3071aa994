namespace ExportConsortia.Allocation.Tests.Running;

/// <summary>The service's time: it runs as time does, can be moved on, and can be made to stand still at an instant. It never goes back.</summary>
public sealed class MovableClock : TimeProvider
{
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

    public DateTime Now() => GetUtcNow().UtcDateTime;

    /// <summary>Moves on, standing or running.</summary>
    public void MoveOn(TimeSpan by)
    {
        lock (_moving)
        {
            _ahead += by;
            _standing += by;
        }
    }

    /// <summary>Stands still at a later instant until <see cref="Run"/>.</summary>
    public void StandAt(DateTime instant)
    {
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
