using System.ComponentModel;

namespace ExportConsortia.Membership.Products;

/// <summary>Everybody in the consortium reads its product list; contradictions only the clean team, since they name firms.</summary>
internal static class ListProducts
{
    private const int LargestPage = 1000;

    /// <summary>A product of the consortium.</summary>
    /// <param name="Code">The consortium's code, which orders name.</param>
    /// <param name="Name">What buyers call it.</param>
    /// <param name="Family">The family whose capacity it uses.</param>
    /// <param name="Unit">UN/ECE code of the unit in which it is counted, made and reserved.</param>
    /// <param name="Conversions">What other units are worth: one of them is numerator / denominator of the product's unit.</param>
    /// <param name="Retired">True: new orders can't name it.</param>
    /// <param name="Contradictions">
    /// For managers and auditors: what firms said of the product before there was a list, where it differs. The manager settles them by changing
    /// the product, to the same or to something else.
    /// </param>
    /// <param name="Version">Grows by one with each change. Same as the <c>ETag</c>.</param>
    public sealed record Response(
        string Code, string Name, string Family, string Unit, IReadOnlyList<UnitConversion> Conversions, bool Retired,
        IReadOnlyList<Contradiction>? Contradictions, long Version)
    {
        internal static Response Of(Product p, Caller caller) => new(
            p.Code, p.Name, p.Family, p.Unit, p.Conversions, p.Retired, caller.IsCleanTeam ? p.Contradictions ?? [] : null, p.Version);
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("products", ListAsync)
            .WithName("ReadProductList")   // Allocation has a ListProducts of its own, and names are unique in one process
            .WithSummary("List the consortium's products")
            .WithDescription("For everybody in the consortium. Sorted by code; at most 1,000 at a time: skip and take page through them.")
            .For(Role.ConsortiumManager, Role.Auditor, Role.MemberUser);
        routes.MapGet("products/{code}", GetAsync)
            .WithName("GetProduct")
            .WithSummary("Read a product of the list")
            .WithDescription("For everybody in the consortium. Send the response's ETag as If-Match when you change the product.")
            .For(Role.ConsortiumManager, Role.Auditor, Role.MemberUser);
    }

    private static async Task<Ok<List<Response>>> ListAsync(
        MembershipDb db, Caller caller, CancellationToken ct,
        [Description("Only products of this family.")] string? family = null,
        [Description("True: only products with contradictions, for managers and auditors.")] bool contradicted = false,
        [Description("How many to pass over.")] int skip = 0,
        [Description("How many to give at most, 1 to 1,000.")] int take = LargestPage)
    {
        var cleanTeam = caller.IsCleanTeam;
        var products = await db.Products.AsNoTracking()
            .Where(p => (family == null || p.Family == family) && (!contradicted || (cleanTeam && p.Contradictions != null)))
            .OrderBy(p => p.Code).Skip(Math.Max(skip, 0)).Take(Math.Clamp(take, 1, LargestPage)).ToListAsync(ct);
        return TypedResults.Ok(products.ConvertAll(p => Response.Of(p, caller)));
    }

    private static async Task<Results<Ok<Response>, ProblemHttpResult>> GetAsync(
        string code, MembershipDb db, Caller caller, HttpResponse response, CancellationToken ct)
    {
        if (await db.Products.AsNoTracking().SingleOrDefaultAsync(p => p.Code == code, ct) is not { } product)
        {
            return Refusal.NotFound();
        }

        EntityTag.Write(response, product.Version);
        return TypedResults.Ok(Response.Of(product, caller));
    }
}
