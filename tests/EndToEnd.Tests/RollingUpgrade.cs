using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;

namespace ExportConsortia.EndToEnd.Tests;

/// <summary>
/// A rolling upgrade while orders come in, with processes in place of pods: two replicas of every program are replaced in turn. No request fails
/// but by an answer that says when to repeat it, and nothing is lost or doubled.
/// </summary>
public sealed class RollingUpgrade : IAsyncDisposable
{
    private static readonly string[] OurServices = [.. Checkout.Current.Services.Select(service => service.Name)];

    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly List<ServiceProcess> _second = [];
    private readonly ConcurrentBag<Guid> _accepted = [];
    private readonly ConcurrentDictionary<string, int> _repeated = new();
    private readonly ConcurrentBag<TimeSpan> _times = [];
    private readonly CancellationTokenSource _enough = new();

    private Deployment _platform = null!;
    private FurnitureConsortium _vtf = null!;
    private ServiceProcess _secondGateway = null!;
    private ServiceProcess _secondPortal = null!;
    private Task _load = Task.CompletedTask;

    // The gateway that gets the requests: as an ingress, which learns beforehand that a replica leaves.
    private volatile ServiceProcess _front = null!;

    [Fact]
    public async Task Every_replica_is_replaced_in_turn()
    {
        Required.Thorough();
        await BeginAsync(null);
        await ReplaceAllAsync();
        await NothingIsLostOrDoubledAsync();
    }

    [Fact]
    public async Task From_the_previous_release_and_back()
    {
        Required.Thorough();
        var root = Checkout.Current.Root;
        var previous = File.ReadLines(Path.Combine(root, "deploy", "previous-release"))
            .Single(line => line.StartsWith("commit ", StringComparison.Ordinal))["commit ".Length..];
        Assert.SkipUnless(await IsThereAsync(root, previous), "Needs the repository's history.");
        await using var release = await DataFolder.Create("previous-release");
        await ChildProcess.Run(null, root, "sh", ["-c", "git archive \"$1\" | tar -x -C \"$2\"", "sh", previous, release.Path]);
        foreach (var project in new[] { "services/AllInOne", "gateway/Gateway" })
        {
            await ChildProcess.Run(
                null, release.Path, "dotnet",
                [
                    "build", project, "-c", Checkout.Configuration, "-p:NuGetAudit=false", "-p:UseSharedCompilation=false", "-nodeReuse:false",
                    "-nologo",
                ]);
        }

        Say($"built {previous}");
        await BeginAsync(release.Path);
        await ReplaceAllAsync();

        // The new release has brought every database up to date. The previous one starts on them and works beside the new one, so one can go back.
        foreach (var service in new Checkout(release.Path).Services.Select(s => s.Name))
        {
            await ReplaceAsync(service, ReplicasOf(service)[1], release.Path);
        }

        Say("the previous release works on the new databases");
        await NothingIsLostOrDoubledAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _enough.CancelAsync();
        await Task.WhenAny(_load);
        foreach (var process in Enumerable.Reverse(_second))
        {
            await process.DisposeAsync();
        }

        _vtf?.Dispose();
        if (_platform is not null)
        {
            await _platform.DisposeAsync();
        }

        _enough.Dispose();
    }

    // Two replicas of everything that this release has, and orders that come in.
    private async Task BeginAsync(string? release)
    {
        _platform = await Deployment.StartAsync(Shape.Distributed, observed: false, release);
        var services = release is null ? OurServices : [.. new Checkout(release).Services.Select(service => service.Name)];
        foreach (var service in services)
        {
            _second.Add(await _platform.NewReplica(service));
        }

        _second.Add(_secondPortal = _platform.NewPortal());
        _second.Add(_secondGateway = new ServiceProcess("Gateway", _platform.Gateway.Settings, release));
        await Task.WhenAll(_second.Except([_secondGateway]).Select(process => process.Start()));
        foreach (var gateway in new[] { _platform.Gateway, _secondGateway })
        {
            KnowAll(gateway, services);
        }

        await _platform.Gateway.Restart();
        await _secondGateway.Start();
        _front = _platform.Gateway;
        _vtf = await FurnitureConsortium.FoundAsync(
            _platform, new Dictionary<string, long> { ["F1"] = 100_000, ["F2"] = 100_000, ["F3"] = 100_000 }, minLot: 10);
        _load = Task.WhenAll(GoOnAsync(() => PlaceOrdersAsync(1)), GoOnAsync(() => PlaceOrdersAsync(2)), GoOnAsync(ReadPagesAsync));
        await MoreOrdersAsync();
        Say("two replicas of each, under load");
    }

    private async Task ReplaceAllAsync()
    {
        // Services that the previous release didn't have start first.
        foreach (var service in OurServices.Where(service => !_platform.Gateway.Settings.ContainsKey($"Services:{service}")))
        {
            var first = await _platform.NewReplica(service);
            _second.Add(first);
            await first.Start();
            _second.Add(await _platform.NewReplica(service));
            await _second[^1].Start();
            Say($"{service} is new");
        }

        foreach (var service in OurServices)
        {
            foreach (var replica in ReplicasOf(service))
            {
                await ReplaceAsync(service, replica, null);
            }
        }

        foreach (var (leaving, staying) in new[] { (_platform.Gateway, _secondGateway), (_secondGateway, _platform.Gateway) })
        {
            _front = staying;
            await Task.Delay(TimeSpan.FromSeconds(2));   // the pause before a replica is told to end
            KnowAll(leaving, OurServices);
            await leaving.ReplaceBy(null);
            await MoreOrdersAsync();
        }

        foreach (var replica in new[] { _platform.Portal, _secondPortal })
        {
            await ReplaceAsync("portal", replica, null);
        }

        Say($"every replica was replaced; {_accepted.Count} orders accepted");
    }

    private ServiceProcess[] ReplicasOf(string service)
    {
        var first = _platform.Of(service);
        return [first, _second.First(process => process.Project == first.Project && process != first)];
    }

    private async Task ReplaceAsync(string service, ServiceProcess replica, string? release)
    {
        await replica.ReplaceBy(release);
        using var root = await Session.SignInAsync(_front.Address, Deployment.OperatorEmail, Deployment.OperatorPassword);
        await Eventually.Holds($"the gateway finds both replicas of {service} ready", async () =>
            (await root.GetAsync("/api/gateway/status")).Ok["services"]!.AsArray()
            .SingleOrDefault(s => s!["name"]!.GetValue<string>() == service) is not { } known
            || known["replicas"]!.AsArray().All(r => r!["health"]!.GetValue<string>() == "Healthy"));
        await MoreOrdersAsync();
        Say($"a replica of {service} was replaced");
    }

    private Task MoreOrdersAsync()
    {
        var until = _accepted.Count + 4;
        return Eventually.Holds(
            "more orders are accepted",
            () => _load.IsFaulted ? throw new GaveUpException(_load.Exception.InnerException!.Message) : _accepted.Count >= until,
            TimeSpan.FromMinutes(2));
    }

    private void KnowAll(ServiceProcess gateway, IEnumerable<string> services)
    {
        foreach (var service in services)
        {
            gateway.Settings[$"Services:{service}"] = string.Join(',', ReplicasOf(service).Select(replica => replica.Address));
        }

        gateway.Settings["Services:portal"] = $"{_platform.Portal.Address},{_secondPortal.Address}";
    }

    // Until there is enough, or one of those who do it fails.
    private async Task GoOnAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch
        {
            await _enough.CancelAsync();
            throw;
        }
    }

    private async Task PlaceOrdersAsync(int client)
    {
        for (var i = 0; !_enough.IsCancellationRequested; i++)
        {
            var placed = await AskAsync(_vtf.Manager, "/api/allocation/orders", FurnitureConsortium.OrderOf(60), $"place {client} {i}");
            var order = placed["orderId"]!.GetValue<Guid>();
            foreach (var (person, who) in new[] { (_vtf.Manager, "a"), (_vtf.SecondManager, "b") })
            {
                await AskAsync(
                    person, $"/api/allocation/orders/{order}/screening-decisions", new { verdict = "Clear", reason = "No match." },
                    $"clear {client} {i} {who}");
            }

            await AskAsync(_vtf.Manager, $"/api/allocation/orders/{order}/acceptance", new { }, $"accept {client} {i}");
            _accepted.Add(order);
            await Task.Delay(300);   // leaves the machine to those that start
        }
    }

    private async Task ReadPagesAsync()
    {
        while (!_enough.IsCancellationRequested)
        {
            using var nobody = new Session(_front.Address);
            await RepeatAsync(() => nobody.GetAsync("/sign-in"));
            await Task.Delay(200);
        }
    }

    private async Task<JsonNode> AskAsync(Session person, string path, object body, string key)
    {
        Answer? answer = null;
        await RepeatAsync(async () =>
        {
            using var session = new Session(_front.Address, person.Token);
            return answer = await session.PostAsync(path, body, key);
        });
        return answer!.Ok;
    }

    // Until it succeeds. An answer that doesn't say when to repeat the request ends the test.
    private async Task RepeatAsync(Func<Task<Answer>> request)
    {
        var began = Stopwatch.GetTimestamp();
        while (true)
        {
            var answer = await request();
            if ((int)answer.Status < 400)
            {
                _times.Add(Stopwatch.GetElapsedTime(began));
                return;
            }

            var isRetryable = answer.Status is HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;
            if (!isRetryable || answer.Headers.RetryAfter is null || Stopwatch.GetElapsedTime(began) > TimeSpan.FromMinutes(1))
            {
                throw new InvalidOperationException($"Not to be repeated: {answer}");
            }

            _repeated.AddOrUpdate($"{(int)answer.Status}", 1, (_, count) => count + 1);
            await Task.Delay(200);
        }
    }

    private async Task NothingIsLostOrDoubledAsync()
    {
        await _enough.CancelAsync();
        await _load;
        var sorted = _times.Order().ToList();
        var repeated = string.Join(", ", _repeated.Select(r => $"{r.Value} after {r.Key}"));
        Say($"{_accepted.Count} orders accepted; {sorted.Count} requests, median {sorted[sorted.Count / 2].TotalMilliseconds:0} ms, longest "
            + $"{sorted[^1].TotalMilliseconds:0} ms; repeated {repeated}");

        var known = new List<Guid>();
        var before = "";
        do
        {
            var page = (await _vtf.Manager.GetAsync($"/api/allocation/orders?limit=200{before}")).Ok;
            known.AddRange(page["orders"]!.AsArray().Select(o => o!["orderId"]!.GetValue<Guid>()));
            before = page["before"] is { } more ? $"&before={Uri.EscapeDataString(more.GetValue<string>())}" : "";
        }
        while (before.Length > 0);

        Assert.Equal(_accepted.Order(), known.Order());
        foreach (var order in known)
        {
            await Eventually.Holds($"order {order} is offered once, 20 pieces to each firm", async () =>
            {
                var state = await _vtf.OrderAsync(order);
                var offers = state["lines"]![0]!["offers"]!.AsArray().Select(o => o!["quantity"]!.GetValue<long>());
                return offers.SequenceEqual([20L, 20L, 20L]) ? true : throw new InvalidOperationException(state.ToJsonString());
            }, TimeSpan.FromMinutes(2));
        }

        await Invariants.HoldAsync(_vtf);
        await Delivery.NothingIsLeftAsync(_platform);
        Say("nothing is lost or doubled");
    }

    private static async Task<bool> IsThereAsync(string root, string commit)
    {
        try
        {
            await ChildProcess.Run(null, root, "git", ["cat-file", "-e", commit + "^{commit}"]);
            return true;
        }
        catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private void Say(string what) => TestContext.Current.TestOutputHelper?.WriteLine($"{_watch.Elapsed.TotalSeconds,6:0.0} s  {what}");
}
