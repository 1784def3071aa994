using Microsoft.Net.Http.Headers;

namespace ExportConsortia.Marketing.Catalogue;

/// <summary>Editions are read as they were published.</summary>
internal static class GetEditions
{
    /// <summary>An edition of the joint catalogue.</summary>
    /// <param name="Number">1, 2, 3 … in the consortium.</param>
    /// <param name="PublishedAt">When, UTC.</param>
    /// <param name="Items">Number of items.</param>
    /// <param name="Hash">SHA-256 of its document, in hexadecimal.</param>
    public sealed record Response(int Number, DateTime PublishedAt, int Items, string Hash)
    {
        internal static Response Of(CatalogueEdition edition) => new(edition.Number, edition.PublishedAt, edition.Items, edition.Hash);
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("editions", ListAsync)
            .WithName("ListEditions")
            .WithSummary("List the editions of the catalogue")
            .WithDescription("For everybody in the consortium; the latest first, at most 1,000.")
            .For(Role.ConsortiumManager, Role.Auditor, Role.MemberUser);
        routes.MapGet("editions/{number:int}", GetAsync)
            .WithName("GetEdition")
            .WithSummary("Read about an edition")
            .WithDescription("For everybody in the consortium.")
            .For(Role.ConsortiumManager, Role.Auditor, Role.MemberUser);
        routes.MapGet("editions/{number:int}/document", GetDocumentAsync)
            .WithName("GetEditionDocument")
            .WithSummary("Read an edition itself")
            .WithDescription("For managers and auditors, since it names the firms: JSON, the same to the byte whenever it is read. Its ETag is its "
                + "SHA-256.")
            .Produces<string>(StatusCodes.Status200OK, "application/json")
            .For(Role.ConsortiumManager, Role.Auditor);
    }

    private static async Task<Ok<List<Response>>> ListAsync(MarketingDb db, CancellationToken ct) =>
        TypedResults.Ok(await db.Editions.OrderByDescending(e => e.Number).Take(CatalogueEdition.Most)
            .Select(e => new Response(e.Number, e.PublishedAt, e.Items, e.Hash)).ToListAsync(ct));

    private static async Task<Results<Ok<Response>, ProblemHttpResult>> GetAsync(int number, MarketingDb db, CancellationToken ct) =>
        await db.Editions.Where(e => e.Number == number).Select(e => new Response(e.Number, e.PublishedAt, e.Items, e.Hash))
            .SingleOrDefaultAsync(ct) is { } edition
            ? TypedResults.Ok(edition)
            : Refusal.NotFound();

    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> GetDocumentAsync(int number, MarketingDb db, CancellationToken ct) =>
        await db.Editions.AsNoTracking().SingleOrDefaultAsync(e => e.Number == number, ct) is { } edition
            ? TypedResults.Bytes(edition.Document, "application/json", entityTag: new EntityTagHeaderValue($"\"{edition.Hash}\""))
            : Refusal.NotFound();
}
