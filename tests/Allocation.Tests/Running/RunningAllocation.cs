using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text.Json;
using ExportConsortia.Platform;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

[assembly: AssemblyFixture(typeof(ExportConsortia.Allocation.Tests.Running.Embedded))]
[assembly: AssemblyFixture(typeof(ExportConsortia.Allocation.Tests.Running.Distributed))]

namespace ExportConsortia.Allocation.Tests.Running;

/// <summary>
/// The allocation service in this process, on a port of its own, with its own store and bus; started by the first story told on it.
/// Stories are told side by side, each of a consortium of its own; one that moves the clock or looks at everything is told alone.
/// </summary>
public abstract class RunningAllocation : IAsyncDisposable
{
    private const int Places = 8;

    private readonly Keys _keys;
    private readonly Ears _ears = new();
    private readonly Mouth _mouth = new();
    private readonly HttpClient _http = new(new SocketsHttpHandler { MaxConnectionsPerServer = 200 });
    private readonly SemaphoreSlim _next = new(1);
    private readonly SemaphoreSlim _places = new(Places);
    private readonly Lazy<Task> _started;
    private WebApplication? _app;
    private IBus? _bus;
    private bool _alone;

    protected RunningAllocation() => (_keys, _started) = (new(Clock), new(Start));

    public MovableClock Clock { get; } = new();

    /// <summary>Settings of this shape's store and bus.</summary>
    protected abstract Task<string[]> Settings();

    /// <summary>The service's store, to look at.</summary>
    internal abstract AllocationDb Store();

    /// <summary>Ends the servers that this shape started.</summary>
    protected abstract ValueTask EndServers();

    /// <summary>False: no timer looks for offers that are past their deadline.</summary>
    protected virtual bool HasTimer => true;

    /// <summary>A story begins when it is its turn: alone, when all that began before have ended.</summary>
    internal async Task Begin(bool alone)
    {
        // The bus keeps its log in the flow of the call that starts it: let that not be the story's.
        Task started;
        using (ExecutionContext.SuppressFlow())
        {
            started = Task.Run(() => _started.Value);
        }

        await started;
        await _next.WaitAsync();
        for (var place = 0; place < PlacesOf(alone); place++)
        {
            await _places.WaitAsync();
        }

        Clock.MayMove = _alone = alone;
        _next.Release();
    }

    internal void End(bool alone) => _places.Release(PlacesOf(alone));

    private static int PlacesOf(bool alone) => alone ? Places : 1;

    private async Task Start()
    {
        _app = ServiceHost.Build(
            ["--urls=http://127.0.0.1:0", "--Edge:Burst=1000000", "--Edge:RequestsPerSecond=1000000", "--Logging:LogLevel:Default=Error", "--Logging:LogLevel:Microsoft.EntityFrameworkCore=None", .. await Settings()],
            [new AllocationModule()],
            builder =>
            {
                builder.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(Clock));
                builder.Services.AddSingleton(_keys.Published());
                if (!HasTimer)
                {
                    builder.Services.Remove(builder.Services.Single(s => s.ServiceType == typeof(IHostedService) && s.ImplementationType == typeof(Allocation.Offers.ExpireOffers)));
                }
            });
        await _app.StartAsync();
        _http.BaseAddress = new Uri(_app.Urls.Single());
        _bus = _app.Services.GetRequiredService<IBus>();
        _bus.ConnectConsumeObserver(_ears);
        _bus.ConnectPublishObserver(_mouth);
        await Eventually.Holds("the service is ready", async () => (await _http.GetAsync(new Uri("health/ready", UriKind.Relative))).IsSuccessStatusCode);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        _http.Dispose();
        if (_app is not null)
        {
            await _app.StopAsync();
            await _app.DisposeAsync();
        }

        await EndServers();
    }

    /// <summary>A message of another service arrives, and has been handled when this ends.</summary>
    public async Task Say(object message, Guid? id = null)
    {
        var messageId = id ?? Guid.CreateVersion7();
        for (var attempt = 1; ; attempt++)
        {
            var heard = _ears.Expect(messageId);
            await _bus!.Publish(message, message.GetType(), Pipe.Execute<PublishContext>(context => context.MessageId = messageId));
            if (await heard.WaitAsync(TimeSpan.FromSeconds(30)))
            {
                return;
            }

            // As the sender's outbox does: it comes again until it is handled.
            Assert.True(attempt < 10, $"{message} is never handled.");
        }
    }

    /// <summary>The messages of a kind that consumers of this service have handled so far.</summary>
    public IReadOnlyList<(Guid Id, T Message)> Heard<T>(Predicate<T> which) =>
        [.. _ears.Heard.Where(h => h.Message is T message && which(message)).Select(h => (h.Id, (T)h.Message))];

    /// <summary>The messages of a kind that have been published so far, by the service or by <see cref="Say"/>, once each.</summary>
    public IReadOnlyList<T> Told<T>(Predicate<T> which) =>
        [.. _mouth.Told.DistinctBy(t => t.Id).Select(t => t.Message).OfType<T>().Where(message => which(message))];

    /// <summary>Every row of every table, and how many messages were ever saved to be sent.</summary>
    public async Task<IReadOnlyList<string>> AllThatIsStored()
    {
        Assert.True(_alone, "Other stories write meanwhile: one that looks at everything is [Alone].");
        await using var db = Store();
        await Eventually.Holds("all that earlier stories began has ended", async () => await IsQuiet(db));
        await db.Database.OpenConnectionAsync();
        var rows = new List<string>();
        foreach (var table in db.Model.GetEntityTypes().Select(t => t.GetTableName()!).Order(StringComparer.Ordinal))
        {
            rows.AddRange(await Rows(db, table, $"SELECT * FROM \"{table}\""));
        }

        return [.. rows, .. await Rows(db, "messages", db.Database.IsNpgsql() ? "SELECT last_value FROM \"Outbox_Sequence_seq\"" : "SELECT seq FROM sqlite_sequence WHERE name = 'Outbox'")];
    }

    // Earlier stories moved the clock past deadlines of others: what the timer ends begins new runs.
    private async Task<bool> IsQuiet(AllocationDb db)
    {
        var now = Clock.GetUtcNow().UtcDateTime;
        var orders = await db.Orders.AsNoTracking().Select(o => new { o.NextDeadline, o.Run, o.PriceRounds }).ToListAsync();
        return orders.TrueForAll(o => (o.Run is null || o.PriceRounds.Exists(r => r.IsPending)) && (!HasTimer || o.NextDeadline is null || o.NextDeadline > now))
            && !await db.Outbox.AnyAsync();
    }

    private static async Task<IReadOnlyList<string>> Rows(AllocationDb db, string table, string query)
    {
        await using var command = db.Database.GetDbConnection().CreateCommand();
        command.CommandText = query;
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
        {
            var values = new object[reader.FieldCount];
            reader.GetValues(values);
            rows.Add($"{table}: {string.Join(" | ", values.Select(v => v is byte[] bytes ? Convert.ToHexString(bytes) : $"{v}"))}");
        }

        rows.Sort(StringComparer.Ordinal);
        return rows;
    }

    public Task<Answer> Get(Person? caller, string path) => Send(caller, HttpMethod.Get, path);

    public Task<Answer> Post(Person? caller, string path, object? body = null, string? idempotencyKey = null) =>
        Send(caller, HttpMethod.Post, path, body, request =>
        {
            if (idempotencyKey is not null)
            {
                request.Headers.Add("Idempotency-Key", idempotencyKey);
            }
        });

    public async Task<Answer> Send(Person? caller, HttpMethod method, string path, object? body = null, Action<HttpRequestMessage>? also = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(path.StartsWith('/') ? path : $"/api/allocation/{path}", UriKind.Relative));
        if (caller is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _keys.TokenFor(caller));
        }

        request.Content = body switch
        {
            null => null,
            HttpContent content => content,
            string json => new StringContent(json, Encoding.UTF8, "application/json"),
            _ => new StringContent(JsonSerializer.Serialize(body, Answer.Json), Encoding.UTF8, "application/json"),
        };
        also?.Invoke(request);
        using var response = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        return new Answer($"{method} {path}", (int)response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers);
    }

    // Notes what has been published.
    private sealed class Mouth : IPublishObserver
    {
        public ConcurrentQueue<(Guid Id, object Message)> Told { get; } = new();

        public Task PrePublish<T>(PublishContext<T> context)
            where T : class => Task.CompletedTask;

        public Task PostPublish<T>(PublishContext<T> context)
            where T : class
        {
            Told.Enqueue((context.MessageId!.Value, context.Message));
            return Task.CompletedTask;
        }

        public Task PublishFault<T>(PublishContext<T> context, Exception exception)
            where T : class => Task.CompletedTask;
    }

    // Hears what this service's consumers have handled.
    private sealed class Ears : IConsumeObserver
    {
        private readonly ConcurrentDictionary<Guid, ConcurrentQueue<TaskCompletionSource<bool>>> _expected = new();

        public ConcurrentQueue<(Guid Id, object Message)> Heard { get; } = new();

        public Task<bool> Expect(Guid id)
        {
            var handled = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            _expected.GetOrAdd(id, _ => new()).Enqueue(handled);
            return handled.Task;
        }

        public Task PreConsume<T>(ConsumeContext<T> context)
            where T : class => Task.CompletedTask;

        public Task PostConsume<T>(ConsumeContext<T> context)
            where T : class
        {
            Heard.Enqueue((context.MessageId!.Value, context.Message));
            return Tell(context.MessageId.Value, handled: true);
        }

        public Task ConsumeFault<T>(ConsumeContext<T> context, Exception exception)
            where T : class => Tell(context.MessageId!.Value, handled: false);

        private Task Tell(Guid id, bool handled)
        {
            if (_expected.TryGetValue(id, out var all) && all.TryDequeue(out var waiting))
            {
                waiting.SetResult(handled);
            }

            return Task.CompletedTask;
        }
    }
}

/// <summary>Nothing to install: a SQLite file and the bus inside the process.</summary>
public class Embedded : RunningAllocation
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("exportconsortia-allocation-");

    protected override Task<string[]> Settings() => Task.FromResult<string[]>([$"--Data:Folder={_folder.FullName}"]);

    internal override AllocationDb Store() => SchemaTests.Open(o => o.UseSqlite($"Data Source={_folder.FullName}/allocation.db"));

    protected override ValueTask EndServers()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }
}

/// <summary>Embedded, and no timer runs: only who reads or acts sees that a deadline is past (F-T2).</summary>
public sealed class EmbeddedWithoutTimer : Embedded
{
    protected override bool HasTimer => false;
}

/// <summary>PostgreSQL and RabbitMQ: a share of those of the run.</summary>
public sealed class Distributed : RunningAllocation
{
    private readonly ServerShare _servers = new();
    private string? _store;

    /// <summary>Another database on the same server.</summary>
    public Task<string> CreateDatabase(string name) => _servers.CreateDatabase(name);

    internal override AllocationDb Store() => SchemaTests.Open(o => o.UseNpgsql(_store));

    protected override async Task<string[]> Settings()
    {
        _store = await _servers.CreateDatabase("allocation");
        return
        [
            $"--ConnectionStrings:allocation={_store};Maximum Pool Size=150", $"--ConnectionStrings:rabbitmq={await _servers.CreateVirtualHost()}",
            $"--Allocation:PriceSecret={new string('s', 32)}", $"--Idempotency:Secret={new string('i', 32)}",
        ];
    }

    protected override ValueTask EndServers() => _servers.DisposeAsync();
}
