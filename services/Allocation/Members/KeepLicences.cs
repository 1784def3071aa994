using ExportConsortia.Contracts;
using MassTransit;

namespace ExportConsortia.Allocation.Members;

/// <summary>Keeps the firms' brand licences from Marketing's events: they count where the rulebook asks for one .</summary>
internal sealed class KeepLicences(AllocationDb db) : IConsumer<BrandLicenceChanged>
{
    public async Task Consume(ConsumeContext<BrandLicenceChanged> context)
    {
        if (await db.AlreadyHandledAsync(context))
        {
            return;
        }

        var message = context.Message;
        var licence = await db.BrandLicences.FindAsync([message.LicenceId], context.CancellationToken)
            ?? db.Add(new BrandLicence
            {
                Id = message.LicenceId,
                ConsortiumId = message.ConsortiumId,
                MemberId = message.MemberId,
                ProductCode = message.ProductCode,
            }).Entity;
        if (context.Rank(message.Version) is var rank && rank > licence.Version)
        {
            (licence.State, licence.From, licence.Until, licence.Version) = (message.State, message.From, message.Until, rank);
        }

        await db.SaveChangesAsync(context.CancellationToken);
    }
}
