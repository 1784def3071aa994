using System.Globalization;
using System.Security.Cryptography;
using ExportConsortia.Allocation.Engine;
using ExportConsortia.Allocation.Offers;
using ExportConsortia.Allocation.Orders;
using ExportConsortia.Allocation.Runs;
using ExportConsortia.Allocation.SealedPrices;
using ExportConsortia.Allocation.Tests.Running;
using ExportConsortia.Contracts;

namespace ExportConsortia.Allocation.Tests.Orders;

/// <summary>Members hand in sealed prices; when they are opened the cheapest get the line, each at its own price (R-615, F-C2, F-C4).</summary>
public abstract class SealedPriceStories(RunningAllocation host) : Story(host)
{
    [Theory, Alone]
    [InlineData(null, "F1 300, F2 700")]
    [InlineData(2, "F1 400, F2 600")]
    [InlineData(3, "F1 300, F2 500, F3 200")]
    public async Task The_cheapest_share_the_line_among_as_many_sources_as_the_rulebook_wants(int? sources, string offered)
    {
        var vtf = await FoundWith(700, 700, 700);
        await vtf.Rule(Chairs with { Sources = sources });
        var order = await vtf.Ask(("TK-12", 1000));
        var asked = await vtf.Asked(order);
        await vtf.HandIn(asked, ("F1", 4200), ("F2", 3900));
        await vtf.StartRun(order).IsRefused("RUN_IN_PROGRESS");
        await AllocationService.Eventually("each firm has been told that it is asked", () => Task.FromResult(Asked().Count == 3));
        Assert.Equal(
            asked.Values.Select(i => (i.MemberId, i.InvitationId, i.Terms.LineId, i.ClosesAt)).Order(),
            Asked().Select(m => (m.MemberId, m.InvitationId, m.LineId, m.ClosesAt)).Order());

        // F3 takes its time; the deadline is 48 hours after the firms were asked.
        Clock.StandAt(asked["F3"].ClosesAt.AddTicks(-10));
        await vtf.HandIn(asked["F3"], 4500).Gives<PriceInvitationView>();
        Clock.Run();
        await vtf.RunEnded(order);

        Assert.Equal(offered, await vtf.Offered(order));
        Assert.Equal(TimeSpan.FromHours(48), asked["F3"].ClosesAt - asked["F3"].AskedAt);
        var own = await vtf.OfferTo("F2", order);
        Assert.Equal((3900, 1, "EUR"), (own.Terms.Price!.MinorUnits, own.Terms.Price.PerQuantity, own.Terms.Currency));
        Assert.Contains(own.Explanation, step => step.Rule == "R-615");
        var steps = Assert.Single(await vtf.Runs(order)).Plan.GetProperty("lines")[0].GetProperty("managerSteps").EnumerateArray()
            .Select(s => s.GetProperty("text").GetString());
        Assert.Equal(3, steps.Count(text => text!.Contains("minor units a piece, rank", StringComparison.Ordinal)));
        foreach (var firm in offered.Split(", "))
        {
            await vtf.Take(firm[..2], order);
        }

        Assert.Equal(offered, await vtf.Held(await vtf.Becomes(order, OrderState.Allocated)));

        IReadOnlyList<PriceAsked> Asked() => Host.Published<PriceAsked>(m => m.OrderId == order.OrderId);
    }

    [Fact, Alone]
    public async Task A_price_just_before_the_deadline_is_in_time_and_one_exactly_at_the_deadline_is_late()
    {
        var vtf = await FoundWith(700, 700, 700);
        await vtf.Rule(Chairs);
        var order = await vtf.Ask(("TK-12", 1000));
        var asked = await vtf.Asked(order);
        await vtf.HandIn(asked, ("F1", 4200));
        Clock.StandAt(asked["F2"].ClosesAt.AddTicks(-10));
        await vtf.HandIn(asked["F2"], 3900).Gives<PriceInvitationView>();
        Clock.StandAt(asked["F2"].ClosesAt);

        await vtf.HandIn(asked["F3"], 1).IsRefused("OFFER_EXPIRED");
        await vtf.HandInNone(asked["F3"]).IsRefused("OFFER_EXPIRED");
        await vtf.HandIn(asked["F1"], 1).IsRefused("SEALED");
        await vtf.HandIn(asked["F1"], 4200).IsRefused("SEALED");
        await vtf.HandInNone(asked["F2"]).IsRefused("SEALED");
        Clock.Run();

        var round = Assert.Single((await vtf.RunEnded(order)).PriceRounds);
        Assert.Equal("F1 300, F2 700", await vtf.Offered(order));
        Assert.Equal((PriceRoundState.Opened, 3, 2), (round.State, round.Invited, round.Prices));
        Assert.True(round.ClosedAt >= round.ClosesAt && round.EndedAt >= round.ClosedAt, $"{round}");
        await vtf.HandIn(asked["F1"], 1).IsRefused("SEALED");
        await vtf.HandIn(asked["F3"], 1).IsRefused("OFFER_EXPIRED");
        Assert.Contains(Listed(Assert.Single(await vtf.Runs(order)), "passedOver"), step => step == $"F3 {Reasons.NoSealedOffer}");
    }

    [Fact, Alone]
    public async Task A_timer_closes_the_round_and_a_redelivered_message_opens_it_once()
    {
        var vtf = await FoundWith(700, 700);
        await vtf.Rule(Chairs with { SealedOfferSeconds = 3600 });
        var order = await vtf.Ask(("TK-12", 100));
        await vtf.HandIn(await vtf.Asked(order), ("F1", 4200));
        Clock.MoveOn(TimeSpan.FromHours(1));

        // Nobody reads the order, its offers or its invitations.
        await AllocationService.Eventually("the timer has closed the round", () => Task.FromResult(Closed().Count == 1));
        await vtf.RunEnded(order);
        var (id, message) = Closed()[0];
        await Host.Deliver(message, id);
        await Host.Deliver(message);

        Assert.Equal("F1 100", await vtf.Offered(order));
        Assert.Single(await vtf.Runs(order));

        IReadOnlyList<(Guid Id, PriceRoundClosed Message)> Closed() =>
            [.. Host.Consumed<PriceRoundClosed>(m => m.OrderId == order.OrderId).DistinctBy(m => m.Id)];
    }

    [Fact]
    public async Task A_price_can_be_replaced_withdrawn_and_read_until_the_round_closes()
    {
        var vtf = await FoundWith(700, 700);
        await vtf.Rule(Chairs);
        var order = await vtf.Ask(("TK-12", 1000));
        var asked = await vtf.Asked(order);

        // A firm sends its price many times at once, as from several windows.
        var same = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => vtf.HandIn(asked["F1"], 4200).Gives<PriceInvitationView>()));
        Assert.Single(same.Select(i => (i.Commitment, i.UnitPriceMinor)).Distinct());
        var other = await vtf.HandIn(asked["F1"], 4100).Gives<PriceInvitationView>();
        Assert.NotEqual(same[0].Commitment, other.Commitment);
        Assert.Equal((4100, PriceAnswer.HandedIn, null), (other.UnitPriceMinor!.Value, other.Answer, other.Salt));
        Assert.Equal(
            other,
            await Own(),
            (a, b) => (a!.UnitPriceMinor, a.Commitment, a.AnsweredAt) == (b!.UnitPriceMinor, b.Commitment, b.AnsweredAt));

        var none = await vtf.HandInNone(asked["F1"]).Gives<PriceInvitationView>();
        Assert.Equal((null, null, PriceAnswer.Refused), (none.UnitPriceMinor, none.Commitment, none.Answer));
        Assert.Equal(none.AnsweredAt, (await vtf.HandInNone(asked["F1"]).Gives<PriceInvitationView>()).AnsweredAt);
        await vtf.HandIn(asked["F1"], 4000).Gives<PriceInvitationView>();
        Assert.Equal(4000, (await Own()).UnitPriceMinor);

        // The last of the invited answers: the round closes, two days before its deadline.
        await vtf.HandInNone(asked["F2"]).Gives<PriceInvitationView>();
        var round = Assert.Single((await vtf.RunEnded(order)).PriceRounds);
        Assert.Equal((PriceRoundState.Opened, 1), (round.State, round.Prices));
        Assert.True(round.ClosedAt < round.ClosesAt, $"{round}");
        Assert.Equal("F1 700", await vtf.Offered(order));
        Assert.Equal(4000, (await Own()).UnitPriceMinor);
        await vtf.HandInNone(asked["F1"]).IsRefused("SEALED");

        Task<PriceInvitationView> Own() => vtf.Get(vtf.Worker("F1"), $"price-invitations/{asked["F1"].InvitationId}").Gives<PriceInvitationView>();
    }

    [Fact]
    public async Task The_round_closes_once_when_all_answer_at_the_same_moment()
    {
        var vtf = await FoundWith(200, 200, 200, 200, 200, 200, 200, 200);
        await vtf.Rule(Chairs);
        var order = await vtf.Ask(("TK-12", 800));
        var asked = await vtf.Asked(order);
        Assert.Equal(8, asked.Count);

        await Task.WhenAll(
            asked.Select(
                a => a.Key == "F8"
                    ? vtf.HandInNone(a.Value).Gives<PriceInvitationView>()
                    : vtf.HandIn(a.Value, 1000 + (10 * a.Key[1])).Gives<PriceInvitationView>()));

        // Whoever was last saw that it was: else the round would wait two days for nobody.
        Assert.Equal((PriceRoundState.Opened, 7), Assert.Single((await vtf.RunEnded(order)).PriceRounds) switch { var r => (r.State, r.Prices) });
        Assert.Equal("F1 200, F2 200, F3 200, F4 200", await vtf.Offered(order));
        Assert.Single(Host.Consumed<PriceRoundClosed>(m => m.OrderId == order.OrderId).DistinctBy(m => m.Id));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-4200")]
    [InlineData("1000000000001")]
    [InlineData("\"4200\"", "INVALID_JSON")]
    [InlineData("42.5", "INVALID_JSON")]
    [InlineData("null", "INVALID_JSON")]
    [InlineData("1, \"currency\": \"USD\"", "INVALID_JSON")]
    public async Task An_invalid_price_is_refused_and_changes_nothing(string price, string code = "INVALID_INPUT")
    {
        var vtf = await FoundWith(700, 700);
        await vtf.Rule(Chairs);
        var order = await vtf.Ask(("TK-12", 1000));
        var asked = (await vtf.Asked(order))["F1"];

        await Host.Send(vtf.Worker("F1"), HttpMethod.Put, $"price-invitations/{asked.InvitationId}/price",
            $$"""{"unitPriceMinor": {{price}}}""").IsRefused(code, 400);

        Assert.Equal(PriceAnswer.Awaited, (await vtf.Invitations(vtf.Auditor, order)).Single(i => i.InvitationId == asked.InvitationId).Answer);
        await vtf.Cancel(order).Gives<OrderView>();
    }

    [Fact, Alone]
    public async Task Only_the_firm_sees_its_price_before_the_opening_and_no_other_firm_ever_does()
    {
        var vtf = await FoundWith(500, 500, 500);
        await vtf.Rule(Chairs with { Sources = 3 });
        var order = await vtf.Ask(("TK-12", 1000));
        var asked = await vtf.Asked(order);
        var prices = new Dictionary<string, long> { ["F1"] = 42_713_011, ["F2"] = 39_990_803, ["F3"] = 47_170_507 };
        await vtf.HandIn(asked, ("F1", prices["F1"]), ("F2", prices["F2"]));
        var given = (await vtf.Invitations(vtf.Auditor, order)).ToDictionary(i => i.MemberId, i => i.Commitment);
        var store = string.Join('\n', await Host.AllThatIsStored());
        Assert.Contains(given[vtf.Firm("F1")]!, store, StringComparison.Ordinal);
        foreach (var price in (long[])[prices["F1"], prices["F2"]])
        {
            Assert.DoesNotContain(price.ToString(CultureInfo.InvariantCulture), store, StringComparison.Ordinal);
            Assert.DoesNotContain(Convert.ToHexString(BitConverter.GetBytes((int)price)), store, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain($"{price:X8}", store, StringComparison.OrdinalIgnoreCase);
        }

        foreach (var person in (Person[])[vtf.Manager1, vtf.Auditor])
        {
            var page = await vtf.Get(person, $"price-invitations?orderId={order.OrderId}");
            Assert.Equal(3, page.Read<HandInPrice.InvitationPage>().Invitations.Count);
            Assert.All(
                page.Read<HandInPrice.InvitationPage>().Invitations,
                i => Assert.Equal((null, null, null), (i.UnitPriceMinor, i.Salt, i.OpenedAt)));
            TellsNoPrice(
                page.Text
                    + (await vtf.Get(person, $"price-invitations/{asked["F1"].InvitationId}")).Text
                    + (await vtf.Get(person, $"orders/{order.OrderId}")).Text,
                prices.Values);
        }

        await EachFirmSeesItsOwn();
        await vtf.HandIn(asked["F3"], prices["F3"]).Gives<PriceInvitationView>();
        await vtf.RunEnded(order);
        Assert.Equal("F1 300, F2 500, F3 200", await vtf.Offered(order));
        await EachFirmSeesItsOwn();

        // Afterwards the clean team reads every price, and owner and clean team can check what was promised.
        var opened = await vtf.Invitations(vtf.Auditor, order);
        Assert.Equal(prices.Values, opened.OrderBy(i => i.MemberId).Select(i => i.UnitPriceMinor!.Value));
        Assert.All(opened, i => Assert.Equal(i.Commitment, Sha256($"{i.Salt}:{i.InvitationId}:{i.UnitPriceMinor}")));
        Assert.Equal(given[vtf.Firm("F2")], opened.Single(i => i.MemberId == vtf.Firm("F2")).Commitment);
        Assert.NotNull(Assert.Single(await vtf.Invitations(vtf.Worker("F2"), order)).Salt);

        await vtf.Get(vtf.Operator, "price-invitations").IsRefused("NOT_ALLOWED", 403);
        await vtf.Get(vtf.Operator, $"price-invitations/{asked["F1"].InvitationId}").IsNotFound();
        var neighbours = await Found("F1");
        await neighbours.Get(neighbours.Manager1, $"price-invitations/{asked["F1"].InvitationId}").IsNotFound();
        Assert.Empty((await neighbours.Get(neighbours.Manager1, "price-invitations").Gives<HandInPrice.InvitationPage>()).Invitations);
        await vtf.Get(vtf.Manager1, "price-invitations?limit=0").IsRefused("INVALID_INPUT", 400);
        var first = await vtf.Get(vtf.Auditor, "price-invitations?limit=2").Gives<HandInPrice.InvitationPage>();
        var rest = await vtf.Get(vtf.Auditor, $"price-invitations?limit=2&before={first.Before}").Gives<HandInPrice.InvitationPage>();
        Assert.Equal(opened.Select(i => i.InvitationId), first.Invitations.Concat(rest.Invitations).Select(i => i.InvitationId));
        Assert.Null(rest.Before);

        async Task EachFirmSeesItsOwn()
        {
            foreach (var firm in (string[])["F1", "F2", "F3"])
            {
                var page = await vtf.Get(vtf.Worker(firm), "price-invitations");
                var own = Assert.Single(page.Read<HandInPrice.InvitationPage>().Invitations);
                Assert.Equal((asked[firm].InvitationId, null), (own.InvitationId, own.Terms.Price));
                var text = page.Text
                    + (await vtf.Get(vtf.Worker(firm), $"price-invitations/{own.InvitationId}")).Text
                    + (await vtf.Get(vtf.Worker(firm), "offers")).Text;
                TellsNoPrice(text, prices.Where(p => p.Key != firm).Select(p => p.Value));
                foreach (var (other, invitation) in asked.Where(i => i.Key != firm))
                {
                    Assert.DoesNotContain(vtf.Firm(other).ToString(), text, StringComparison.OrdinalIgnoreCase);
                    Assert.DoesNotContain(invitation.InvitationId.ToString(), text, StringComparison.OrdinalIgnoreCase);
                    await vtf.Get(vtf.Worker(firm), $"price-invitations/{invitation.InvitationId}").IsNotFound();
                    await vtf.Post(vtf.Worker(firm), $"price-invitations/{invitation.InvitationId}/refusal").IsNotFound();
                    await Host.Send(
                        vtf.Worker(firm),
                        HttpMethod.Put,
                        $"price-invitations/{invitation.InvitationId}/price",
                        new { unitPriceMinor = 1 }).IsNotFound();
                }

                // The others' commitments, sorted: once the round has closed, that there are so many, not whose they are; before, not even that.
                Assert.Equal(
                    own.Round == PriceRoundState.Open
                        ? []
                        : (await vtf.Invitations(vtf.Auditor, order)).Select(i => i.Commitment).OfType<string>().Order(StringComparer.Ordinal),
                    own.Commitments);
            }
        }
    }

    [Fact]
    public async Task Declined_pieces_go_to_the_next_cheapest_without_another_round()
    {
        var vtf = await FoundWith(700, 700, 700);
        await vtf.Rule(Chairs);
        var order = await vtf.Ask(("TK-12", 700));
        await vtf.HandIn(await vtf.Asked(order), ("F1", 4200), ("F2", 3900), ("F3", 4200));
        await vtf.RunEnded(order);
        Assert.Equal("F2 700", await vtf.Offered(order));

        await vtf.Decline("F2", order);
        await AllocationService.Eventually(
            "the next cheapest is offered it; of two alike, the lower id",
            async () => await vtf.Offered(order) == "F1 700");
        Assert.Equal(4200, (await vtf.OfferTo("F1", order)).Terms.Price!.MinorUnits);
        await vtf.Take("F1", order);

        Assert.Single((await vtf.Becomes(order, OrderState.Allocated)).PriceRounds);
        await vtf.Post(vtf.Manager1, $"orders/{order.OrderId}/price-rounds").IsRefused("GATE_NOT_PASSED");
    }

    [Fact, Alone]
    public async Task The_manager_starts_a_new_round_and_earlier_prices_no_longer_count()
    {
        var vtf = await FoundWith(400, 400, 400);
        await vtf.Rule(Chairs);
        var order = await vtf.Ask(("TK-12", 1000));
        var first = await vtf.Asked(order);
        await vtf.HandIn(first, ("F1", 4000), ("F2", 4100));
        await vtf.HandInNone(first["F3"]).Gives<PriceInvitationView>();
        await vtf.RunEnded(order);
        await vtf.Take("F1", order);
        await vtf.Decline("F2", order);
        await vtf.Becomes(order, OrderState.Short);

        // F1 can make more now, and is not asked to leave its part; F2 has declined.
        await vtf.Declare("F1", 1000);
        await vtf.Post(vtf.Worker("F1"), $"orders/{order.OrderId}/price-rounds").IsNotFound();
        await vtf.Post(vtf.Manager1, $"orders/{order.OrderId}/price-rounds").IsRefused("INVALID_INPUT", 400);
        var again = await vtf.Post(vtf.Manager1, $"orders/{order.OrderId}/price-rounds", new { reason = "F1 has a second saw." });
        await vtf.Approved(order, again, by: vtf.Manager1).IsRefused("SECOND_APPROVER_REQUIRED");
        await vtf.Approved(order, again).Gives<OrderView>();
        var second = await vtf.Asked(order);
        Assert.Equal(["F1", "F3"], second.Keys.Order(StringComparer.Ordinal));
        await vtf.Post(vtf.Manager1, $"orders/{order.OrderId}/price-rounds").IsRefused("RUN_IN_PROGRESS");
        await vtf.HandIn(second["F3"], 8000).Gives<PriceInvitationView>();
        Clock.StandAt(second["F3"].ClosesAt);
        Clock.Run();
        await vtf.RunEnded(order);

        Assert.Equal("F3 400", await vtf.Offered(order));
        await vtf.Capable("F2", "chairs", "tables");
        var plain = await vtf.Hold(("TB-03", 10));
        await vtf.Post(vtf.Manager1, $"orders/{plain.OrderId}/price-rounds").IsRefused("GATE_NOT_PASSED");
        await vtf.Post(vtf.Manager1, $"orders/{Guid.CreateVersion7()}/price-rounds").IsNotFound();
    }

    [Theory, Alone]
    [InlineData("cancelled")]
    [InlineData("blocked")]
    [InlineData("on hold")]
    public async Task Invited_firms_learn_of_a_cancelled_round_and_its_prices_are_never_opened(string how)
    {
        var vtf = await FoundWith(700, 700);
        await vtf.Rule(Chairs);
        var order = await vtf.Ask(("TK-12", 1000));
        var asked = await vtf.Asked(order);
        await vtf.HandIn(asked, ("F1", 4200));

        await (how switch
        {
            "cancelled" => vtf.Cancel(order),
            "blocked" => vtf.Screen(order, vtf.Manager1, ScreeningVerdict.TrueHit),
            _ => vtf.Screen(order, vtf.Manager1, ScreeningVerdict.Hold),
        }).Gives<OrderView>();

        var told = Assert.Single(await vtf.Invitations(vtf.Worker("F1"), order));
        Assert.Equal((PriceRoundState.Cancelled, 4200), (told.Round, told.UnitPriceMinor));
        Assert.Equal(PriceRoundState.Cancelled, Assert.Single(await vtf.Invitations(vtf.Worker("F2"), order)).Round);
        await vtf.HandIn(asked["F2"], 1).IsRefused("ALREADY_DECIDED");
        await vtf.HandInNone(asked["F1"]).IsRefused("ALREADY_DECIDED");
        Clock.MoveOn(TimeSpan.FromHours(49));
        Assert.All(
            await vtf.Invitations(vtf.Auditor, order),
            i => Assert.Equal((PriceRoundState.Cancelled, null, null), (i.Round, i.UnitPriceMinor, i.OpenedAt)));
        Assert.Equal(PriceRoundState.Cancelled, Assert.Single((await vtf.Read(order)).PriceRounds).State);
        Assert.Empty(await vtf.Runs(order));
        if (how != "on hold")
        {
            return;
        }

        // Clear again, a new run asks again.
        await vtf.Clear(order);
        await vtf.StartRun(order).Gives<OrderView>();
        await vtf.HandIn(await vtf.Asked(order), ("F1", 4000), ("F2", 5000));
        await vtf.RunEnded(order);
        Assert.Equal("F1 700, F2 300", await vtf.Offered(order));
    }

    [Fact, Alone]
    public async Task A_firm_suspended_during_the_round_cannot_bid_and_gets_nothing()
    {
        var vtf = await FoundWith(700, 700, 700);
        await vtf.Rule(Chairs);
        var order = await vtf.Ask(("TK-12", 1000));
        var asked = await vtf.Asked(order);
        await vtf.HandIn(asked, ("F1", 4200), ("F2", 100));
        await vtf.Standing("F2", "Suspended");
        await vtf.Standing("F3", "Suspended");

        await vtf.HandIn(asked["F3"], 50).IsRefused("GATE_NOT_PASSED");
        await vtf.HandIn(asked["F2"], 50).IsRefused("GATE_NOT_PASSED");
        Assert.Equal(100, Assert.Single(await vtf.Invitations(vtf.Worker("F2"), order)).UnitPriceMinor);
        Clock.StandAt(asked["F3"].ClosesAt);
        Clock.Run();

        await vtf.RunEnded(order);
        Assert.Equal("F1 700", await vtf.Offered(order));
    }

    [Fact]
    public async Task Firms_on_probation_get_a_round_of_their_own()
    {
        var vtf = await FoundWith(400);
        await vtf.Join("F6", "chairs", "Probation");
        await vtf.Declare("F6", 500);
        await vtf.Rule(Chairs);
        var order = await vtf.Ask(("TK-12", 1000));
        var asked = await vtf.Asked(order);
        Assert.Equal(["F1"], asked.Keys);
        Assert.Null(asked["F1"].Terms.Buyer);
        await vtf.HandIn(asked, ("F1", 4200));
        await vtf.RunEnded(order);
        await vtf.Take("F1", order);
        await vtf.Becomes(order, OrderState.Short);

        await vtf.Step(order, OfferKind.Probation).Gives<OrderView>();
        var probation = await vtf.Asked(order);
        Assert.Equal(["F6"], probation.Keys);
        await vtf.HandIn(probation, ("F6", 4300));
        await vtf.RunEnded(order);

        Assert.Equal("F6 100", await vtf.Offered(order));
        Assert.Equal([OfferKind.Normal, OfferKind.Probation], (await vtf.Read(order)).PriceRounds.Select(r => r.Stage));
    }

    [Fact]
    public async Task The_other_lines_of_an_order_wait_and_are_planned_with_it()
    {
        var vtf = await FoundWith(700, 700);
        await vtf.Rule(AllocationService.Chairs, new AllocationRule { ProductFamily = "tables", Policy = "SealedPrice" });
        await vtf.Capable("F1", "chairs", "tables");
        await vtf.Capable("F2", "chairs", "tables");
        await vtf.Declare("F1", 50, "tables");
        await vtf.Declare("F2", 50, "tables");
        var order = await vtf.Ask(("TK-12", 100), ("TB-03", 40));
        var asked = await vtf.Asked(order, "2");
        Assert.Empty((await vtf.Read(order)).Lines.SelectMany(l => l.Offers));
        await vtf.Match(order, "2", "TK-12", $"\"{(await vtf.Read(order)).Version}\"").IsRefused("ALREADY_DECIDED");
        await vtf.CloseShort(order, "1", 10).IsRefused("RUN_IN_PROGRESS");

        await vtf.HandIn(asked, ("F1", 9100), ("F2", 9000));
        await vtf.RunEnded(order);

        Assert.Equal(["1: F1 50, F2 50", "2: F2 40"], (await vtf.Read(order)).Lines.Select(l => $"{l.LineId}: {Offered(l)}"));
        Assert.Single(await vtf.Runs(order));
        Assert.Equal(
            [4800, 9000],
            (await vtf.Offers("F2")).OrderBy(o => o.Terms.LineId, StringComparer.Ordinal).Select(o => o.Terms.Price!.MinorUnits));

        static string Offered(OrderView.LineView line) =>
            string.Join(", ", line.Offers.OrderBy(o => o.MemberCode, StringComparer.Ordinal).Select(o => $"{o.MemberCode} {o.Quantity}"));
    }

    [Fact]
    public async Task No_round_starts_with_nobody_to_ask_and_an_order_without_prices_is_short()
    {
        var vtf = await FoundWith(700, 700);
        await vtf.Rule(Chairs);
        await vtf.Rule(Chairs, new AllocationRule { ProductFamily = "tables", Policy = "SealedPrice" });
        await vtf.Capable("F1", "chairs", "tables");
        var nobody = await vtf.Allocate(false, ("TB-03", 10));
        Assert.Equal(OrderState.Short, nobody.State);
        Assert.Empty(nobody.PriceRounds);

        var order = await vtf.Ask(("TK-12", 1000));
        var asked = await vtf.Asked(order);
        await vtf.HandInNone(asked["F1"]).Gives<PriceInvitationView>();
        await vtf.HandInNone(asked["F2"]).Gives<PriceInvitationView>();
        var left = await vtf.Becomes(order, OrderState.Short);
        Assert.Equal((PriceRoundState.Opened, 0, 1000), (left.PriceRounds[0].State, left.PriceRounds[0].Prices, left.Lines[0].Unallocated));
    }

    [Fact]
    public async Task A_simulation_uses_opened_prices_and_never_sealed_ones()
    {
        var vtf = await FoundWith(700, 700);
        await vtf.Rule(Chairs);
        var order = await vtf.Ask(("TK-12", 700));
        var asked = await vtf.Asked(order);
        await vtf.HandIn(asked, ("F1", 58_310_117));

        // The price that is handed in is used by nothing yet, as if it weren't there.
        var simulation = new
        {
            alternatives = new object[]
            {
                new { name = "by price", policy = "SealedPrice" }, new { name = "equal", policy = "EqualShare" },
                new { name = "F2 lost", withoutMembers = new[] { vtf.Firm("F2") } },
            },
        };
        var sealedYet = await vtf.Post(vtf.Manager1, $"orders/{order.OrderId}/simulations", simulation);
        TellsNoPrice(sealedYet.Text, [58_310_117]);
        Assert.Equal([700, 700, 0, 700], Shortages(sealedYet));

        await vtf.HandIn(asked, ("F2", 56_210_119));
        await vtf.RunEnded(order);
        Assert.Equal("F2 700", await vtf.Offered(order));
        var opened = await vtf.Post(vtf.Manager1, $"orders/{order.OrderId}/simulations", simulation);
        Assert.Equal([0, 0, 0, 0], Shortages(opened));
        Assert.Equal(
            (vtf.Firm("F1"), 700),
            Assert.Single(opened.Read<SimulateOrder.Response>().Alternatives[2].Lines[0].Parts) switch { var p => (p.MemberId, p.Quantity) });

        static long[] Shortages(Answer answer) =>
            answer.Read<SimulateOrder.Response>() switch { var r => [r.AsItStands.Shortage, .. r.Alternatives.Select(a => a.Shortage)] };
    }

    [Fact, Alone]
    public async Task A_firms_price_score_is_its_mean_closeness_to_the_lowest_price()
    {
        var vtf = await FoundWith(700, 700, 700);
        await vtf.Rule(Chairs);
        Assert.Equal((50, 50, 50), await Scores(Clock.Now()));
        foreach (var (f1, f2) in ((long, long)[])[(4000, 5000), (6000, 3000)])
        {
            var order = await vtf.Ask(("TK-12", 10));
            var asked = await vtf.Asked(order);
            await vtf.HandIn(asked, ("F1", f1), ("F2", f2));
            Assert.Equal(f1 == 4000 ? (50, 50, 50) : (100, 80, 50), await Scores(Clock.Now()));   // not opened yet
            await vtf.HandInNone(asked["F3"]).Gives<PriceInvitationView>();
            await vtf.RunEnded(order);
            Clock.MoveOn(TimeSpan.FromSeconds(1));
        }

        Assert.Equal((75, 90, 50), await Scores(Clock.Now()));
        Assert.Equal((50, 50, 50), await Scores(Clock.Now(), "tables"));
        Assert.Equal((50, 50, 50), await Scores(Clock.Now().AddMonths(12).AddDays(1)));

        async Task<(int F1, int F2, int F3)> Scores(DateTime now, string family = "chairs")
        {
            await using var store = Host.Store();
            Guid[] firms = [vtf.Firm("F1"), vtf.Firm("F2"), vtf.Firm("F3")];
            var consortium = (await store.Members.FindAsync([firms[0]], TestContext.Current.CancellationToken))!.ConsortiumId;
            var scores = await PriceScore.OfAsync(consortium, family, firms, store, now, TestContext.Current.CancellationToken);
            return (scores[firms[0]], scores[firms[1]], scores[firms[2]]);
        }
    }

    private static void TellsNoPrice(string text, IEnumerable<long> prices) =>
        Assert.All(prices, price => Assert.DoesNotContain(price.ToString(CultureInfo.InvariantCulture), text, StringComparison.Ordinal));

    private static string Sha256(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static IEnumerable<string> Listed(GetOrder.RunView run, string list)
    {
        var codes = run.Snapshot.GetProperty("members").EnumerateArray()
            .ToDictionary(m => m.GetProperty("id").GetGuid(), m => m.GetProperty("code").GetString());
        return run.Plan.GetProperty("lines")[0].GetProperty(list).EnumerateArray()
            .Select(m => $"{codes[m.GetProperty("memberId").GetGuid()]} {m.GetProperty("code").GetString()}");
    }

    private static AllocationRule Chairs { get; } =
        new() { ProductFamily = "chairs", Policy = "SealedPrice", LotSize = 10, ConcentrationCapPercent = 100 };
}

public sealed class SealedPricesEmbedded(Embedded host) : SealedPriceStories(host);

public sealed class SealedPricesDistributed(Distributed host) : SealedPriceStories(host);

/// <summary>F-T2: a round closes even without a timer.</summary>
public sealed class SealedPricesWithoutTimer(EmbeddedWithoutTimer host) : Story(host), IClassFixture<EmbeddedWithoutTimer>
{
    [Theory, Alone]
    [InlineData("list")]
    [InlineData("one")]
    [InlineData("late")]
    public async Task Reading_after_the_deadline_closes_the_round(string how)
    {
        var vtf = await FoundWith(700, 700);
        await vtf.Rule(new AllocationRule { ProductFamily = "chairs", Policy = "SealedPrice" });
        var order = await vtf.Ask(("TK-12", 100));
        var asked = await vtf.Asked(order);
        await vtf.HandIn(asked["F1"], 4200).Gives<PriceInvitationView>();
        Clock.StandAt(asked["F1"].ClosesAt);
        Clock.Run();

        await (how switch
        {
            "list" => vtf.Get(vtf.Worker("F2"), "price-invitations"),
            "one" => vtf.Get(vtf.Worker("F2"), $"price-invitations/{asked["F2"].InvitationId}"),
            _ => vtf.HandIn(asked["F2"], 1),
        });

        await AllocationService.Eventually(
            "the round has closed",
            () => Task.FromResult(Host.Consumed<PriceRoundClosed>(m => m.OrderId == order.OrderId).Count > 0));
        await vtf.RunEnded(order);
        Assert.Equal("F1 100", await vtf.Offered(order));
    }
}
