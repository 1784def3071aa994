namespace ExportConsortia.Platform;

/// <summary>
/// Lets those who name the same gate through one after the other, in the order in which they come: the writers of a SQLite file, and requests that carry
/// the same key. A gate is there as long as somebody is in it or waits before it.
/// </summary>
public sealed class Gates
{
    private readonly Dictionary<string, Gate> _gates = new(StringComparer.Ordinal);

    /// <summary>Waits until nobody else is in the gate; who disposes of what comes back has left it.</summary>
    public async Task<IDisposable> EnterAsync(string name, CancellationToken ct)
    {
        Gate? gate;
        lock (_gates)
        {
            if (!_gates.TryGetValue(name, out gate))
            {
                _gates[name] = gate = new Gate();
            }

            gate.Comers++;
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

        public int Comers { get; set; }
    }

    private sealed class Pass(Gates all, string name, Gate gate) : IDisposable
    {
        public bool IsIn { get; set; }

        public void Dispose()
        {
            lock (all._gates)
            {
                if (--gate.Comers == 0)
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
