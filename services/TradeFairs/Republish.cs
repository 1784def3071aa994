using ExportConsortia.Contracts;
using ExportConsortia.TradeFairs.Participation;
using Microsoft.Extensions.DependencyInjection;

namespace ExportConsortia.TradeFairs;

/// <summary>Publishes which fairs firms go to, since Marketing keeps a copy. It replaces that copy, as Membership's snapshots do.</summary>
internal static class Republish
{
    /// <summary>How much is published.</summary>
    /// <param name="Messages">Number of messages added to the outbox.</param>
    public sealed record Response(int Messages);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("republications", HandleAsync)
        .WithName("RepublishFairs")
        .WithSummary("Publish the list of fairs again")
        .WithDescription("For operators, when Marketing is new, or when it or this service was restored from a backup: begins a new epoch and sends "
            + "which fairs firms have committed themselves to. It replaces what Marketing has kept (F-E3); `GET copies` there says what changed. The "
            + "response only contains the number of messages.")
        .For(Role.Operator);

    private static async Task<Accepted<Response>> HandleAsync(
        TradeFairsDb db, IServiceScopeFactory scopes, TimeProvider clock, CancellationToken ct)
    {
        // As in Membership: a platform scope reads, and the epoch is saved before anything is read.
        await using var platform = scopes.CreatePlatformScope();
        var all = platform.ServiceProvider.GetRequiredService<TradeFairsDb>();
        var epoch = await all.BeginEpochAsync(ct);
        var now = clock.GetUtcNow().UtcDateTime;
        var consortia = await all.Consortia.Select(c => c.Id).OrderBy(id => id).ToListAsync(ct);
        var editions = (await all.Commitments.Where(c => c.State != CommitmentState.Interested)
            .Select(c => new { c.ConsortiumId, c.EditionId }).Distinct().ToListAsync(ct)).ToLookup(c => c.ConsortiumId, c => c.EditionId);
        foreach (var id in consortia)
        {
            db.Publish(id, new FairsListed(id, epoch, [.. editions[id].Order()], now), bulk: true);
        }

        await db.SaveChangesAsync(ct);
        return TypedResults.Accepted((string?)null, new Response(consortia.Count));
    }
}
