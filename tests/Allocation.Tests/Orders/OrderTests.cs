using System.Text.Json;
using ExportConsortia.Allocation.Documents;
using ExportConsortia.Allocation.Engine;
using ExportConsortia.Allocation.Members;
using ExportConsortia.Allocation.Offers;
using ExportConsortia.Allocation.Orders;
using ExportConsortia.Allocation.SealedPrices;
using ExportConsortia.Contracts;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace ExportConsortia.Allocation.Tests.Orders;

/// <summary>The order aggregate: which move each state allows, and that the quantities always add up (F-Q1).</summary>
public sealed class OrderTests
{
    private static readonly DateTime Start = new(2027, 3, 1, 8, 0, 0, DateTimeKind.Utc);
    private static readonly Product Chairs = new("TK-12", "Chair", "chairs", "C62", []);
    private static readonly DocumentLine Written = new() { LineId = "1", Product = "TK-12", Quantity = 100, Unit = "C62" };
    private static readonly Guid[] People = [Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7()];
    private static readonly Guid[] Firms = [Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7()];

    /// <summary>Every move that people and messages can make, by name; null means allowed.</summary>
    private static readonly Dictionary<string, Func<Order, string?>> Moves = new()
    {
        ["clear"] = o => Code(o.Screen(
            new(People.First(p => o.Screening.TrueForAll(d => d.UserId != p))), false, ScreeningVerdict.Clear, "No match.", Start)),
        ["accept"] = o => Code(o.Accept(false, Start)),
        ["match"] = o => Code(o.Match(o.Lines[0], Chairs, Written)),
        ["run"] = o => Code(o.StartRun(Guid.CreateVersion7(), OfferKind.Normal, 3, Start)),
        ["by hand"] = ByHand,
        ["subcontract"] = o => Code(o.OfferDirectly(OfferOf(o, Firms[0], 10, OfferKind.Subcontract), 500, Start)),
        ["call"] = o => Code(o.Call(new OpenCall(Guid.CreateVersion7(), "1", 10, 10, Firms, Start.AddHours(1)), Start)),
        ["close short"] = o => Code(o.CloseShort(o.Lines[0], 10, "Agreed.", new(People[0]), Start)),
        ["cancel"] = o => Code(o.CanBeCancelled()),
    };

    public static TheoryData<string, string, string?> Table => new()
    {
        // state, move, refusal
        { "Received", "clear", null }, { "Received", "accept", "SCREENING_HOLD" }, { "Received", "match", null },
        { "Received", "run", "GATE_NOT_PASSED" },
        { "Received", "by hand", "GATE_NOT_PASSED" }, { "Received", "subcontract", "GATE_NOT_PASSED" }, { "Received", "call", "GATE_NOT_PASSED" },
        { "Received", "close short", null }, { "Received", "cancel", null },
        { "Screening", "clear", null }, { "Screening", "accept", "SCREENING_HOLD" }, { "Screening", "run", "GATE_NOT_PASSED" },
        { "Screening", "by hand", "GATE_NOT_PASSED" }, { "Screening", "subcontract", "GATE_NOT_PASSED" }, { "Screening", "call", "GATE_NOT_PASSED" },
        { "Screening", "cancel", null },
        { "Accepted", "accept", "ALREADY_DECIDED" }, { "Accepted", "match", null }, { "Accepted", "run", null },
        { "Accepted", "by hand", null }, { "Accepted", "subcontract", "GATE_NOT_PASSED" }, { "Accepted", "call", null },
        { "Accepted", "close short", null }, { "Accepted", "cancel", null },
        { "Calculating", "accept", "ALREADY_DECIDED" }, { "Calculating", "run", "RUN_IN_PROGRESS" }, { "Calculating", "by hand", "RUN_IN_PROGRESS" },
        { "Calculating", "subcontract", "GATE_NOT_PASSED" },
        { "Calculating", "call", "GATE_NOT_PASSED" }, { "Calculating", "close short", "RUN_IN_PROGRESS" }, { "Calculating", "cancel", null },
        { "Pricing", "clear", null }, { "Pricing", "accept", "ALREADY_DECIDED" }, { "Pricing", "match", "ALREADY_DECIDED" },
        { "Pricing", "run", "RUN_IN_PROGRESS" },
        { "Pricing", "subcontract", "GATE_NOT_PASSED" }, { "Pricing", "call", "GATE_NOT_PASSED" }, { "Pricing", "close short", "RUN_IN_PROGRESS" },
        { "Pricing", "cancel", null },
        { "Allocating", "accept", "ALREADY_DECIDED" }, { "Allocating", "match", "ALREADY_DECIDED" }, { "Allocating", "run", "RUN_IN_PROGRESS" },
        { "Allocating", "by hand", null }, { "Allocating", "subcontract", "GATE_NOT_PASSED" }, { "Allocating", "call", "GATE_NOT_PASSED" },
        { "Allocating", "close short", null }, { "Allocating", "cancel", null },
        { "Short", "accept", "ALREADY_DECIDED" }, { "Short", "match", "ALREADY_DECIDED" }, { "Short", "run", null }, { "Short", "by hand", null },
        { "Short", "subcontract", null },
        { "Short", "call", null }, { "Short", "close short", null }, { "Short", "cancel", "ALREADY_DECIDED" },
        { "Allocated", "accept", "ALREADY_DECIDED" }, { "Allocated", "run", "NOTHING_OPEN" }, { "Allocated", "by hand", "NOTHING_OPEN" },
        { "Allocated", "subcontract", "QUANTITY_GONE" },
        { "Allocated", "call", "GATE_NOT_PASSED" }, { "Allocated", "close short", "QUANTITY_GONE" }, { "Allocated", "cancel", "ALREADY_DECIDED" },
        { "Blocked", "clear", "ORDER_BLOCKED" }, { "Blocked", "accept", "ORDER_BLOCKED" }, { "Blocked", "match", "ALREADY_DECIDED" },
        { "Blocked", "run", "ORDER_BLOCKED" }, { "Blocked", "by hand", "ORDER_BLOCKED" },
        { "Blocked", "subcontract", "GATE_NOT_PASSED" }, { "Blocked", "call", "ORDER_BLOCKED" }, { "Blocked", "close short", "ORDER_BLOCKED" },
        { "Blocked", "cancel", "ORDER_BLOCKED" },
        { "Cancelled", "clear", "ORDER_BLOCKED" }, { "Cancelled", "accept", "ORDER_BLOCKED" }, { "Cancelled", "match", "ALREADY_DECIDED" },
        { "Cancelled", "run", "ORDER_BLOCKED" }, { "Cancelled", "by hand", "ORDER_BLOCKED" },
        { "Cancelled", "subcontract", "GATE_NOT_PASSED" }, { "Cancelled", "call", "ORDER_BLOCKED" }, { "Cancelled", "close short", "ORDER_BLOCKED" },
        { "Cancelled", "cancel", "ORDER_BLOCKED" },
    };

    [Theory, MemberData(nameof(Table))]
    public void The_state_decides_which_move_is_allowed(string state, string move, string? refusal)
    {
        var order = In(state);
        var before = order.Version;

        Assert.Equal(refusal, Moves[move](order));
        if (refusal is not null)
        {
            Assert.Equal(before, order.Version);
            Assert.Empty(order.TakeChanges().Events);
        }

        AddsUp(order);
    }

    [Fact]
    public void An_offer_is_answered_once()
    {
        foreach (var end in (Action<Order, Offer>[])
        [
            (o, x) => o.Accept(x, 50, Start), (o, x) => o.Accept(x, 20, Start), (o, x) => o.Decline(x, DeclineReason.Price, null, Start),
            (o, _) => o.Withdraw(Firms[0], Start), (o, _) => o.Freeze(OrderState.Cancelled, "Given up.", Start),
        ])
        {
            var order = In("Allocating");
            var offer = order.Offers[0];
            end(order, offer);
            var (state, accepted) = (offer.State, offer.Accepted);

            Assert.Equal("ALREADY_DECIDED", order.Accept(offer, 50, Start)?.Code);
            Assert.Equal("ALREADY_DECIDED", order.Decline(offer, DeclineReason.Other, null, Start)?.Code);
            Assert.DoesNotContain(order.Expire(Start.AddYears(1)), expired => expired == offer);
            Assert.Equal((state, accepted), (offer.State, offer.Accepted));
        }
    }

    [Fact]
    public void The_deadline_itself_is_too_late()
    {
        var order = In("Allocating");
        var offer = order.Offers[0];
        Assert.Empty(order.Expire(offer.ExpiresAt.AddTicks(-1)));
        Assert.Equal("OFFER_EXPIRED", order.Accept(offer, 50, offer.ExpiresAt)?.Code);
        Assert.Equal(2, order.Expire(offer.ExpiresAt).Count);
        Assert.Equal("OFFER_EXPIRED", order.Accept(offer, 50, offer.ExpiresAt)?.Code);
        Assert.Equal(OfferState.Expired, offer.State);
        AddsUp(order);
    }

    [Fact]
    public void The_last_answer_begins_the_next_round_and_after_the_last_round_the_order_is_short()
    {
        var order = In("Accepted");
        Assert.Null(order.StartRun(Guid.CreateVersion7(), OfferKind.Normal, 1, Start));
        order.EndRun([OfferOf(order, Firms[0], 60), OfferOf(order, Firms[1], 40)], Start);
        order.Decline(order.Offers[0], DeclineReason.CapacityTaken, null, Start);
        Assert.Null(order.Run);
        order.Accept(order.Offers[1], 40, Start);
        Assert.Equal((2, OrderState.Allocating), (order.Run!.Round, order.State));

        order.EndRun([OfferOf(order, Firms[2], 60)], Start);
        order.TakeChanges();
        order.Decline(order.Offers[2], DeclineReason.CapacityTaken, null, Start);
        Assert.Equal((OrderState.Short, null), (order.State, order.Run));
        Assert.Equal(60, Assert.Single(order.TakeChanges().Events.OfType<ShortageDeclared>()).OpenQuantity);
    }

    [Theory]
    [InlineData(OrderState.Accepted, 0, 0)]
    [InlineData(OrderState.Accepted, 0, 30)]
    [InlineData(OrderState.Accepted, 0, null)]
    [InlineData(OrderState.Short, 1, 0)]
    [InlineData(OrderState.Short, 1, 30)]
    [InlineData(OrderState.Short, 1, null)]
    [InlineData(OrderState.Allocating, 2, 0)]
    [InlineData(OrderState.Allocating, 2, 30)]
    [InlineData(OrderState.Allocating, 2, null)]
    public void A_split_by_hand_does_not_count_as_a_round(OrderState before, int rounds, int? offered)
    {
        var order = In("Accepted");
        if (rounds > 0)
        {
            Assert.Null(order.StartRun(Guid.CreateVersion7(), OfferKind.Normal, rounds - 1, Start));
            order.EndRun([OfferOf(order, Firms[0], 60)], Start);
            if (rounds == 1)
            {
                order.Decline(order.Offers[0], DeclineReason.CapacityTaken, null, Start);
            }
        }

        Assert.Equal(before, order.State);
        order.StartRunByHand(Guid.CreateVersion7(), Guid.CreateVersion7(), Start);
        if (offered is { } pieces)
        {
            order.EndRun(pieces == 0 ? [] : [OfferOf(order, Firms[1], pieces, OfferKind.ByHand)], Start);
        }
        else
        {
            Assert.Null(order.GiveUpRun(new(People[0]), Start));
        }

        foreach (var offer in order.Offers.Where(o => o.IsOpen).ToList())
        {
            order.Decline(offer, DeclineReason.CapacityTaken, null, Start);
        }

        // As it was; where a round was still to come, it comes now.
        Assert.Equal((before, rounds == 2 ? offered is null ? 2 : 3 : null), (order.State, order.Run?.Round));
    }

    [Fact]
    public void A_line_split_by_hand_neither_starts_a_round_nor_makes_the_order_short()
    {
        var order = In("Accepted");
        order.MarkLinesSplitByHand(
            new Rulebook
            {
                ConsortiumId = order.ConsortiumId, Version = 1, ActiveFrom = Start,
                Rules = [new() { ProductFamily = "chairs", Policy = nameof(Manual) }],
            });
        Assert.Equal("NOTHING_OPEN", Code(order.StartRun(Guid.CreateVersion7(), OfferKind.Normal, 3, Start)));

        order.StartRunByHand(Guid.CreateVersion7(), Guid.CreateVersion7(), Start);
        order.EndRun([OfferOf(order, Firms[0], 60, OfferKind.ByHand)], Start);
        order.TakeChanges();
        order.Decline(order.Offers[0], DeclineReason.CapacityTaken, null, Start);

        Assert.Equal((OrderState.Accepted, null, 100), (order.State, order.Run, order.Unallocated()));
        Assert.Empty(order.TakeChanges().Events.OfType<ShortageDeclared>());
    }

    [Fact]
    public void A_partial_acceptance_releases_the_latest_capacity_first()
    {
        var order = In("Accepted");
        order.StartRun(Guid.CreateVersion7(), OfferKind.Normal, 3, Start);
        var (spring, summer) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var offer = OfferOf(order, Firms[0], 50, draws: [new(spring, 30), new(summer, 20)]);
        order.EndRun([offer], Start);

        Assert.Null(order.Accept(offer, 20, Start));
        Assert.Equal([new(summer, 20), new(spring, 10)], order.TakeChanges().Released);
        Assert.Equal([new(spring, 20)], offer.Draws);
        order.Freeze(OrderState.Blocked, "True hit.", Start);
        Assert.Equal([new(spring, 20)], order.TakeChanges().Released);
        Assert.Empty(offer.Draws);
        Assert.Equal(20, offer.Accepted);
    }

    [Fact]
    public void Quantities_add_up_after_any_sequence_of_moves()
    {
        for (var seed = 1; seed <= 500; seed++)
        {
            var random = new Random(seed);
            var order = Placed();
            var now = Start;
            for (var step = 0; step < 60; step++)
            {
                var accepted = order.Offers.ToDictionary(o => o.Id, o => o.Accepted);
                SomethingHappens(order, random, ref now);
                AddsUp(order);
                Assert.All(accepted, a => Assert.True(order.Offers.Single(o => o.Id == a.Key).Accepted >= a.Value, $"F-Q6, seed {seed}"));
                Assert.Equal(
                    order.State == OrderState.Allocated,
                    order.State is not (
                        OrderState.Blocked or OrderState.Cancelled or OrderState.Received or OrderState.Screening or OrderState.Accepted)
                    && order.Unallocated() == 0
                        && order.Run is null
                        && !order.Offers.Exists(o => o.IsOpen)
                        && !order.Calls.Exists(c => c.Remaining > 0));
                Assert.True(
                    order.Run is null or { Stage: OfferKind.ByHand } || !order.Offers.Exists(o => o.IsOpen),
                    $"No round while offers are open, seed {seed}");
            }
        }
    }

    [Fact]
    public async Task Changes_to_nested_parts_are_stored()
    {
        await using var store = new SqliteConnection("Data Source=:memory:");
        await store.OpenAsync();
        for (var seed = 1; seed <= 10; seed++)
        {
            var (random, now, order) = (new Random(seed), Start, Placed());
            await using (var db = ServiceData.Open<AllocationDb>(o => o.UseSqlite(store)))
            {
                await db.Database.EnsureCreatedAsync();
                db.Add(order);
                await db.SaveChangesAsync();
            }

            for (var step = 0; step < 60; step++)
            {
                await using var db = ServiceData.Open<AllocationDb>(o => o.UseSqlite(store));
                var changed = await db.Orders.SingleAsync(o => o.Id == order.Id);
                SomethingHappens(changed, random, ref now);
                PricesGoOn(changed, now);
                await db.SaveChangesAsync();

                await using var later = ServiceData.Open<AllocationDb>(o => o.UseSqlite(store));
                Assert.Equal(JsonSerializer.Serialize(changed), JsonSerializer.Serialize(await later.Orders.SingleAsync(o => o.Id == order.Id)));
            }
        }
    }

    /// <summary>R-620: whatever one person's accounts decide, in whatever order, they don't clear a buyer; with another person's, they may.</summary>
    [Fact]
    public void However_many_accounts_one_person_makes_they_are_never_two_people()
    {
        for (var seed = 1; seed <= 300; seed++)
        {
            var random = new Random(seed);
            List<Decider> own = [new(Guid.CreateVersion7())];
            var order = Placed();
            for (var step = 0; step < 30; step++)
            {
                // Whoever invites holds the link, whoever else consents; a new password for a forgotten one adds to those behind an account.
                var (one, two, renewed) = (own[random.Next(own.Count)], own[random.Next(own.Count)], random.Next(own.Count));
                own.Add(new(Guid.CreateVersion7()) { Controllers = [.. Behind(one)] });
                own[renewed] = own[renewed] with { Controllers = [.. (own[renewed].Controllers ?? []).Union(Behind(two))] };
                order.Screen(
                    own[random.Next(own.Count)], random.Next(2) == 0, random.Next(6) == 0 ? ScreeningVerdict.Hold : ScreeningVerdict.Clear,
                    "No match.", Start);
                Assert.False(order.IsClear(), $"One person cleared an order alone, seed {seed}.");
            }

            order.Screen(own[0], worksInSales: true, ScreeningVerdict.Hold, "Once more.", Start);
            Assert.Null(order.Screen(own[^1], worksInSales: true, ScreeningVerdict.Clear, "No match.", Start));
            Assert.Null(order.Screen(new(Guid.CreateVersion7()), worksInSales: false, ScreeningVerdict.Clear, "No match.", Start));
            Assert.True(order.IsClear());
        }

        static IEnumerable<Guid> Behind(Decider account) => (account.Controllers ?? []).Append(account.UserId);
    }

    private static void PricesGoOn(Order order, DateTime now)
    {
        switch (order.PriceRounds.LastOrDefault())
        {
            case { State: PriceRoundState.Open } open:
                order.AnswerPrices(open, allHaveAnswered: true, now);
                break;
            case { State: PriceRoundState.Closed } closed:
                order.OpenPrices(closed, 2, now);
                break;
            case var _ when order.Run is { } run:
                order.AskPrices(new PriceRound(Guid.CreateVersion7(), run.RunId, 1, OfferKind.Normal, ["1"], 2, now, now.AddHours(48)), [], now);
                break;
        }
    }

    private static void SomethingHappens(Order order, Random random, ref DateTime now)
    {
        var anHourOn = now.AddHours(1);
        var open = order.Offers.Where(o => o.IsOpen).ToList();
        var offer = open.Count == 0 ? null : open[random.Next(open.Count)];
        switch (random.Next(12))
        {
            case 0 when offer is not null:
                order.Accept(offer, random.Next(1, 7) * 10, now);
                break;
            case 1 when offer is not null:
                order.Decline(offer, DeclineReason.Other, null, now);
                break;
            case 2:
                order.Expire(now = now.AddHours(random.Next(3)));
                break;
            case 3:
                order.Withdraw(Firms[random.Next(3)], now);
                break;
            case 4 when order.Calls.Find(c => c.Remaining > 0) is { } call:
                order.Claim(call, OfferOf(order, Firms[random.Next(3)], random.Next(1, 3) * 10, OfferKind.OpenCall), People[0], now);
                break;
            case 5 when random.Next(40) == 0:
                order.Freeze(random.Next(2) == 0 ? OrderState.Blocked : OrderState.Cancelled, "Enough.", now);
                break;
            case 6 or 7 when order.Run is not null && order.Unallocated() > 0:
                order.EndRun(
                    [.. Firms.Take(random.Next(3)).Select(f => OfferOf(order, f, Math.Max(1, order.Unallocated() / 3), expires: anHourOn))],
                    now);
                break;
            default:
                var move = Moves.Keys.ElementAt(random.Next(Moves.Count));
                if (move != "clear" || order.Screening.Count < 3)
                {
                    Moves[move](order);
                }

                break;
        }
    }

    private static string? ByHand(Order order)
    {
        var refusal = order.CanBeSplitByHand(order.Lines[0]);
        if (refusal is null)
        {
            order.StartRunByHand(Guid.CreateVersion7(), Guid.CreateVersion7(), Start);
        }

        return Code(refusal);
    }

    private static Order In(string state)
    {
        var order = Placed();
        if (state == "Received")
        {
            return Quiet(order);
        }

        Moves["clear"](order);
        if (state == "Screening")
        {
            return Quiet(order);
        }

        Moves["clear"](order);
        Assert.Null(order.Accept(false, Start));
        if (state == "Accepted")
        {
            return Quiet(order);
        }

        Assert.Null(order.StartRun(Guid.CreateVersion7(), OfferKind.Normal, 0, Start));
        if (state == "Calculating")
        {
            return Quiet(order);
        }

        if (state == "Pricing")
        {
            order.AskPrices(
                new PriceRound(Guid.CreateVersion7(), order.Run!.RunId, 1, OfferKind.Normal, ["1"], 2, Start, Start.AddHours(48)),
                [],
                Start);
            return Quiet(order);
        }

        order.EndRun([OfferOf(order, Firms[0], 50), OfferOf(order, Firms[1], 40)], Start);
        switch (state)
        {
            case "Short":
                order.Accept(order.Offers[0], 50, Start);
                order.Decline(order.Offers[1], DeclineReason.Price, null, Start);
                break;
            case "Allocated":
                order.Accept(order.Offers[0], 50, Start);
                order.Accept(order.Offers[1], 40, Start);
                Assert.Null(order.CloseShort(order.Lines[0], 10, "Agreed.", new(People[0]), Start));
                break;
            case "Blocked" or "Cancelled":
                order.Freeze(Enum.Parse<OrderState>(state), "Reason.", Start);
                break;
        }

        Assert.Equal(state, order.State.ToString());
        return Quiet(order);
    }

    private static Order Quiet(Order order)
    {
        order.TakeChanges();
        return order;
    }

    private static Order Placed() => Order.Place(
        Guid.CreateVersion7(), Guid.CreateVersion7(),
        new OrderDocument { Currency = "EUR", Buyer = new() { Name = "Nordhaus" }, Lines = [Written] }, _ => Chairs, Start);

    private static Offer OfferOf(
        Order order, Guid firm, long quantity, OfferKind kind = OfferKind.Normal, List<CapacityDraw>? draws = null, DateTime? expires = null) => new()
    {
        Id = Guid.CreateVersion7(),
        LineId = "1",
        MemberId = firm,
        Kind = kind,
        Round = order.Round,
        Quantity = quantity,
        LotSize = 10,
        MinLot = 0,
        ExpiresAt = expires ?? Start.AddHours(72),
        Draws = draws ?? [],
    };

    private static void AddsUp(Order order)
    {
        foreach (var line in order.Lines)
        {
            Assert.Equal(line.Ordered, order.AcceptedOf(line.LineId) + order.OfferedOf(line.LineId) + order.UnallocatedOf(line) + line.ShortClosed);
            Assert.All(
                [order.AcceptedOf(line.LineId), order.OfferedOf(line.LineId), order.UnallocatedOf(line), line.ShortClosed],
                part => Assert.True(part >= 0, $"{part}"));
        }
    }

    private static string? Code(Refusal? refusal) => refusal?.Code;
}
