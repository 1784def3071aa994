using System.Diagnostics.Metrics;
using System.Net.Http.Json;
using System.Text.Json;
using ExportConsortia.Platform.Tests.Probe;

namespace ExportConsortia.Platform.Tests;

/// <summary>A message that keeps failing is kept with its reason; the operator sees and resends it.</summary>
[Collection(nameof(SharedServers))]
public sealed class FailedMessagesTests(SharedServers servers)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Shape.Embedded)]
    [InlineData(Shape.Distributed)]
    public async Task The_operator_sees_failed_messages_with_their_reason_and_resends_them(Shape shape)
    {
        using var installation = await servers.Fresh(shape);
        var counted = new Dictionary<string, long>();
        using var meter = Count(counted);
        await using var host = await installation.Start();
        host.SignIn(Role.Operator);
        var status = new Uri($"api/{installation.Name}/status", UriKind.Relative);
        var resend = new Uri($"api/{installation.Name}/failed-messages/resend", UriKind.Relative);
        await Eventually.Holds("the host is ready", host.IsReady);
        Assert.Empty(await Failed(host, status));

        host.Script.OnLine = (_, _) => throw new InvalidOperationException("the store room is locked");
        var note = Guid.CreateVersion7();
        await host.Write(note, 1);
        (string, long)[] expected = shape == Shape.Embedded
            ? [($"{installation.Name}-outbox", 1)]
            : [($"{installation.Name}-count-line", 1), ($"{installation.Name}-keep-line", 1)];
        await Eventually.Holds("the message is shown as failed", async () =>
            Assert.Equal(expected, (await Failed(host, status)).Select(q => (q.Name, q.Count)).Order()));
        for (var look = 0; look < 30; look++)
        {
            // Listing, however often, neither removes nor changes anything.
            await Eventually.Holds("all are shown with their reason", async () =>
            {
                var shown = await Failed(host, status);
                Assert.Equal(expected.Length, shown.Length);
                Assert.All(shown, q => Assert.Equal("the store room is locked", Assert.Single(q.Reasons)));
            });
        }

        foreach (var (queue, _) in expected)
        {
            await Eventually.Holds($"{queue} has counted its failure once", () => counted.GetValueOrDefault(queue) == 1);
        }

        host.Script.OnLine = (_, _) => Task.CompletedTask;
        var resent = 0;
        await Eventually.Holds("all are sent again", async () =>
        {
            using var answer = await host.Client.PostAsync(resend, null, Cancel);
            resent += (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("messages").GetInt32();
            return resent == expected.Length;
        });
        await Eventually.Holds("both consumers have kept the line", async () => (await host.Effects(note)).Count == 2);
        await Eventually.Holds("nothing is shown any more", async () => Assert.Empty(await Failed(host, status)));
    }

    [Theory]
    [InlineData(Shape.Embedded)]
    [InlineData(Shape.Distributed)]
    public async Task As_many_bad_messages_as_a_queue_takes_at_once_keep_nobody_waiting(Shape shape)
    {
        const int AtOnce = 32;
        using var installation = await servers.Fresh(shape);
        var counted = new Dictionary<string, long>();
        using var meter = Count(counted);
        await using var host = await installation.Start();
        host.SignIn(Role.Operator);
        await Eventually.Holds("the host is ready", host.IsReady);
        var bad = Enumerable.Range(0, AtOnce).Select(_ => Guid.CreateVersion7()).ToHashSet();
        host.Script.OnLine = (line, _) => bad.Contains(line.NoteId) ? throw new InvalidOperationException("no such note") : Task.CompletedTask;
        foreach (var note in bad)
        {
            await host.Write(note, 1);
        }

        var good = Guid.CreateVersion7();
        await host.Write(good, 20);
        await Eventually.Holds(
            "the good lines are kept by both consumers", async () => (await host.Effects(good)).Count == 40, TimeSpan.FromSeconds(10));

        string[] queues = shape == Shape.Embedded ? ["outbox"] : ["count-line", "keep-line"];
        await Eventually.Holds("the bad ones wait for the operator", async () => Assert.Equal(
            queues.Select(q => ($"{installation.Name}-{q}", (long)AtOnce)),
            (await Failed(host, new Uri($"api/{installation.Name}/status", UriKind.Relative))).Select(q => (q.Name, q.Count)).Order()));
        await Eventually.Holds("each of them is counted, once", () => queues.All(
            q => counted.GetValueOrDefault($"{installation.Name}-{q}") == AtOnce));
    }

    [Theory]
    [InlineData(null, HttpStatusCode.Unauthorized)]
    [InlineData(Role.MemberUser, HttpStatusCode.Forbidden)]
    [InlineData(Role.ConsortiumManager, HttpStatusCode.Forbidden)]
    [InlineData(Role.Auditor, HttpStatusCode.Forbidden)]
    public async Task Nobody_else_sees_or_resends_failed_messages(string? role, HttpStatusCode answer)
    {
        using var installation = await servers.Fresh(Shape.Embedded);
        await using var host = await installation.Start();
        if (role is not null)
        {
            host.SignIn(role);
        }

        using var seen = await host.Client.GetAsync(new Uri($"api/{installation.Name}/status", UriKind.Relative), Cancel);
        using var sent = await host.Client.PostAsync(new Uri($"api/{installation.Name}/failed-messages/resend", UriKind.Relative), null, Cancel);
        Assert.Equal((answer, answer), (seen.StatusCode, sent.StatusCode));
    }

    private static async Task<Queue[]> Failed(ProbeHost host, Uri status) =>
        (await host.Client.GetFromJsonAsync<Answer>(status, Cancel))!.FailedMessages;

    private static MeterListener Count(Dictionary<string, long> counted)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == Telemetry.Name && instrument.Name == "messages.failed")
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) =>
        {
            lock (counted)
            {
                var queue = (string)tags[0].Value!;
                counted[queue] = counted.GetValueOrDefault(queue) + value;
            }
        });
        listener.Start();
        return listener;
    }

    private sealed record Answer(Queue[] FailedMessages);

    private sealed record Queue(string Name, long Count, string[] Reasons);
}
