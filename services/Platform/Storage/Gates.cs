namespace ExportConsortia.Platform.Storage;

/// <summary>
/// Locks by name within this process, first come, first served: for writers of the same SQLite file and for requests with the same idempotency key.
/// A gate exists while somebody is in it or waits for it.
/// </summary>
public sealed class Gates
{
    private readonly Dictionary<string, Gate> _gates = new(StringComparer.Ordinal);

    /// <summary>Waits until the gate is free. Disposing of the result leaves the gate.</summary>
    public async Task<Pass> EnterAsync(string name, CancellationToken ct)
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

        public object? Left { get; set; }

        public int Users { get; set; }
    }

    /// <summary>The right to be in.</summary>
    public sealed class Pass : IDisposable
    {
        private readonly Gates _all;
        private readonly string _name;
        private readonly Gate _gate;

        internal Pass(Gates all, string name, object gate) => (_all, _name, _gate) = (all, name, (Gate)gate);

        /// <summary>What the last one inside has left for the next, if that one was waiting already.</summary>
        public object? Left
        {
            get => _gate.Left;
            set => _gate.Left = value;
        }

        internal bool IsIn { get; set; }

        /// <inheritdoc/>
        public void Dispose()
        {
            lock (_all._gates)
            {
                if (--_gate.Users == 0)
                {
                    _all._gates.Remove(_name);
                }
            }

            if (IsIn)
            {
                _gate.Turn.Release();
            }
        }
    }
}
