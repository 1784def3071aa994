using Microsoft.Extensions.DependencyInjection;

namespace ExportConsortia.Membership;

/// <summary>
/// Publishes everything that other services keep copies of again, unchanged and with the same versions, so that a new or restored service
/// catches up (F-E3); the others ignore it.
/// </summary>
internal static class Republish
{
    /// <summary>How much is published again.</summary>
    /// <param name="Messages">Number of messages added to the outbox.</param>
    public sealed record Response(int Messages);

    private const int Batch = 1000;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("republications", HandleAsync)
        .WithName(nameof(Republish))
        .WithSummary("Publish everything again")
        .WithDescription("For operators, when a service is new or was restored from a backup: sends consortia, rulebooks, products, "
            + "standings, capabilities and capacities of the whole installation again with their versions (F-E3). Services that already "
            + "have them ignore them. The response only contains the number of messages.")
        .For(Role.Operator);

    private static async Task<Accepted<Response>> HandleAsync(MembershipDb db, IServiceScopeFactory scopes, CancellationToken ct)
    {
        // An operator can't read business data, so a platform scope reads it; the operator's own save publishes it.
        await using var platform = scopes.CreatePlatformScope();
        var all = platform.ServiceProvider.GetRequiredService<MembershipDb>();
        var list = (await all.Products.AsNoTracking().ToListAsync(ct)).GroupBy(p => p.ConsortiumId)
            .ToDictionary(g => g.Key, g => g.ToDictionary(p => p.Code, StringComparer.Ordinal));
        var messages = 0;
        await db.InOneTransactionAsync(
            async () =>
            {
                messages = 0;
                await PublishAsync(all.Consortia, c => db.Publish(c.Id, c.ToEvent()));
                await PublishAsync(all.Consortia.Where(c => c.PartyVersion != null), c => db.Publish(c.Id, c.ToPartyEvent()!));
                await PublishAsync(all.RulebookVersions.OrderBy(r => r.Version), r => db.Publish(r.ConsortiumId, r.ToEvent()));
                await PublishAsync(all.Products, p => db.Publish(p.ConsortiumId, p.ToEvent()));
                await PublishAsync(all.Members, m => db.Publish(m.Id, m.ToStandingEvent()));
                await PublishAsync(
                    all.Members.Where(m => m.CapabilitiesVersion > 0),
                    m => db.Publish(m.Id, m.ToCapabilitiesEvent(list.GetValueOrDefault(m.ConsortiumId, []))!));
                await PublishAsync(all.CapacityDeclarations, c => db.Publish(c.Id, c.ToEvent()));
                db.Record("REPUBLISHED");
                await db.SaveChangesAsync(ct);
                return true;
            },
            ct);
        return TypedResults.Accepted((string?)null, new Response(messages));

        async Task PublishAsync<T>(IQueryable<T> rows, Action<T> publish)
            where T : class
        {
            foreach (var batch in (await rows.AsNoTracking().ToListAsync(ct)).Chunk(Batch))
            {
                Array.ForEach(batch, publish);
                await db.SaveChangesAsync(ct);
                db.ChangeTracker.Clear();
                messages += batch.Length;
            }
        }
    }
}
