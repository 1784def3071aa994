using System.Collections.Concurrent;

namespace ExportConsortia.EndToEnd.Tests;

/// <summary>
/// Delivery with real processes: killed, or cut off from the broker or the store in the middle of the work, they still allocate every accepted
/// order exactly once in the end, and leave nothing behind.
/// </summary>
public sealed class Delivery(Disturbed disturbed) : IClassFixture<Disturbed>
{
    private Deployment _platform = null!;

    [Theory, InlineData(Shape.Embedded, 40), InlineData(Shape.Distributed, 100)]
    public async Task The_process_is_killed_again_and_again_at_any_moment(Shape shape, int orders)
    {
        Required.TurnOf((int)shape + 1);
        _platform = await disturbed.OfAsync(shape);
        await AllocateThroughAsync(orders, async midway =>
        {
            for (var kill = 0; kill < 4; kill++)
            {
                await midway();
                await _platform.Allocation.Kill();
                await _platform.Allocation.Start();
            }
        });
    }

    [Fact]
    public async Task The_process_is_killed_between_save_and_relay()
    {
        _platform = await disturbed.OfAsync(Shape.Distributed);
        using var vtf = await FurnitureConsortium.FoundAsync(_platform);
        var order = await vtf.PlaceAsync();
        await vtf.ClearAsync(order);

        // Without a broker the save succeeds, but the relay can't publish.
        await _platform.RabbitMq.Stop();
        await vtf.AcceptAsync(order);
        Assert.True(await CountAsync(_platform, "SELECT count(*) FROM \"Outbox\"") >= 2);
        await _platform.Allocation.Kill();
        await _platform.RabbitMq.Start();
        await _platform.Allocation.Start();

        Assert.Equal(4, (await vtf.OffersAsync(order, 1)).Count);
        await Invariants.HoldAsync(vtf);
        await NothingIsLeftAsync(_platform);
    }

    [Fact]
    public async Task The_process_is_killed_between_delivery_and_save()
    {
        _platform = await disturbed.OfAsync(Shape.Distributed);
        using var vtf = await FurnitureConsortium.FoundAsync(_platform);
        var order = await vtf.PlaceAsync();
        await vtf.ClearAsync(order);

        // The table of runs is locked: the message is delivered, but its effect can't be saved.
        await using (var source = Npgsql.NpgsqlDataSource.Create(_platform.AllocationStore))
        await using (var connection = await source.OpenConnectionAsync())
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            await using var @lock = new Npgsql.NpgsqlCommand("LOCK TABLE \"AllocationRuns\" IN ACCESS EXCLUSIVE MODE", connection, transaction);
            await @lock.ExecuteNonQueryAsync();
            await vtf.AcceptAsync(order);
            await Eventually.Holds("the message is with the consumer, not acknowledged", async () =>
                (await _platform.RabbitMq.Ctl("list_queues", "--quiet", "--no-table-headers", "name", "messages_unacknowledged"))
                .Contains("allocation-allocate-order\t1", StringComparison.Ordinal));
            await Eventually.Holds("its save waits for the lock", async () =>
                await CountAsync(_platform, "SELECT count(*) FROM pg_locks WHERE NOT granted") > 0);
            await _platform.Allocation.Kill();
        }

        await _platform.Allocation.Start();
        Assert.Equal(4, (await vtf.OffersAsync(order, 1)).Count);
        Assert.Equal(1, await CountAsync(_platform, $"SELECT count(*) FROM \"AllocationRuns\" WHERE \"OrderId\" = '{order}'"));
        await Invariants.HoldAsync(vtf);
        await NothingIsLeftAsync(_platform);
    }

    [Fact]
    public async Task The_broker_is_stopped_for_20_seconds_in_the_middle_of_200_orders()
    {
        _platform = await disturbed.OfAsync(Shape.Distributed);
        await AllocateThroughAsync(200, async midway =>
        {
            await midway();
            await _platform.RabbitMq.Stop();
            await Task.Delay(TimeSpan.FromSeconds(20));
            await _platform.RabbitMq.Start();
        });
    }

    [Fact]
    public async Task The_store_is_stopped_for_20_seconds_in_the_middle_of_200_orders()
    {
        _platform = await disturbed.OfAsync(Shape.Distributed);
        await AllocateThroughAsync(200, async midway =>
        {
            await midway();
            await _platform.Postgres.Kill();
            await Task.Delay(TimeSpan.FromSeconds(20));
            await _platform.Postgres.Start();
        });
    }

    // Places, clears and accepts orders of 60 chairs, four at a time; each request has an idempotency key and is retried until it is answered.
    // Meanwhile the disturbance happens. `midway` ends when a part of the orders is accepted.
    private async Task AllocateThroughAsync(int orders, Func<Func<Task>, Task> disturb)
    {
        using var vtf = await FurnitureConsortium.FoundAsync(
            _platform, new Dictionary<string, long> { ["F1"] = orders * 30, ["F2"] = orders * 30, ["F3"] = orders * 30 }, minLot: 10);
        var accepted = new ConcurrentDictionary<int, Guid>();
        var steps = 0;
        var work = Parallel.ForEachAsync(Enumerable.Range(0, orders), new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (i, _) =>
        {
            var placed = await PersistAsync(() => vtf.Manager.PostAsync("/api/allocation/orders", FurnitureConsortium.OrderOf(60), $"place {i}"));
            var order = placed["orderId"]!.GetValue<Guid>();
            foreach (var (person, who) in new[] { (vtf.Manager, "a"), (vtf.SecondManager, "b") })
            {
                await PersistAsync(() => person.PostAsync(
                    $"/api/allocation/orders/{order}/screening-decisions", new { verdict = "Clear", reason = "No match." }, $"clear {i} {who}"));
            }

            await PersistAsync(() => vtf.Manager.PostAsync($"/api/allocation/orders/{order}/acceptance", new { }, $"accept {i}"));
            accepted[i] = order;
        });
        await disturb(() =>
        {
            var until = Math.Min(orders - 1, accepted.Count + (++steps == 1 ? orders / 8 : orders / 6));
            return Eventually.Holds($"{until} orders are accepted", () => accepted.Count >= until, TimeSpan.FromMinutes(2));
        });
        await work;
        Assert.Equal(orders, accepted.Values.Distinct().Count());

        foreach (var order in accepted.Values)
        {
            await Eventually.Holds($"order {order} is offered once, 20 pieces to each firm", async () =>
            {
                var state = await vtf.OrderAsync(order);
                var offers = state["lines"]![0]!["offers"]!.AsArray().Select(o => o!["quantity"]!.GetValue<long>()).ToList();
                return offers.SequenceEqual([20L, 20L, 20L]) ? true : throw new InvalidOperationException(state.ToJsonString());
            }, TimeSpan.FromMinutes(3));
        }

        var all = (await vtf.Manager.GetAsync("/api/allocation/orders?limit=200")).Ok["orders"]!.AsArray();
        Assert.Equal(orders, all.Count);
        foreach (var firm in vtf.Firms.Keys.Where(f => f != "F4"))
        {
            var offers = (await vtf[firm].GetAsync("/api/allocation/offers?limit=200")).Ok["offers"]!.AsArray();
            Assert.Equal(orders, offers.Select(o => o!["orderId"]!.GetValue<Guid>()).Distinct().Count());
            Assert.Equal(orders, offers.Count);
        }

        await Invariants.HoldAsync(vtf);
        if (_platform.Shape == Shape.Distributed)
        {
            await NothingIsLeftAsync(_platform);
        }
    }

    internal static Task NothingIsLeftAsync(Deployment platform) => Eventually.Holds(
        "no message waits in a queue, an error queue or the outbox", async () =>
    {
        var waiting = (await platform.RabbitMq.Ctl("list_queues", "--quiet", "--no-table-headers", "name", "messages")).Split('\n')
            .Where(line => line.Split('\t') is [_, var messages] && messages.Trim() != "0").ToList();
        var outbox = await CountAsync(platform, "SELECT count(*) FROM \"Outbox\"");
        if (waiting.Count == 0 && outbox == 0)
        {
            return true;
        }

        using var root = await Session.SignInAsync(platform.Address, Deployment.OperatorEmail, Deployment.OperatorPassword);
        var failed = (await root.GetAsync("/api/allocation/status")).Text;
        throw new InvalidOperationException($"{outbox} rows in the outbox; {string.Join(", ", waiting)}; {failed}");
    }, TimeSpan.FromMinutes(2));

    private static async Task<long> CountAsync(Deployment platform, string sql)
    {
        await using var source = Npgsql.NpgsqlDataSource.Create(platform.AllocationStore);
        await using var command = source.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    // As a careful client does: retries with the same key until there is an answer.
    private static async Task<System.Text.Json.Nodes.JsonNode> PersistAsync(Func<Task<Answer>> request)
    {
        System.Text.Json.Nodes.JsonNode? said = null;
        await Eventually.Holds("the request is answered", async () =>
        {
            var answer = await request();
            if ((int)answer.Status is >= 400 and < 500)
            {
                throw new GaveUpException($"{(int)answer.Status}: {answer.Text}");
            }

            said = answer.Ok;
            return true;
        }, TimeSpan.FromMinutes(3));
        return said!;
    }
}

/// <summary>Deployments of their own, on servers of their own, for the tests that break them.</summary>
public sealed class Disturbed : Deployments
{
    protected override bool OnSharedServers => false;
}
