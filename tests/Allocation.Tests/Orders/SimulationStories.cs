using System.Text.Json;
using ExportConsortia.Allocation.Engine;
using ExportConsortia.Allocation.Orders;
using ExportConsortia.Allocation.Runs;
using ExportConsortia.Allocation.Tests.Running;

namespace ExportConsortia.Allocation.Tests.Orders;

/// <summary>Simulations of an order under other conditions.</summary>
public abstract class SimulationStories(RunningAllocation host) : Story(host)
{
    [Fact]
    public async Task Alternatives_are_compared_and_the_unchanged_one_equals_the_next_run()
    {
        var vtf = await FoundWith(450, 300, 200, 150);
        await vtf.Join("F5", "tables");
        var order = await vtf.Hold(("TK-12", 1000));

        var simulated = await Simulate(
            vtf, order,
            new() { Name = "equal", Policy = "EqualShare" },
            new() { Name = "in turn", Policy = "Rotation" },
            new() { Name = "quotas", Policy = "QuotaCatchUp",
                Quotas = [new(vtf.Firm("F1"), 400_000), new(vtf.Firm("F2"), 300_000), new(vtf.Firm("F3"), 200_000), new(vtf.Firm("F4"), 100_000)] },
            new() { Name = "F2 lost", WithoutMembers = [vtf.Firm("F2")] },
            new() { Name = "half of F1", Capacity = [new(vtf.Firm("F1"), "chairs", 50)] },
            new() { Name = "all at once", Policy = "EqualShare", WithoutMembers = [vtf.Firm("F2")], Capacity = [new(vtf.Firm("F1"), "chairs", 0)] },
            new() { Name = "today", DeliveryBefore = DateOnly.FromDateTime(order.ReceivedAt) });

        Assert.True(simulated.Simulation);
        Assert.Equal("chairs", Assert.Single(simulated.AsItStands.Lines).ProductFamily);
        Assert.Equal(
            [
                "As it stands: F1 410, F2 270, F3 180, F4 140; short 0 of 1000",
                "equal: F1 350, F2 300, F3 200, F4 150; short 0 of 1000",
                "in turn: F1 450, F2 300, F3 200, F4 50; short 0 of 1000",
                "quotas: F1 400, F2 300, F3 200, F4 100; short 0 of 1000",
                "F2 lost: F1 450, F3 200, F4 150; short 200 of 1000",
                "half of F1: F1 220, F2 300, F3 200, F4 150; short 130 of 1000",
                "all at once: F3 200, F4 150; short 650 of 1000",
                "today: ; short 1000 of 1000",
            ],
            simulated.Alternatives.Prepend(simulated.AsItStands).Select(Summary));
        Assert.Equal(
            ("F2", Reasons.Left),
            simulated.Alternatives[3].Lines[0].PassedOver.Single(p => p.MemberCode == "F2") switch { var p => (p.MemberCode, p.Code) });
        Assert.Equal(Reasons.AllAtTheirLimit, simulated.Alternatives[4].Lines[0].ShortageReason);

        await vtf.StartRun(order).Gives<OrderView>();
        await vtf.RunEnded(order);
        IsWhatTheRunFound(simulated.AsItStands, Assert.Single(await vtf.Runs(order)));
        Assert.Equal("F1 410, F2 270, F3 180, F4 140", await vtf.Offered(order));
    }

    [Theory]
    [InlineData("QuotaCatchUp")]
    [InlineData("Rotation")]
    [InlineData("WeightedScore")]
    [InlineData("Balanced")]
    public async Task Policies_with_a_history_are_simulated_as_they_run(string policy)
    {
        var vtf = await FoundWith(1000, 1000, 1000);
        await vtf.Rule(AllocationService.Chairs with
        {
            Policy = policy,
            ConcentrationCapPercent = 100,
            Quotas = policy == "QuotaCatchUp" ? [new(vtf.Firm("F1"), 500_000), new(vtf.Firm("F2"), 300_000), new(vtf.Firm("F3"), 200_000)] : null,
        });
        await vtf.Take("F1", await vtf.Allocate(200));
        var order = await vtf.Hold(("TK-12", 200), ("TK-12", 90));

        var simulated = await Simulate(
            vtf, order, new() { Name = "the same", Policy = policy }, new() { Name = "in proportion", Policy = "CapacityProRata" });

        await vtf.StartRun(order).Gives<OrderView>();
        await vtf.RunEnded(order);
        var run = Assert.Single(await vtf.Runs(order));
        IsWhatTheRunFound(simulated.AsItStands, run);
        IsWhatTheRunFound(simulated.Alternatives[0], run);
        Assert.NotEqual(Parts(simulated.AsItStands), Parts(simulated.Alternatives[1]));

        // Line by line: firms may come to the same together, as two who are due the same may change places.
        static IEnumerable<(string, string, long)> Parts(SimulateOrder.Outcome outcome) =>
            outcome.Lines.SelectMany(l => l.Parts.Select(p => (l.LineId, p.MemberCode, p.Quantity)));
    }

    [Fact]
    public async Task Pieces_held_by_or_offered_to_a_lost_firm_are_open_again()
    {
        var vtf = await FoundWith(450, 300, 200, 150);
        var order = await vtf.Allocate(1000);
        await vtf.Take("F1", order);
        await vtf.Decline("F2", order);

        var simulated = await Simulate(
            vtf, order, new() { Name = "F1 lost", WithoutMembers = [vtf.Firm("F1")] }, new() { Name = "F3 lost", WithoutMembers = [vtf.Firm("F3")] });

        Assert.Equal("As it stands: F1 40; short 230 of 270", Summary(simulated.AsItStands));
        Assert.Equal("F1 lost: ; short 680 of 680", Summary(simulated.Alternatives[0]));
        Assert.Equal("F3 lost: F1 40; short 410 of 450", Summary(simulated.Alternatives[1]));
        Assert.Equal(
            ["F1 LEFT", "F2 DECLINED_BEFORE", "F3 OFFER_OPEN", "F4 OFFER_OPEN"],
            simulated.Alternatives[0].Lines[0].PassedOver.Select(p => $"{p.MemberCode} {p.Code}"));
    }

    [Fact, Alone]
    public async Task A_simulation_changes_nothing()
    {
        var vtf = await FoundWith(450, 300, 200);
        var placed = await vtf.Place(100);
        var order = await vtf.Allocate(500);
        await vtf.Take("F1", order);
        await vtf.Decline("F2", order);
        Clock.StandAt(Clock.Now().AddSeconds(1));
        var before = await Host.AllThatIsStored();
        Assert.Contains(
            before,
            row => row.StartsWith("Orders: ", StringComparison.Ordinal)
                && row.Contains(order.OrderId.ToString(), StringComparison.OrdinalIgnoreCase));

        foreach (var asked in (OrderView[])[placed, order])
        {
            await Simulate(
                vtf,
                asked,
                new() { Name = "in turn", Policy = "Rotation" },
                new() { Name = "F1 lost", WithoutMembers = [vtf.Firm("F1")], Capacity = [new(vtf.Firm("F3"), "chairs", 10)] });
        }

        Assert.Equal(before, await Host.AllThatIsStored());
        Clock.Run();
    }

    [Fact]
    public async Task Invalid_alternatives_are_reported_field_by_field()
    {
        var vtf = await FoundWith(450, 300, 200);
        var order = await vtf.Place(100);
        var path = $"orders/{order.OrderId}/simulations";
        var stranger = Guid.CreateVersion7();

        var refused = await vtf.Post(vtf.Manager1, path, new
        {
            alternatives = new object[]
            {
                new { name = "", policy = "Whim", quotas = new[] { new { memberId = vtf.Firm("F1"), sharePpm = 1_000_000 } } },
                new { name = "a", policy = "QuotaCatchUp" },
                new { name = "a", policy = "QuotaCatchUp", quotas = new[] { new { memberId = stranger, sharePpm = 0 } } },
                new
                {
                    name = "b",
                    withoutMembers = new[] { vtf.Firm("F1"), stranger },
                    capacity = new[]
                    {
                        new { memberId = stranger, productFamily = "tables", percent = 100 },
                        new { memberId = stranger, productFamily = "tables", percent = -1 },
                    },
                },
            },
        });

        Assert.Equal((HttpStatusCode.BadRequest, "INVALID_INPUT"), (refused.Status, refused.Code));
        Assert.Equal(
            [
                "alternatives[0].name", "alternatives[0].policy", "alternatives[0].quotas", "alternatives[1].quotas", "alternatives[2].name",
                "alternatives[2].quotas",
                "alternatives[2].quotas[0].memberId", "alternatives[2].quotas[0].sharePpm", "alternatives[3].capacity[0].memberId",
                "alternatives[3].capacity[0].percent",
                "alternatives[3].capacity[0].productFamily", "alternatives[3].capacity[1]", "alternatives[3].capacity[1].memberId",
                "alternatives[3].capacity[1].percent",
                "alternatives[3].capacity[1].productFamily", "alternatives[3].withoutMembers[1]",
            ],
            refused.WrongFields);
        await vtf.Post(vtf.Manager1, path, new { alternatives = Array.Empty<object>() }).IsRefused("INVALID_INPUT", 400);
        await vtf.Post(vtf.Manager1, path, new { }).IsRefused("INVALID_JSON", 400);

        var asked = new { alternatives = new[] { new { name = "a" } } };
        await vtf.Post(vtf.Manager1, $"orders/{stranger}/simulations", asked).IsNotFound();
        await vtf.Post(vtf.Worker("F1"), path, asked).IsNotFound();
        await vtf.Post(vtf.Auditor, path, asked).IsNotFound();
        var neighbours = await Found("F1");
        await neighbours.Post(neighbours.Manager1, path, asked).IsNotFound();
        await vtf.Post(vtf.Manager1, $"orders/{(await vtf.Place(("no such thing", 5))).OrderId}/simulations", asked).IsRefused("NOTHING_OPEN");
        await vtf.Cancel(order).Gives<OrderView>();
        await vtf.Post(vtf.Manager1, path, asked).IsRefused("ORDER_BLOCKED");
    }

    private static Task<SimulateOrder.Response> Simulate(AllocationService vtf, OrderView order, params SimulateOrder.Alternative[] alternatives) =>
        vtf.Post(
            vtf.Manager1,
            $"orders/{order.OrderId}/simulations",
            new SimulateOrder.Request { Alternatives = alternatives }).Gives<SimulateOrder.Response>();

    private static string Summary(SimulateOrder.Outcome outcome) =>
        $"{outcome.Name}: {Parts(outcome)}; short {outcome.Shortage} of {outcome.Open}";

    private static string Parts(SimulateOrder.Outcome outcome) => string.Join(", ", outcome.Lines.SelectMany(l => l.Parts)
        .GroupBy(p => p.MemberCode).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => $"{g.Key} {g.Sum(p => p.Quantity)}"));

    // Line by line: quantities, reasons and the whole arithmetic, to the byte.
    private static void IsWhatTheRunFound(SimulateOrder.Outcome outcome, GetOrder.RunView run)
    {
        var plan = AllocationPlan.FromBytes(Encoding.UTF8.GetBytes(run.Plan.GetRawText()));
        Assert.Equal(
            plan.Lines.Select(l => JsonSerializer.Serialize(new
            {
                l.LineId,
                l.Policy,
                l.OpenBefore,
                l.OpenAfter,
                l.OpenReason,
                Parts = l.Parts.Select(p => new { p.MemberId, p.Quantity, p.MemberSteps }),
                PassedOver = l.PassedOver.Select(p => new { p.MemberId, p.Code, p.Step }),
                l.ManagerSteps,
            })),
            outcome.Lines.Select(l => JsonSerializer.Serialize(new
            {
                l.LineId,
                l.Policy,
                OpenBefore = l.Open,
                OpenAfter = l.Shortage,
                OpenReason = l.ShortageReason,
                Parts = l.Parts.Select(p => new { p.MemberId, p.Quantity, MemberSteps = p.Explanation }),
                PassedOver = l.PassedOver.Select(p => new { p.MemberId, p.Code, Step = p.Explanation }),
                ManagerSteps = l.Arithmetic,
            })));
    }
}

public sealed class SimulationEmbedded(Embedded host) : SimulationStories(host);

public sealed class SimulationDistributed(Distributed host) : SimulationStories(host);
