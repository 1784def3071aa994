using ExportConsortia.Contracts;
using MassTransit;

namespace ExportConsortia.Marketing.Products;

/// <summary>Replaces the product list with what Membership knows: a product that it doesn't know any more is retired.</summary>
internal sealed class ReplaceProducts(MarketingDb db) : IConsumer<ProductsSnapshot>
{
    public Task Consume(ConsumeContext<ProductsSnapshot> context)
    {
        var (part, ct) = (context.Message, context.CancellationToken);
        return db.ReplaceAsync(
            context, Copy.OfProducts, part.ConsortiumId, part.Epoch, part.Parts,
            async copy =>
            {
                await db.Products.Where(p => p.ConsortiumId == part.ConsortiumId).LoadAsync(ct);
                foreach (var product in part.Products)
                {
                    copy.Count(await KeepProducts.KeepAsync(product, part.Epoch, db, ct));
                }
            },
            async (copy, below) =>
            {
                foreach (var gone in await db.Products.Where(p => p.ConsortiumId == part.ConsortiumId && p.Version < below).ToListAsync(ct))
                {
                    copy.Count(gone.Retired ? Kept.AsItWas : Kept.Removed);
                    (gone.Retired, gone.Version) = (true, below);
                }
            });
    }
}
