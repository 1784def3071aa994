using ExportConsortia.Contracts;
using MassTransit;

namespace ExportConsortia.Allocation.Members;

/// <summary>
/// Keeps the names under which Marketing's catalogue shows products. Orders and offers that exist already keep the names that they were made with.
/// </summary>
internal sealed class KeepProductNames(AllocationDb db) : IConsumer<ProductNamed>
{
    public async Task Consume(ConsumeContext<ProductNamed> context)
    {
        if (await db.AlreadyHandledAsync(context))
        {
            return;
        }

        // The catalogue may be faster than the list: until Membership has listed the product nothing can name it.
        var (message, ct) = (context.Message, context.CancellationToken);
        var product = await db.Products.FindAsync([message.ConsortiumId, message.ProductCode], ct)
            ?? db.Add(new ListedProduct { ConsortiumId = message.ConsortiumId, Code = message.ProductCode, Retired = true }).Entity;
        if (context.Rank(message.Version) is var rank && rank > (product.SheetNamesVersion ?? 0))
        {
            (product.SheetNames, product.SheetNamesVersion) = (new(message.Names), rank);
        }

        await db.SaveChangesAsync(ct);
    }
}
