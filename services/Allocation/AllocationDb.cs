using ExportConsortia.Allocation.Documents;
using ExportConsortia.Allocation.Fairness;
using ExportConsortia.Allocation.Members;
using ExportConsortia.Allocation.Offers;
using ExportConsortia.Allocation.Orders;
using ExportConsortia.Allocation.Ratings;
using ExportConsortia.Allocation.Runs;
using ExportConsortia.Allocation.SealedPrices;
using ExportConsortia.Allocation.SplitsByHand;

namespace ExportConsortia.Allocation;

/// <summary>
/// The tables of the allocation service, and what many use cases read from them. Every query is filtered by the caller: the clean team reads orders
/// and runs, a member firm only its own <see cref="MemberOffer"/>s (F-C1).
/// </summary>
internal sealed partial class AllocationDb(DbContextOptions<AllocationDb> options, ServiceDbScope scope) : RosterDb(options, scope)
{
    public DbSet<Order> Orders => Set<Order>();

    public DbSet<ReceivedDocument> ReceivedDocuments => Set<ReceivedDocument>();

    public DbSet<MemberOffer> MemberOffers => Set<MemberOffer>();

    public DbSet<FirmPassedOver> PassedOver => Set<FirmPassedOver>();

    public DbSet<AllocationRun> Runs => Set<AllocationRun>();

    public DbSet<LongRun> LongRuns => Set<LongRun>();

    public DbSet<ProposedSplit> ProposedSplits => Set<ProposedSplit>();

    public DbSet<ListedProduct> Products => Set<ListedProduct>();

    public DbSet<BrandLicence> BrandLicences => Set<BrandLicence>();

    public DbSet<CapacityBucket> Capacity => Set<CapacityBucket>();

    public DbSet<Strike> Strikes => Set<Strike>();

    public DbSet<RotationTurn> Turns => Set<RotationTurn>();

    public DbSet<Rating> Ratings => Set<Rating>();

    public DbSet<FairnessEntry> FairnessEntries => Set<FairnessEntry>();

    public DbSet<FairnessBalance> FairnessBalances => Set<FairnessBalance>();

    public DbSet<CallInvitation> CallInvitations => Set<CallInvitation>();

    public DbSet<PriceInvitation> PriceInvitations => Set<PriceInvitation>();

    /// <summary>An order and what the buyer wrote, if the caller may see it.</summary>
    public async Task<(Order Order, OrderDocument Document)?> FindOrderAsync(Guid id, CancellationToken ct) =>
        await Orders.Where(o => o.Id == id).Join(ReceivedDocuments, o => o.Id, d => d.OrderId, (order, received) => new { order, received.Json })
            .SingleOrDefaultAsync(ct) is { } found
            ? (found.order, ReceivedDocument.Read(found.Json))
            : null;

    /// <summary>The order behind an offer that the caller may see. A member firm never reads the order: it acts on it through its offer.</summary>
    public Task<Order> OrderBehindAsync(Guid orderId, CancellationToken ct) =>
        Orders.AcrossMembers().SingleAsync(o => o.Id == orderId, ct);

    /// <summary>
    /// The same in the order's turn. Of a long order reading takes longer than anything else: what the one before has just saved is taken as it is.
    /// </summary>
    public async Task<Order> OrderInTurnAsync(Guid orderId, CancellationToken ct)
    {
        if (TakeLeft(Order.TurnOf(orderId)) is not Order left
            || await Orders.AcrossMembers().Where(o => o.Id == orderId).Select(o => o.Version).SingleAsync(ct) != left.Version)
        {
            return await OrderBehindAsync(orderId, ct);
        }

        Attach(left);
        return left;
    }

    /// <summary>Leaves an order to the next one who waits for its turn; as it is saved, without changes.</summary>
    public void LeaveForNext(Order order) => LeaveForNext(Order.TurnOf(order.Id), order);

    /// <summary>A firm that is suspended or has left loses its open offers.</summary>
    protected override async Task OnStandingLostAsync(MemberFirm firm, CancellationToken ct)
    {
        var asked = MemberOffers.Where(o => o.MemberId == firm.Id && o.State == OfferState.Proposed).Select(o => o.OrderId);
        var behind = Orders.Where(o => asked.Contains(o.Id));
        await LockAsync(behind.Select(o => o.Id).OrderBy(id => id), ct);
        var orders = await behind.ToListAsync(ct);
        orders.ForEach(order => order.Withdraw(firm.Id, Clock.GetUtcNow().UtcDateTime));
        await SaveAsync(orders, ct);
    }

    /// <inheritdoc/>
    public override Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        // The nested parts of an order are changed in place; each change moves its version.
        var now = Clock.GetUtcNow().UtcDateTime;
        foreach (var order in ChangeTracker.Entries<Order>().Where(o => o.State == EntityState.Added
            || (o.State == EntityState.Modified && o.Property(x => x.Version).IsModified)))
        {
            order.Entity.UpdateDigest(now);
            if (order.State == EntityState.Modified)
            {
                order.NestedPartsChanged();
            }
        }

        return base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
    }
}
