namespace ExportConsortia.Membership.Consortia;

/// <summary>Lists consortia: an operator sees all of the installation, everybody else only their own.</summary>
internal static class ListConsortia
{
    /// <summary>A consortium.</summary>
    /// <param name="Id">The consortium.</param>
    /// <param name="Code">Short code, unique in the installation.</param>
    /// <param name="Name">Full name.</param>
    /// <param name="BaseCurrency">Currency of its books, ISO 4217.</param>
    /// <param name="TimeZone">IANA time zone that its calendar days follow.</param>
    /// <param name="FoundedAt">When it was set up here, UTC.</param>
    public sealed record Response(Guid Id, string Code, string Name, string BaseCurrency, string TimeZone, DateTime FoundedAt)
    {
        internal static Response Of(Consortium c) => new(c.Id, c.Code, c.Name, c.BaseCurrency, c.TimeZone, c.FoundedAt);
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("consortia", ListAsync)
            .WithName(nameof(ListConsortia))
            .WithSummary("List consortia")
            .WithDescription("An operator sees every consortium of the installation, everybody else only their own. Sorted by code.");
        routes.MapGet("consortia/{id:guid}", GetAsync)
            .WithName("GetConsortium")
            .WithSummary("Read a consortium")
            .WithDescription("404 for another consortium than the caller's, unless the caller is an operator.");
    }

    private static async Task<Ok<List<Response>>> ListAsync(MembershipDb db, CancellationToken ct) =>
        TypedResults.Ok((await db.Consortia.AsNoTracking().OrderBy(c => c.Code).ToListAsync(ct)).ConvertAll(Response.Of));

    private static async Task<Results<Ok<Response>, ProblemHttpResult>> GetAsync(Guid id, MembershipDb db, CancellationToken ct) =>
        await db.Consortia.AsNoTracking().SingleOrDefaultAsync(c => c.Id == id, ct) is { } consortium
            ? TypedResults.Ok(Response.Of(consortium))
            : Refusal.NotFound();
}
