using ExportConsortia.Contracts;
using MassTransit;

namespace ExportConsortia.Allocation.Members;

/// <summary>
/// Keeps the names under which Marketing's catalogue shows products. Orders and offers that exist already keep the names that they were made with.
/// </summary>
internal sealed class KeepProductNames(AllocationDb db) : IConsumer<ProductNamed>
{
    public Task Consume(ConsumeContext<ProductNamed> context) =>
        db.KeepOnceAsync(context, Copy.OfBrand, context.Message.ConsortiumId, () =>
            KeepAsync(context.Message, context.Rank(context.Message.Version), db, context.CancellationToken));

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
