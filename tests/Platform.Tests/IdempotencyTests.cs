using System.Net.Http.Json;
using System.Security.Cryptography;
using ExportConsortia.Platform.Tests.Probe;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;

namespace ExportConsortia.Platform.Tests;

/// <summary>F-E4: a request sent twice, because nobody knows whether the first arrived, has one effect and one answer.</summary>
[Collection(nameof(SharedServers))]
public sealed class IdempotencyTests(SharedServers servers)
{
    /// <summary>Long enough for a request on a busy machine, too short for one that waits for another request.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, EachShape]
    public async Task Ten_simultaneous_duplicates_have_one_effect_one_message_and_one_answer(Shape shape)
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

    [Theory, EachShape]
    public async Task Ten_different_simultaneous_requests_on_one_aggregate_all_succeed_one_after_the_other(Shape shape)
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

    [Fact]
    public async Task A_request_is_the_same_however_its_address_is_spelled()
    {
        using var installation = await servers.Fresh(Shape.Embedded);
        await using var host = await installation.Start();
        host.SignIn(Role.ConsortiumManager);
        var (note, name) = (Guid.CreateVersion7(), installation.Name);
        Assert.Equal((HttpStatusCode.OK, 1), await Append(host, installation, note, "key"));
        foreach (var path in (string[])
            [
                $"API/{name.ToUpperInvariant()}/Notes/{note:D}/lines", $"api/{name}/notes/{note.ToString().ToUpperInvariant()}/lines",
                $"api/{name}/notes/{note:N}/lines/",
                $"api/{name}/notes/{note}/lines?", $"api/{name}/%6eotes/{note}/lin%65s", $"%61pi/%70{name[1..]}/notes/{note}/lines",
            ])
        {
            Assert.Equal((HttpStatusCode.OK, 1), await Append(host, path, "key"));
        }

        // Not an address of ours: nothing is done.
        Assert.Equal(HttpStatusCode.NotFound, (await Append(host, $"api//{name}/notes/{note}/lines", "key")).Status);
        Assert.Equal((HttpStatusCode.OK, 2), await Append(host, installation, note, "another key"));
    }

    [Theory]
    [InlineData("echo/price?tail=7&x=1", "echo/price?x=1&tail=7", HttpStatusCode.OK)]
    [InlineData("echo/price?tail=7", "Echo/pr%69ce/?Tail=%37", HttpStatusCode.OK)]
    [InlineData("echo/price?tail=7", "echo/price?tail=8", HttpStatusCode.Conflict)]
    [InlineData("echo/price?tail=7", "echo/price", HttpStatusCode.Conflict)]
    [InlineData("echo/price", "echo/Price", HttpStatusCode.Conflict)]
    public async Task Addresses_are_compared_by_meaning_not_by_spelling(string first, string second, HttpStatusCode answer)
    {
        using var installation = await servers.Fresh(Shape.Embedded);
        await using var host = await installation.Start();
        host.SignIn(Role.ConsortiumManager);
        using var before = await Post(host, $"api/{installation.Name}/{first}", "key");
        using var after = await Post(host, $"api/{installation.Name}/{second}", "key");
        Assert.Equal((HttpStatusCode.OK, answer), (before.StatusCode, after.StatusCode));
        Assert.Equal(answer == HttpStatusCode.OK, after.Headers.Contains("Idempotency-Replayed"));
    }

    [Theory, EachShape]
    public async Task While_a_keyed_request_computes_others_write_and_its_duplicate_waits_for_its_answer(Shape shape)
    {
        using var installation = await servers.Fresh(shape);
        await using var host = await installation.Start();
        host.SignIn(Role.ConsortiumManager);
        var (computes, mayGoOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        var begun = 0;
        host.Script.BeforeAppend = ct =>
        {
            if (Interlocked.Increment(ref begun) > 1)
            {
                return Task.CompletedTask;
            }

            computes.SetResult();
            return mayGoOn.Task.WaitAsync(ct);
        };
        var note = Guid.CreateVersion7();
        var first = Append(host, installation, note, "key");
        await computes.Task.WaitAsync(Soon, Cancel);
        var twin = Append(host, installation, note, "key");

        await host.Write(Guid.CreateVersion7(), 1).WaitAsync(Soon, Cancel);
        Assert.Equal((HttpStatusCode.OK, 1), await Append(host, installation, Guid.CreateVersion7(), null).WaitAsync(Soon, Cancel));
        Assert.Equal((HttpStatusCode.OK, 1), await Append(host, installation, Guid.CreateVersion7(), "another key").WaitAsync(Soon, Cancel));
        Assert.False(first.IsCompleted || twin.IsCompleted);

        mayGoOn.SetResult();
        Assert.Equal(((HttpStatusCode.OK, 1), (HttpStatusCode.OK, 1)), (await first, await twin));
        Assert.Equal(3, begun);   // the duplicate's use case never began
    }

    [Theory, EachShape]
    public async Task A_keyed_request_that_was_overtaken_is_retried(Shape shape)
    {
        using var installation = await servers.Fresh(shape);
        await using var host = await installation.Start();
        host.SignIn(Role.ConsortiumManager);
        var note = Guid.CreateVersion7();
        Assert.Equal((HttpStatusCode.OK, 1), await Append(host, installation, note, null));
        host.Script.BeforeAppend = async _ =>
        {
            host.Script.BeforeAppend = _ => Task.CompletedTask;
            Assert.Equal((HttpStatusCode.OK, 2), await Append(host, installation, note, null));
        };

        Assert.Equal((HttpStatusCode.OK, 3), await Append(host, installation, note, "key"));
        Assert.Equal((HttpStatusCode.OK, 3), await Append(host, installation, note, "key"));
        await Eventually.Holds("each of the three lines is kept by both consumers, once", async () =>
            (await host.Effects(note)).Select(e => e.Number).Order().SequenceEqual([1, 1, 2, 2, 3, 3]));
    }

    [Theory]
    [InlineData(Shape.Embedded, 400)]
    [InlineData(Shape.Embedded, 404)]
    [InlineData(Shape.Embedded, 500)]
    [InlineData(Shape.Distributed, 400)]
    [InlineData(Shape.Distributed, 500)]
    public async Task A_failed_request_stores_nothing_and_leaves_the_key_free(Shape shape, int status)
    {
        using var installation = await servers.Fresh(shape);
        await using var host = await installation.Start();
        host.SignIn(Role.ConsortiumManager);
        var note = Guid.CreateVersion7();
        host.Script.AfterAppend = () => status == 500 ? throw new InvalidOperationException("after the write") : TypedResults.StatusCode(status);
        Assert.Equal((HttpStatusCode)status, (await Append(host, installation, note, "key")).Status);
        Assert.Equal((0, 0), await host.Ask<ProbeDb, (int, int)>(async db => (await db.Notes.CountAsync(), await db.IdempotencyKeys.CountAsync())));

        // The write gate is open again, and so is the key's.
        host.Script.AfterAppend = () => null;
        Assert.Equal((HttpStatusCode.OK, 1), await Append(host, installation, note, "key").WaitAsync(Soon, Cancel));
        await Eventually.Holds("the line is kept by both consumers", async () => (await host.Effects(note)).Count >= 2);
        Assert.Equal([1, 1], (await host.Effects(note)).Select(e => e.Number));
    }

    [Fact]
    public async Task A_refusal_is_an_answer_too()
    {
        using var installation = await servers.Fresh(Shape.Embedded);
        await using var host = await installation.Start();
        host.SignIn(Role.ConsortiumManager);
        var note = Guid.CreateVersion7();
        host.Script.AfterAppend = () => new Refusal("NO", "Not now.").ToProblem();
        Assert.Equal(HttpStatusCode.Conflict, (await Append(host, installation, note, "key")).Status);
        host.Script.AfterAppend = () => null;
        Assert.Equal(HttpStatusCode.Conflict, (await Append(host, installation, note, "key")).Status);
    }

    [Fact]
    public async Task The_store_reveals_neither_request_nor_answer_and_the_answer_is_repeated_after_a_restart()
    {
        using var installation = await servers.Fresh(Shape.Embedded);
        var (user, path) = (Guid.CreateVersion7(), $"api/{installation.Name}/echo/a-price-of-4711");
        await using (var host = await installation.Start())
        {
            host.SignIn(Role.ConsortiumManager, user);
            Assert.Equal("\"a-price-of-4711\"", await Answer(host));
            var kept = await host.Ask<ProbeDb, IdempotencyKey>(db => db.IdempotencyKeys.AsNoTracking().SingleAsync());
            Assert.DoesNotContain("4711", Encoding.Latin1.GetString(kept.Body) + kept.Headers, StringComparison.Ordinal);
        }

        await using var again = await installation.Start();
        again.SignIn(Role.ConsortiumManager, user);
        Assert.Equal("\"a-price-of-4711\"", await Answer(again));
        Assert.Equal(1, await again.Ask<ProbeDb, int>(db => db.IdempotencyKeys.CountAsync()));

        async Task<string> Answer(ProbeHost host)
        {
            using var answer = await Post(host, path, "key");
            return await answer.Content.ReadAsStringAsync(Cancel);
        }
    }

    [Fact]
    public void A_hash_is_verified_only_with_its_secret_also_while_that_is_being_changed()
    {
        var (owner, asked) = (Guid.CreateVersion7(), "4711"u8.ToArray());
        var hash = Secret("former").Hash(asked, owner);
        Assert.True(Secret("former").IsHash(hash, asked, owner));
        Assert.True(Secret("next", also: "former").IsHash(hash, asked, owner));
        Assert.False(Secret("next").IsHash(hash, asked, owner));
        Assert.False(Secret("former").IsHash(hash, "4712"u8, owner));
        Assert.False(Secret("former").IsHash(hash, asked, Guid.CreateVersion7()));
        Assert.False(Secret("former").IsHash(SHA256.HashData(asked), asked, owner));
    }

    [Fact]
    public async Task A_key_from_before_answers_were_sealed_is_refused_and_changes_nothing()
    {
        using var installation = await servers.Fresh(Shape.Embedded);
        await using var host = await installation.Start();
        var (user, note) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        host.SignIn(Role.ConsortiumManager, user);
        await host.Save<ProbeDb>(db => db.IdempotencyKeys.Add(new IdempotencyKey
        {
            CallerId = user, Key = "key", RequestHash = Convert.ToHexString(SHA256.HashData([])),
            Status = 200, Headers = "{}", Body = [1], CreatedAt = host.Clock.Now(),
        }));
        Assert.Equal(HttpStatusCode.Conflict, (await Append(host, installation, note, "key")).Status);
        Assert.Equal(0, await host.Ask<ProbeDb, int>(db => db.Notes.CountAsync()));
    }

    [Fact]
    public async Task Distributed_the_secret_is_a_setting()
    {
        using var installation = await servers.Fresh(Shape.Distributed);
        installation.Settings.Remove("Idempotency:Secret");
        var wrong = await Assert.ThrowsAsync<WrongSettingException>(() => installation.Start());
        Assert.StartsWith("Idempotency:Secret is missing", wrong.Message, StringComparison.Ordinal);
    }

    private static AnySecret Secret(string secret, string? also = null)
    {
        Dictionary<string, string?> settings = new() { ["Any:Secret"] = secret.PadRight(32, '.'), ["Any:SecretAlso"] = also?.PadRight(32, '.') };
        return new(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
    }

    private static Task<(HttpStatusCode Status, int Lines)> Append(ProbeHost host, Installation installation, Guid note, string? key) =>
        Append(host, $"api/{installation.Name}/notes/{note}/lines", key);

    private static async Task<(HttpStatusCode Status, int Lines)> Append(ProbeHost host, string path, string? key)
    {
        using var answer = await Post(host, path, key);
        return (answer.StatusCode, answer.IsSuccessStatusCode ? await answer.Content.ReadFromJsonAsync<int>(Cancel) : 0);
    }

    private static async Task<HttpResponseMessage> Post(ProbeHost host, string path, string? key)
    {
        var exactly = new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true };
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(host.Client.BaseAddress + path, exactly));
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        return await host.Client.SendAsync(request, Cancel);
    }

    private sealed class AnySecret(IConfiguration configuration) : StoredSecret(configuration, "Any:Secret", "any.key");
}
