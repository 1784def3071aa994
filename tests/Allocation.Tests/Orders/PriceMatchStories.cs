using ExportConsortia.Allocation.Offers;
using ExportConsortia.Allocation.Orders;
using ExportConsortia.Allocation.Runs;
using ExportConsortia.Allocation.SealedPrices;
using ExportConsortia.Allocation.Tests.Running;
using ExportConsortia.Contracts;

namespace ExportConsortia.Allocation.Tests.Orders;

/// <summary>If the rulebook has a match round, sources after the cheapest get their part only at its price .</summary>
public abstract class PriceMatchStories(RunningAllocation host) : Story(host)
{
    private static readonly AllocationRule Chairs = new()
    {
        ProductFamily = "chairs", Policy = "SealedPrice", LotSize = 10, ConcentrationCapPercent = 100, Sources = 2, PriceMatchRound = new(),
    };

    [Fact]
    public async Task The_second_source_is_asked_to_match_the_leaders_price_and_has_48_hours()
    {
        var vtf = await FoundWith(700, 700, 700);
        await vtf.Rule(Chairs);
        var (order, asked) = await Opened(vtf, ("F1", 4217), ("F2", 3911), ("F3", 4519));
        Assert.All(asked.Values, invitation => Assert.True(invitation.Terms.PriceMatch));
        Assert.Equal(new("1", 48 * 3600, null), Assert.Single(Assert.Single(order.PriceRounds).PriceMatch));
        Assert.Equal("F1 400, F2 600", await vtf.Offered(order));

        var (toMatch, leader) = (await vtf.OfferTo("F1", order), await vtf.OfferTo("F2", order));
        Assert.Equal(
            (3911, true, 48),
            (toMatch.Terms.Price!.MinorUnits, toMatch.Terms.PriceMatch, (toMatch.ExpiresAt - toMatch.IssuedAt).TotalHours));
        Assert.Equal((3911, false, 72), (leader.Terms.Price!.MinorUnits, leader.Terms.PriceMatch, (leader.ExpiresAt - leader.IssuedAt).TotalHours));
        Assert.Equal(
            [("leadersPriceMinor", 3911), ("unitPriceMinor", 4217)],
            toMatch.Explanation.Single(step => step.Rule == "R-615").Values.Select(v => (v.Name, v.Value)));
        Assert.Empty(leader.Explanation.Single(step => step.Rule == "R-615").Values);
        Assert.Equal(
            [("F1", 3911L, true), ("F2", 3911L, false)],
            (await vtf.Read(order)).Lines[0].Offers.Select(o => (o.MemberCode, o.SealedPriceMinor!.Value, o.PriceMatch)).Order());

        // The one who is to match reads the lowest price and its own; the others their own.
        await ReadsNoneOf(vtf, order, "F1", 4519);
        await ReadsNoneOf(vtf, order, "F2", 4217, 4519);
        await ReadsNoneOf(vtf, order, "F3", 3911, 4217);

        Assert.Equal(OfferState.Accepted, (await vtf.Take("F1", order)).State);
        await vtf.Take("F2", order);
        Assert.Equal("F1 400, F2 600", await vtf.Held(await vtf.Becomes(order, OrderState.Allocated)));
        await ReadsNoneOf(vtf, order, "F3", 3911, 4217);
    }

    [Fact]
    public async Task A_firm_that_does_not_match_gets_the_rest_at_its_own_price_below_the_ceiling()
    {
        // 90 percent of what the buyer pays, 48.00, are 43.20.
        var vtf = await FoundWith(700, 700, 700);
        await vtf.Rule(Chairs with { PriceMatchRound = new(CeilingPercent: 90) });
        var (order, _) = await Opened(vtf, ("F1", 4217), ("F2", 3911), ("F3", 4519));
        await vtf.Take("F2", order);
        await Declines(vtf, "F1", order, DeclineReason.Price);

        // The leader can make 100 more; what it leaves is offered at 42.17: 700 at 39.11 and 300 at 42.17 cost 40.03 on average.
        await AllocationService.Eventually("what is left is offered", async () => await vtf.Offered(order) == "F1 300, F2 100");
        Assert.Equal(
            (4217, false, 72),
            (await vtf.OfferTo("F1", order)) switch
                { var o => (o.Terms.Price!.MinorUnits, o.Terms.PriceMatch, (o.ExpiresAt - o.IssuedAt).TotalHours) });
        Assert.Equal(3911, (await vtf.OfferTo("F2", order)).Terms.Price!.MinorUnits);
        await ReadsNoneOf(vtf, order, "F2", 4217, 4519);
        await vtf.Take("F2", order);
        await Declines(vtf, "F1", order, DeclineReason.Price);

        // Declined at its own price it is not asked again; 300 at 45.19 make 40.93 on average.
        await AllocationService.Eventually("the next cheapest is offered it", async () => await vtf.Offered(order) == "F3 300");
        Assert.Equal(4519, (await vtf.OfferTo("F3", order)).Terms.Price!.MinorUnits);
        await vtf.Take("F3", order);
        Assert.Equal("F2 700, F3 300", await vtf.Held(await vtf.Becomes(order, OrderState.Allocated)));
    }

    [Theory]
    // 90 percent of what the buyer pays, 48.00, are 43.20. Each of F1's 700 pieces at 42.17 saves 1.03: enough for F2's 300 at 45.19.
    [InlineData(4217, "F1 700", "F2 300")]
    // At 43.00 they save 140.00: enough for 70 pieces at 1.99 above the ceiling.
    [InlineData(4300, "F1 700", "F2 70")]
    [InlineData(4320, "F1 700")]
    [InlineData(4321)]
    public async Task With_two_prices_there_is_no_match_round_but_the_ceiling_binds(long price, params string[] rounds)
    {
        var vtf = await FoundWith(700, 700, 700);
        await vtf.Rule(Chairs with { PriceMatchRound = new(CeilingPercent: 90) });
        var order = await vtf.Ask(("TK-12", 1000));
        await vtf.HandIn(await vtf.Asked(order), ("F1", price), ("F2", 4519), ("F3", null));
        foreach (var offered in rounds)
        {
            await AllocationService.Eventually("the cheapest is offered what the ceiling allows", async () => await vtf.Offered(order) == offered);
            var offer = await vtf.OfferTo(offered[..2], order);
            Assert.Equal((offered[1] == '1' ? price : 4519, false), (offer.Terms.Price!.MinorUnits, offer.Terms.PriceMatch));
            await vtf.Take(offered[..2], order);
        }

        if (price == 4217)
        {
            await vtf.Becomes(order, OrderState.Allocated);
            return;
        }

        var left = await vtf.Becomes(order, OrderState.Short);
        Assert.Equal(1000 - rounds.Sum(offered => long.Parse(offered[3..], null)), left.Lines[0].Unallocated);
        Assert.All(await vtf.Runs(order), run => Assert.True(run.ReplaysIdentically));
        Assert.Equal("ABOVE_CEILING", (await vtf.Runs(order))[^1].Plan.GetProperty("lines")[0].GetProperty("openReason").GetString());
        await ReadsNoneOf(vtf, order, "F2", price, 4320);
    }

    [Fact]
    public async Task Even_the_leader_is_offered_nothing_above_the_ceiling()
    {
        var vtf = await FoundWith(700, 700, 700);
        await vtf.Rule(Chairs with { PriceMatchRound = new(CeilingPercent: 50) });
        var order = await vtf.Ask(("TK-12", 1000));
        await vtf.HandIn(await vtf.Asked(order), ("F1", 4217), ("F2", 3911), ("F3", 4519));

        Assert.Equal(1000, (await vtf.Becomes(order, OrderState.Short)).Lines[0].Unallocated);
        var run = Assert.Single(await vtf.Runs(order));
        Assert.Equal("ABOVE_CEILING", run.Plan.GetProperty("lines")[0].GetProperty("openReason").GetString());
        Assert.True(run.ReplaysIdentically);
    }

    [Theory]
    // The ceiling is 39.36: each of the 600 pieces taken at 39.11 saves 25 hundredths, each at 42.17 costs 281 more; 15,000 pay for 53.
    // What F2 then takes pays for 12 more.
    [InlineData(82, "F1 50, F2 100", "F1 10")]
    // Without a ceiling only the leader is offered more.
    [InlineData(null, "F2 100")]
    public async Task Pieces_above_the_ceiling_stay_open(int? ceilingPercent, params string[] rounds)
    {
        var vtf = await FoundWith(700, 700, 700);
        await vtf.Rule(Chairs with { PriceMatchRound = new(CeilingPercent: ceilingPercent) });
        var (order, _) = await Opened(vtf, ("F1", 4217), ("F2", 3911), ("F3", 4519));
        await vtf.Take("F2", order);
        await Declines(vtf, "F1", order, DeclineReason.Price);
        foreach (var offered in rounds)
        {
            await AllocationService.Eventually("what is left is offered", async () => await vtf.Offered(order) == offered);
            foreach (var firm in offered.Split(", "))
            {
                await vtf.Take(firm[..2], order);
            }
        }

        var left = await vtf.Becomes(order, OrderState.Short);
        Assert.Equal(ceilingPercent == 82 ? 240 : 300, left.Lines[0].Unallocated);
        Assert.Equal("ABOVE_CEILING", (await vtf.Runs(order))[^1].Plan.GetProperty("lines")[0].GetProperty("openReason").GetString());
        await ReadsNoneOf(vtf, order, "F3", 3911, 4217, 3936);

        // The manager may ask anew: another round, with a leader of its own.
        await vtf.Approved(order, await vtf.Post(vtf.Manager1, $"orders/{order.OrderId}/price-rounds", new { reason = "Oak is cheaper now." }))
            .Gives<OrderView>();
        var again = await vtf.Asked(order);
        Assert.Contains("F3", again.Keys);
        await vtf.HandIn(again, [.. again.Keys.Select(firm => (firm, default(long?)))]);
        await vtf.Becomes(order, OrderState.Short);
    }

    [Theory, Alone]
    [InlineData("other reason")]
    [InlineData("silence")]
    [InlineData("a part")]
    public async Task A_firm_without_capacity_is_not_asked_at_its_own_price(string how)
    {
        var vtf = await FoundWith(700, 600, 700);
        await vtf.Rule(Chairs with { PriceMatchRound = new(Seconds: 3600, CeilingPercent: 100) });
        var (order, _) = await Opened(vtf, ("F1", 4217), ("F2", 3911), ("F3", 4519));
        await vtf.Take("F2", order);
        var toMatch = await vtf.OfferTo("F1", order);
        switch (how)
        {
            case "other reason":
                await Declines(vtf, "F1", order, DeclineReason.CapacityTaken);
                break;
            case "silence":
                Assert.Equal(toMatch.IssuedAt.AddHours(1), toMatch.ExpiresAt);
                Clock.StandAt(toMatch.ExpiresAt);
                Clock.Run();
                await vtf.Take(toMatch).IsRefused("OFFER_EXPIRED");
                break;
            default:
                await vtf.Take("F1", order, 100);
                break;
        }

        await AllocationService.Eventually(
            "the next is offered the rest",
            async () => await vtf.Offered(order) == (how == "a part" ? "F3 300" : "F3 400"));
        Assert.Equal(how == "silence" ? 1 : 0, await DeadlineStories.StrikesOf(vtf, "F1", order));
        Assert.Equal((4519, false), (await vtf.OfferTo("F3", order)) switch { var o => (o.Terms.Price!.MinorUnits, o.Terms.PriceMatch) });
    }

    [Fact]
    public async Task A_firm_that_matched_is_offered_more_at_the_same_price()
    {
        var vtf = await FoundWith(700, 500, 700);
        await vtf.Rule(Chairs with { Sources = 3 });
        var (order, _) = await Opened(vtf, ("F1", 4217), ("F2", 3911), ("F3", 4519));
        Assert.Equal("F1 300, F2 500, F3 200", await vtf.Offered(order));
        await vtf.Take("F1", order);
        await vtf.Take("F2", order);
        await Declines(vtf, "F3", order, DeclineReason.Price);

        await AllocationService.Eventually("who matched is offered the rest", async () => await vtf.Offered(order) == "F1 200");
        Assert.Equal(3911, (await vtf.OfferTo("F1", order)).Terms.Price!.MinorUnits);
        await vtf.Take("F1", order);
        await vtf.Becomes(order, OrderState.Allocated);
    }

    [Fact]
    public async Task A_cheaper_firm_that_could_not_be_asked_changes_nothing_for_those_who_matched()
    {
        // F4 can make nothing when the prices are opened; its price is nobody's to match, then or later.
        var vtf = await FoundWith(700, 500, 700, 700);
        await vtf.Rule(Chairs with { Sources = 3 });
        var order = await vtf.Ask(("TK-12", 1000));
        var asked = await vtf.Asked(order);
        await vtf.HandIn(asked, ("F1", 4217), ("F2", 3911), ("F4", 3803));
        await vtf.Declare("F4", 0);
        await vtf.HandIn(asked, ("F3", 4519));
        await vtf.RunEnded(order);
        Assert.Equal("F1 300, F2 500, F3 200", await vtf.Offered(order));
        await vtf.Declare("F4", 50);
        await vtf.Take("F1", order);
        await vtf.Take("F2", order, 400);
        await Declines(vtf, "F3", order, DeclineReason.Price);

        await AllocationService.Eventually("the rest is offered", async () => await vtf.Offered(order) == "F1 250, F4 50");
        Assert.Equal(
            (3911, 3803),
            ((await vtf.OfferTo("F1", order)).Terms.Price!.MinorUnits, (await vtf.OfferTo("F4", order)).Terms.Price!.MinorUnits));
        await Declines(vtf, "F1", order, DeclineReason.Other);
        await vtf.Take("F4", order);
        await vtf.Becomes(order, OrderState.Short);
        await ReadsNoneOf(vtf, order, "F1", 3803, 4519);
    }

    [Fact]
    public async Task Declining_to_match_lifts_nobodys_cap_and_an_urgent_order_does_not_wait()
    {
        var vtf = await FoundWith(700, 700, 700);
        await vtf.Rule(Chairs with { ConcentrationCapPercent = 50 });
        var order = await vtf.Place(("TK-12", 1000));
        await vtf.Clear(order);
        await vtf.Accept(order, urgent: true).Gives<OrderView>();
        await vtf.HandIn(await vtf.Asked(order), ("F1", 4217), ("F2", 3911), ("F3", 4519));
        await vtf.RunEnded(order);
        Assert.Equal("F1 500, F2 500", await vtf.Offered(order));
        Assert.Equal(24, (await vtf.OfferTo("F1", order)) switch { var o => (o.ExpiresAt - o.IssuedAt).TotalHours });
        await vtf.Take("F2", order, 400);
        await vtf.Declare("F1", 0);
        await vtf.Declare("F3", 0);
        await Declines(vtf, "F1", order, DeclineReason.Price);

        // F2 alone could make 300 more; with three firms asked about the line, it may have half of it.
        await vtf.Becomes(order, OrderState.Short);
        Assert.Equal("F2 400", await vtf.Held(order));
    }

    [Fact]
    public async Task With_only_two_prices_nobody_matches_because_the_leaders_price_would_be_known()
    {
        var vtf = await FoundWith(700, 700, 700);
        await vtf.Rule(Chairs);
        var (order, _) = await Opened(vtf, ("F1", 4217), ("F2", 3911), ("F3", null));
        Assert.Equal("F1 400, F2 600", await vtf.Offered(order));
        Assert.Equal((4217, false), (await vtf.OfferTo("F1", order)) switch { var o => (o.Terms.Price!.MinorUnits, o.Terms.PriceMatch) });
        await ReadsNoneOf(vtf, order, "F1", 3911);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_terms_of_the_invitation_hold_even_if_the_rulebook_changes(bool asked)
    {
        // F-G4: nobody's price is told to others if it was handed in while that wasn't so.
        var vtf = await FoundWith(700, 700, 700);
        var (before, after) = (Chairs, Chairs with { PriceMatchRound = null });
        await vtf.Rule(asked ? before : after);
        var order = await vtf.Ask(("TK-12", 1000));
        var invited = await vtf.Asked(order);
        await vtf.Rule(asked ? after : before);
        await vtf.HandIn(invited, ("F1", 4217), ("F2", 3911), ("F3", 4519));
        await vtf.RunEnded(order);
        Assert.Equal(
            (asked ? 3911 : 4217, asked),
            (await vtf.OfferTo("F1", order)) switch { var o => (o.Terms.Price!.MinorUnits, o.Terms.PriceMatch) });
        await vtf.Take("F2", order);
        await Declines(vtf, "F1", order, DeclineReason.Price);

        // Later rounds go by the same terms.
        await AllocationService.Eventually("what is left is offered", async () => await vtf.Offered(order) == (asked ? "F2 100" : "F2 100, F3 300"));
    }

    [Fact]
    public async Task A_simulation_continues_as_the_next_run_would()
    {
        var vtf = await FoundWith(700, 700, 700);
        await vtf.Rule(Chairs with { PriceMatchRound = new(CeilingPercent: 90), MaxReallocationRounds = 0 });
        var (order, _) = await Opened(vtf, ("F1", 4217), ("F2", 3911), ("F3", 4519));
        await vtf.Take("F2", order);
        await Declines(vtf, "F1", order, DeclineReason.Price);
        await vtf.Becomes(order, OrderState.Short);

        var told = await vtf.Post(vtf.Manager1, $"orders/{order.OrderId}/simulations", new
        {
            alternatives = new object[]
            {
                new { name = "without F1", withoutMembers = new[] { vtf.Firm("F1") } },
                new { name = "without F2", withoutMembers = new[] { vtf.Firm("F2") } }, new { name = "equal", policy = "EqualShare" },
            },
        }).Gives<SimulateOrder.Response>();

        // What a lost firm has accepted pays for nobody's price.
        Assert.Equal(
            ["F1 300, F2 100", "F2 100, F3 300", "F1 700", "F1 150, F2 100, F3 150"],
            ((SimulateOrder.Outcome[])[told.AsItStands, .. told.Alternatives])
            .Select(o => string.Join(", ", o.Lines[0].Parts.OrderBy(p => p.MemberCode, StringComparer.Ordinal)
                .Select(p => $"{p.MemberCode} {p.Quantity}"))));
    }

    private static async Task<(OrderView Order, IReadOnlyDictionary<string, PriceInvitationView> Asked)> Opened(
        AllocationService vtf, params (string Firm, long? Price)[] prices)
    {
        var order = await vtf.Ask(("TK-12", 1000));
        var asked = await vtf.Asked(order);
        await vtf.HandIn(asked, prices);
        return (await vtf.RunEnded(order), asked);
    }

    private static async Task Declines(AllocationService vtf, string firm, OrderView order, DeclineReason reason) =>
        await vtf.Decline(await vtf.OfferTo(firm, order), reason).Gives<OfferView>();

    private static async Task ReadsNoneOf(AllocationService vtf, OrderView order, string firm, params long[] prices)
    {
        foreach (var path in (string[])["offers?limit=200", $"price-invitations?limit=200&orderId={order.OrderId}", "fairness-accounts", "scores"])
        {
            var said = (await vtf.Get(vtf.Worker(firm), path)).Text;
            // not as a part of an id, a time or a commitment
            Assert.All(prices, price => Assert.DoesNotMatch($"(?<![0-9a-f.-]){price}(?![0-9a-f-])", said));
        }

        await vtf.Get(vtf.Worker(firm), $"orders/{order.OrderId}").IsNotFound();
    }
}

public sealed class PriceMatchEmbedded(Embedded host) : PriceMatchStories(host);

public sealed class PriceMatchDistributed(Distributed host) : PriceMatchStories(host);
