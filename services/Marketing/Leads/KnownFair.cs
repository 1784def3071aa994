using ExportConsortia.Contracts;
using MassTransit;

namespace ExportConsortia.Marketing.Leads;

/// <summary>A fair at which firms of the consortium take part: a lead's source can be no other.</summary>
internal sealed class KnownFair
{
    public required Guid ConsortiumId { get; init; }

    /// <summary>The edition.</summary>
    public required Guid EditionId { get; init; }

    /// <summary>The latest epoch in which the trade fairs said so.</summary>
    public long Epoch { get; set; }
}

/// <summary>
/// Keeps which fairs there are: a fair is known from the first firm that commits itself to it. One that the trade fairs have forgotten, since they
/// were restored from a backup, is no source of leads any more; leads that came from it stay.
/// </summary>
internal sealed class KeepFairs(MarketingDb db) : IConsumer<FairCommitmentMade>, IConsumer<FairsListed>
{
    public async Task Consume(ConsumeContext<FairCommitmentMade> context)
    {
        if (await db.AlreadyHandledAsync(context))
        {
            return;
        }

        var (made, ct) = (context.Message, context.CancellationToken);
        if (!await db.IsOutdatedAsync(Copy.OfFairs, made.ConsortiumId, context.Epoch, ct))
        {
            await KeepAsync(made.ConsortiumId, made.EditionId, context.Epoch, ct);
        }

        await db.SaveChangesAsync(ct);
    }

    public async Task Consume(ConsumeContext<FairsListed> context)
    {
        if (await db.AlreadyHandledAsync(context))
        {
            return;
        }

        var (list, ct) = (context.Message, context.CancellationToken);
        await db.ReplaceAsync(
            Copy.OfFairs, list.ConsortiumId, list.Epoch, 1,
            async copy =>
            {
                foreach (var edition in list.Editions)
                {
                    copy.Count(await KeepAsync(list.ConsortiumId, edition, list.Epoch, ct));
                }
            },
            async (copy, _) =>
            {
                var gone = await db.KnownFairs.Where(f => f.ConsortiumId == list.ConsortiumId && f.Epoch < list.Epoch).ToListAsync(ct);
                db.RemoveRange(gone);
                copy.Count(Kept.Removed, gone.Count);
            },
            ct);
    }

    private async Task<Kept> KeepAsync(Guid consortiumId, Guid editionId, long epoch, CancellationToken ct)
    {
        if (await db.KnownFairs.FindAsync([consortiumId, editionId], ct) is not { } fair)
        {
            db.Add(new KnownFair { ConsortiumId = consortiumId, EditionId = editionId, Epoch = epoch });
            return Kept.Added;
        }

        fair.Epoch = Math.Max(fair.Epoch, epoch);
        return Kept.AsItWas;
    }
}
