using ExportConsortia.Contracts;
using MassTransit;

namespace ExportConsortia.Allocation.Members;

/// <summary>
/// Keeps capacity declarations from Membership's events. What is reserved of one stays reserved, also of one that Membership doesn't know any more.
/// </summary>
internal sealed class KeepCapacity(AllocationDb db) : IConsumer<CapacityDeclared>, IConsumer<CapacitiesDeclared>, IConsumer<CapacitySnapshot>
{
    public async Task Consume(ConsumeContext<CapacityDeclared> context)
    {
        var said = context.Message;
        await KeepAsync(
            context, said.ConsortiumId, [new(said.MemberId, said.ProductFamily, said.Unit ?? UnitCode.Piece,
                [new(said.DeclarationId, said.From, said.To, said.Quantity, said.Version, said.OccurredAt)])], []);
    }

    public Task Consume(ConsumeContext<CapacitiesDeclared> context) =>
        KeepAsync(context, context.Message.ConsortiumId, context.Message.Families, context.Message.Dropped);

    public async Task Consume(ConsumeContext<CapacitySnapshot> context)
    {
        if (await db.AlreadyHandledAsync(context))
        {
            return;
        }

        var (part, ct) = (context.Message, context.CancellationToken);
        await db.ReplaceAsync(
            Copy.OfCapacity, part.ConsortiumId, part.Epoch, part.Parts,
            async copy =>
            {
                var buckets = Buckets(part.ConsortiumId, part.Families, part.Epoch);
                var ids = buckets.ConvertAll(b => b.Id);
                var known = await db.Capacity.AsNoTracking().Where(b => ids.Contains(b.Id))
                    .Select(b => new { b.Id, b.Declared, b.Unit, b.DeclaredAt }).ToDictionaryAsync(b => b.Id, ct);
                copy.Count(Kept.Added, buckets.Count(b => !known.ContainsKey(b.Id)));
                copy.Count(Kept.Changed, buckets.Count(b => known.TryGetValue(b.Id, out var was)
                    && (was.Declared, was.Unit ?? UnitCode.Piece, was.DeclaredAt) != (b.Declared, b.Unit, b.DeclaredAt)));
                await WriteAsync(buckets, ct);
            },
            async (copy, below) =>
            {
                var gone = db.Capacity.Where(b => b.ConsortiumId == part.ConsortiumId && b.DeclarationVersion < below);
                var emptied = await gone.Where(b => b.Reserved > 0 && b.Declared > 0).ExecuteUpdateAsync(
                    set => set.SetProperty(b => b.Declared, 0L).SetProperty(b => b.DeclarationVersion, below), ct);
                copy.Count(Kept.Removed, emptied + await gone.Where(b => b.Reserved == 0).ExecuteDeleteAsync(ct));
            },
            ct);
    }

    private async Task KeepAsync(ConsumeContext context, Guid consortiumId, IReadOnlyList<FamilyCapacity> families, IReadOnlyList<Guid> dropped)
    {
        if (await db.AlreadyHandledAsync(context))
        {
            return;
        }

        var ct = context.CancellationToken;
        await db.InOneTransactionAsync(
            async () =>
            {
                if (!await db.IsOutdatedAsync(Copy.OfCapacity, consortiumId, context.Epoch, ct))
                {
                    await WriteAsync(Buckets(consortiumId, families, context.Epoch), ct);
                    await db.Capacity.Where(b => dropped.Contains(b.Id) && b.Reserved == 0).ExecuteDeleteAsync(ct);
                }

                await db.SaveChangesAsync(ct);
                return true;
            },
            ct);
    }

    private Task<int> WriteAsync(List<CapacityBucket> buckets, CancellationToken ct) =>
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
