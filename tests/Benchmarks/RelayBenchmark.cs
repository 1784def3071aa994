using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text.Json;
using ExportConsortia.Contracts;
using ExportConsortia.Platform;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using RabbitMQ.Client;

namespace ExportConsortia.Benchmarks;

/// <summary>
/// How fast a service's outbox relay publishes, compared with publishing the same messages from memory with the same client, each confirmed by the
/// broker. The two alternate in one process, against one PostgreSQL and one RabbitMQ that the benchmark starts.
/// </summary>
internal static class RelayBenchmark
{
    private const int Parallel = 750;
    private const int SavedTogether = 5;
    private const int Aggregates = 2000;

    public static async Task RunAsync(string[] options)
    {
        var settings = new ConfigurationBuilder().AddCommandLine(options).Build();
        var rows = settings.GetValue("rows", 80_000);
        var rounds = settings.GetValue("rounds", 5);
        await using var postgres = await PostgresServer.Launch(fsync: true);
        await using var rabbit = await RabbitMqServer.Launch();
        var database = await postgres.CreateDatabase("bench");
        await using var data = NpgsqlDataSource.Create(database);
        await using var raw = await Raw.Open(rabbit.ConnectionString);

        OfferIssued[] messages = [.. Enumerable.Range(0, rows).Select(i => new OfferIssued(
            Guid.CreateVersion7(), Guid.CreateVersion7(), $"line-{i % 7}", Guid.CreateVersion7(), Guid.CreateVersion7(), 1200 + i,
            new DateTime(2027, 1, 5, 0, 0, 0, DateTimeKind.Utc), new DateTime(2027, 1, 2, 0, 0, 0, DateTimeKind.Utc)))];
        Guid[] aggregates = [.. Enumerable.Range(0, Aggregates).Select(_ => Guid.CreateVersion7())];

        // A host creates the tables, as everywhere; each relay round starts a new one on a filled outbox.
        await (await Start(database, rabbit.ConnectionString)).DisposeAsync();

        Console.WriteLine(
            $"{rows} messages like {nameof(OfferIssued)} from {Aggregates} aggregates, saved {SavedTogether} at a time, to one quorum queue; "
            + $"{Environment.ProcessorCount} processors.");
        Console.WriteLine("round   relay/s   publish/s   ratio   raw client/s");
        var steps = new Dictionary<string, List<double>>();
        using var listener = Listen(steps);
        var results = new List<(double Relay, double Plain, double Raw)>();
        for (var round = 0; round <= rounds; round++)
        {
            if (round == 1)
            {
                steps.Clear();   // the first round is a warm-up
            }

            // The order alternates, so that both see the same machine.
            double relay, plain;
            if (round % 2 == 0)
            {
                relay = await Relay(data, database, rabbit.ConnectionString, raw, messages, aggregates);
                plain = await Plain(rabbit.ConnectionString, raw, messages);
            }
            else
            {
                plain = await Plain(rabbit.ConnectionString, raw, messages);
                relay = await Relay(data, database, rabbit.ConnectionString, raw, messages, aggregates);
            }

            var bare = await raw.Publish(messages);
            var name = round == 0 ? "warm" : round.ToString(CultureInfo.InvariantCulture);
            Console.WriteLine(FormattableString.Invariant($"{name,5} {relay,9:0} {plain,11:0} {relay / plain,7:0.00} {bare,14:0}"));
            if (round > 0)
            {
                results.Add((relay, plain, bare));
            }
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"median{Figures.Median(results.Select(r => r.Relay)),9:0} {Figures.Median(results.Select(r => r.Plain)),11:0} "
            + $"{Figures.Median(results.Select(r => r.Relay / r.Plain)),7:0.00} {Figures.Median(results.Select(r => r.Raw)),14:0}"));
        Print(steps, messages);
    }

    /// <summary>
    /// Messages per second from the start of the relay until the table is empty; the relay removes a row only after the broker's confirmation.
    /// </summary>
    private static async Task<double> Relay(
        NpgsqlDataSource data, string database, string rabbit, Raw raw, OfferIssued[] messages, Guid[] aggregates)
    {
        await Fill(data, messages, aggregates);
        await using var app = await Start(database, rabbit, hold: data);
        var clock = await Release(data, app);
        while (await IsFilled(data) && clock.Elapsed < TimeSpan.FromMinutes(5))
        {
            await Task.Delay(20);   // often enough for an exact end, seldom enough not to load the database
        }

        clock.Stop();
        await app.StopAsync();
        await raw.Emptied(messages.Length);
        return messages.Length / clock.Elapsed.TotalSeconds;
    }

    /// <summary>The same messages from memory with the same client, with the same concurrency as the relay.</summary>
    private static async Task<double> Plain(string rabbit, Raw raw, OfferIssued[] messages)
    {
        await using var services = new ServiceCollection().AddLogging()
            .AddMassTransit(bus => bus.UsingRabbitMq((_, cfg) => cfg.Host(new Uri(rabbit)))).BuildServiceProvider();
        var bus = services.GetRequiredService<IBusControl>();
        await bus.StartAsync();
        await bus.Publish(messages[0]);
        await raw.Emptied(1);
        var clock = Stopwatch.StartNew();
        await System.Threading.Tasks.Parallel.ForAsync(
            0, Parallel, new ParallelOptions { MaxDegreeOfParallelism = Parallel }, async (lane, ct) =>
            {
                for (var i = lane; i < messages.Length; i += Parallel)
                {
                    await bus.Publish(messages[i], ct);
                }
            });
        clock.Stop();
        await bus.StopAsync();
        await raw.Emptied(messages.Length);
        return messages.Length / clock.Elapsed.TotalSeconds;
    }

    private static async Task Fill(NpgsqlDataSource data, OfferIssued[] messages, Guid[] aggregates)
    {
        await Execute(data, "TRUNCATE \"Outbox\"");
        await using var connection = await data.OpenConnectionAsync();
        await using (var copy = await connection.BeginBinaryImportAsync(
            "COPY \"Outbox\" (\"MessageId\", \"AggregateId\", \"Type\", \"Body\", \"CreatedAt\", \"Attempts\") FROM STDIN (FORMAT BINARY)"))
        {
            var type = $"{typeof(OfferIssued).FullName}, {typeof(OfferIssued).Assembly.GetName().Name}";
            for (var i = 0; i < messages.Length; i++)
            {
                await copy.StartRowAsync();
                await copy.WriteAsync(Guid.CreateVersion7());
                await copy.WriteAsync(aggregates[i / SavedTogether % aggregates.Length]);
                await copy.WriteAsync(type);
                await copy.WriteAsync(JsonSerializer.Serialize(messages[i]));
                await copy.WriteAsync(messages[i].OccurredAt);
                await copy.WriteAsync(0);
            }

            await copy.CompleteAsync();
        }

        await Execute(data, "VACUUM ANALYZE \"Outbox\"");
    }

    // The rows are locked while the host starts, so that only the relay's own work is measured.
    private static NpgsqlConnection? _holding;

    private static async Task<WebApplication> Start(string database, string rabbit, NpgsqlDataSource? hold = null)
    {
        if (hold is not null)
        {
            _holding = await hold.OpenConnectionAsync();
            await using var command = new NpgsqlCommand("BEGIN; SELECT 1 FROM \"Outbox\" FOR UPDATE", _holding);
            await command.ExecuteNonQueryAsync();
        }

        var app = ServiceHost.Build(
            ["--urls", $"http://127.0.0.1:{Loopback.FreePort()}", "--ConnectionStrings:bench", database, "--ConnectionStrings:rabbitmq", rabbit,
                "--Idempotency:Secret", new string('i', 32), "--Auth:Metadata", "http://127.0.0.1:9/.well-known/openid-configuration"],
                // nobody signs in here
            [new BenchModule()],
            builder => builder.Logging.ClearProviders().AddConsole().SetMinimumLevel(LogLevel.Warning)
                .AddFilter("Microsoft.EntityFrameworkCore", LogLevel.None));
        await app.StartAsync();
        await Eventually.Holds("the bus is up", () => app.Services.GetRequiredService<IBusControl>().CheckHealth().Status == BusHealthStatus.Healthy);
        return app;
    }

    private static async Task<Stopwatch> Release(NpgsqlDataSource data, WebApplication app)
    {
        await using (var command = new NpgsqlCommand("ROLLBACK", _holding))
        {
            await command.ExecuteNonQueryAsync();
        }

        await _holding!.DisposeAsync();
        var clock = Stopwatch.StartNew();
        app.Services.GetRequiredService<OutboxSignal>().Raise(typeof(BenchDb));
        return clock;
    }

    /// <summary>The duration of each step of the relay per batch, from the relay's own metric <c>outbox.step</c>.</summary>
    private static MeterListener Listen(Dictionary<string, List<double>> steps)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Name == "outbox.step")
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<double>((_, value, tags, _) =>
        {
            lock (steps)
            {
                var step = (string)tags[1].Value!;
                (steps.TryGetValue(step, out var taken) ? taken : steps[step] = []).Add(value);
            }
        });
        listener.Start();
        return listener;
    }

    private static void Print(Dictionary<string, List<double>> steps, OfferIssued[] messages)
    {
        Console.WriteLine("step of the relay     batches   median ms   sum ms   (senders run concurrently: steps overlap)");
        foreach (var (step, taken) in steps)
        {
            Console.WriteLine(FormattableString.Invariant($"  {step,-18} {taken.Count,8} {Figures.Median(taken),11:0.0} {taken.Sum(),8:0}"));
        }

        string[] bodies = [.. messages.Select(m => JsonSerializer.Serialize(m))];
        var clock = Stopwatch.StartNew();
        foreach (var body in bodies)
        {
            JsonSerializer.Deserialize<OfferIssued>(body);
        }

        Console.WriteLine(
            FormattableString.Invariant($"  of send: JSON to message {clock.Elapsed.TotalMilliseconds / messages.Length * 1000:0.0} ms per 1,000"));
    }

    private static async Task<bool> IsFilled(NpgsqlDataSource data)
    {
        await using var command = data.CreateCommand("SELECT EXISTS (SELECT 1 FROM \"Outbox\")");
        return (bool)(await command.ExecuteScalarAsync())!;
    }

    private static async Task Execute(NpgsqlDataSource data, string sql)
    {
        await using var command = data.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>The broker's own client: the queue that receives all messages, and the cost of publishing without MassTransit.</summary>
    private sealed class Raw : IAsyncDisposable
    {
        private const string Queue = "bench";
        private static readonly string Exchange = $"{typeof(OfferIssued).Namespace}:{nameof(OfferIssued)}";
        private readonly IConnection _connection;
        private readonly IChannel _channel;

        private Raw(IConnection connection, IChannel channel)
        {
            _connection = connection;
            _channel = channel;
        }

        public static async Task<Raw> Open(string rabbit)
        {
            var connection = await new ConnectionFactory { Uri = new Uri(rabbit) }.CreateConnectionAsync();
            var channel = await connection.CreateChannelAsync(
                new CreateChannelOptions(true, true, outstandingPublisherConfirmationsRateLimiter: null));
            await channel.ExchangeDeclareAsync(Exchange, ExchangeType.Fanout, durable: true);
            await channel.QueueDeclareAsync(
                Queue, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?> { ["x-queue-type"] = "quorum" });
            await channel.QueueBindAsync(Queue, Exchange, "");
            return new Raw(connection, channel);
        }

        public async Task<double> Publish(OfferIssued[] messages)
        {
            byte[][] bodies = [.. messages.Select(m => JsonSerializer.SerializeToUtf8Bytes(new { message = m, padding = new string('x', 700) }))];
            var properties = new BasicProperties { Persistent = true, ContentType = "application/json" };
            var clock = Stopwatch.StartNew();
            await System.Threading.Tasks.Parallel.ForAsync(
                0, Parallel, new ParallelOptions { MaxDegreeOfParallelism = Parallel }, async (lane, ct) =>
                {
                    for (var i = lane; i < bodies.Length; i += Parallel)
                    {
                        await _channel.BasicPublishAsync(Exchange, "", false, properties, bodies[i], ct);
                    }
                });
            clock.Stop();
            await Emptied(messages.Length);
            return messages.Length / clock.Elapsed.TotalSeconds;
        }

        /// <summary>Checks that every message arrived, and empties the queue for the next round.</summary>
        public async Task Emptied(int expected)
        {
            await Eventually.Holds($"the queue has {expected} messages", async () => await _channel.MessageCountAsync(Queue) >= expected);
            await _channel.QueuePurgeAsync(Queue);
        }

        public async ValueTask DisposeAsync()
        {
            await _channel.DisposeAsync();
            await _connection.DisposeAsync();
        }
    }
}

internal sealed class BenchDb(DbContextOptions<BenchDb> options, ServiceDbScope scope) : ServiceDb(options, scope);

[DbContext(typeof(BenchDb)), Migration("1_Initial")]
internal sealed class BenchInitial : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateServiceTables();
        migrationBuilder.CreateTraceTables();
        migrationBuilder.AddLanesAndEpochs();
    }
}

internal sealed class BenchModule : IServiceModule
{
    public string Name => "bench";

    public void AddServices(IHostApplicationBuilder builder) => builder.AddServiceDb<BenchDb>(Name);

    public void AddConsumers(IBusRegistrationConfigurator bus)
    {
    }

    public void MapEndpoints(IEndpointRouteBuilder routes)
    {
    }
}
