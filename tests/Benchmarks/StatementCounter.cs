using System.Buffers.Binary;
using System.Net.Sockets;
using Npgsql;

namespace ExportConsortia.Benchmarks;

/// <summary>What a piece of work asked of the database.</summary>
/// <param name="RoundTrips">How often the service waited for an answer.</param>
/// <param name="Statements">Every statement sent, also those that begin and end transactions and set savepoints.</param>
/// <param name="Transactions">Those begun, and each query that was one by itself.</param>
internal readonly record struct Asked(int RoundTrips, int Statements, int Transactions)
{
    public static Asked operator +(Asked a, Asked b) => new(a.RoundTrips + b.RoundTrips, a.Statements + b.Statements, a.Transactions + b.Transactions);
}

/// <summary>
/// Stands between a service and PostgreSQL and reads along, so that any version of the service can be counted as it is. What the service does by itself,
/// the outbox relay and the timers, isn't counted; the relay can be held, so that what follows from a request isn't counted as part of it.
/// </summary>
internal sealed class StatementCounter : IAsyncDisposable
{
    // Statements that no request sends and no consumer: of the relay, of timers, of health checks.
    private static readonly string[] Background =
        ["synchronous_commit", "FROM \"Outbox\"", "LISTEN ", "\"ClaimedBy\"", "\"NextDeadline\" <=", "clock_timestamp", "count(*)::bigint"];

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly Lock _lock = new();
    private readonly IPEndPoint _store;
    private readonly Task _accepting;
    private readonly List<string> _told = [];
    private TaskCompletionSource _relay = new();
    private Asked _asked;

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

    /// <summary>For the service that is to be counted.</summary>
    public string ConnectionString { get; }

    /// <summary>Holds back what the relay is about to take, until <see cref="LetRelayGo"/>.</summary>
    public void HoldRelay()
    {
        lock (_lock)
        {
            _relay = _relay.Task.IsCompleted ? new(TaskCreationOptions.RunContinuationsAsynchronously) : _relay;
        }
    }

    public void LetRelayGo()
    {
        lock (_lock)
        {
            _relay.TrySetResult();
        }
    }

    /// <summary>What was asked since the last time, and the statements themselves.</summary>
    public (Asked Asked, IReadOnlyList<string> Statements) Take()
    {
        lock (_lock)
        {
            var taken = (_asked, (IReadOnlyList<string>)[.. _told]);
            _asked = default;
            _told.Clear();
            return taken;
        }
    }

    public async ValueTask DisposeAsync()
    {
        LetRelayGo();
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
            var conversation = new Conversation(this);
            await Task.WhenAny(ForwardAsync(service, store, conversation.HearAsync), ForwardAsync(store, service, conversation.AnswerAsync));
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            // One of the two is gone; the other learns of it as both are closed.
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

    private void Add(Asked asked, List<string> statements)
    {
        if (!statements.Exists(sql => sql == "SELECT 1" || Background.Any(b => sql.Contains(b, StringComparison.Ordinal))))
        {
            lock (_lock)
            {
                _asked += asked;
                _told.AddRange(statements);
            }
        }
    }

    /// <summary>One connection. Its transactions are counted when they have ended, so that one of the relay's can be told from the others.</summary>
    private sealed class Conversation(StatementCounter counter)
    {
        private readonly Dictionary<string, string> _prepared = [];
        private readonly Dictionary<string, string> _bound = [];
        private readonly List<string> _statements = [];
        private byte[] _rest = [];
        private bool _started;
        private bool _inTransaction;
        private bool _answered = true;
        private int _roundTrips;

        public Task AnswerAsync(ReadOnlyMemory<byte> answer)
        {
            _answered = true;
            return Task.CompletedTask;
        }

        public async Task HearAsync(ReadOnlyMemory<byte> heard)
        {
            if (_started && _answered)
            {
                (_answered, _roundTrips) = (false, _roundTrips + 1);
            }

            byte[] bytes = [.. _rest, .. heard.Span];
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

        // A message is its kind, its length and its text; only the first of a connection has no kind.
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
                    Say(texts[0]);
                    EndUnlessInTransaction();
                    break;
                case 'P':
                    _prepared[texts[0]] = texts[1];
                    break;
                case 'B':
                    _bound[texts[0]] = _prepared[texts[1]];
                    break;
                case 'E':
                    Say(_bound[texts[0]]);
                    break;
                case 'S':
                    EndUnlessInTransaction();
                    break;
            }
        }

        private void Say(string sql)
        {
            // What a pooled connection forgets of its last user goes with the next one's first statement.
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
