using Npgsql;

namespace ExportConsortia.Platform.Storage;

/// <summary>
/// The time of the database, so that replicas on machines with different clocks agree on deadlines (F-T1). It is measured at start and every
/// half minute; before that, and in the embedded shape, it is the machine's own time.
/// </summary>
public sealed class StoreClock : TimeProvider, IDisposable
{
    private long _offsetTicks;
    private ITimer? _timer;

    /// <summary>The instant, in whole microseconds: PostgreSQL keeps no finer ones, and a stored value must equal the original.</summary>
    public override DateTimeOffset GetUtcNow()
    {
        var now = base.GetUtcNow().AddTicks(Interlocked.Read(ref _offsetTicks));
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
    }

    /// <inheritdoc/>
    public void Dispose() => _timer?.Dispose();

    internal async Task FollowAsync(string postgres, CancellationToken ct)
    {
        await MeasureAsync(postgres, ct);
        _timer ??= CreateTimer(_ => _ = MeasureAsync(postgres, CancellationToken.None), null, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(30));
    }

    private async Task MeasureAsync(string postgres, CancellationToken ct)
    {
        try
        {
            await using var connection = new NpgsqlConnection(postgres);
            await connection.OpenAsync(ct);
            await using var command = new NpgsqlCommand("SELECT clock_timestamp()", connection);
            var before = base.GetUtcNow();
            var there = DateTime.SpecifyKind((DateTime)(await command.ExecuteScalarAsync(ct))!, DateTimeKind.Utc);
            var here = before + ((base.GetUtcNow() - before) / 2);
            Interlocked.Exchange(ref _offsetTicks, (there - here.UtcDateTime).Ticks);
        }
        catch (NpgsqlException)
        {
            // The store is unreachable: the last measurement stays, and the readiness check reports it.
        }
    }
}
