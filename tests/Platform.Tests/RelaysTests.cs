using System.Diagnostics;
using ExportConsortia.Platform.Tests.Probe;
using Npgsql;

namespace ExportConsortia.Platform.Tests;

/// <summary>Several relays share one database; the broker stops and starts.</summary>
[Collection(nameof(SharedServers))]
public sealed class RelaysTests(SharedServers servers)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_relays_send_a_thousand_messages_in_order_of_each_aggregate_and_each_has_one_effect()
    {
        using var installation = await servers.Fresh(Shape.Distributed);
        await using var wire = await Wire.Listen(installation.Settings["ConnectionStrings:rabbitmq"]);
        await using var first = await installation.Start();
        await using var second = await installation.Start();
        await Eventually.Holds("both are ready", async () => await first.IsReady() && await second.IsReady());

        Guid[] notes = [.. Enumerable.Range(0, 50).Select(_ => Guid.CreateVersion7())];
        for (var from = 1; from <= 20; from += 4)
        {
            await Task.WhenAll(notes.Select((note, i) => (i % 2 == 0 ? first : second).Save<ProbeDb>(db =>
            {
                for (var number = from; number < from + 4; number++)
                {
                    db.Publish(note, new LineWritten(note, number, "one of a thousand"));
                }
            })));
        }

        await Eventually.Holds("nothing waits", async () => await first.Waiting() == 0, TimeSpan.FromSeconds(60));
        await Eventually.Holds(
            "all lines came by the wire", () => wire.Sent.Select(s => s.MessageId).Distinct().Count() == 1000, TimeSpan.FromSeconds(60));
        Assert.All(notes, note => Assert.Equal(
            Enumerable.Range(1, 20), wire.Sent.Where(s => s.Line.NoteId == note).DistinctBy(s => s.MessageId).Select(s => s.Line.Number)));

        // Whoever is quick may have sent them all: the other has its turn as long as more comes.
        await Eventually.Holds(
            "both have sent",
            async () =>
            {
                await Task.WhenAll(Enumerable.Range(0, 20).Select(i => (i % 2 == 0 ? first : second).Write(Guid.CreateVersion7(), 1)));
                return wire.Sent.Select(s => s.Sender).Distinct().Count() == 2;
            },
            TimeSpan.FromSeconds(60));

        foreach (var note in notes)
        {
            await Eventually.Holds(
                "both consumers have kept every line", async () => (await first.Effects(note)).Count >= 40, TimeSpan.FromSeconds(60));
            Assert.Equal(40, (await first.Effects(note)).DistinctBy(e => (e.Queue, e.Number)).Count());
            Assert.Equal(40, (await first.Effects(note)).Count);
        }
    }

    [Fact]
    public async Task A_relay_skips_what_another_one_has_locked()
    {
        using var installation = await servers.Fresh(Shape.Distributed);
        await using (var before = await installation.Start())
        {
            await Eventually.Holds("the tables and queues are made", before.IsReady);
        }

        var (busy, free) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await installation.Insert(new LineWritten(busy, 1, "first"));

        await using var other = new NpgsqlConnection(installation.Settings[$"ConnectionStrings:{installation.Name}"]);
        await other.OpenAsync(Cancel);
        await using var work = await other.BeginTransactionAsync(Cancel);
        await using (var take = new NpgsqlCommand("SELECT * FROM \"Outbox\" FOR UPDATE", other, work))
        {
            Assert.Equal(-1, await take.ExecuteNonQueryAsync(Cancel));
        }

        await using var host = await installation.Start();
        await host.Write(busy, 2, from: 2);
        await host.Write(free, 3);
        await Eventually.Holds("the free note's lines are kept", async () => (await host.Effects(free)).Count == 6);
        Assert.Empty(await host.Effects(busy));

        await work.RollbackAsync(Cancel);
        await Eventually.Holds("the other note's lines follow", async () => (await host.Effects(busy)).Count == 6);
    }

    [Fact]
    public async Task A_host_starts_without_a_broker_is_not_ready_and_sends_once_it_is_there()
    {
        using var installation = await servers.Fresh(Shape.Distributed);
        await using var broker = await RabbitMqServer.Launch();
        await broker.Stop();
        installation.Settings["ConnectionStrings:rabbitmq"] = broker.ConnectionString;

        await using var host = await installation.Start();
        var note = Guid.CreateVersion7();
        await host.Write(note, 10);
        Assert.False(await host.IsReady());
        Assert.Equal(10, await host.Waiting());

        // The queues exist nowhere yet: whoever sends before they do, loses.
        await broker.Start();
        await Eventually.Holds("all lines are kept", async () => (await host.Effects(note)).Count == 20, TimeSpan.FromSeconds(90));
        await Eventually.Holds("the host is ready", host.IsReady);
        Assert.Equal(20, (await host.Effects(note)).DistinctBy(e => (e.Queue, e.Number)).Count());
    }

    [Fact]
    public async Task A_broker_that_stops_under_load_loses_and_doubles_nothing()
    {
        using var installation = await servers.Fresh(Shape.Distributed);
        await using var broker = await RabbitMqServer.Launch();
        installation.Settings["ConnectionStrings:rabbitmq"] = broker.ConnectionString;
        await using var host = await installation.Start();
        await Eventually.Holds("the host is ready", host.IsReady);

        Guid[] notes = [.. Enumerable.Range(0, 10).Select(_ => Guid.CreateVersion7())];
        var (written, restarts) = (0, RandomCases.Thorough ? 20 : 1);
        for (var restart = 1; restart <= restarts; restart++)
        {
            using var gone = new CancellationTokenSource();
            var load = Task.Run(
                async () =>
                {
                    for (var more = 50; more > 0; more -= gone.IsCancellationRequested ? 1 : 0)
                    {
                        if (gone.IsCancellationRequested || await host.Waiting() < 500)
                        {
                            var number = ++written;
                            await Task.WhenAll(notes.Select(note => host.Write(note, 1, number)));
                        }
                    }
                }, Cancel);
            var kept = (await host.Effects(notes[0])).Count;
            await Eventually.Holds("the load flows", async () => (await host.Effects(notes[0])).Count > kept + 10);
            await (restart % 2 == 0 ? broker.Kill() : broker.Stop());
            await gone.CancelAsync();
            await load;
            await broker.Start();
            var back = Stopwatch.StartNew();
            kept = (await host.Effects(notes[0])).Count;
            await Eventually.Holds("lines come again", async () => (await host.Effects(notes[0])).Count > kept, TimeSpan.FromSeconds(60));
            var flowing = back.Elapsed;

            await Eventually.Holds("nothing waits", async () => await host.Waiting() == 0, TimeSpan.FromSeconds(120));
            foreach (var note in notes)
            {
                await Eventually.Holds(
                    "both consumers have kept every line", async () => (await host.Effects(note)).Count >= 2 * written, TimeSpan.FromSeconds(60));
                var effects = await host.Effects(note);
                Assert.Equal(2 * written, effects.DistinctBy(e => (e.Queue, e.Number)).Count());
                Assert.Equal(2 * written, effects.Count);
            }

            TestContext.Current.TestOutputHelper?.WriteLine(
                $"Restart {restart}: lines came again {flowing.TotalSeconds:0.0} s after the broker's start, "
                + $"all {written * notes.Length} had their effects after {back.Elapsed.TotalSeconds:0.0} s.");
        }
    }
}
