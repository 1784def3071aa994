namespace ExportConsortia.Membership.Products;

/// <summary>The manager adds a product to the consortium's list.</summary>
internal static class AddProduct
{
    /// <summary>A product to add.</summary>
    /// <param name="Code">The consortium's code, which orders name: 1 to 50 letters, digits, hyphens, underscores or dots; it never changes.</param>
    /// <param name="Name">What buyers call it, 1 to 200 characters.</param>
    /// <param name="Family">The family whose capacity it uses, 1 to 100 characters; all products of a family have the same unit.</param>
    /// <param name="Unit">
    /// The unit in which it is counted, made and reserved: a UN/ECE Recommendation 20 or 21 code such as <c>C62</c> (piece) or <c>GRM</c> (gram).
    /// </param>
    /// <param name="Conversions">What other units that buyers use are worth, at most 50.</param>
    public sealed record Request(string Code, string Name, string Family, string Unit, List<UnitConversion>? Conversions = null);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("products", HandleAsync)
        .WithName(nameof(AddProduct))
        .WithSummary("Add a product to the list")
        .WithDescription("For managers. Orders can name it at once; firms then state that they can make it. Quantities, lots, capacity and "
            + "reservations of the product are whole numbers of its unit. 409 CODE_TAKEN when the list has the code; 409 FAMILY_UNIT when the "
            + "family's products have another unit; 409 CAPACITY_DECLARED when firms have declared the family's capacity in another unit; 409 "
            + "PRODUCT_LIMIT when the list has 5,000 products.")
        .WithExample(new Request("TK-12", "Teak garden chair", "chairs", "C62", [new("DZN", 12), new("SET", 4)]))
        .For(Role.ConsortiumManager);

    private static async Task<Results<Created<ListProducts.Response>, ProblemHttpResult>> HandleAsync(
        Request request, MembershipDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        var errors = new InputErrors();
        var code = errors.Code(request.Code, "code", Product.LongestCode);
        var terms = ProductTerms.Check(request.Name, request.Family, request.Unit, request.Conversions, errors);
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        var now = clock.GetUtcNow().UtcDateTime;
        Product? product = null;
        Refusal? refusal = null;
        await db.InOneTransactionAsync(
            async () =>
            {
                await db.LockProductListAsync(caller.ConsortiumId, ct);
                refusal = await RefuseAsync(code, terms, db, DateOnly.FromDateTime(now), ct);
                if (refusal is null)
                {
                    product = db.Add(Product.Add(caller.ConsortiumId, code, terms, now)).Entity;
                    db.Publish(product.ConsortiumId, product.ToEvent());
                    await db.SaveChangesAsync(ct);
                }

                return refusal is null;
            },
            ct);
        return refusal is not null
            ? refusal.ToProblem()
            : TypedResults.Created($"/api/membership/products/{code}", ListProducts.Response.Of(product!, caller));
    }

    private static async Task<Refusal?> RefuseAsync(string code, ProductTerms terms, MembershipDb db, DateOnly today, CancellationToken ct) =>
        await db.Products.AnyAsync(p => p.Code == code, ct)
            ? new("CODE_TAKEN", $"The list already has a product {code}.")
            : await db.Products.CountAsync(ct) >= Product.Most
                ? new("PRODUCT_LIMIT", $"The list has {Product.Most:N0} products, as many as it can.")
                : await terms.RefuseUnitAsync(code, db, today, ct);
}
