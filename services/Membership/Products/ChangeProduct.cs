namespace ExportConsortia.Membership.Products;

/// <summary>The manager changes what the list says of a product, which settles contradictions, or retires it.</summary>
internal static class ChangeProduct
{
    /// <summary>What the list says of the product from now on; orders and offers that exist already stay as they are.</summary>
    /// <param name="Name">What buyers call it, 1 to 200 characters.</param>
    /// <param name="Family">The family whose capacity it uses, 1 to 100 characters; all products of a family have the same unit.</param>
    /// <param name="Unit">The unit in which it is counted, made and reserved: a UN/ECE Recommendation 20 or 21 code.</param>
    /// <param name="Conversions">What other units that buyers use are worth, at most 50; replaces the conversions so far.</param>
    public sealed record Request(string Name, string Family, string Unit, List<UnitConversion>? Conversions = null);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPut("products/{code}", ChangeAsync)
            .WithName(nameof(ChangeProduct))
            .WithSummary("Change a product of the list")
            .WithDescription("For managers. Replaces everything but the code and settles the product's contradictions. 409 FAMILY_UNIT when the "
                + "family's other products have another unit; 409 CAPACITY_DECLARED when firms have declared the family's capacity in another unit.")
            .WithExample(new Request("Teak garden chair", "chairs", "C62", [new("DZN", 12)]))
            .WithIfMatch()
            .For(Role.ConsortiumManager);
        routes.MapPost("products/{code}/retirement", RetireAsync)
            .WithName("RetireProduct")
            .WithSummary("Retire a product")
            .WithDescription("For managers. New orders can't name it; orders that have it are carried out. 409 ALREADY_DECIDED if it is retired.")
            .For(Role.ConsortiumManager);
        routes.MapDelete("products/{code}/retirement", ReinstateAsync)
            .WithName("ReinstateProduct")
            .WithSummary("Put a retired product back on the list")
            .WithDescription("For managers. New orders can name it again. 409 ALREADY_DECIDED if it isn't retired.")
            .For(Role.ConsortiumManager);
    }

    private static async Task<Results<Ok<ListProducts.Response>, ProblemHttpResult>> ChangeAsync(
        string code, Request request, HttpContext http, MembershipDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        if (await db.Products.SingleOrDefaultAsync(p => p.Code == code, ct) is not { } product)
        {
            return Refusal.NotFound();
        }

        if (EntityTag.Check(http.Request, product.Version) is { } problem)
        {
            return problem;
        }

        var errors = new InputErrors();
        var terms = ProductTerms.Check(request.Name, request.Family, request.Unit, request.Conversions, errors);
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        var now = clock.GetUtcNow().UtcDateTime;
        Refusal? refusal = null;
        await db.InOneTransactionAsync(
            async () =>
            {
                await db.LockProductListAsync(caller.ConsortiumId, ct);
                refusal = await terms.RefuseUnitAsync(code, db, DateOnly.FromDateTime(now), ct);
                if (refusal is null)
                {
                    product.Change(terms, now);
                    db.Publish(product.ConsortiumId, product.ToEvent());
                    await db.SaveChangesAsync(ct);
                }

                return refusal is null;
            },
            ct);
        return refusal is not null ? refusal.ToProblem() : Answer(product, caller, http.Response);
    }

    private static Task<Results<Ok<ListProducts.Response>, ProblemHttpResult>> RetireAsync(
        string code, HttpContext http, MembershipDb db, Caller caller, TimeProvider clock, CancellationToken ct) =>
        MoveAsync(code, http, db, caller, product => product.Retire(clock.GetUtcNow().UtcDateTime), ct);

    private static Task<Results<Ok<ListProducts.Response>, ProblemHttpResult>> ReinstateAsync(
        string code, HttpContext http, MembershipDb db, Caller caller, TimeProvider clock, CancellationToken ct) =>
        MoveAsync(code, http, db, caller, product => product.Reinstate(clock.GetUtcNow().UtcDateTime), ct);

    private static async Task<Results<Ok<ListProducts.Response>, ProblemHttpResult>> MoveAsync(
        string code, HttpContext http, MembershipDb db, Caller caller, Func<Product, Refusal?> move, CancellationToken ct)
    {
        if (await db.Products.SingleOrDefaultAsync(p => p.Code == code, ct) is not { } product)
        {
            return Refusal.NotFound();
        }

        if (move(product) is { } refusal)
        {
            return refusal.ToProblem();
        }

        db.Publish(product.ConsortiumId, product.ToEvent());
        await db.SaveChangesAsync(ct);
        return Answer(product, caller, http.Response);
    }

    private static Ok<ListProducts.Response> Answer(Product product, Caller caller, HttpResponse response)
    {
        EntityTag.Write(response, product.Version);
        return TypedResults.Ok(ListProducts.Response.Of(product, caller));
    }
}
