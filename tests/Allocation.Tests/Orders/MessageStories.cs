using ExportConsortia.Allocation.Offers;
using ExportConsortia.Allocation.Tests.Running;
using ExportConsortia.Contracts;

namespace ExportConsortia.Allocation.Tests.Orders;

/// <summary>Messages arrive twice, late, out of order or during a run: each takes effect once.</summary>
public abstract class MessageStories(RunningAllocation host) : Story(host)
{
    [Fact]
    public async Task A_redelivered_message_issues_offers_once()
    {
        var vtf = await FoundWith(450, 300, 200);
        var order = await vtf.Allocate(500);
        var (id, started) = Assert.Single(Host.Consumed<AllocationRunStarted>(m => m.OrderId == order.OrderId));
        var version = (await vtf.Read(order)).Version;

        await Host.Deliver(started, id);          // the broker brings it again
        await Host.Deliver(started);              // somebody sends it again
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Host.Deliver(started, id)));

        var now = await vtf.Read(order);
        Assert.Equal(version, now.Version);
        Assert.Equal(3, now.Lines[0].Offers.Count);
        Assert.Single(await vtf.Runs(order));
    }

    [Fact]
    public async Task Simultaneous_duplicates_of_a_declaration_count_once()
    {
        var vtf = await Found("F1");
        var declared = vtf.Declaration("F1", 100);
        var id = Guid.CreateVersion7();
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Host.Deliver(declared, id)));

        Assert.Equal(100, Assert.Single(await vtf.Capacity()).Declared);
    }

    [Fact]
    public async Task An_event_older_than_the_known_version_is_ignored()
    {
        var vtf = await Found("F1", "F2");
        await Host.Deliver(vtf.Declaration("F1", 300, version: 7));
        await Host.Deliver(vtf.Declaration("F1", 900, version: 6));
        await Host.Deliver(vtf.Declaration("F1", 900, version: 7));
        Assert.Equal(300, Assert.Single(await vtf.Capacity()).Declared);
        await Host.Deliver(vtf.Declaration("F1", 100, version: 8));
        await vtf.Declare("F2", 100);

        var late = vtf.StandingNow("F2", "Active");
        await vtf.Standing("F2", "Suspended");
        await Host.Deliver(late);
        Assert.Equal("F1 50", await vtf.Offered(await vtf.Allocate(50)));
    }

    [Fact]
    public async Task Events_that_arrive_before_their_firm_are_kept()
    {
        var vtf = await Found("F1");
        await vtf.Declare("F1", 100);
        await vtf.Declare("F2", 100);
        await vtf.Capable("F2", "chairs");
        Assert.Equal("F1 100", await vtf.Offered(await vtf.Allocate(100)));

        await vtf.Standing("F2", "Active");
        Assert.Equal("F2 100", await vtf.Offered(await vtf.Allocate(100)));
    }

    [Fact]
    public async Task A_suspended_firm_loses_its_open_offers_and_others_are_asked()
    {
        var vtf = await FoundWith(100, 100, 100, 100);
        var order = await vtf.Allocate(200);
        var second = await vtf.Allocate(120);
        await vtf.Take("F1", order);
        var lost = await vtf.OfferTo("F2", order);

        await vtf.Standing("F2", "Suspended");
        await vtf.Take(lost).IsRefused("ALREADY_DECIDED");
        Assert.All(await vtf.Offers("F2"), o => Assert.Equal(OfferState.Withdrawn, o.State));
        Assert.Equal(0, await vtf.Reserved("F2"));

        foreach (var firm in (string[])["F3", "F4"])
        {
            await vtf.Take(firm, order);
            await vtf.Take(firm, second);
        }

        await vtf.Take("F1", second);
        await AllocationService.Eventually("what F2 lost is offered to others", async () =>
            !(await vtf.Read(order)).RunInProgress
                && (await vtf.Offered(order)).Contains('F')
                && !(await vtf.Offered(order)).Contains("F2", StringComparison.Ordinal));
        Assert.Equal(0, await vtf.Reserved("F2"));
    }

    [Fact]
    public async Task A_new_rulebook_does_not_affect_orders_under_way()
    {
        var vtf = await FoundWith(450, 300, 200);
        var order = await vtf.Allocate(500);
        var offer = await vtf.OfferTo("F1", order);
        await vtf.Rule(AllocationService.Chairs with { LotSize = 7, MinLot = 7, OfferSeconds = 1 });

        Assert.Equal(offer.ExpiresAt, (await vtf.OfferTo("F1", order)).ExpiresAt);
        await vtf.Take(offer, offer.Quantity - 7).IsRefused("LOT_MULTIPLE");
        await vtf.Take(offer, offer.Quantity - 10).Gives<OfferView>();
        Assert.Equal(1, Assert.Single(await vtf.Runs(order)).RulebookVersion);
        await vtf.Cancel(order).IsRefused("ALREADY_DECIDED");

        // A rulebook of tomorrow is not in force today.
        await Host.Deliver(new RulebookVersionActivated(offer.MemberId, 1, [], Clock.Now()));
        var after = await vtf.Allocate(70);
        Assert.Equal(2, Assert.Single(await vtf.Runs(after)).RulebookVersion);
    }

    [Fact]
    public async Task After_Membership_was_restored_its_snapshot_replaces_what_it_has_forgotten()
    {
        var vtf = await FoundWith(100, 100, 100);
        var order = await vtf.Allocate(120);
        await Host.Deliver(vtf.Declaration("F1", 900, version: 7));
        var (lost, epoch) = (vtf.Declaration("F3", 500, "tables"), 200_000_000L);
        await Host.Deliver(lost);
        var id = lost.ConsortiumId;
        vtf.DeclarationsWereLowered = true;

        // It knows F1 as it was and F2 on probation. F3, its offer and its declarations are of the time that was lost.
        MemberStandingChanged Stands(string firm, string standing) =>
            new(id, vtf.Firm(firm), firm, $"Firm {firm}", standing, 1, Clock.Now());
        var f1 = vtf.Declaration("F1", 80, version: 1);
        await Host.Deliver(new CapacitySnapshot(
            id, epoch, 1, 1, [new(f1.MemberId, "chairs", "C62", [new(f1.DeclarationId, f1.From, f1.To, 80, 1, Clock.Now())])], Clock.Now()));
        await Host.Deliver(new RosterSnapshot(
            id, epoch, 2, 2, null, null, [], [Stands("F2", "Probation")],
            [new(id, vtf.Firm("F2"), [new("TK-12", "Product of chairs", "chairs")], 1, Clock.Now())], Clock.Now()));
        Assert.NotEmpty(await vtf.Offers("F3", OfferState.Proposed));
        await Host.Deliver(new RosterSnapshot(
            id, epoch, 1, 2, new(id, "VTF", "Vientiane Teak", "USD", "Asia/Vientiane", Clock.Now()), null,
            [new(id, 1, [AllocationService.Chairs with { LotSize = 20, MinLot = 20 }], Clock.Now())], [Stands("F1", "Active")],
            [new(id, vtf.Firm("F1"), [new("TK-12", "Product of chairs", "chairs")], 1, Clock.Now())], Clock.Now()));

        var lines = (await vtf.Read(order)).Lines;
        Assert.Equal(OfferState.Withdrawn, Assert.Single(lines.SelectMany(l => l.Offers), o => o.MemberId == vtf.Firm("F3")).State);
        var capacity = await vtf.Capacity();
        Assert.Equal((80L, 40L), Assert.Single(capacity.Where(c => c.MemberId == vtf.Firm("F1")).Select(c => (c.Declared, c.Reserved))));
        Assert.Equal((0L, 40L), Assert.Single(capacity.Where(c => c.MemberId == vtf.Firm("F2")).Select(c => (c.Declared, c.Reserved))));
        Assert.DoesNotContain(capacity, c => c.DeclarationId == lost.DeclarationId);

        // What is still on its way from before changes nothing; what is said from now on does, although its version is lower than those lost.
        await Host.Deliver(vtf.Declaration("F1", 900, version: 8));
        await Host.Deliver(lost);
        await Host.Deliver(vtf.StandingNow("F3", "Active"));
        Assert.Equal(80, (await vtf.Capacity()).Single(c => c.MemberId == vtf.Firm("F1")).Declared);
        Assert.DoesNotContain(await vtf.Capacity(), c => c.DeclarationId == lost.DeclarationId);
        await Host.Deliver(vtf.Declaration("F1", 300, version: 2), epoch: epoch);
        Assert.Equal(300, (await vtf.Capacity()).Single(c => c.MemberId == vtf.Firm("F1")).Declared);
        Assert.Equal("F1 100", await vtf.Offered(await vtf.Allocate(100)));

        // The operator reads how much it changed.
        var copies = (await vtf.Get(vtf.Operator, "copies").Gives<IReadOnlyList<Rosters.Response>>()).Where(c => c.ConsortiumId == id)
            .ToDictionary(c => c.Kind);
        Assert.Equal((0, 1, 3), (copies["capacity"].Added, copies["capacity"].Changed, copies["capacity"].Removed));
        Assert.Equal((epoch, true), (copies["roster"].Epoch, copies["roster"].ReplacedAt is not null));
        Assert.Equal(HttpStatusCode.Forbidden, (await vtf.Get(vtf.Manager1, "copies")).Status);
        Assert.NotEqual(0, copies["roster"].Removed);
    }

    [Fact]
    public async Task A_lowered_declaration_keeps_reservations_and_allows_no_more()
    {
        var vtf = await FoundWith(100, 100);
        var order = await vtf.Allocate(200);
        vtf.DeclarationsWereLowered = true;
        await vtf.Declare("F1", 40);

        Assert.Equal("", await vtf.Offered(await vtf.Allocate(100)));
        await vtf.Take("F1", order);
        Assert.Equal(100, await vtf.Reserved("F1"));
    }
}

public sealed class MessagesEmbedded(Embedded host) : MessageStories(host);

public sealed class MessagesDistributed(Distributed host) : MessageStories(host);
