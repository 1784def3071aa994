using ExportConsortia.Contracts;
using ExportConsortia.Membership.Capacity;
using ExportConsortia.Membership.Consortia;
using ExportConsortia.Membership.Products;
using Microsoft.Extensions.DependencyInjection;

namespace ExportConsortia.Membership;

/// <summary>
/// Publishes a snapshot of everything that other services keep copies of. It replaces their copies: a new service catches up, and what Membership has
/// forgotten because it was restored from a backup is gone there too (F-E3).
/// </summary>
internal static class Republish
{
    /// <summary>How much is published.</summary>
    /// <param name="Messages">Number of messages added to the outbox.</param>
    public sealed record Response(int Messages);

    private const int FirmsPerMessage = 200;
    private const int CapabilitiesPerMessage = 5000;
    private const int ProductsPerMessage = 1000;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("republications", HandleAsync)
        .WithName(nameof(Republish))
        .WithSummary("Publish everything again")
        .WithDescription("For operators, when a service is new, or when this or another one was restored from a backup: begins a new epoch and sends "
            + "a snapshot of consortia, rulebooks, products, standings, capabilities and capacities of the whole installation. It replaces what "
            + "other services have kept, whatever versions they know (F-E3); `GET copies` of a service says what changed there. The response "
            + "only contains the number of messages.")
        .For(Role.Operator);

    private static async Task<Accepted<Response>> HandleAsync(
        MembershipDb db, IServiceScopeFactory scopes, TimeProvider clock, CancellationToken ct)
    {
        // An operator can't read business data, so a platform scope reads it; the operator's own save publishes it. The epoch is saved first: a
        // change that is too late for the snapshot is sent with the new epoch, and wins.
        await using var platform = scopes.CreatePlatformScope();
        var all = platform.ServiceProvider.GetRequiredService<MembershipDb>();
        var epoch = await all.BeginEpochAsync(ct);
        var now = clock.GetUtcNow().UtcDateTime;
        var consortia = await all.Consortia.AsNoTracking().OrderBy(c => c.Id).ToListAsync(ct);
        var messages = 0;
        Publish(new ConsortiaListed(epoch, consortia.ConvertAll(c => c.Id), now), Guid.CreateVersion7());
        foreach (var consortium in consortia)
        {
            // A save each: nobody waits while the next one is read. A snapshot that ends half-way is repeated with a newer epoch.
            await PublishAsync(consortium);
            await db.SaveChangesAsync(ct);
            db.ChangeTracker.Clear();
        }

        db.Record("REPUBLISHED");
        await db.SaveChangesAsync(ct);
        return TypedResults.Accepted((string?)null, new Response(messages));

        async Task PublishAsync(Consortium consortium)
        {
            var id = consortium.Id;
            var products = await all.ProductsByCodeAsync(id, ct);
            var rulebooks = await all.RulebookVersions.AsNoTracking().Where(r => r.ConsortiumId == id).OrderBy(r => r.Version).ToListAsync(ct);
            var firms = Portions(await all.Members.AsNoTracking().Where(m => m.ConsortiumId == id).OrderBy(m => m.Id).ToListAsync(ct));
            foreach (var (i, some) in firms.Index())
            {
                Publish(
                    new RosterSnapshot(
                        id, epoch, i + 1, firms.Count, i == 0 ? consortium.ToEvent() : null, i == 0 ? consortium.ToPartyEvent() : null,
                        i == 0 ? rulebooks.ConvertAll(r => r.ToEvent()) : [], some.ConvertAll(m => m.ToStandingEvent()),
                        [.. some.Where(m => m.CapabilitiesVersion > 0).Select(m => m.ToCapabilitiesEvent(products)!)], now),
                    id);
            }

            var listed = products.Values.OrderBy(p => p.Code, StringComparer.Ordinal).Chunk(ProductsPerMessage).DefaultIfEmpty([]).ToList();
            foreach (var (i, some) in listed.Index())
            {
                Publish(new ProductsSnapshot(id, epoch, i + 1, listed.Count, [.. some.Select(p => p.ToEvent())], now), id);
            }

            var declared = SaveCapacity.ToFamilies(await all.CapacityDeclarations.AsNoTracking().Where(c => c.ConsortiumId == id).ToListAsync(ct));
            foreach (var (i, families) in declared.DefaultIfEmpty([]).Index())
            {
                Publish(new CapacitySnapshot(id, epoch, i + 1, Math.Max(1, declared.Count), families, now), id);
            }
        }

        void Publish(object message, Guid aggregate)
        {
            db.Publish(aggregate, message, bulk: true);
            messages++;
        }
    }

    // A firm may be able to make very many products.
    private static List<List<Members.MemberFirm>> Portions(List<Members.MemberFirm> firms)
    {
        var portions = new List<List<Members.MemberFirm>> { new() };
        var capabilities = 0;
        foreach (var firm in firms)
        {
            capabilities += firm.Capabilities.Count;
            if (portions[^1].Count == FirmsPerMessage || (portions[^1].Count > 0 && capabilities > CapabilitiesPerMessage))
            {
                portions.Add([]);
                capabilities = firm.Capabilities.Count;
            }

            portions[^1].Add(firm);
        }

        return portions;
    }
}
