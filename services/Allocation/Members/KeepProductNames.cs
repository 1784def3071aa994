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

        var (said, ct) = (context.Message, context.CancellationToken);
        if (!await db.IsOutdatedAsync(Copy.OfBrand, said.ConsortiumId, context.Epoch, ct))
        {
            await KeepAsync(said, context.Rank(said.Version), db, ct);
        }

        await db.SaveChangesAsync(ct);
    }

    public static async Task<Kept> KeepAsync(ProductNamed said, long rank, AllocationDb db, CancellationToken ct)
    {
        // The catalogue may be faster than the list: until Membership has listed the product nothing can name it.
        var product = await db.Products.FindAsync([said.ConsortiumId, said.ProductCode], ct)
            ?? db.Add(new ListedProduct { ConsortiumId = said.ConsortiumId, Code = said.ProductCode, Retired = true }).Entity;
        if (rank <= (product.SheetNamesVersion ?? 0))
        {
            return Kept.AsItWas;
        }

        var before = product.SheetNames;
        (product.SheetNames, product.SheetNamesVersion) = (new(said.Names), rank);
        return before is null ? Kept.Added
            : before.OrderBy(n => n.Key).SequenceEqual(said.Names.OrderBy(n => n.Key)) ? Kept.AsItWas : Kept.Changed;
    }
}
