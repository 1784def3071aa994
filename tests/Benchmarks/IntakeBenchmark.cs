using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace ExportConsortia.Benchmarks;

/// <summary>
/// What an order costs: the statements and transactions of each request, run and answer; what the gateway adds to a request; and orders per second
/// through the gateway (placed, cleared by two people, accepted) until every offer is stored and published, compared with plain PostgreSQL inserts of
/// the same rows, one transaction per order, in the same run on the same server. With <c>--beside</c>, another checkout is measured in alternation.
/// </summary>
internal static class IntakeBenchmark
{
    private const int Firms = 3;

    private static readonly Dictionary<string, long> Chairs = new() { ["F1"] = 10_000_000, ["F2"] = 10_000_000, ["F3"] = 10_000_000 };

    // The rows that an order creates, and the key that finds them.
    private static readonly (string Table, string Key)[] Rows =
        [("Orders", "Id"), ("OrderPapers", "OrderId"), ("AllocationRuns", "OrderId"), ("MemberOffers", "OrderId")];

    public static async Task RunAsync(string[] options)
    {
        var settings = options.Chunk(2).Where(o => o.Length == 2).ToDictionary(o => o[0], o => o[1]);
        var (orders, clients, rounds) = (Number("--orders", 300), Number("--clients", 8), Number("--rounds", 3));
        (string Name, string? Checkout)[] versions =
            settings.TryGetValue("--beside", out var beside) ? [("other", Path.GetFullPath(beside)), ("this", null)] : [("this", null)];

        var asked = new List<IReadOnlyList<(string Step, DatabaseWork Work)>>();
        foreach (var (_, checkout) in versions)
        {
            asked.Add(await CountAsync(checkout, settings.GetValueOrDefault("--show")));
        }

        Console.WriteLine($"{"Database work of",-44} {string.Concat(versions.Select(v => $"{v.Name,36}"))}");
        Console.WriteLine($"{"",-44} {string.Concat(versions.Select(_ => $"{"round trips",14} {"statements",10} {"transact.",10}"))}");
        foreach (var (i, (step, _)) in asked[0].Index())
        {
            Console.WriteLine(
                $"{step,-44} "
                + $"{string.Concat(asked.Select(of => $"{of[i].Work.RoundTrips,14} {of[i].Work.Statements,10} {of[i].Work.Transactions,10}"))}");
        }

        Console.WriteLine();
        var loads = new List<Load>();
        foreach (var (name, checkout) in versions)
        {
            loads.Add(await Load.StartAsync(name, checkout, clients));
        }

        for (var round = 1; round <= rounds; round++)
        {
            foreach (var load in loads)
            {
                await load.RoundAsync(round, orders);
            }
        }

        foreach (var load in loads)
        {
            await load.ReportAsync();
            await load.DisposeAsync();
        }

        int Number(string name, int byDefault) =>
            settings.TryGetValue(name, out var value) ? int.Parse(value, CultureInfo.InvariantCulture) : byDefault;
    }

    // One order after the other, so that the statements between two moments belong to the work between them; the median of several orders.
    private static async Task<IReadOnlyList<(string Step, DatabaseWork Work)>> CountAsync(string? checkout, string? show)
    {
        StatementCounter? counter = null;
        await using var platform = await Deployment.StartAsync(
            Shape.Distributed, observed: false, checkout, through: address => (counter = new StatementCounter(address)).ConnectionString);
        await using var counting = counter!;
        await using var store = NpgsqlDataSource.Create(platform.AllocationStore);
        using var consortium = await FurnitureConsortium.FoundAsync(platform, Chairs, minLot: 10);
        var steps = new List<(string Step, DatabaseWork Work)>();
        for (var order = 1; order <= 8; order++)
        {
            if (order == 6)
            {
                _ = (await consortium.Manager.PostAsync("/api/membership/rulebook-versions", new
                {
                    allocation = new object[]
                    {
                        new { productFamily = "*" }, new { productFamily = "chairs", lotSize = 10, minLot = 10, policy = "Balanced" },
                    },
                })).Ok;
                await Eventually.Holds("Allocation has the new rules",
                    async () => await NumberAsync(store, "SELECT count(*) FROM \"Rulebooks\" WHERE \"Version\" > 2") == 1);
            }

            var balanced = order >= 6;
            var id = Guid.Empty;
            await QuietAsync(counting);
            counting.HoldRelay();
            await OfAsync("request: place", async () => id = await consortium.PlaceAsync(60));
            await OfAsync("request: place, with an idempotency key", () => consortium.PlaceAsync(60, key: $"{Guid.CreateVersion7()}"));
            await OfAsync("request: clear", () => ClearAsync(consortium.Manager));
            await OfAsync("request: clear", () => ClearAsync(consortium.SecondManager));
            await OfAsync("request: accept", () => consortium.AcceptAsync(id));
            counting.ReleaseRelay();
            await OfAsync($"run over an order, {(balanced ? "Balanced" : "CapacityProRata")}", () => Eventually.Holds(
                "the run has completed", async () =>
                    await NumberAsync(store, $"SELECT count(*) FROM \"AllocationRuns\" WHERE \"OrderId\" = '{id}'") == 1));
            if (balanced)
            {
                continue;
            }

            var offers = await consortium.OffersAsync(id, 1);
            await QuietAsync(counting);
            counting.HoldRelay();
            await OfAsync("request: accept an offer", async () => _ = (await consortium.TakeAsync("F1", offers["F1"].Id)).Ok);
            await OfAsync("request: accept a part of an offer", async () => _ = (await consortium.TakeAsync("F2", offers["F2"].Id, 10)).Ok);
            await OfAsync("request: decline an offer", async () => _ = (await consortium.LeaveAsync("F3", offers["F3"].Id)).Ok);
            counting.ReleaseRelay();
            await QuietAsync(counting);

            async Task ClearAsync(Session person) =>
                _ = (await person.PostAsync($"/api/allocation/orders/{id}/screening-decisions", new { verdict = "Clear", reason = "No match." })).Ok;

            async Task OfAsync(string step, Func<Task> work)
            {
                _ = counting.Take();
                await work();
                await Task.Delay(step.StartsWith("run", StringComparison.Ordinal) ? 500 : 50);
                var (asked, statements) = counting.Take();
                steps.Add((step, asked));
                if (show is not null && step.Contains(show, StringComparison.Ordinal) && order is 5 or 8)
                {
                    Console.WriteLine($"--- {step}\n{string.Join('\n', statements)}");
                }
            }
        }

        // The median: the first order of a policy creates rows that the others find.
        return [.. steps.GroupBy(s => s.Step).Select(of => (of.Key, new DatabaseWork(
            Middle(of, a => a.RoundTrips), Middle(of, a => a.Statements), Middle(of, a => a.Transactions))))];

        static int Middle(IEnumerable<(string, DatabaseWork Work)> of, Func<DatabaseWork, int> what) =>
            (int)Figures.Median(of.Select(s => (double)what(s.Work)));
    }

    // The service has finished all earlier work.
    private static Task QuietAsync(StatementCounter counter) => Eventually.Holds("the database is idle", async () =>
    {
        _ = counter.Take();
        await Task.Delay(200);
        return counter.Take().Work.Statements == 0;
    });

    private static async Task<long> NumberAsync(NpgsqlDataSource store, string sql)
    {
        await using var command = store.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>One version of the platform under load.</summary>
    private sealed class Load(string name, int clients, Deployment platform, FurnitureConsortium consortium, NpgsqlDataSource store)
        : IAsyncDisposable
    {
        private readonly List<double> _intake = [];
        private readonly List<double> _bare = [];
        private readonly List<(double Service, double Gateway, double Store)> _processor = [];
        private readonly ConcurrentDictionary<string, ConcurrentBag<double>> _steps = new();
        private readonly Dictionary<string, List<double>> _eachProcess = [];
        private Dictionary<string, TimeSpan> _start = [];

        public static async Task<Load> StartAsync(string name, string? checkout, int clients)
        {
            var platform = await Deployment.StartAsync(Shape.Distributed, observed: false, checkout);
            var start = platform.Processes.ToDictionary(process => process.Project, process => process.ProcessorTime);
            var load = new Load(
                name, clients, platform, await FurnitureConsortium.FoundAsync(platform, Chairs, minLot: 10),
                NpgsqlDataSource.Create(platform.AllocationStore)) { _start = start };
            await load.IntakeAsync(50);   // warm-up
            load._steps.Clear();
            return load;
        }

        public async Task RoundAsync(int round, int orders)
        {
            var (service, gateway, databases) = (
                platform.Allocation.ProcessorTime, platform.Gateway.ProcessorTime, platform.Postgres.ProcessorTime());
            var each = platform.Processes.ToDictionary(process => process.Project, process => process.ProcessorTime);
            var (placed, seconds) = await IntakeAsync(orders);
            foreach (var process in platform.Processes)
            {
                _eachProcess.TryAdd(process.Project, []);
                _eachProcess[process.Project].Add(An(process.ProcessorTime - each[process.Project]));
            }

            _processor.Add(
                (An(platform.Allocation.ProcessorTime - service), An(platform.Gateway.ProcessorTime - gateway),
                    An(platform.Postgres.ProcessorTime() - databases)));
            _intake.Add(orders / seconds);
            _bare.Add(orders / await InsertAsync(placed));
            Console.WriteLine(
                $"round {round}, {name}: {_intake[^1]:0.0} orders/s through the gateway, {_bare[^1]:0} orders/s as plain inserts, ratio "
                + $"{_intake[^1] / _bare[^1]:0.000}");

            double An(TimeSpan all) => all.TotalMilliseconds / orders;
        }

        public async Task ReportAsync()
        {
            Console.WriteLine();
            Console.WriteLine(
                $"{name}, median of {_intake.Count}: {Figures.Median(_intake):0.0} orders/s; plain inserts {Figures.Median(_bare):0} orders/s; "
                + $"ratio {Figures.Median(_intake) / Figures.Median(_bare):0.000}");
            Console.WriteLine($"per order: 4 requests, 1 run, {Firms} offers; {clients} concurrent clients");
            Console.WriteLine(
                $"processor time per order, median: {Figures.Median(_processor.Select(p => p.Service)):0} ms the allocation service, "
                + $"{Figures.Median(_processor.Select(p => p.Gateway)):0} ms the gateway, {Figures.Median(_processor.Select(p => p.Store)):0} ms "
                + "PostgreSQL");
            Console.WriteLine("process       to start, ms of a processor   per order, ms   most memory, MiB");
            foreach (var process in platform.Processes)
            {
                Console.WriteLine(
                    $"{process.Project,-12} {_start[process.Project].TotalMilliseconds,29:0} {Figures.Median(_eachProcess[process.Project]),15:0.0} "
                    + $"{process.PeakMemory / 1024.0 / 1024,18:0}");
            }

            Console.WriteLine("step                                     median ms   p95 ms");
            foreach (var (step, times) in _steps.OrderBy(s => s.Key, StringComparer.Ordinal))
            {
                var sorted = times.Order().ToList();
                Console.WriteLine($"{step,-40} {Figures.Median(sorted),9:0.0} {sorted[(int)(sorted.Count * 0.95)],8:0.0}");
            }

            var (through, straight) = (new List<double>(), new List<double>());
            using var manager = new Session(platform.Allocation.Address, consortium.Manager.Token);
            for (var i = 0; i < 200; i++)
            {
                through.Add(await TimeAsync(() => consortium.Manager.PostAsync("/api/allocation/orders", FurnitureConsortium.OrderOf(60))));
                straight.Add(await TimeAsync(() => manager.PostAsync("/api/allocation/orders", FurnitureConsortium.OrderOf(60))));
            }

            var (all, own) = (Figures.Median(through), Figures.Median(straight));
            Console.WriteLine(
                $"the gateway's share: placing an order, one client, {all:0.00} ms through it and {own:0.00} ms directly to the service: "
                + $"{1 - (own / all):0%}");
        }

        public async ValueTask DisposeAsync()
        {
            await store.DisposeAsync();
            consortium.Dispose();
            await platform.DisposeAsync();
        }

        private async Task<(List<Guid> Placed, double Seconds)> IntakeAsync(int orders)
        {
            var placed = new ConcurrentBag<Guid>();
            var before = await NumberAsync(store, "SELECT count(*) FROM \"MemberOffers\"");
            var watch = Stopwatch.StartNew();
            await Parallel.ForEachAsync(Enumerable.Range(0, orders), new ParallelOptions { MaxDegreeOfParallelism = clients }, async (_, _) =>
            {
                var order = Guid.Empty;
                await OfAsync("1 request: place", async () => order = await consortium.PlaceAsync(60));
                await OfAsync("2 requests: clear, twice", () => consortium.ClearAsync(order));
                await OfAsync("3 request: accept", () => consortium.AcceptAsync(order));
                placed.Add(order);
            });
            await Eventually.Holds("every offer is stored and published", async () =>
                await NumberAsync(store, "SELECT count(*) FROM \"MemberOffers\"") == before + (orders * Firms)
                && await NumberAsync(store, "SELECT count(*) FROM \"Outbox\"") == 0, TimeSpan.FromMinutes(5));
            watch.Stop();

            await using var command = store.CreateCommand(
                "SELECT EXTRACT(EPOCH FROM \"CompletedAt\" - \"StartedAt\") * 1000 FROM \"AllocationRuns\" WHERE \"OrderId\" = ANY($1)");
            command.Parameters.AddWithValue(placed.ToArray());
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
            {
                Times("4 from acceptance to the plan (relay, broker)").Add((double)reader.GetDecimal(0));
            }

            return ([.. placed], watch.Elapsed.TotalSeconds);

            async Task OfAsync(string step, Func<Task> work) => Times(step).Add(await TimeAsync(work));
        }

        private static async Task<double> TimeAsync(Func<Task> work)
        {
            var started = Stopwatch.GetTimestamp();
            await work();
            return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        }

        private ConcurrentBag<double> Times(string step) => _steps.GetOrAdd(step, _ => []);

        private async Task<double> InsertAsync(List<Guid> orders)
        {
            foreach (var (table, _) in Rows)
            {
                await using var create = store.CreateCommand(
                    $"DROP TABLE IF EXISTS \"bare_{table}\"; CREATE TABLE \"bare_{table}\" (LIKE \"{table}\" INCLUDING ALL)");
                await create.ExecuteNonQueryAsync();
            }

            var watch = Stopwatch.StartNew();
            await Parallel.ForEachAsync(orders, new ParallelOptions { MaxDegreeOfParallelism = clients }, async (order, ct) =>
            {
                await using var connection = await store.OpenConnectionAsync(ct);
                await using var transaction = await connection.BeginTransactionAsync(ct);
                await using var batch = new NpgsqlBatch(connection, transaction);
                foreach (var (table, key) in Rows)
                {
                    batch.BatchCommands.Add(
                        new NpgsqlBatchCommand($"INSERT INTO \"bare_{table}\" SELECT * FROM \"{table}\" WHERE \"{key}\" = $1")
                        {
                            Parameters = { new() { Value = order } },
                        });
                }

                await batch.ExecuteNonQueryAsync(ct);
                await transaction.CommitAsync(ct);
            });
            return watch.Elapsed.TotalSeconds;
        }
    }
}
