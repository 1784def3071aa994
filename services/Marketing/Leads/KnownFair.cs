using ExportConsortia.Contracts;
using MassTransit;

namespace ExportConsortia.Marketing.Leads;

/// <summary>A fair at which firms of the consortium take part: a lead's source can be no other.</summary>
internal sealed class KnownFair
{
    public required Guid ConsortiumId { get; init; }

    /// <summary>The edition.</summary>
    public required Guid EditionId { get; init; }
}

/// <summary>Keeps which fairs there are: a fair is known from the first firm that commits itself to it.</summary>
internal sealed class KeepFairs(MarketingDb db) : IConsumer<FairCommitmentMade>
{
    public async Task Consume(ConsumeContext<FairCommitmentMade> context)
    {
        if (await db.AlreadyHandledAsync(context))
        {
            return;
        }

        var (made, ct) = (context.Message, context.CancellationToken);
        if (!await db.KnownFairs.AnyAsync(f => f.ConsortiumId == made.ConsortiumId && f.EditionId == made.EditionId, ct))
        {
            db.Add(new KnownFair { ConsortiumId = made.ConsortiumId, EditionId = made.EditionId });
        }

        await db.SaveChangesAsync(ct);
    }
}
