using ExportConsortia.Allocation.Orders;
using ExportConsortia.Allocation.Tests.Running;
using ExportConsortia.Contracts;

namespace ExportConsortia.Allocation.Tests.Orders;

/// <summary>The policies that a rulebook can name, over several orders.</summary>
public abstract class PolicyStories(RunningAllocation host) : Story(host)
{
    private static AllocationRule Chairs(string policy) =>
        new() { ProductFamily = "chairs", Policy = policy, LotSize = 10, ConcentrationCapPercent = 100 };

    [Fact]
    public async Task Shares_are_equal_whatever_the_capacities()
    {
        var vtf = await FoundWith(900, 500, 60);
        await vtf.Rule(Chairs("EqualShare"));

        var order = await vtf.Allocate(300);

        Assert.Equal("F1 120, F2 120, F3 60", await vtf.Offered(order));
        Assert.Contains(
            (await vtf.OfferTo("F3", order)).Explanation,
            step => step.Text == "Your firm's share by the policy EqualShare is 6 lots, 60 pieces.");
    }

    [Fact]
    public async Task A_firm_that_fell_behind_its_quota_catches_up_with_the_next_order()
    {
        var vtf = await FoundWith(1000, 1000, 1000);
        await vtf.Rule(
            Chairs("QuotaCatchUp") with
            {
                ConcentrationCapPercent = 50,
                Quotas = [new(vtf.Firm("F1"), 500_000), new(vtf.Firm("F2"), 300_000), new(vtf.Firm("F3"), 200_000)],
            });
        var first = await vtf.Allocate(100);
        Assert.Equal("F1 50, F2 30, F3 20", await vtf.Offered(first));
        await vtf.Take("F1", first);
        await vtf.Take("F2", first);
        await vtf.Decline("F3", first);

        // F1 holds half of the line, all that one firm may; F2 isn't behind, but nobody else is left.
        await AllocationService.Eventually("F3's part is offered to F2", async () => await vtf.Offered(first) == "F2 20");
        await vtf.Take("F2", first);
        Assert.Equal("F1 50, F2 50", await vtf.Held(await vtf.Becomes(first, OrderState.Allocated)));

        // Of 200 they are to have 100, 60 and 40; they have 50, 50 and 0.
        var second = await vtf.Allocate(100);
        Assert.Equal("F1 50, F2 10, F3 40", await vtf.Offered(second));
        Assert.Contains(
            (await vtf.OfferTo("F3", second)).Explanation,
            step => step.Text.StartsWith(
                "Your firm's quota of 'chairs' is 200000 millionths; it has 0 pieces of this year.",
                StringComparison.Ordinal));
        foreach (var firm in (string[])["F1", "F2", "F3"])
        {
            await vtf.Take(firm, second);
        }

        // What was found out to be for a blocked buyer counts for nobody.
        await vtf.Screen(second, vtf.Manager1, ScreeningVerdict.TrueHit).Gives<OrderView>();
        Assert.Equal("F1 50, F2 10, F3 40", await vtf.Offered(await vtf.Allocate(100)));
    }

    [Fact]
    public async Task What_firms_behind_their_quota_cannot_make_goes_to_the_others_in_the_same_run()
    {
        var vtf = await FoundWith(80, 1000);
        await vtf.Rule(Chairs("QuotaCatchUp") with { MinLot = 30, Quotas = [new(vtf.Firm("F1"), 500_000), new(vtf.Firm("F2"), 500_000)] });
        var first = await vtf.Allocate(100);
        await vtf.Decline("F1", first);
        await vtf.Take("F2", first);
        await AllocationService.Eventually("the rest is offered to F2", async () => await vtf.Offered(first) == "F2 50");
        await vtf.Take("F2", first);

        // Of 200 each is to have 100: F1 is 100 behind and can make 80, F2 has its due. The rest of 20 is raised to the minimum lot.
        var second = await vtf.Allocate(100);
        Assert.Equal("F1 70, F2 30", await vtf.Offered(second));
        await vtf.Take("F1", second);
        await vtf.Take("F2", second);
        await vtf.Becomes(second, OrderState.Allocated);
        var run = Assert.Single(await vtf.Runs(second));
        Assert.Equal("QuotaCatchUp/2", run.Plan.GetProperty("lines")[0].GetProperty("policy").GetString());
        Assert.True(run.ReplaysIdentically);
        Assert.Equal("QuotaCatchUp/1", (await vtf.Runs(first))[0].Plan.GetProperty("lines")[0].GetProperty("policy").GetString());
    }

    [Fact, Alone]
    public async Task A_new_year_starts_with_nothing_received()
    {
        var vtf = await FoundWith(1000, 1000);
        await vtf.Rule(Chairs("QuotaCatchUp") with { Quotas = [new(vtf.Firm("F1"), 500_000), new(vtf.Firm("F2"), 500_000)] });
        var old = await vtf.Allocate(100);
        await vtf.Take("F1", old);
        await vtf.Decline("F2", old);
        await AllocationService.Eventually("the rest is offered to F1", async () => await vtf.Offered(old) == "F1 50");
        await vtf.Take("F1", old);
        Assert.Equal("F2 100", await vtf.Offered(await vtf.Allocate(100)));

        // It is the new year at the seat of the consortium, in Vientiane, and not yet in Greenwich.
        Clock.StandAt(new DateTime(Clock.Now().AddHours(7).Year, 12, 31, 17, 0, 0, DateTimeKind.Utc));
        Clock.Run();
        await vtf.Declare("F1", 1000);
        await vtf.Declare("F2", 1000);
        Assert.Equal("F1 50, F2 50", await vtf.Offered(await vtf.Allocate(100)));

        // Stories share the clock, and most of them declare capacity for the year they begin in.
        Clock.MoveOn(TimeSpan.FromDays(30));
    }

    [Fact, Alone]
    public async Task Orders_rotate_and_a_firm_that_declines_keeps_its_turn_but_a_silent_one_goes_last()
    {
        var vtf = await FoundWith(1000, 1000, 1000);
        await vtf.Rule(Chairs("Rotation"));

        var first = await vtf.Allocate(100);
        Assert.Equal("F1 100", await vtf.Offered(first));
        Assert.Contains((await vtf.OfferTo("F1", first)).Explanation, step => step.Rule == "R-614");
        // F1 has not answered yet; its turn has passed all the same.
        var second = await vtf.Allocate(100);
        Assert.Equal("F2 100", await vtf.Offered(second));

        // F1 declines with a reason: the order goes to F3, and F1 is the pointer again.
        await vtf.Decline("F1", first);
        await AllocationService.Eventually("F3 is next", async () => await vtf.Offered(first) == "F3 100");
        await vtf.Take("F2", second);
        await vtf.Take("F3", first);
        var third = await vtf.Allocate(100, urgent: true);
        Assert.Equal("F1 100", await vtf.Offered(third));

        // F1 is silent: it has gone to the end, behind F2 and F3.
        var fourth = await vtf.Allocate(100);
        Assert.Equal("F2 100", await vtf.Offered(fourth));
        await vtf.Take("F2", fourth);
        Clock.MoveOn(TimeSpan.FromHours(25));
        await AllocationService.Eventually("F1's silence is seen", async () => await vtf.Offered(third) == "F3 100");
        await vtf.Take("F3", third);
        Assert.Equal("F2 100", await vtf.Offered(await vtf.Allocate(100)));
        Assert.Equal("F1 100", await vtf.Offered(await vtf.Allocate(100)));
        Assert.Equal("F3 100", await vtf.Offered(await vtf.Allocate(100)));
    }

    [Fact]
    public async Task More_than_three_declines_in_a_row_move_a_firm_to_the_end_once()
    {
        var vtf = await FoundWith(10_000, 10_000, 10_000);
        await vtf.Rule(Chairs("Rotation"));
        for (var decline = 1; decline <= 3; decline++)
        {
            // F1 declines and keeps its place; F2 and F3 take what it leaves, in turn.
            Assert.Equal("F1 100", await DeclineOf("F1", after: decline % 2 == 1 ? "F2" : "F3"));
        }

        // The fourth decline moves it behind F2, and then F3 is served.
        Assert.Equal("F1 100", await DeclineOf("F1", after: "F3"));
        Assert.Equal("F2 100", await TakenBy("F2"));

        // The fifth doesn't move it again: the row goes on.
        Assert.Equal("F1 100", await DeclineOf("F1", after: "F3"));

        // A taken offer, even a part, ends the row: three more declines cost nothing.
        var taken = await vtf.Allocate(100);
        Assert.Equal("F1 100", await vtf.Offered(taken));
        await vtf.Take("F1", taken, 50);
        await AllocationService.Eventually("the rest goes on", async () => await vtf.Offered(taken) == "F2 50");
        await vtf.Take("F2", taken);
        Assert.Equal("F3 100", await TakenBy("F3"));
        for (var decline = 1; decline <= 3; decline++)
        {
            Assert.Equal("F1 100", await DeclineOf("F1", after: decline % 2 == 1 ? "F2" : "F3"));
        }

        Assert.Equal("F1 100", await TakenBy("F1"));

        async Task<string> TakenBy(string firm)
        {
            var order = await vtf.Allocate(100);
            var offered = await vtf.Offered(order);
            await vtf.Take(firm, order);
            return offered;
        }

        async Task<string> DeclineOf(string firm, string after)
        {
            var order = await vtf.Allocate(100);
            var offered = await vtf.Offered(order);
            await vtf.Decline(firm, order);
            await AllocationService.Eventually($"{after} is next", async () => await vtf.Offered(order) == $"{after} 100");
            await vtf.Take(after, order);
            return offered;
        }
    }

    [Fact]
    public async Task The_next_firm_gets_what_the_first_cannot_make_and_each_family_has_its_own_queue()
    {
        var vtf = await FoundWith(60, 1000, 1000);
        await vtf.Rule(Chairs("Rotation"), Chairs("Rotation") with { ProductFamily = "tables" });
        await vtf.Capable("F1", "chairs", "tables");
        await vtf.Declare("F1", 500, "tables");

        Assert.Equal("F1 110, F2 40", await vtf.Offered(await vtf.Allocate(false, ("TK-12", 100), ("TB-03", 50))));
        Assert.Equal("F3 100", await vtf.Offered(await vtf.Allocate(100)));
    }

    [Fact]
    public async Task Simultaneous_orders_never_use_the_same_turn_twice()
    {
        var vtf = await FoundWith(1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000);
        await vtf.Rule(Chairs("Rotation"));
        var orders = new List<OrderView>();
        for (var i = 0; i < 8; i++)
        {
            orders.Add(await vtf.Hold(("TK-12", 100)));
        }

        await Task.WhenAll(orders.Select(order => vtf.StartRun(order)));
        var offered = new List<string>();
        foreach (var order in orders)
        {
            await vtf.RunEnded(order);
            offered.Add(await vtf.Offered(order));
        }

        Assert.Equal(["F1 100", "F2 100", "F3 100", "F4 100", "F5 100", "F6 100", "F7 100", "F8 100"], offered.Order(StringComparer.Ordinal));
    }
}

public sealed class PoliciesEmbedded(Embedded host) : PolicyStories(host);

public sealed class PoliciesDistributed(Distributed host) : PolicyStories(host);

/// <summary>Quotas are counted over a calendar year in the consortium's time zone.</summary>
public sealed class CalendarYearTests
{
    [Theory]
    [InlineData("Asia/Vientiane", "2027-12-31T16:59:59Z", "2026-12-31T17:00:00Z")]
    [InlineData("Asia/Vientiane", "2027-12-31T17:00:00Z", "2027-12-31T17:00:00Z")]
    [InlineData("America/New_York", "2028-01-01T04:59:59Z", "2027-01-01T05:00:00Z")]
    [InlineData(null, "2027-12-31T23:59:59Z", "2027-01-01T00:00:00Z")]
    public void A_year_begins_at_midnight_in_the_consortiums_zone(string? zone, string now, string begins) =>
        Assert.Equal(
            Utc(begins),
            new Consortium(Guid.Empty, "VTF", "Vientiane Teak") { TimeZone = zone }
                switch { var vtf => vtf.BeginningOf(vtf.CalendarYear(Utc(now))) });

    private static DateTime Utc(string instant) => DateTimeOffset.Parse(instant, System.Globalization.CultureInfo.InvariantCulture).UtcDateTime;
}
