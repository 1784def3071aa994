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

/// <summary>Keeps which fairs there are: a fair is known from the first firm that commits itself to it.</summary>
internal sealed class KeepFairs(MarketingDb db) : IConsumer<FairCommitmentMade>
{
    public Task Consume(ConsumeContext<FairCommitmentMade> context) =>
        db.KeepOnceAsync(context, Copy.OfFairs, context.Message.ConsortiumId, () =>
            KeepAsync(context.Message.ConsortiumId, context.Message.EditionId, context.Epoch, db, context.CancellationToken));

    public static async Task<Kept> KeepAsync(Guid consortiumId, Guid editionId, long epoch, MarketingDb db, CancellationToken ct)
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

/// <summary>
/// Replaces them with what the trade fairs know: one that they have forgotten, since they were restored from a backup, is no source of leads any
/// more; leads that came from it stay.
/// </summary>
internal sealed class ReplaceFairs(MarketingDb db) : IConsumer<FairsListed>
{
    public Task Consume(ConsumeContext<FairsListed> context)
    {
        var (list, ct) = (context.Message, context.CancellationToken);
        return db.ReplaceAsync(
            context, Copy.OfFairs, list.ConsortiumId, list.Epoch, 1,
            async copy =>
            {
                foreach (var edition in list.Editions)
                {
                    copy.Count(await KeepFairs.KeepAsync(list.ConsortiumId, edition, list.Epoch, db, ct));
                }
            },
            async (copy, _) =>
            {
                var gone = await db.KnownFairs.Where(f => f.ConsortiumId == list.ConsortiumId && f.Epoch < list.Epoch).ToListAsync(ct);
                db.RemoveRange(gone);
                copy.Count(Kept.Removed, gone.Count);
            });
    }
}
