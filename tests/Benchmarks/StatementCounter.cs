using System.Buffers.Binary;
using System.Net.Sockets;
using Npgsql;

namespace ExportConsortia.Benchmarks;

/// <summary>What a piece of work costs the database.</summary>
/// <param name="RoundTrips">How often the service waited for a response.</param>
/// <param name="Statements">All statements, including those that begin and end transactions and set savepoints.</param>
/// <param name="Transactions">Explicit transactions, and single statements outside of one.</param>
internal readonly record struct DatabaseWork(int RoundTrips, int Statements, int Transactions)
{
    public static DatabaseWork operator +(DatabaseWork a, DatabaseWork b) =>
        new(a.RoundTrips + b.RoundTrips, a.Statements + b.Statements, a.Transactions + b.Transactions);
}

/// <summary>
/// A proxy between a service and PostgreSQL that counts statements, so that any version of the service can be measured unchanged. Background work
/// (the outbox relay, timers) isn't counted; the relay can be held, so that what follows from a request isn't counted as part of it.
/// </summary>
internal sealed class StatementCounter : IAsyncDisposable
{
    // Statements of the relay, timers and health checks, which no request or consumer sends.
    private static readonly string[] Background =
        ["synchronous_commit", "FROM \"Outbox\"", "LISTEN ", "\"ClaimedBy\"", "\"NextDeadline\" <=", "clock_timestamp", "count(*)::bigint"];

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly Lock _lock = new();
    private readonly IPEndPoint _store;
    private readonly Task _accepting;
    private readonly List<string> _statements = [];
    private TaskCompletionSource _relay = new();
    private DatabaseWork _work;

    public StatementCounter(string store)
    {
        var settings = new NpgsqlConnectionStringBuilder(store);
        _store = new(IPAddress.Parse(settings.Host!), settings.Port);
        _listener.Start();
        settings.Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        (settings.SslMode, settings.GssEncryptionMode) = (SslMode.Disable, GssEncryptionMode.Disable);
        ConnectionString = settings.ConnectionString;
        _relay.SetResult();
        _accepting = AcceptAsync();
    }

    /// <summary>For the service to be measured.</summary>
    public string ConnectionString { get; }

    /// <summary>Holds the relay until <see cref="ReleaseRelay"/>.</summary>
    public void HoldRelay()
    {
        lock (_lock)
        {
            _relay = _relay.Task.IsCompleted ? new(TaskCreationOptions.RunContinuationsAsynchronously) : _relay;
        }
    }

    public void ReleaseRelay()
    {
        lock (_lock)
        {
            _relay.TrySetResult();
        }
    }

    /// <summary>The work since the last call, and its statements.</summary>
    public (DatabaseWork Work, IReadOnlyList<string> Statements) Take()
    {
        lock (_lock)
        {
            var taken = (_work, (IReadOnlyList<string>)[.. _statements]);
            _work = default;
            _statements.Clear();
            return taken;
        }
    }

    public async ValueTask DisposeAsync()
    {
        ReleaseRelay();
        await _end.CancelAsync();
        _listener.Stop();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _listener.Dispose();
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            var client = await _listener.AcceptTcpClientAsync(_end.Token);
            _ = ServeAsync(client);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var service = client;
        using var store = new TcpClient { NoDelay = true };
        service.NoDelay = true;
        try
        {
            await store.ConnectAsync(_store, _end.Token);
            var connection = new Connection(this);
            await Task.WhenAny(ForwardAsync(service, store, connection.ReadRequestAsync), ForwardAsync(store, service, connection.ReadResponseAsync));
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            // One side has closed the connection; both are closed now.
        }
    }

    private async Task ForwardAsync(TcpClient from, TcpClient to, Func<ReadOnlyMemory<byte>, Task> read)
    {
        var buffer = new byte[64 * 1024];
        int length;
        while ((length = await from.GetStream().ReadAsync(buffer, _end.Token)) > 0)
        {
            await read(buffer.AsMemory(0, length));
            await to.GetStream().WriteAsync(buffer.AsMemory(0, length), _end.Token);
        }
    }

    private void Add(DatabaseWork work, List<string> statements)
    {
        if (!statements.Exists(sql => sql == "SELECT 1" || Background.Any(b => sql.Contains(b, StringComparison.Ordinal))))
        {
            lock (_lock)
            {
                _work += work;
                _statements.AddRange(statements);
            }
        }
    }

    /// <summary>One connection. A transaction is counted when it ends, so that the relay's transactions can be recognised.</summary>
    private sealed class Connection(StatementCounter counter)
    {
        private readonly Dictionary<string, string> _prepared = [];
        private readonly Dictionary<string, string> _bound = [];
        private readonly List<string> _statements = [];
        private byte[] _rest = [];
        private bool _started;
        private bool _inTransaction;
        private bool _answered = true;
        private int _roundTrips;

        public Task ReadResponseAsync(ReadOnlyMemory<byte> response)
        {
            _answered = true;
            return Task.CompletedTask;
        }

        public async Task ReadRequestAsync(ReadOnlyMemory<byte> request)
        {
            if (_started && _answered)
            {
                (_answered, _roundTrips) = (false, _roundTrips + 1);
            }

            byte[] bytes = [.. _rest, .. request.Span];
            var at = 0;
            while (Message(bytes.AsSpan(at)) is { } message)
            {
                at += message.Length;
                Read(message);
            }

            _rest = bytes[at..];
            if (_statements.Exists(sql => sql.Contains("synchronous_commit", StringComparison.Ordinal)))
            {
                await counter._relay.Task;
            }
        }

        // A message has a type, a length and a text; only the first of a connection has no type.
        private byte[]? Message(ReadOnlySpan<byte> bytes)
        {
            var head = _started ? 1 : 0;
            return bytes.Length >= head + 4 && head + BinaryPrimitives.ReadInt32BigEndian(bytes[head..]) is var length && bytes.Length >= length
                ? bytes[..length].ToArray() : null;
        }

        private void Read(byte[] message)
        {
            if (!_started)
            {
                _started = true;
                return;
            }

            var texts = Encoding.UTF8.GetString(message.AsSpan(5)).Split('\0', 3);
            switch ((char)message[0])
            {
                case 'Q':
                    AddStatement(texts[0]);
                    EndUnlessInTransaction();
                    break;
                case 'P':
                    _prepared[texts[0]] = texts[1];
                    break;
                case 'B':
                    _bound[texts[0]] = _prepared[texts[1]];
                    break;
                case 'E':
                    AddStatement(_bound[texts[0]]);
                    break;
                case 'S':
                    EndUnlessInTransaction();
                    break;
            }
        }

        private void AddStatement(string sql)
        {
            // The reset of a pooled connection is sent with the next user's first statement.
            if (sql.StartsWith("DISCARD", StringComparison.Ordinal))
            {
                return;
            }

            _statements.Add(sql);
            _inTransaction = sql switch
            {
                _ when sql.StartsWith("BEGIN", StringComparison.Ordinal) => true,
                "COMMIT" or "ROLLBACK" => false,
                _ => _inTransaction,
            };
        }

        private void EndUnlessInTransaction()
        {
            if (!_inTransaction && _statements.Count > 0)
            {
                counter.Add(new(_roundTrips, _statements.Count, 1), _statements);
                _statements.Clear();
                _roundTrips = 0;
            }
        }
    }
}
