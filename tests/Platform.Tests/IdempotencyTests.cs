using System.Net;
using System.Net.Http.Json;
using ExportConsortia.Platform.Tests.Probe;
using ExportConsortia.Servers;

namespace ExportConsortia.Platform.Tests;

/// <summary>F-E4: a request that is sent again, because nobody knows whether it arrived, has one effect and one answer.</summary>
[Collection(nameof(SharedServers))]
public sealed class IdempotencyTests(SharedServers servers)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Shape.Embedded)]
    [InlineData(Shape.Distributed)]
    public async Task Ten_twins_at_once_have_one_effect_one_message_and_one_answer(Shape shape)
    {
        using var installation = await servers.Fresh(shape);
        await using var host = await installation.Start();
        host.SignIn(Role.ConsortiumManager);
        var note = Guid.CreateVersion7();
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Append(host, installation, note, "the same key")));
        Assert.All(answers, a => Assert.Equal((HttpStatusCode.OK, 1), a));

        await Eventually.Holds("both consumers have kept the line", async () => (await host.Effects(note)).Count >= 2);
        await Eventually.Holds("nothing waits", async () => await host.Waiting() == 0);
        Assert.Equal(2, (await host.Effects(note)).Count);
        Assert.Equal((HttpStatusCode.OK, 2), await Append(host, installation, note, "another key"));
    }

    [Theory]
    [InlineData(Shape.Embedded)]
    [InlineData(Shape.Distributed)]
    public async Task Ten_different_requests_at_once_on_one_aggregate_all_come_in_one_after_the_other(Shape shape)
    {
        using var installation = await servers.Fresh(shape);
        await using var host = await installation.Start();
        host.SignIn(Role.ConsortiumManager);
        var note = Guid.CreateVersion7();
        Assert.Equal((HttpStatusCode.OK, 1), await Append(host, installation, note, null));
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => Append(host, installation, note, i % 2 == 0 ? null : $"key {i}")));
        Assert.All(answers, a => Assert.Equal(HttpStatusCode.OK, a.Status));
        Assert.Equal(Enumerable.Range(2, 10), answers.Select(a => a.Lines).Order());
    }

    [Fact]
    public async Task The_same_key_for_another_request_is_refused()
    {
        using var installation = await servers.Fresh(Shape.Embedded);
        await using var host = await installation.Start();
        host.SignIn(Role.ConsortiumManager);
        Assert.Equal((HttpStatusCode.OK, 1), await Append(host, installation, Guid.CreateVersion7(), "key"));
        Assert.Equal(HttpStatusCode.Conflict, (await Append(host, installation, Guid.CreateVersion7(), "key")).Status);
    }

    private static async Task<(HttpStatusCode Status, int Lines)> Append(ProbeHost host, Installation installation, Guid note, string? key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"api/{installation.Name}/notes/{note}/lines");
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        using var answer = await host.Client.SendAsync(request, Cancel);
        return (answer.StatusCode, answer.IsSuccessStatusCode ? await answer.Content.ReadFromJsonAsync<int>(Cancel) : 0);
    }
}
