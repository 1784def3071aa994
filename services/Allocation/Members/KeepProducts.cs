using ExportConsortia.Contracts;
using MassTransit;

namespace ExportConsortia.Allocation.Members;

/// <summary>
/// Keeps the consortium's product list from Membership's events. Lines that were matched before stay as they are. A product that Membership doesn't
/// know any more is retired.
/// </summary>
internal sealed class KeepProducts(AllocationDb db) : IConsumer<ProductListed>, IConsumer<ProductsSnapshot>
{
    public async Task Consume(ConsumeContext<ProductListed> context)
    {
        if (await db.AlreadyHandledAsync(context))
        {
            return;
        }

        if (!await db.IsOutdatedAsync(Copy.OfProducts, context.Message.ConsortiumId, context.Epoch, context.CancellationToken))
        {
            await KeepAsync(context.Message, context.Epoch, context.CancellationToken);
        }

        await db.SaveChangesAsync(context.CancellationToken);
    }

    public async Task Consume(ConsumeContext<ProductsSnapshot> context)
    {
        if (await db.AlreadyHandledAsync(context))
        {
            return;
        }

        var (part, ct) = (context.Message, context.CancellationToken);
        await db.ReplaceAsync(
            Copy.OfProducts, part.ConsortiumId, part.Epoch, part.Parts,
            async copy =>
            {
                await db.Products.Where(p => p.ConsortiumId == part.ConsortiumId).LoadAsync(ct);
                foreach (var product in part.Products)
                {
                    copy.Count(await KeepAsync(product, part.Epoch, ct));
                }
            },
            async (copy, below) =>
            {
                foreach (var gone in await db.Products.Where(p => p.ConsortiumId == part.ConsortiumId && p.Version < below).ToListAsync(ct))
                {
                    copy.Count(gone.Retired ? Kept.AsItWas : Kept.Removed);
                    (gone.Retired, gone.Version) = (true, below);
                }
            },
            ct);
    }

    private async Task<Kept> KeepAsync(ProductListed said, long epoch, CancellationToken ct)
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
