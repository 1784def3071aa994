namespace ExportConsortia.Marketing.Catalogue;

/// <summary>The published catalogue is built again from the service's own data.</summary>
internal static class RebuildCatalogue
{
    /// <summary>What the published catalogue has now, and what differed before.</summary>
    /// <param name="Store">Where it lies: <c>MongoDB</c> or <c>own database</c>.</param>
    /// <param name="Items">Number of its items now.</param>
    /// <param name="Added">Items that were missing.</param>
    /// <param name="Changed">Items that said something else.</param>
    /// <param name="Removed">Items that should not have been there.</param>
    public sealed record Response(string Store, int Items, int Added, int Changed, int Removed);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("catalogue/rebuild", HandleAsync)
        .WithName(nameof(RebuildCatalogue))
        .WithSummary("Build the published catalogue again")
        .WithDescription("For managers: compares what the public reads with the latest edition and what hides its items, writes what differs and "
            + "says how much that was. Nothing is lost if the store of the published catalogue is lost: this fills it again.")
        .WithRequestTimeout(Edge.LongestRequest)
        .For(Role.ConsortiumManager);

    private static async Task<Ok<Response>> HandleAsync(
        MarketingDb db, IPublishedCatalogue catalogue, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        FillCatalogue.Difference? difference = null;
        await db.InOneTransactionAsync(
            async () =>
            {
                difference = await FillCatalogue.WriteAsync(db, catalogue, caller.ConsortiumId, clock.GetUtcNow().UtcDateTime, ct);
                db.Record("CATALOGUE_REBUILT");
                await db.SaveChangesAsync(ct);
                return true;
            },
            ct);
        return TypedResults.Ok(new Response(
            catalogue.Store, difference!.Items, difference.Added, difference.Changed, difference.Removed));
    }
}
