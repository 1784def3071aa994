using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using ExportConsortia.Servers;
using Npgsql;

namespace ExportConsortia.Benchmarks;

/// <summary>
/// Orders a second through the gateway (taken in, cleared by two people, accepted) until every offer is stored and announced, beside the bare
/// PostgreSQL inserts of the very same rows, one transaction an order, in the same run on the same server.
/// </summary>
internal static class IntakeBenchmark
{
    private const int Firms = 3;

    // The rows that an order leaves behind, and how they are found.
    private static readonly (string Table, string Key)[] Rows =
        [("Orders", "Id"), ("OrderPapers", "OrderId"), ("AllocationRuns", "OrderId"), ("MemberOffers", "OrderId")];

    public static async Task Run(string[] options)
    {
        var settings = options.Chunk(2).Where(o => o.Length == 2).ToDictionary(o => o[0], o => int.Parse(o[1], CultureInfo.InvariantCulture));
        var (orders, clients, rounds) = (settings.GetValueOrDefault("--orders", 300), settings.GetValueOrDefault("--clients", 8), settings.GetValueOrDefault("--rounds", 3));
        await using var platform = await Deployment.StartAsync(Shape.Distributed, observed: false);
        await using var store = NpgsqlDataSource.Create(platform.AllocationStore);
        using var consortium = await FurnitureConsortium.FoundAsync(
            platform, new Dictionary<string, long> { ["F1"] = 10_000_000, ["F2"] = 10_000_000, ["F3"] = 10_000_000 }, minLot: 10);
        await IntakeAsync(consortium, store, 50, clients, []);   // warm

        var (intake, bare) = (new List<double>(), new List<double>());
        var steps = new ConcurrentDictionary<string, ConcurrentBag<double>>();
        for (var round = 1; round <= rounds; round++)
        {
            var (placed, seconds) = await IntakeAsync(consortium, store, orders, clients, steps);
            intake.Add(orders / seconds);
            bare.Add(orders / await InsertAsync(store, placed, clients));
            Console.WriteLine($"round {round}: {intake[^1]:0.0} orders/s through the gateway, {bare[^1]:0} orders/s as bare inserts, ratio {intake[^1] / bare[^1]:0.000}");
        }

        Console.WriteLine();
        Console.WriteLine($"median of {rounds}: {Figures.Median(intake):0.0} orders/s; bare inserts {Figures.Median(bare):0} orders/s; ratio {Figures.Median(intake) / Figures.Median(bare):0.000}");
        Console.WriteLine($"an order: 4 requests, 1 run, {Firms} offers; {clients} clients at once");
        Console.WriteLine();
        Console.WriteLine("step                                     median ms   p95 ms");
        foreach (var (step, times) in steps.OrderBy(s => s.Key, StringComparer.Ordinal))
        {
            var sorted = times.Order().ToList();
            Console.WriteLine($"{step,-40} {Figures.Median(sorted),9:0.0} {sorted[(int)(sorted.Count * 0.95)],8:0.0}");
        }
    }

    private static async Task<(List<Guid> Placed, double Seconds)> IntakeAsync(
        FurnitureConsortium consortium, NpgsqlDataSource store, int orders, int clients, ConcurrentDictionary<string, ConcurrentBag<double>> steps)
    {
        var placed = new ConcurrentBag<Guid>();
        var before = await CountAsync(store, "SELECT count(*) FROM \"MemberOffers\"");
        var watch = Stopwatch.StartNew();
        await Parallel.ForEachAsync(Enumerable.Range(0, orders), new ParallelOptions { MaxDegreeOfParallelism = clients }, async (_, _) =>
        {
            var order = Guid.Empty;
            await TimeAsync("1 request: take in", async () => order = await consortium.PlaceAsync(60));
            await TimeAsync("2 requests: clear, twice", () => consortium.ClearAsync(order));
            await TimeAsync("3 request: accept", () => consortium.AcceptAsync(order));
            placed.Add(order);
        });
        await Eventually.Holds("every offer is stored and announced", async () =>
            await CountAsync(store, "SELECT count(*) FROM \"MemberOffers\"") == before + (orders * Firms)
            && await CountAsync(store, "SELECT count(*) FROM \"Outbox\"") == 0, TimeSpan.FromMinutes(5));
        watch.Stop();

        await using var command = store.CreateCommand(
            "SELECT EXTRACT(EPOCH FROM \"CompletedAt\" - \"StartedAt\") * 1000 FROM \"AllocationRuns\" WHERE \"OrderId\" = ANY($1)");
        command.Parameters.AddWithValue(placed.ToArray());
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            steps.GetOrAdd("4 from accepted to split (relay, broker)", _ => []).Add((double)reader.GetDecimal(0));
        }

        return ([.. placed], watch.Elapsed.TotalSeconds);

        async Task TimeAsync(string step, Func<Task> work)
        {
            var started = Stopwatch.GetTimestamp();
            await work();
            steps.GetOrAdd(step, _ => []).Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
    }

    private static async Task<double> InsertAsync(NpgsqlDataSource store, List<Guid> orders, int clients)
    {
        foreach (var (table, _) in Rows)
        {
            await using var create = store.CreateCommand($"DROP TABLE IF EXISTS \"bare_{table}\"; CREATE TABLE \"bare_{table}\" (LIKE \"{table}\" INCLUDING ALL)");
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
                batch.BatchCommands.Add(new NpgsqlBatchCommand($"INSERT INTO \"bare_{table}\" SELECT * FROM \"{table}\" WHERE \"{key}\" = $1") { Parameters = { new() { Value = order } } });
            }

            await batch.ExecuteNonQueryAsync(ct);
            await transaction.CommitAsync(ct);
        });
        return watch.Elapsed.TotalSeconds;
    }

    private static async Task<long> CountAsync(NpgsqlDataSource store, string sql)
    {
        await using var command = store.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
