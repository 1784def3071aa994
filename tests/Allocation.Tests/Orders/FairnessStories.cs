using ExportConsortia.Allocation.Fairness;
using ExportConsortia.Allocation.Orders;
using ExportConsortia.Allocation.Tests.Running;
using ExportConsortia.Contracts;
using Microsoft.EntityFrameworkCore;

namespace ExportConsortia.Allocation.Tests.Orders;

/// <summary>What firms are due and what they receive, over several orders and years.</summary>
public abstract class FairnessStories(RunningAllocation host) : Story(host)
{
    private static AllocationRule Chairs(string policy = "EqualShare") =>
        new() { ProductFamily = "chairs", Policy = policy, LotSize = 10, ConcentrationCapPercent = 100 };

    [Fact]
    public async Task A_firm_that_declines_is_owed_its_part_and_the_one_that_takes_it_is_ahead()
    {
        // Five firms: with fewer, they would read for 90 days only what they received (R-804).
        var vtf = await FoundWith(1000, 1000, 1000, 1000, 1000);
        await vtf.Rule(Chairs());
        var order = await vtf.Allocate(500);
        Assert.Equal("F1 100, F2 100, F3 100, F4 100, F5 100", await vtf.Owed());
        foreach (var firm in (string[])["F1", "F3", "F4", "F5"])
        {
            await vtf.Take(firm, order);
        }

        await vtf.Decline("F2", order);
        await AllocationService.Eventually(
            "F2's part is offered to the others", async () => await vtf.Offered(order) == "F1 30, F3 30, F4 20, F5 20");
        foreach (var firm in (string[])["F1", "F3", "F4", "F5"])
        {
            await vtf.Take(firm, order);
        }

        Assert.Equal("F1 -30, F2 100, F3 -30, F4 -20, F5 -20", await vtf.Owed());
        var own = Assert.Single(await vtf.Accounts(vtf.Worker("F1")));
        Assert.Equal(
            (vtf.Firm("F1"), "chairs", 0, 100, 130, -30),
            (own.MemberId, own.ProductFamily, own.Carried, own.Entitled, own.Received, own.Balance));

        var entries = await vtf.Entries(vtf.Worker("F1"));
        Assert.Equal(
            [(FairnessReason.Accepted, 0, 30), (FairnessReason.Accepted, 0, 100), (FairnessReason.LineTakenOn, 100, 0)],
            entries.Select(e => (e.Reason, e.Entitled, e.Received)));
        Assert.All(entries, e => Assert.Equal((vtf.Firm("F1"), order.OrderId, "1", null), (e.MemberId, e.OrderId!.Value, e.LineId, e.RunId)));
        var offers = await vtf.Offers("F1");
        Assert.Equal(offers.Select(o => (Guid?)o.OfferId), entries.Where(e => e.OfferId is not null).Select(e => e.OfferId));
        var first = (await vtf.Runs(order))[0].RunId;
        Assert.Equal(
            Enumerable.Repeat(first, 5), (await vtf.Entries(vtf.Auditor)).Where(e => e.RunId is not null).Select(e => e.RunId!.Value));
    }

    [Fact, Alone]
    public async Task Figures_that_reveal_the_size_of_others_orders_are_shown_after_ninety_days()
    {
        // F1 and F2 are asked, and each of two could work out the other's part; F3 isn't asked at all.
        var vtf = await FoundWith(1000, 1000);
        await vtf.Join("F3", "chairs");
        await vtf.Rule(Chairs());
        var order = await vtf.Allocate(300);
        Assert.Equal("F1 150, F2 150", await vtf.Offered(order));
        await vtf.Take("F1", order);
        await vtf.Take("F2", order);
        var year = Assert.Single(await vtf.Accounts(vtf.Worker("F1"))).Year;

        Assert.Equal("F1 -50, F2 -50, F3 100", await vtf.Owed(year: year));
        Assert.Equal((0, 150), Of(Assert.Single(await vtf.Accounts(vtf.Worker("F1"), year))));
        Assert.Equal(FairnessReason.Accepted, Assert.Single(await vtf.Entries(vtf.Worker("F1"))).Reason);
        Assert.Empty(await vtf.Accounts(vtf.Worker("F3"), year));
        Assert.Empty(await vtf.Entries(vtf.Worker("F3")));

        Clock.MoveOn(TimeSpan.FromDays(GetFairness.HiddenDays) + TimeSpan.FromMinutes(1));
        Assert.Equal((100, 150), Of(Assert.Single(await vtf.Accounts(vtf.Worker("F1"), year))));
        Assert.Equal((100, 0), Of(Assert.Single(await vtf.Accounts(vtf.Worker("F3"), year))));
        var told = Assert.Single(await vtf.Entries(vtf.Worker("F3")));
        Assert.Equal((100, null, null), (told.Entitled, told.OrderId, told.LineId));

        static (long Entitled, long Received) Of(GetFairness.AccountView account) => (account.Entitled, account.Received);
    }

    [Fact]
    public async Task Pieces_closed_short_are_due_to_nobody_and_a_blocked_order_does_not_count()
    {
        var vtf = await FoundWith(60, 60, 40);
        await vtf.Rule(
            Chairs("QuotaCatchUp") with { Quotas = [new(vtf.Firm("F1"), 500_000), new(vtf.Firm("F2"), 300_000), new(vtf.Firm("F3"), 200_000)] });
        var order = await vtf.Allocate(200);
        Assert.Equal("F1 60, F2 60, F3 40", await vtf.Offered(order));
        Assert.Equal("F1 100, F2 60, F3 40", await vtf.Owed());
        foreach (var firm in (string[])["F1", "F2", "F3"])
        {
            await vtf.Take(firm, order);
        }

        await vtf.Becomes(order, OrderState.Short);
        Assert.Equal("F1 40, F2 0, F3 0", await vtf.Owed());

        // The rulebook changes; what was due by the old one is taken back in the old proportion.
        await vtf.Rule(Chairs());
        await vtf.CloseShort(order, "1", 40).Gives<OrderView>();
        Assert.Equal("F1 20, F2 -12, F3 -8", await vtf.Owed());

        await vtf.Screen(order, vtf.Manager1, ScreeningVerdict.TrueHit).Gives<OrderView>();
        Assert.Equal("F1 0, F2 0, F3 0", await vtf.Owed());
        Assert.Equal(
            [(FairnessReason.OrderEnded, -80, 0), (FairnessReason.OrderEnded, 0, -60)],
            (await vtf.Entries(vtf.Auditor)).Where(e => e.Reason == FairnessReason.OrderEnded && e.MemberId == vtf.Firm("F1"))
                .Select(e => (e.Reason, e.Entitled, e.Received)).Order());
    }

    [Fact]
    public async Task A_claim_before_the_first_run_books_the_line_once()
    {
        var vtf = await FoundWith(1000, 1000);
        await vtf.Rule(Chairs());
        var order = await vtf.Hold(("TK-12", 100));
        await vtf.Call(order, 20, "F1", "F2").Gives<OrderView>();
        Assert.Equal("", await vtf.Owed());
        await vtf.Claim("F1", order);
        Assert.Equal("F1 30, F2 50", await vtf.Owed());

        await AllocationService.Eventually("the run can begin", async () => (await vtf.StartRun(order)).Status == HttpStatusCode.Accepted);
        await vtf.RunEnded(order);
        Assert.Equal("F1 30, F2 50", await vtf.Owed());
    }

    [Fact, Alone]
    public async Task A_balance_at_year_end_is_carried_over_up_to_the_cap()
    {
        var vtf = await FoundWith(1000, 1000);
        await vtf.Rule(Chairs("QuotaCatchUp") with { Quotas = [new(vtf.Firm("F1"), 500_000), new(vtf.Firm("F2"), 500_000)] });
        var year = Clock.Now().AddHours(7).Year;
        var first = await vtf.Allocate(100);
        await vtf.Take("F1", first);
        await vtf.Decline("F2", first);
        await AllocationService.Eventually("the rest is offered to F1", async () => await vtf.Offered(first) == "F1 50");
        await vtf.Take("F1", first);
        Assert.Equal("F1 -50, F2 50", await vtf.Owed(year: year));
        Assert.Equal("F1 -10, F2 10", await vtf.Owed(year: year + 1));

        // An hour before midnight at the seat, F2 is offered its due …
        await MoveTo(vtf, new DateTime(year, 12, 31, 16, 0, 0, DateTimeKind.Utc));
        var late = await vtf.Allocate(100);
        Assert.Equal("F2 100", await vtf.Offered(late));

        // … and before it answers, the new year has begun with another order.
        await MoveTo(vtf, new DateTime(year, 12, 31, 17, 0, 0, DateTimeKind.Utc));
        await vtf.Allocate(100);
        Assert.Equal("F1 0, F2 100", await vtf.Owed(year: year));
        Assert.Equal("F1 50, F2 70", await vtf.Owed());
        Assert.Equal(
            (20, 50),
            Assert.Single(await vtf.Accounts(vtf.Auditor), a => a.MemberId == vtf.Firm("F2")) switch { var a => (a.Carried, a.Entitled) });

        await vtf.Take("F2", late);
        Assert.Equal("F1 0, F2 0", await vtf.Owed(year: year));
        Assert.Equal("F1 50, F2 50", await vtf.Owed());

        // Stories share the clock, and most of them declare capacity for the year they begin in.
        Clock.MoveOn(TimeSpan.FromDays(30));
    }

    [Fact, Alone]
    public async Task The_board_sees_the_spread_of_a_year_once_and_of_five_or_more_firms_without_names()
    {
        var vtf = await FoundWith(1000, 1000, 1000, 1000);
        await vtf.Rule(Chairs(), Chairs() with { ProductFamily = "tables" });
        var year = Clock.Now().AddHours(7).Year;
        await TakeAll(await vtf.Allocate(400), "F1", "F2", "F3", "F4");
        await vtf.Get(vtf.Manager1, "fairness-spread").IsRefused("INVALID_INPUT", 400);
        await vtf.Get(vtf.Worker("F1"), "fairness-spread?family=chairs").IsRefused("NOT_ALLOWED", 403);
        await vtf.Get(vtf.Operator, "fairness-accounts").IsRefused("NOT_ALLOWED", 403);

        await vtf.Join("F5", "chairs");
        await vtf.Declare("F5", 1000);
        var order = await vtf.Allocate(500);
        await TakeAll(order, "F1", "F2", "F3", "F4");
        await vtf.Decline("F5", order);
        await AllocationService.Eventually(
            "F5's part is offered to the others",
            async () => await vtf.Offered(order) == "F1 30, F2 30, F3 20, F4 20");
        await TakeAll(order, "F1", "F2", "F3", "F4");
        foreach (var firm in (string[])["F1", "F2", "F3", "F4"])
        {
            await vtf.Capable(firm, "chairs", "tables");
            await vtf.Declare(firm, 100, "tables");
        }

        await TakeAll(await vtf.Allocate(false, ("TB-03", 40)), "F1", "F2", "F3", "F4");

        // R-804: not before the figures are 90 days old; earlier readings would differ by what one firm did meanwhile.
        await vtf.Get(vtf.Auditor, $"fairness-spread?family=chairs&year={year}").IsRefused("NOT_OLD_ENOUGH");
        var readable = new DateTime(year, 12, 31, 17, 0, 0, DateTimeKind.Utc).AddDays(GetFairness.HiddenDays);
        await MoveTo(vtf, readable.AddMinutes(-1));
        await vtf.Get(vtf.Auditor, $"fairness-spread?family=chairs&year={year}").IsRefused("NOT_OLD_ENOUGH");
        await MoveTo(vtf, readable.AddMinutes(1));
        var answer = await vtf.Get(vtf.Auditor, "fairness-spread?family=chairs");
        var spread = answer.Read<GetFairness.SpreadView>();
        Assert.Equal((year, 5, -100, 300), (spread.Year, spread.Firms, spread.MedianPerMille, spread.MeanDeviationPerMille));
        Assert.All(
            (string[])["F1", "F2", "F3", "F4", "F5"],
            firm => Assert.DoesNotContain(vtf.Firm(firm).ToString(), answer.Text, StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain("owest", answer.Text, StringComparison.Ordinal);

        // Four firms, and one refusal for whatever is too few.
        await vtf.Get(vtf.Auditor, "fairness-spread?family=tables").IsRefused("TOO_FEW_FIRMS");

        // What is booked for the year afterwards changes no figure: the order is blocked, and F5's last due goes.
        await vtf.Screen(order, vtf.Manager1, ScreeningVerdict.TrueHit).Gives<OrderView>();
        Assert.Equal(answer.Text, (await vtf.Get(vtf.Auditor, "fairness-spread?family=chairs")).Text);

        async Task TakeAll(OrderView from, params string[] firms)
        {
            foreach (var firm in firms)
            {
                await vtf.Take(firm, from);
            }
        }
    }

    [Fact, Alone]
    public async Task A_spread_that_is_mostly_one_firms_is_not_shown()
    {
        var vtf = await FoundWith(1000, 1000, 1000, 1000, 1000);
        var year = Clock.Now().AddHours(7).Year;
        await vtf.Rule(Chairs() with
        {
            Quotas = [new(vtf.Firm("F1"), 260_000), .. new[] { "F2", "F3", "F4", "F5" }.Select(f => new AllocationQuota(vtf.Firm(f), 185_000))],
        });
        var order = await vtf.Allocate(1000);
        foreach (var firm in (string[])["F1", "F2", "F3", "F4", "F5"])
        {
            await vtf.Take(firm, order);
        }

        await MoveTo(vtf, new DateTime(year + 1, 4, 2, 0, 0, 0, DateTimeKind.Utc));
        await vtf.Get(vtf.Auditor, $"fairness-spread?family=chairs&year={year}").IsRefused("TOO_FEW_FIRMS");
    }

    [Fact]
    public async Task A_firm_cannot_see_other_firms_accounts()
    {
        var vtf = await FoundWith(1000, 1000, 1000);
        await vtf.Rule(Chairs());
        await vtf.Take("F1", await vtf.Allocate(300));
        var neighbours = await Found("F1");

        Assert.Empty(await neighbours.Accounts(neighbours.Auditor));
        Assert.Empty(await neighbours.Entries(neighbours.Manager1));
        var foreign = (await vtf.Entries(vtf.Auditor)).First(e => e.MemberId == vtf.Firm("F2"));
        await vtf.Get(vtf.Worker("F1"), $"fairness-accounts/entries?before={foreign.EntryId}").IsRefused("INVALID_INPUT", 400);
        Assert.Empty(
            (await vtf.Get(vtf.Worker("F1"), $"fairness-accounts/entries?memberId={vtf.Firm("F2")}").Gives<GetFairness.EntryPage>()).Entries);
        Assert.All(await vtf.Accounts(vtf.Worker("F1")), a => Assert.Equal(vtf.Firm("F1"), a.MemberId));
        await vtf.Post(vtf.Worker("F1"), "fairness-accounts/verifications", new { repair = true }).IsRefused("NOT_ALLOWED", 403);
    }

    private async Task MoveTo(AllocationService vtf, DateTime instant)
    {
        Clock.StandAt(instant);
        Clock.Run();
        await vtf.Declare("F1", 1000);
        await vtf.Declare("F2", 1000);
    }
}

public sealed class FairnessEmbedded(Embedded host) : FairnessStories(host);

public sealed class FairnessDistributed(Distributed host) : FairnessStories(host);

/// <summary>Wrong running sums are found and corrected from the entries.</summary>
public static class FairnessRepairTests
{
    [Fact]
    public static async Task On_SQLite()
    {
        var folder = Directory.CreateTempSubdirectory("exportconsortia-fairness-");
        await using (var db = ServiceData.Open<AllocationDb>(o => o.UseSqlite($"Data Source={folder.FullName}/fairness.db;Pooling=False")))
        {
            await WrongSumsAreSetRight(db);
        }

        folder.Delete(recursive: true);
    }

    internal static async Task WrongSumsAreSetRight(AllocationDb db)
    {
        await db.Database.MigrateAsync();
        var consortium = new Consortium(Guid.CreateVersion7(), "VTF", "Vientiane Teak");
        var (right, wrong, lost, extra) = (Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
        foreach (var member in (Guid[])[right, wrong, lost])
        {
            db.AddRange(Entry(member, 2026, 1000, 0), Entry(member, 2026, 0, 300), Entry(member, 2026, 0, 200), Entry(member, 2027, 100, 40));
        }

        db.AddRange(
            Balance(right, 2026, 0, 1000, 500), Balance(right, 2027, 200, 100, 40),
            Balance(wrong, 2026, 0, 1000, 499), Balance(wrong, 2027, 500, 100, 40),
            Balance(lost, 2026, 0, 1000, 500), Balance(extra, 2026, 0, 5, 5));
        await db.SaveChangesAsync();
        db.ChangeTracker.Clear();

        var found = await VerifyFairness.CompareAsync(consortium, db, default);
        Assert.Equal(6, found.Accounts);
        Assert.Equal(
            new (Guid, int, long?, long?)[] { (wrong, 2026, 0, 500), (wrong, 2027, 200, 40), (lost, 2027, 200, 40), (extra, 2026, null, null) },
            found.Differences.Select(d => (d.MemberId, d.Year, d.Reckoned?.Carried, d.Reckoned?.Received))
                .OrderBy(d => Array.IndexOf([wrong, lost, extra], d.MemberId)));
        Assert.Equal(found.Differences, (await VerifyFairness.CompareAsync(consortium, db, default)).Differences);

        Assert.True((await VerifyFairness.RepairAsync(consortium, db, default)).Repaired);
        Assert.Empty((await VerifyFairness.CompareAsync(consortium, db, default)).Differences);
        Assert.Equal(
            [(2026, 500), (2027, 260)],
            (await db.FairnessBalances.AsNoTracking().Where(b => b.MemberId == wrong).OrderBy(b => b.Year).ToListAsync())
                .Select(b => (b.Year, (int)b.ToYear().Balance)));

        FairnessEntry Entry(Guid member, int year, long entitled, long received) => new()
        {
            Id = Guid.CreateVersion7(), ConsortiumId = consortium.Id, MemberId = member, Family = "chairs", Year = year,
            OrderId = Guid.CreateVersion7(), LineId = "1",
            Reason = FairnessReason.Accepted, Entitled = entitled, Received = received,
            PostedAt = new DateTime(year, 6, 1, 0, 0, 0, DateTimeKind.Utc), VisibleAtOnce = true,
        };

        FairnessBalance Balance(Guid member, int year, long carried, long entitled, long received) =>
            new()
            {
                ConsortiumId = consortium.Id, Family = "chairs", MemberId = member, Year = year,
                Carried = carried, Entitled = entitled, Received = received,
            };
    }
}

public sealed class FairnessRepairOnPostgresTests(Distributed host)
{
    [Fact]
    public async Task On_PostgreSQL()
    {
        Servers.Required.Servers();
        var database = await host.CreateDatabase("fairness");
        await using var db = ServiceData.Open<AllocationDb>(o => o.UseNpgsql(database));
        await FairnessRepairTests.WrongSumsAreSetRight(db);
    }
}
