using ExportConsortia.Contracts;
using MassTransit;

namespace ExportConsortia.Marketing.Catalogue;

/// <summary>
/// Brings the published catalogue up to date after an edition, and after anything that hides or shows items. It works out everything anew and writes
/// what differs: so it is enough that one of several messages arrives, in any order, and either store is filled the same way.
/// </summary>
internal sealed class FillCatalogue(MarketingDb db, IPublishedCatalogue catalogue, TimeProvider clock)
    : IConsumer<CatalogueEditionPublished>, IConsumer<CatalogueChanged>, IConsumer<BrandLicenceChanged>
{
    public Task Consume(ConsumeContext<CatalogueEditionPublished> context) => FillAsync(context, context.Message.ConsortiumId);

    public Task Consume(ConsumeContext<CatalogueChanged> context) => FillAsync(context, context.Message.ConsortiumId);

    public Task Consume(ConsumeContext<BrandLicenceChanged> context) => FillAsync(context, context.Message.ConsortiumId);

    /// <summary>What differed: items that were missing, that said something else, and that should not have been there.</summary>
    public sealed record Difference(int Items, int Added, int Changed, int Removed);

    /// <summary>Writes what differs. The caller is in a transaction: of a consortium's changes each waits for the one before.</summary>
    public static async Task<Difference> WriteAsync(
        MarketingDb db, IPublishedCatalogue catalogue, Guid consortiumId, DateTime now, CancellationToken ct)
    {
        await db.LockAsync(db.Consortia.Where(c => c.Id == consortiumId).OrderBy(c => c.Id), ct);
        var items = (await ShownItems.OfAsync(db, consortiumId, now, ct)).Select(i => i.Shown).OfType<ShownItem>()
            .Select(item => (Item: item, Hash: EditionDocument.HashOf(System.Text.Encoding.UTF8.GetBytes(item.ToJson())))).ToList();
        var stored = await catalogue.HashesAsync(consortiumId, ct);
        var put = items.FindAll(i => stored.GetValueOrDefault(i.Item.Id) != i.Hash);
        var wanted = items.Select(i => i.Item.Id).ToHashSet();
        List<Guid> remove = [.. stored.Keys.Where(id => !wanted.Contains(id))];
        if (put.Count + remove.Count > 0)
        {
            await catalogue.WriteAsync(consortiumId, put, remove, ct);
        }

        var added = put.Count(i => !stored.ContainsKey(i.Item.Id));
        return new(items.Count, added, put.Count - added, remove.Count);
    }

    private async Task FillAsync(ConsumeContext context, Guid consortiumId)
    {
        if (await db.AlreadyHandledAsync(context))
        {
            return;
        }

        var ct = context.CancellationToken;
        await db.InOneTransactionAsync(
            async () =>
            {
                await WriteAsync(db, catalogue, consortiumId, clock.GetUtcNow().UtcDateTime, ct);
                await db.SaveChangesAsync(ct);
                return true;
            },
            ct);
    }
}
