namespace ExportConsortia.Platform.Storage;

/// <summary>
/// Locks by name within this process, first come, first served: for writers of the same SQLite file and for requests with the same idempotency key.
/// A gate exists while somebody is in it or waits for it.
/// </summary>
public sealed class Gates
{
    private readonly Dictionary<string, Gate> _gates = new(StringComparer.Ordinal);

    /// <summary>Waits until there is a place in the gate. Disposing of the result leaves the gate.</summary>
    /// <param name="name">The gate.</param>
    /// <param name="ct">Cancels.</param>
    /// <param name="places">How many may be in it at the same time: for one name always the same number.</param>
    public async Task<Pass> EnterAsync(string name, CancellationToken ct, int places = 1)
    {
        Gate? gate;
        lock (_gates)
        {
            if (!_gates.TryGetValue(name, out gate))
            {
                _gates[name] = gate = new Gate(places);
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

    private sealed class Gate(int places)
    {
        public SemaphoreSlim Turn { get; } = new(places, places);

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
