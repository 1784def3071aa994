using Microsoft.Extensions.DependencyInjection;

namespace ExportConsortia.Membership;

/// <summary>
/// Says everything again that other services keep copies of, in the same words with the same versions, so that a new or restored service
/// catches up (F-E3); the others know it already and ignore it.
/// </summary>
internal static class Republish
{
    /// <summary>How much was said again.</summary>
    /// <param name="Messages">Messages that now wait to be sent.</param>
    public sealed record Response(int Messages);

    private const int Batch = 1000;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("republications", HandleAsync)
        .WithName(nameof(Republish))
        .WithSummary("Publish everything again")
        .WithDescription("For operators, when a service is new or was restored from a backup: consortia, rulebooks, standings, capabilities and capacities of the whole installation "
            + "are sent again with their versions (F-E3). Services that know them ignore them. The answer tells numbers only.")
        .For(Role.Operator);

    private static async Task<Accepted<Response>> HandleAsync(MembershipDb db, IServiceScopeFactory scopes, CancellationToken ct)
    {
        // An operator sees no business data: the platform reads it, the operator's own save sends it.
        await using var platform = scopes.CreatePlatformScope();
        var all = platform.ServiceProvider.GetRequiredService<MembershipDb>();
        var messages = 0;
        await db.InOneTransactionAsync(
            async () =>
            {
                messages = 0;
                await SayAsync(all.Consortia, c => db.Publish(c.Id, c.ToEvent()));
                await SayAsync(all.RulebookVersions.OrderBy(r => r.Version), r => db.Publish(r.ConsortiumId, r.ToEvent()));
                await SayAsync(all.Members, m => db.Publish(m.Id, m.ToStandingEvent()));
                await SayAsync(all.Members.Where(m => m.CapabilitiesVersion > 0), m => db.Publish(m.Id, m.ToCapabilitiesEvent()!));
                await SayAsync(all.CapacityDeclarations, c => db.Publish(c.Id, c.ToEvent()));
                return true;
            },
            ct);
        return TypedResults.Accepted((string?)null, new Response(messages));

        async Task SayAsync<T>(IQueryable<T> rows, Action<T> say)
            where T : class
        {
            foreach (var batch in (await rows.AsNoTracking().ToListAsync(ct)).Chunk(Batch))
            {
                Array.ForEach(batch, say);
                await db.SaveChangesAsync(ct);
                db.ChangeTracker.Clear();
                messages += batch.Length;
            }
        }
    }
}
