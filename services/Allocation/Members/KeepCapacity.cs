using ExportConsortia.Contracts;
using MassTransit;

namespace ExportConsortia.Allocation.Members;

/// <summary>Keeps capacity declarations from Membership's events. What is reserved of one stays reserved.</summary>
internal sealed class KeepCapacity(AllocationDb db) : IConsumer<CapacityDeclared>
{
    public async Task Consume(ConsumeContext<CapacityDeclared> context)
    {
        if (await db.AlreadyHandledAsync(context))
        {
            return;
        }

        var message = context.Message;
        var bucket = await db.Capacity.FindAsync([message.DeclarationId], context.CancellationToken)
            ?? db.Add(new CapacityBucket
            {
                Id = message.DeclarationId,
                ConsortiumId = message.ConsortiumId,
                MemberId = message.MemberId,
                Family = message.ProductFamily,
                From = message.From,
                To = message.To,
            }).Entity;
        if (message.Version > bucket.DeclarationVersion)
        {
            bucket.Declared = message.Quantity;
            bucket.Unit = message.Unit;
            bucket.DeclaredAt = message.OccurredAt;
            bucket.DeclarationVersion = message.Version;
        }

        await db.SaveChangesAsync(context.CancellationToken);
    }
}
