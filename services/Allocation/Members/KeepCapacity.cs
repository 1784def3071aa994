using ExportConsortia.Contracts;
using MassTransit;

namespace ExportConsortia.Allocation.Members;

/// <summary>Keeps a capacity declaration from Membership's event.</summary>
internal sealed class KeepCapacity(AllocationDb db) : IConsumer<CapacityDeclared>
{
    public Task Consume(ConsumeContext<CapacityDeclared> context)
    {
        var said = context.Message;
        return KeepCapacities.KeepAsync(
            context, said.ConsortiumId, [new(said.MemberId, said.ProductFamily, said.Unit ?? UnitCode.Piece,
                [new(said.DeclarationId, said.From, said.To, said.Quantity, said.Version, said.OccurredAt)])], [], db);
    }
}
