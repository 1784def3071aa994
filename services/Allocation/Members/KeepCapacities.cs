using ExportConsortia.Contracts;
using MassTransit;

namespace ExportConsortia.Allocation.Members;

/// <summary>
/// Keeps many capacity declarations at once, and replaces them with what Membership knows. What is reserved of one stays reserved, also of one that
/// Membership doesn't know any more.
/// </summary>
internal sealed class KeepCapacities(AllocationDb db) : IConsumer<CapacitiesDeclared>, IConsumer<CapacitySnapshot>
{
    public Task Consume(ConsumeContext<CapacitiesDeclared> context) =>
        KeepAsync(context, context.Message.ConsortiumId, context.Message.Families, context.Message.Dropped, db);

    public Task Consume(ConsumeContext<CapacitySnapshot> context)
    {
        var (part, ct) = (context.Message, context.CancellationToken);
        return db.ReplaceAsync(
            context, Copy.OfCapacity, part.ConsortiumId, part.Epoch, part.Parts,
            async copy =>
            {
                var buckets = Buckets(part.ConsortiumId, part.Families, part.Epoch);
                var ids = buckets.ConvertAll(b => b.Id);
                var known = await db.Capacity.AsNoTracking().Where(b => ids.Contains(b.Id))
                    .Select(b => new { b.Id, b.Declared, b.Unit, b.DeclaredAt }).ToDictionaryAsync(b => b.Id, ct);
                copy.Count(Kept.Added, buckets.Count(b => !known.ContainsKey(b.Id)));
                copy.Count(Kept.Changed, buckets.Count(b => known.TryGetValue(b.Id, out var was)
                    && (was.Declared, was.Unit ?? UnitCode.Piece, was.DeclaredAt) != (b.Declared, b.Unit, b.DeclaredAt)));
                await WriteAsync(buckets, db, ct);
            },
            async (copy, below) =>
            {
                var gone = db.Capacity.Where(b => b.ConsortiumId == part.ConsortiumId && b.DeclarationVersion < below);
                // Deleted first: what a run reserves at this moment loses its number afterwards.
                var removed = await gone.Where(b => b.Reserved == 0).ExecuteDeleteAsync(ct);
                copy.Count(Kept.Removed, removed + await gone.Where(b => b.Declared > 0).ExecuteUpdateAsync(
                    set => set.SetProperty(b => b.Declared, 0L).SetProperty(b => b.DeclarationVersion, below), ct));
            });
    }

    public static Task KeepAsync(
        ConsumeContext context, Guid consortiumId, IReadOnlyList<FamilyCapacity> families, IReadOnlyList<Guid> dropped, AllocationDb db) =>
        db.KeepOnceAsync(context, Copy.OfCapacity, consortiumId, async () =>
        {
            await WriteAsync(Buckets(consortiumId, families, context.Epoch), db, context.CancellationToken);
            await db.Capacity.Where(b => dropped.Contains(b.Id) && b.Reserved == 0).ExecuteDeleteAsync(context.CancellationToken);
        });

    private static Task<int> WriteAsync(List<CapacityBucket> buckets, AllocationDb db, CancellationToken ct) =>
        db.WriteManyAsync(
            buckets, ct, newer: nameof(CapacityBucket.DeclarationVersion), nameof(CapacityBucket.Reserved), nameof(CapacityBucket.ConsortiumId),
            nameof(CapacityBucket.MemberId), nameof(CapacityBucket.Family), nameof(CapacityBucket.From), nameof(CapacityBucket.To));

    // By id: whoever writes or reserves several at the same moment locks them in the same order.
    private static List<CapacityBucket> Buckets(Guid consortiumId, IReadOnlyList<FamilyCapacity> families, long epoch) =>
    [
        .. from family in families
           from period in family.Periods
           orderby period.DeclarationId
           select new CapacityBucket
           {
               Id = period.DeclarationId,
               ConsortiumId = consortiumId,
               MemberId = family.MemberId,
               Family = family.ProductFamily,
               From = period.From,
               To = period.To,
               Declared = period.Quantity,
               Unit = family.Unit,
               DeclaredAt = period.DeclaredAt,
               DeclarationVersion = Epoch.Rank(epoch, period.Version),
           },
    ];
}
