using ExportConsortia.Contracts;
using MassTransit;

namespace ExportConsortia.Allocation.Members;

/// <summary>Keeps the consortium's product list from Membership's events. Lines that were matched before stay as they are.</summary>
internal sealed class KeepProducts(AllocationDb db) : IConsumer<ProductListed>
{
    public Task Consume(ConsumeContext<ProductListed> context) =>
        db.KeepOnceAsync(context, Copy.OfProducts, context.Message.ConsortiumId, () =>
            KeepAsync(context.Message, context.Epoch, db, context.CancellationToken));

    public static async Task<Kept> KeepAsync(ProductListed said, long epoch, AllocationDb db, CancellationToken ct)
    {
        var product = await db.Products.FindAsync([said.ConsortiumId, said.ProductCode], ct)
            ?? db.Add(new ListedProduct { ConsortiumId = said.ConsortiumId, Code = said.ProductCode }).Entity;
        var (isNew, rank) = (product.Version == 0, Epoch.Rank(epoch, said.Version));
        if (rank <= product.Version)
        {
            return Kept.AsItWas;
        }

        var differs = (product.Name, product.Family, product.Unit, product.Retired) != (said.ProductName, said.ProductFamily, said.Unit, said.Retired)
            || !product.Conversions.SequenceEqual(said.Conversions);
        product.Name = said.ProductName;
        product.Family = said.ProductFamily;
        product.Unit = said.Unit;
        product.Conversions = [.. said.Conversions];
        product.Retired = said.Retired;
        product.Version = rank;
        return isNew ? Kept.Added : differs ? Kept.Changed : Kept.AsItWas;
    }
}
