using ExportConsortia.Contracts;
using ExportConsortia.Platform.Tests.Probe;
using Microsoft.EntityFrameworkCore;
using RabbitMQ.Client;

namespace ExportConsortia.Platform.Tests;

/// <summary>In both shapes: what is saved is delivered, in order, with one effect.</summary>
[Collection(nameof(SharedServers))]
public sealed class DeliveryTests(SharedServers servers)
{
    /// <summary>Far below the poll interval of five seconds: within it only a signal can wake the relay.</summary>
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(3);

    [Theory]
    [InlineData(Shape.Embedded)]
    [InlineData(Shape.Distributed)]
    public async Task A_saved_message_reaches_every_consumer_at_once_and_its_row_is_gone(Shape shape)
    {
        using var installation = await servers.Fresh(shape);
        await using var host = await installation.Start();
        await Eventually.Holds("the host is ready", host.IsReady);
        await Warm(host);

        for (var time = 0; time < 3; time++)
        {
            var note = Guid.CreateVersion7();
            await host.Write(note, 1);
            await Eventually.Holds("both consumers have kept the line", async () => (await host.Effects(note)).Count == 2, AtOnce);
            await Eventually.Holds("its row is gone", async () => await host.Waiting() == 0, AtOnce);
            Assert.Equal(
                [$"{installation.Name}-count-line", $"{installation.Name}-keep-line"],
                (await host.Effects(note)).Select(e => e.Queue).Order());
        }
    }

    [Theory]
    [InlineData(Shape.Embedded)]
    [InlineData(Shape.Distributed)]
    public async Task A_save_that_fails_sends_nothing_and_keeps_nothing(Shape shape)
    {
        using var installation = await servers.Fresh(shape);
        await using var host = await installation.Start();
        var note = Guid.CreateVersion7();
        await host.Save<ProbeDb>(db => db.Notes.Add(new Note { Id = note }));

        await Assert.ThrowsAsync<DbUpdateException>(() => host.Save<ProbeDb>(db =>
        {
            db.Publish(note, new LineWritten(note, 1, "never"));
            db.Inbox.Add(new InboxMessage { MessageId = note, Consumer = "never", HandledAt = DateTime.UnixEpoch });
            db.IdempotencyKeys.Add(new IdempotencyKey
            {
                CallerId = note, Key = "never", RequestHash = "", Status = 200, Headers = "{}", Body = [], CreatedAt = DateTime.UnixEpoch,
            });
            db.Notes.Add(new Note { Id = note });   // there already
        }));

        // What is sent after it has come, so it would have come too.
        var next = Guid.CreateVersion7();
        await host.Write(next, 1);
        await Eventually.Holds("the next line is kept", async () => (await host.Effects(next)).Count == 2);
        Assert.Empty(await host.Effects(note));
        Assert.Equal((0, 0), await host.Ask<ProbeDb, (int, int)>(async db =>
            (await db.Inbox.CountAsync(m => m.Consumer == "never"), await db.IdempotencyKeys.CountAsync())));
    }

    [Theory]
    [InlineData(Shape.Embedded)]
    [InlineData(Shape.Distributed)]
    public async Task A_suspension_waits_for_nothing_that_one_firm_can_send_in_thousands(Shape shape)
    {
        using var installation = await servers.Fresh(shape);
        await using var host = await installation.Start();
        await Eventually.Holds("the host is ready", host.IsReady);
        await Warm(host);
        var (note, firm, goOn) = (Guid.CreateVersion7(), Guid.CreateVersion7(), new TaskCompletionSource());
        host.Script.OnLine = (line, ct) => line.Text == "bulk" ? goOn.Task.WaitAsync(ct) : Task.CompletedTask;
        await host.Save<ProbeDb>(db =>
        {
            for (var number = 1; number <= 200; number++)
            {
                db.Publish(Guid.CreateVersion7(), new LineWritten(note, number, "bulk"), bulk: true);
            }
        });
        await Eventually.Holds("they hold up their consumer", () => host.Script.Seen.Any(seen => seen.Line.Text == "bulk"));

        await host.Save<ProbeDb>(db => db.Publish(
            firm, new MemberStandingChanged(Guid.CreateVersion7(), firm, "F1", "Teak One", "Suspended", 1, DateTime.UnixEpoch)));

        await Eventually.Holds("the firm is suspended", async () => (await host.Effects(firm)).Count == 1, AtOnce);
        goOn.SetResult();
        await Eventually.Holds("all is kept", async () => (await host.Effects(note)).Count == 400);
    }

    [Fact]
    public async Task A_replica_sends_at_once_what_another_one_saved()
    {
        using var installation = await servers.Fresh(Shape.Distributed);
        await using var host = await installation.Start();
        await using var other = await installation.Start();
        await Eventually.Holds("both are ready", async () => await host.IsReady() && await other.IsReady());
        await Warm(host);
        await Warm(other);

        // Saved by none of the processes: only the database can notify them.
        for (var time = 0; time < 3; time++)
        {
            var note = Guid.CreateVersion7();
            await installation.Insert(new LineWritten(note, 1, "from outside"));
            await Eventually.Holds("the line is kept", async () => (await host.Effects(note)).Count == 2, AtOnce);
        }
    }

    [Fact]
    public async Task A_replica_waits_with_its_queues_while_another_declares_its_own()
    {
        using var installation = await servers.Fresh(Shape.Distributed);
        var broker = new ConnectionFactory { Uri = new Uri(installation.Settings["ConnectionStrings:rabbitmq"]) };
        await using var other = await broker.CreateConnectionAsync();
        await using var channel = await other.CreateChannelAsync();
        await channel.QueueDeclareAsync("declaring-queues", durable: false, exclusive: true, autoDelete: true);

        await using var host = await installation.Start();
        for (var look = 0; look < 20; look++)
        {
            Assert.False(await host.IsReady());
            await Task.Delay(100);
        }

        await other.CloseAsync();
        await Eventually.Holds("the replica is ready", host.IsReady);
    }

    [Theory]
    [InlineData(Shape.Embedded)]
    [InlineData(Shape.Distributed)]
    public async Task Two_duplicates_at_the_same_moment_have_one_effect(Shape shape)
    {
        using var installation = await servers.Fresh(shape);
        await using var host = await installation.Start();
        await Eventually.Holds("the host is ready", host.IsReady);
        var note = Guid.CreateVersion7();
        var message = Guid.CreateVersion7();

        // Both have asked "seen?" before either saves.
        var both = new TaskCompletionSource();
        var arrived = 0;
        host.Script.OnLine = (_, ct) =>
        {
            if (Interlocked.Increment(ref arrived) == 4)   // two queues, each twice
            {
                both.SetResult();
            }

            return both.Task.WaitAsync(ct);
        };
        await host.Send(new LineWritten(note, 1, "twice"), message);
        await host.Send(new LineWritten(note, 1, "twice"), message);

        await Eventually.Holds("the line is kept by both consumers", async () => (await host.Effects(note)).Count >= 2);
        await Eventually.Holds("all copies have been looked at", () => host.Script.Seen.Count >= (shape == Shape.Embedded ? 4 : 6));
        host.Script.OnLine = (_, _) => Task.CompletedTask;
        var next = Guid.CreateVersion7();
        await host.Write(next, 1);
        await Eventually.Holds("the next line is kept", async () => (await host.Effects(next)).Count == 2);
        Assert.Equal(2, (await host.Effects(note)).Count);
    }

    [Theory]
    [InlineData(Shape.Embedded)]
    [InlineData(Shape.Distributed)]
    public async Task A_message_that_cannot_be_handled_does_not_hold_up_other_aggregates(Shape shape)
    {
        using var installation = await servers.Fresh(shape);
        await using var host = await installation.Start();
        var poisoned = Guid.CreateVersion7();
        host.Script.OnLine = (line, _) => line.NoteId == poisoned ? throw new InvalidOperationException("poison") : Task.CompletedTask;
        await host.Write(poisoned, 2);
        await Eventually.Holds("the poison was tried", () => host.Script.Seen.Any(s => s.Line.NoteId == poisoned));

        var note = Guid.CreateVersion7();
        await host.Write(note, 20);
        await Eventually.Holds("all lines of the other note are kept", async () => (await host.Effects(note)).Count == 40);
        Assert.Empty(await host.Effects(poisoned));

        host.Script.OnLine = (_, _) => Task.CompletedTask;
        host.SignIn(Role.Operator);
        await Eventually.Holds("the cured note's lines, sent again by the operator, are kept", async () =>
        {
            var resend = new Uri($"api/{installation.Name}/failed-messages/resend", UriKind.Relative);
            using var sent = await host.Client.PostAsync(resend, null, TestContext.Current.CancellationToken);
            sent.EnsureSuccessStatusCode();
            return (await host.Effects(poisoned)).Count == 4;
        });
    }

    [Fact]
    public async Task Embedded_a_message_is_retried_after_a_restart_until_every_consumer_has_handled_it()
    {
        using var installation = await servers.Fresh(Shape.Embedded);
        var note = Guid.CreateVersion7();
        await using (var host = await installation.Start())
        {
            // Of the two consumers one handles the message; the other never gets to it before the host stops.
            host.Script.OnLine = (_, _) => host.Script.Seen.Count(s => s.Line.NoteId == note) == 1
                ? Task.CompletedTask
                : throw new InvalidOperationException("not now");
            await host.Write(note, 1);
            await Eventually.Holds("both consumers were asked", () => host.Script.Seen.Count >= 2);
        }

        await using var again = await installation.Start();
        await Eventually.Holds("each consumer has one effect", async () => (await again.Effects(note)).Count == 2, TimeSpan.FromSeconds(10));
        await Eventually.Holds("the row is gone", async () => await again.Waiting() == 0);
        Assert.Equal(2, (await again.Effects(note)).Select(e => e.Queue).Distinct().Count());
    }

    [Theory]
    [InlineData(Shape.Embedded)]
    [InlineData(Shape.Distributed)]
    public async Task A_message_that_nobody_takes_is_gone(Shape shape)
    {
        using var installation = await servers.Fresh(shape);
        await using var host = await installation.Start();
        await host.Save<ProbeDb>(db => db.Publish(Guid.CreateVersion7(), new LineForgotten(Guid.CreateVersion7())));
        await Eventually.Holds("its row is gone", async () => await host.Waiting() == 0);
    }

    [Theory]
    [InlineData(Shape.Embedded)]
    [InlineData(Shape.Distributed)]
    public async Task Two_services_with_like_named_use_cases_both_get_every_message(Shape shape)
    {
        using var installation = await servers.Fresh(shape);
        await using var host = await installation.Start(mirror: true);
        await Eventually.Holds("the host is ready", host.IsReady);
        var note = Guid.CreateVersion7();
        await host.Write(note, 50);
        await Eventually.Holds("the probe has both effects of each line", async () => (await host.Effects(note)).Count == 100);
        await Eventually.Holds("the mirror has its own of each line", async () => (await host.Effects<MirrorDb>(note)).Count == 50);
    }

    [Theory]
    [InlineData(Shape.Embedded)]
    [InlineData(Shape.Distributed)]
    public async Task Inbox_rows_and_keys_are_deleted_after_seven_days(Shape shape)
    {
        using var installation = await servers.Fresh(shape);
        var clock = new MovableClock();
        await using var host = await installation.Start(clock);
        var (old, young) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        foreach (var (id, age) in new[] { (old, 0), (young, 1) })
        {
            var then = clock.GetUtcNow().UtcDateTime.AddDays(age);
            await host.Save<ProbeDb>(db =>
            {
                db.Inbox.Add(new InboxMessage { MessageId = id, Consumer = "probe", HandledAt = then });
                db.IdempotencyKeys.Add(new IdempotencyKey
                {
                    CallerId = id, Key = "key", RequestHash = "", Status = 200, Headers = "{}", Body = [], CreatedAt = then,
                });
            });
        }

        clock.MoveOn(TimeSpan.FromDays(7) + TimeSpan.FromMinutes(1));
        await host.Save<ProbeDb>(db => db.Publish(old, new LineForgotten(old)));   // anything that wakes the relay
        await Eventually.Holds("the old ones are gone, the young ones stay", async () =>
            await host.Ask<ProbeDb, bool>(async db => await db.Inbox.Select(m => m.MessageId).ToListAsync() is [var message] && message == young
                && await db.IdempotencyKeys.Select(k => k.CallerId).ToListAsync() is [var caller] && caller == young));
    }

    private static async Task Warm(ProbeHost host)
    {
        var note = Guid.CreateVersion7();
        await host.Write(note, 1);
        await Eventually.Holds("a first line is kept", async () => (await host.Effects(note)).Count == 2);
    }
}
