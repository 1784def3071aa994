namespace ExportConsortia.Marketing.Buyers;

/// <summary>The manager registers a buyer, or finds it in the register, and corrects what is known of it.</summary>
internal static class RegisterBuyer
{
    /// <summary>A buyer.</summary>
    /// <param name="Name">Its name, 1 to 200 characters.</param>
    /// <param name="Site">Its site or an e-mail address there; the domain is kept unless it is a mail provider's.</param>
    /// <param name="TaxId">Its tax number, 1 to 50 characters.</param>
    /// <param name="Country">ISO 3166-1 alpha-2 code, such as <c>DE</c>.</param>
    public sealed record Request(string Name, string? Site = null, string? TaxId = null, string? Country = null);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("buyers", RegisterAsync).WithName(nameof(RegisterBuyer)).For(Role.ConsortiumManager)
            .WithSummary("Register a buyer")
            .WithDescription(
                "Gives the buyer that the register has already under this name, tax number or domain: \"Nordhaus Möbel\" and \"Nordhaus Moebel "
                + "GmbH\" "
                + "are one, also at the same moment. A known buyer stays as it is. 200 if it was known, 201 if it is new.")
            .WithExample(new Request("Nordhaus Möbel GmbH", "https://www.nordhaus.example", "DE123456789", "DE"));
        routes.MapPut("buyers/{id:guid}", ChangeAsync).WithName("ChangeBuyer").For(Role.ConsortiumManager)
            .WithSummary("Correct what is known of a buyer")
            .WithDescription(
                "Replaces name, domain, tax number and country. 409 NAME_TAKEN if another buyer has this name: merge the two instead. 409 MERGED "
                + "if it "
                + "was merged into another.")
            .WithExample(new Request("Nordhaus Möbel GmbH", "nordhaus.example", "DE123456789", "DE"))
            .WithIfMatch();
    }

    private static async Task<Results<Created<BuyerView>, Ok<BuyerView>, ProblemHttpResult>> RegisterAsync(
        Request request, MarketingDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        var errors = new InputErrors();
        var known = BuyerRegister.Check(request.Name, request.Site, request.TaxId, request.Country, errors);
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        var (buyer, isNew) = await BuyerRegister.FindOrAddAsync(caller.ConsortiumId, known, db, clock.GetUtcNow().UtcDateTime, ct);
        if (isNew)
        {
            db.Record("BUYER_REGISTERED", buyer.Id);
        }

        await db.SaveChangesAsync(ct);
        return isNew ? TypedResults.Created($"/api/marketing/buyers/{buyer.Id}", BuyerView.Of(buyer)) : TypedResults.Ok(BuyerView.Of(buyer));
    }

    private static async Task<Results<Ok<BuyerView>, ProblemHttpResult>> ChangeAsync(
        Guid id, Request request, HttpContext http, MarketingDb db, CancellationToken ct)
    {
        if (await db.Buyers.SingleOrDefaultAsync(b => b.Id == id, ct) is not { } buyer)
        {
            return Refusal.NotFound();
        }

        if (EntityTag.Check(http.Request, buyer.Version) is { } problem)
        {
            return problem;
        }

        if (buyer.MergedInto is not null)
        {
            return new Refusal("MERGED", "This buyer was merged into another: change that one, or undo the merge.").ToProblem();
        }

        var errors = new InputErrors();
        var known = BuyerRegister.Check(request.Name, request.Site, request.TaxId, request.Country, errors);
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        var name = MatchName.Of(known.Name);
        if (await db.Buyers.AnyAsync(b => b.MatchName == name && b.Id != id && b.MergedInto == null, ct))
        {
            return new Refusal("NAME_TAKEN", "Another buyer has this name: merge the two if they are one.").ToProblem();
        }

        // Where a buyer is decides whether it can be quoted: what was there before stays readable.
        db.Record("BUYER_CHANGED", id, $"{buyer.Name}; {buyer.Domain}; {buyer.TaxId}; {buyer.Country}");
        (buyer.Name, buyer.MatchName, buyer.Domain, buyer.TaxId, buyer.Country) = (known.Name, name, known.Domain, known.TaxId, known.Country);
        buyer.Version++;
        await db.SaveChangesAsync(ct);
        EntityTag.Write(http.Response, buyer.Version);
        return TypedResults.Ok(BuyerView.Of(buyer));
    }
}
