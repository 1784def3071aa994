namespace ExportConsortia.Platform.Storage;

/// <summary>
/// Locks by name within this process, first come, first served: for writers of the same SQLite file and for requests with the same idempotency key.
/// A gate exists while somebody is in it or waits for it.
/// </summary>
public sealed class Gates
{
    private readonly Dictionary<string, Gate> _gates = new(StringComparer.Ordinal);

    /// <summary>Waits until the gate is free. Disposing of the result leaves the gate.</summary>
    public async Task<IDisposable> EnterAsync(string name, CancellationToken ct)
    {
        Gate? gate;
        lock (_gates)
        {
            if (!_gates.TryGetValue(name, out gate))
            {
                _gates[name] = gate = new Gate();
            }

            gate.Users++;
        }

        var pass = new Pass(this, name, gate);
        try
        {
            await gate.Turn.WaitAsync(ct);
            pass.IsIn = true;
            return pass;
        }
        catch
        {
            pass.Dispose();
            throw;
        }
    }

    private sealed class Gate
    {
        public SemaphoreSlim Turn { get; } = new(1, 1);

        public int Users { get; set; }
    }

    private sealed class Pass(Gates all, string name, Gate gate) : IDisposable
    {
        public bool IsIn { get; set; }

        public void Dispose()
        {
            lock (all._gates)
            {
                if (--gate.Users == 0)
                {
                    all._gates.Remove(name);
                }
            }

            if (IsIn)
            {
                gate.Turn.Release();
            }
        }
    }
}
