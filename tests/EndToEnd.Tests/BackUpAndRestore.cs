using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Npgsql;

namespace ExportConsortia.EndToEnd.Tests;

/// <summary>
/// The rehearsal that operators should trust: a back-up under load, one service's database destroyed, restored by the scripts that an operator uses,
/// and brought up to date. Nothing accepted before the back-up is missing; what was accepted after it is named as lost, and comes back, once, when
/// its callers repeat their requests.
/// </summary>
public sealed class BackUpAndRestore(Disturbed disturbed) : IClassFixture<Disturbed>
{
    private const int Orders = 90;

    private static readonly string Scripts = Path.Combine(Checkout.Current.Root, "deploy", "operations");

    private readonly Stopwatch _watch = Stopwatch.StartNew();

    private Deployment _platform = null!;

    [Fact]
    public async Task A_destroyed_database_is_restored_and_catches_up()
    {
        Required.TurnOf(1, of: 4);
        _platform = await disturbed.OfAsync(Shape.Distributed);
        await using var folder = await DataFolder.Create("back-up");
        using var vtf = await FurnitureConsortium.FoundAsync(
            _platform, new Dictionary<string, long> { ["F1"] = 6000, ["F2"] = 6000, ["F3"] = 6000 }, minLot: 10);
        Say("the platform runs");

        // Orders come in, two at a time; after a third of them everything is backed up while they go on.
        var accepted = new ConcurrentDictionary<int, (Guid Id, DateTime At)>();
        var load = Parallel.ForEachAsync(Enumerable.Range(0, Orders), new ParallelOptions { MaxDegreeOfParallelism = 2 }, async (i, _) =>
        {
            var order = await PlaceAsync(vtf, i);
            accepted[i] = (order, TimeProvider.System.GetUtcNow().UtcDateTime);
        });
        await Eventually.Holds("a third of the orders is accepted", () => accepted.Count >= Orders / 3, TimeSpan.FromMinutes(2));
        var before = accepted.ToDictionary();
        Say($"{before.Count} orders accepted");
        await RunAsync("back-up", folder.Path);
        var backUp = Assert.Single(Directory.GetDirectories(folder.Path, "2*"));
        var contents = await File.ReadAllLinesAsync(Path.Combine(backUp, "contents"));
        var moment = DateTime.Parse(
            contents.Single(line => line.StartsWith("allocation ", StringComparison.Ordinal)).Split(' ')[1],
            CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal);
        Say($"backed up while {accepted.Count - before.Count} more of {Orders} orders were accepted");
        await load;

        // After the back-up a firm joins: only Membership can tell Allocation of it again.
        await vtf.AdmitAsync("F7", "chairs", "TK-12", 500, probation: false);
        await Eventually.Holds("Allocation knows the new firm's capacity", async () => (await CapacitiesAsync(vtf)) == 5);

        // The disaster.
        await _platform.Allocation.Kill();
        await PostgresServer.DropDatabase(_platform.Postgres.Port, "allocation");
        await _platform.Postgres.CreateDatabase("allocation");
        Say("destroyed");

        var report = await RunAsync("restore", backUp, "allocation");
        Assert.Contains("Orders received then are gone", report, StringComparison.Ordinal);
        Assert.Contains("allocation doesn't know a firm; publish Membership's data again: F7", report, StringComparison.Ordinal);
        Say("restored");
        await _platform.Allocation.Start();
        using var root = await Session.SignInAsync(_platform.Address, Deployment.OperatorEmail, Deployment.OperatorPassword);
        (await root.PostAsync("/api/membership/republications", new { })).Expect(HttpStatusCode.Accepted);
        await Eventually.Holds(
            "Allocation has caught up with the firm that joined later", async () => await CapacitiesAsync(vtf) == 5, TimeSpan.FromMinutes(1));
        Say("caught up");

        // Nothing accepted before the back-up is missing.
        var known = await OrdersAsync(vtf);
        Assert.All(before.Values, order => Assert.Contains(order.Id, known));

        // What is missing was accepted after the moment that the report names.
        var lost = accepted.Values.Where(order => !known.Contains(order.Id)).ToList();
        Assert.NotEmpty(lost);
        Assert.All(lost, order => Assert.True(order.At > moment, $"{order.At:O} is before {moment:O}"));
        Assert.Contains(moment.ToString("yyyy-MM-ddTHH:mm:ss.ffffff", CultureInfo.InvariantCulture), report, StringComparison.Ordinal);

        // Every caller repeats all its requests with the same keys: what was lost is there again, nothing is there twice.
        await Parallel.ForEachAsync(
            Enumerable.Range(0, Orders), new ParallelOptions { MaxDegreeOfParallelism = 2 }, async (i, _) => await PlaceAsync(vtf, i));
        var all = await OrdersAsync(vtf);
        Assert.Equal(Orders, all.Count);
        Assert.All(before.Values, order => Assert.Contains(order.Id, all));
        Say($"{lost.Count} lost orders came back");

        foreach (var order in all)
        {
            await Eventually.Holds($"order {order} is offered to its last piece, once", async () =>
            {
                var state = await vtf.OrderAsync(order);
                return state["lines"]![0]!["offers"]!.AsArray().Sum(o => o!["quantity"]!.GetValue<long>()) == 60
                    ? true
                    : throw new InvalidOperationException(state.ToJsonString());
            }, TimeSpan.FromMinutes(3));
        }

        await Invariants.HoldAsync(vtf);
        await Delivery.NothingIsLeftAsync(_platform);
        Assert.Contains("No difference found.", await RunAsync("compare"), StringComparison.Ordinal);
        Say("all orders are offered, and the databases agree");

        // Before rolling back to a release that knows no epochs.
        Assert.Contains("Done: allocation", await RunAsync("forget-epochs"), StringComparison.Ordinal);
        await using var allocation = new NpgsqlConnection(_platform.AllocationStore);
        await allocation.OpenAsync(TestContext.Current.CancellationToken);
        await using var highest = new NpgsqlCommand(
            """
            SELECT greatest((SELECT max("StandingVersion") FROM "Members"), (SELECT max("CapabilitiesVersion") FROM "Members"),
              (SELECT max("DeclarationVersion") FROM "Capacity"), (SELECT max("Version") FROM "Products"), (SELECT count(*) FROM "Copies"))
            """,
            allocation);
        Assert.InRange(Assert.IsType<long>(await highest.ExecuteScalarAsync(TestContext.Current.CancellationToken)), 1, 1_000_000);
    }

    // Places, clears and accepts the order as a careful client does, with a key for each request.
    private static async Task<Guid> PlaceAsync(FurnitureConsortium vtf, int i)
    {
        var placed = await AskAsync(() => vtf.Manager.PostAsync("/api/allocation/orders", FurnitureConsortium.OrderOf(60), $"place {i}"));
        var order = placed["orderId"]!.GetValue<Guid>();
        foreach (var (person, who) in new[] { (vtf.Manager, "a"), (vtf.SecondManager, "b") })
        {
            await AskAsync(() => person.PostAsync(
                $"/api/allocation/orders/{order}/screening-decisions", new { verdict = "Clear", reason = "No match." }, $"clear {i} {who}"));
        }

        await AskAsync(() => vtf.Manager.PostAsync($"/api/allocation/orders/{order}/acceptance", new { }, $"accept {i}"));
        return order;
    }

    private static async Task<JsonNode> AskAsync(Func<Task<Answer>> request)
    {
        JsonNode? said = null;
        await Eventually.Holds("the request is answered", async () =>
        {
            said = (await request()).Ok;
            return true;
        }, TimeSpan.FromMinutes(1));
        return said!;
    }

    private static async Task<int> CapacitiesAsync(FurnitureConsortium vtf) =>
        (await vtf.Manager.GetAsync("/api/allocation/capacity")).Ok.AsArray().Count;

    private static async Task<HashSet<Guid>> OrdersAsync(FurnitureConsortium vtf) =>
        [.. (await vtf.Manager.GetAsync("/api/allocation/orders?limit=200")).Ok["orders"]!.AsArray().Select(o => o!["orderId"]!.GetValue<Guid>())];

    // An operator's script, with the connection strings that the services have.
    private Task<string> RunAsync(string script, params string[] arguments) =>
        ChildProcess.Run(null, Scripts, Path.Combine(Scripts, script), arguments, Checkout.Current.Services.ToDictionary(
            service => $"ConnectionStrings__{service.Name}",
            service => (string?)_platform.AllocationStore.Replace("Database=allocation", $"Database={service.Name}", StringComparison.Ordinal)));

    private void Say(string what) => TestContext.Current.TestOutputHelper?.WriteLine($"{_watch.Elapsed.TotalSeconds,6:0.0} s  {what}");
}
