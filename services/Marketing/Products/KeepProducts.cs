using ExportConsortia.Contracts;
using MassTransit;

namespace ExportConsortia.Marketing.Products;

/// <summary>Keeps the consortium's product list from Membership's events.</summary>
internal sealed class KeepProducts(MarketingDb db) : IConsumer<ProductListed>
{
    public async Task Consume(ConsumeContext<ProductListed> context)
    {
        if (await db.AlreadyHandledAsync(context))
        {
            return;
        }

        var (message, ct) = (context.Message, context.CancellationToken);
        var product = await db.Products.FindAsync([message.ConsortiumId, message.ProductCode], ct)
            ?? db.Add(new ListedProduct { ConsortiumId = message.ConsortiumId, Code = message.ProductCode }).Entity;
        if (message.Version > product.Version)
        {
            product.Name = message.ProductName;
            product.Family = message.ProductFamily;
            product.Unit = message.Unit;
            product.Retired = message.Retired;
            product.Version = message.Version;
        }

        await db.SaveChangesAsync(ct);
    }
}
