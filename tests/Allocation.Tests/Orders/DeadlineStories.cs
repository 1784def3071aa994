using System.Diagnostics.Metrics;
using ExportConsortia.Allocation.Offers;
using ExportConsortia.Allocation.Orders;
using ExportConsortia.Allocation.Tests.Running;
using Microsoft.EntityFrameworkCore;

namespace ExportConsortia.Allocation.Tests.Orders;

/// <summary>A silent firm: at the deadline its offer expires, it gets a strike, and the pieces are offered to others .</summary>
public abstract class DeadlineStories(RunningAllocation host) : Story(host)
{
    [Fact, Alone]
    public async Task An_answer_just_before_the_deadline_is_in_time()
    {
        var vtf = await FoundWith(100, 100, 100);
        var order = await vtf.Allocate(150);
        var offer = await vtf.OfferTo("F1", order);
        Clock.StandAt(offer.ExpiresAt.AddTicks(-10));

        Assert.Equal(OfferState.Accepted, (await vtf.Take(offer).Gives<OfferView>()).State);
    }

    [Fact, Alone]
    public async Task An_answer_at_exactly_the_deadline_is_late()
    {
        var vtf = await FoundWith(100, 100, 100, 100);
        var order = await vtf.Allocate(150);
        Assert.Equal("F1 40, F2 40, F3 40, F4 30", await vtf.Offered(order));
        await vtf.Take("F2", order);
        await vtf.Take("F3", order);
        await vtf.Take("F4", order);
        var offer = await vtf.OfferTo("F1", order);
        Clock.StandAt(offer.ExpiresAt);

        await vtf.Take(offer).IsRefused("OFFER_EXPIRED");
        Clock.Run();

        // One strike, and the 40 go to those who were not asked for all they can make.
        await AllocationService.Eventually("the 40 pieces are offered again", async () =>
            (await vtf.Read(order)).Lines[0] is { Offered: 40 } line && line.Offers.Count(o => o.State == OfferState.Expired) == 1);
        Assert.Equal(0, await vtf.Reserved("F1"));
        Assert.DoesNotContain(await vtf.Offers("F1"), o => o.State == OfferState.Proposed);
        Assert.Single(Host.Consumed<Contracts.AllocationRunStarted>(m => m.OrderId == order.OrderId && m.Round == 2));
        Assert.Equal(1, await StrikesOf(vtf, "F1", order));
        await vtf.Decline(offer).IsRefused("OFFER_EXPIRED");
    }

    [Fact, Alone]
    public async Task A_timer_expires_offers_that_nobody_reads()
    {
        var vtf = await FoundWith(100, 100, 100);
        var order = await vtf.Allocate(150, urgent: true);
        var offer = await vtf.OfferTo("F1", order);
        Assert.Equal(Clock.Now().AddHours(24), offer.ExpiresAt, TimeSpan.FromMinutes(5));
        Clock.MoveOn(TimeSpan.FromHours(25));

        // The list of orders does not end anything itself.
        await AllocationService.Eventually("the timer has seen the silence", async () =>
            Assert.Single((await vtf.Get(vtf.Auditor, "orders").Gives<GetOrder.OrderPage>()).Orders).State == OrderState.Short);
        Assert.Equal(1, await StrikesOf(vtf, "F1", order));
        Assert.Equal(1, await StrikesOf(vtf, "F3", order));
        Assert.Equal(0, await vtf.Reserved("F2"));
    }

    [Fact, Alone]
    public async Task A_firm_with_three_strikes_is_not_asked_until_they_lapse()
    {
        var vtf = await FoundWith(1000, 1000, 1000);
        for (var i = 1; i <= 3; i++)
        {
            var order = await vtf.Allocate(100);
            Assert.Equal("F1 40, F2 30, F3 30", await vtf.Offered(order));
            await F1IsSilent(vtf, order);
            await vtf.Becomes(order, OrderState.Allocated);
        }

        var without = await vtf.Allocate(100);
        Assert.Equal("F2 50, F3 50", await vtf.Offered(without));
        await vtf.Take("F2", without);
        await vtf.Take("F3", without);

        // A strike lapses after twelve months.
        Clock.MoveOn(TimeSpan.FromDays(365));
        foreach (var firm in (string[])["F1", "F2", "F3"])
        {
            await vtf.Declare(firm, 1000);
        }

        Assert.Equal("F1 40, F2 30, F3 30", await vtf.Offered(await vtf.Allocate(100)));
    }

    [Fact, Alone]
    public async Task Strikes_lapse_by_the_product_familys_own_period()
    {
        var vtf = await FoundWith(1000, 1000, 1000);
        foreach (var firm in (string[])["F1", "F2", "F3"])
        {
            await vtf.Capable(firm, "chairs", "tables", "sofas");
        }

        var chairs = AllocationService.Chairs with { StrikeLimit = 1 };
        await vtf.Rule(
            chairs with { StrikeLapseDays = 20 }, chairs with { ProductFamily = "tables", StrikeLapseDays = 50 },
            chairs with { ProductFamily = "*", StrikeLapseDays = 30 });
        var order = await vtf.Allocate(100);
        await F1IsSilent(vtf, order);

        Assert.Equal("1: F2 F3, 2: F2 F3, 3: F2 F3", await Asked());
        Clock.MoveOn(TimeSpan.FromDays(20));
        Assert.Equal("1: F1 F2 F3, 2: F2 F3, 3: F2 F3", await Asked());
        Clock.MoveOn(TimeSpan.FromDays(10));
        Assert.Equal("1: F1 F2 F3, 2: F2 F3, 3: F1 F2 F3", await Asked());

        // Whoever is asked takes all: nobody gets another strike.
        async Task<string> Asked()
        {
            foreach (var (firm, family) in ((string[])["F1", "F2", "F3"])
                .SelectMany(firm => ((string[])["chairs", "tables", "sofas"]).Select(family => (firm, family))))
            {
                await vtf.Declare(firm, 1000, family);
            }

            var now = await vtf.Allocate(false, ("TK-12", 90), ("TB-03", 90), ("sofas", 90));
            foreach (var offer in now.Lines.SelectMany(l => l.Offers))
            {
                await vtf.Take(Assert.Single(await vtf.Offers(offer.MemberCode), o => o.OfferId == offer.OfferId)).Gives<OfferView>();
            }

            var frozen = Assert.Single(await vtf.Runs(now)).Snapshot.GetProperty("lines").EnumerateArray().ToList();
            Assert.Equal([true, true, false], frozen.ConvertAll(line => line.TryGetProperty("strikes", out _)));
            return string.Join(
                ", ",
                now.Lines.Select(l => $"{l.LineId}: {string.Join(' ', l.Offers.Select(o => o.MemberCode).Order(StringComparer.Ordinal))}"));
        }
    }

    [Fact, Alone]
    public async Task A_damaged_order_does_not_block_others()
    {
        var vtf = await FoundWith(300, 300, 300);
        var damaged = await vtf.Allocate(90);
        var sound = await vtf.Allocate(90);
        await using var store = Host.Store();
        var offers = await store.Database.SqlQuery<string>($"""SELECT "Offers" AS "Value" FROM "Orders" WHERE "Id" = {damaged.OrderId}""")
            .SingleAsync();
        await Store("[{");
        long failures = 0;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, all) =>
            {
                if (instrument.Name == "allocation.expiry.failed")
                {
                    all.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, value, _, _) => Interlocked.Add(ref failures, value));
        listener.Start();
        Clock.MoveOn(TimeSpan.FromHours(73));

        // The list of orders reads nothing of what is damaged, and ends nothing itself.
        await AllocationService.Eventually("the order after the damaged one has expired", async () => await StateOf(sound) == OrderState.Short);
        Assert.NotEqual(OrderState.Short, await StateOf(damaged));
        Assert.True(Interlocked.Read(ref failures) > 0);

        await Store(offers);
        Clock.MoveOn(TimeSpan.FromMinutes(1));
        await AllocationService.Eventually("the repaired order has expired", async () => await StateOf(damaged) == OrderState.Short);

        Task<int> Store(string json) => store.Database.ExecuteSqlAsync($"""UPDATE "Orders" SET "Offers" = {json} WHERE "Id" = {damaged.OrderId}""");

        async Task<OrderState> StateOf(OrderView order) =>
            (await vtf.Get(vtf.Auditor, "orders").Gives<GetOrder.OrderPage>()).Orders.Single(o => o.OrderId == order.OrderId).State;
    }

    [Fact]
    public async Task A_declaration_older_than_sixty_days_is_not_used()
    {
        var vtf = await Found("F1", "F2");
        await vtf.Declare("F1", 100, at: Clock.Now().AddDays(-61));
        await vtf.Declare("F2", 100, at: Clock.Now().AddDays(-60));

        Assert.Equal("F2 100", await vtf.Offered(await vtf.Allocate(150)));
    }

    // A strike is read from the next run's frozen input.
    internal static async Task<int> StrikesOf(AllocationService service, string firm, OrderView order)
    {
        await service.Becomes(order, (await service.RunEnded(order)).State);
        var last = (await service.Runs(order))[^1].Snapshot;
        return last.GetProperty("members").EnumerateArray().Single(m => m.GetProperty("id").GetGuid() == service.Firm(firm))
            .GetProperty("strikes").GetInt32();
    }

    // The others take their parts, and then what F1 let expire.
    private async Task F1IsSilent(AllocationService vtf, OrderView order)
    {
        await vtf.Take("F2", order);
        await vtf.Take("F3", order);
        Clock.MoveOn(TimeSpan.FromHours(73));
        await AllocationService.Eventually(
            "what F1 was silent about is offered to the others",
            async () => await vtf.Offered(order) == "F2 20, F3 20");
        await vtf.Take("F2", order);
        await vtf.Take("F3", order);
    }
}

public sealed class DeadlinesEmbedded(Embedded host) : DeadlineStories(host);

public sealed class DeadlinesDistributed(Distributed host) : DeadlineStories(host);

/// <summary>F-T2: offers expire even without a timer.</summary>
public sealed class DeadlinesWithoutTimer(EmbeddedWithoutTimer host) : Story(host), IClassFixture<EmbeddedWithoutTimer>
{
    [Fact, Alone]
    public async Task Reading_an_order_expires_its_overdue_offers()
    {
        var vtf = await FoundWith(100, 100, 100);
        var order = await vtf.Allocate(150);
        Clock.MoveOn(TimeSpan.FromHours(72));

        Assert.All((await vtf.Read(order)).Lines[0].Offers, o => Assert.Equal(OfferState.Expired, o.State));
        await vtf.Becomes(order, OrderState.Short);
        Assert.Equal(1, await DeadlineStories.StrikesOf(vtf, "F1", order));
    }

    [Fact, Alone]
    public async Task A_firm_sees_its_overdue_offers_expired_and_others_are_asked()
    {
        var vtf = await FoundWith(100, 100, 100);
        var order = await vtf.Allocate(150);
        var offer = await vtf.OfferTo("F1", order);
        Clock.MoveOn(TimeSpan.FromHours(72));

        Assert.Equal(OfferState.Expired, (await vtf.Get(vtf.Worker("F1"), $"offers/{offer.OfferId}").Gives<OfferView>()).State);
        Assert.Equal(OfferState.Expired, Assert.Single(await vtf.Offers("F1")).State);
        Assert.Empty(await vtf.Offers("F1", OfferState.Proposed));
        Assert.Equal(OrderState.Short, (await vtf.Becomes(order, OrderState.Short)).State);
    }

    [Fact, Alone]
    public async Task Acting_on_an_order_expires_its_overdue_offers_too()
    {
        var vtf = await FoundWith(100, 100, 100);
        var late = await vtf.Allocate(150);
        var offer = await vtf.OfferTo("F1", late);
        var cancelled = await vtf.Allocate(120);
        Clock.MoveOn(TimeSpan.FromHours(72));

        await vtf.Take(offer).IsRefused("OFFER_EXPIRED");
        await vtf.Becomes(late, OrderState.Short);

        // Giving the order up does not excuse who was silent until its deadline.
        Assert.All((await vtf.Cancel(cancelled).Gives<OrderView>()).Lines[0].Offers, o => Assert.Equal(OfferState.Expired, o.State));
    }
}
