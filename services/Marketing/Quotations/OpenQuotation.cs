using ExportConsortia.Marketing.Buyers;

namespace ExportConsortia.Marketing.Quotations;

/// <summary>The manager opens a quotation for a buyer abroad, and changes what its next version quotes.</summary>
internal static class OpenQuotation
{
    private const long MostQuantity = 1_000_000_000;

    private static readonly string[] Incoterms = ["EXW", "FCA", "FAS", "FOB", "CFR", "CIF", "CPT", "CIP", "DAP", "DPU", "DDP"];

    /// <summary>A new quotation.</summary>
    public sealed record Request
    {
        /// <summary>The buyer, whose country must be known and abroad (R-806).</summary>
        public required Guid BuyerId { get; init; }

        /// <summary>The buyer's lead that it comes from, if any: it is quoted when a version goes out, and won when the buyer accepts.</summary>
        public Guid? LeadId { get; init; }

        /// <summary>ISO 4217 code of its prices and of the firms' prices; it never changes.</summary>
        /// <example>EUR</example>
        public required string Currency { get; init; }

        /// <summary>What is quoted.</summary>
        public required TermsRequest Terms { get; init; }
    }

    /// <summary>What the next version quotes.</summary>
    public sealed record TermsRequest
    {
        /// <summary>1 to 100 products, each once.</summary>
        public required IReadOnlyList<LineRequest> Lines { get; init; }

        /// <summary>An Incoterms 2020 code.</summary>
        /// <example>FOB</example>
        public string? Incoterm { get; init; }

        /// <summary>Its place, up to 100 characters.</summary>
        /// <example>Laem Chabang</example>
        public string? NamedPlace { get; init; }

        /// <summary>First day of the delivery window.</summary>
        public DateOnly? DeliverFrom { get; init; }

        /// <summary>Last day of the delivery window, inclusive.</summary>
        public DateOnly? DeliverUntil { get; init; }
    }

    /// <summary>A product that is to be quoted.</summary>
    /// <param name="Product">The consortium's product code.</param>
    /// <param name="Quantity">How many of the product's unit, 1 to 10⁹.</param>
    public sealed record LineRequest(string Product, long Quantity);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("quotations", HandleAsync).WithName(nameof(OpenQuotation)).For(Role.ConsortiumManager)
            .WithSummary("Open a quotation")
            .WithDescription("Gives it the next number of the year, without gaps (F-E5). Then firms are asked for sealed prices, and versions "
                + "are issued. `HOME_MARKET`: the buyer is in the consortium's home market, where nothing is quoted (R-806); "
                + "`HOME_MARKET_UNKNOWN`: the home market has not been stated; `BUYER_COUNTRY_UNKNOWN`: nor has the buyer's country.")
            .WithExample(new
            {
                buyerId = new Guid("0197a4c2-7d1e-7c55-9b2f-3f6f0f1a2b3c"),
                currency = "EUR",
                terms = new { lines = new[] { new LineRequest("TK-12", 1000) }, incoterm = "FOB", namedPlace = "Laem Chabang" },
            });
        routes.MapPut("quotations/{id:guid}/terms", ChangeAsync).WithName("ChangeQuotation").For(Role.ConsortiumManager).WithIfMatch()
            .WithSummary("Change what the next version quotes")
            .WithDescription("Replaces lines and delivery; versions that are out stay as they are. Prices that are open count for the products "
                + "that they were asked for, whatever the quantity; a new product needs a new round. A proposal to ask for prices again ends: it "
                + "was for other lines. `ALREADY_DECIDED` while firms are asked for prices, and once the buyer has accepted.")
            .WithExample(new TermsRequest { Lines = [new("TK-12", 800)], Incoterm = "FOB", NamedPlace = "Laem Chabang" });
    }

    private static async Task<Results<Created<QuotationView>, ProblemHttpResult>> HandleAsync(
        Request request, HttpContext http, MarketingDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        var errors = new InputErrors();
        errors.Unless(Currency.IsInUse(request.Currency), "currency", "Must be an ISO 4217 code, such as EUR.");
        var terms = await CheckAsync(request.Terms, "terms.", errors, db, caller.ConsortiumId, ct);
        var buyer = await BuyerAsync(request.BuyerId, db, ct);
        errors.Unless(buyer is not null, "buyerId", "There is no such buyer.");
        errors.Unless(
            request.LeadId is not { } lead || buyer is null || await db.Leads.AnyAsync(l => l.Id == lead && l.BuyerId == buyer.Id, ct), "leadId",
            "There is no such lead of this buyer.");
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        if (await RefuseMarketAsync(buyer!.Country, db, caller.ConsortiumId, ct) is { } refusal)
        {
            return refusal.ToProblem();
        }

        var now = clock.GetUtcNow().UtcDateTime;
        var quotation = new Quotation
        {
            Id = Guid.CreateVersion7(),
            ConsortiumId = caller.ConsortiumId,
            Number = await QuotationNumber.NextAsync(db, caller.ConsortiumId, now, ct),
            BuyerId = buyer.Id,
            LeadId = request.LeadId,
            BuyerName = buyer.Name,
            BuyerCountry = buyer.Country!,
            Currency = request.Currency,
            CreatedAt = now,
        };
        quotation.Write(terms);
        db.Add(quotation);
        db.Record("QUOTATION_OPENED", quotation.Id);
        await db.SaveChangesAsync(ct);
        EntityTag.Write(http.Response, quotation.Version);
        return TypedResults.Created($"/api/marketing/quotations/{quotation.Id}", await QuotationView.OfAsync(quotation, db, ct));
    }

    private static async Task<Results<Ok<QuotationView>, ProblemHttpResult>> ChangeAsync(
        Guid id, TermsRequest request, HttpContext http, MarketingDb db, PriceSecret secret, TimeProvider clock, CancellationToken ct)
    {
        if (await CloseQuotations.CurrentAsync(id, db, secret, clock, ct) is not { } quotation)
        {
            return Refusal.NotFound();
        }

        if (EntityTag.Check(http.Request, quotation.Version) is { } problem)
        {
            return problem;
        }

        var errors = new InputErrors();
        var terms = await CheckAsync(request, "", errors, db, quotation.ConsortiumId, ct);
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        if (quotation.Write(terms) is { } refusal)
        {
            return refusal.ToProblem();
        }

        db.Record("QUOTATION_CHANGED", id);
        await db.SaveChangesAsync(ct);
        return await QuotationView.AnswerAsync(quotation, http, db, ct);
    }

    /// <summary>Why nothing can be quoted to a buyer of this country; null if it can (R-806, F-C9).</summary>
    public static async Task<Refusal?> RefuseMarketAsync(string? country, MarketingDb db, Guid consortiumId, CancellationToken ct)
    {
        var home = await db.HomeMarkets.AsNoTracking().Where(m => m.ConsortiumId == consortiumId).Select(m => m.Countries).SingleOrDefaultAsync(ct);
        return (home, country) switch
        {
            (null, _) => new("HOME_MARKET_UNKNOWN", "State the consortium's home market first: only buyers abroad can be quoted (R-806)."),
            (_, null) => new("BUYER_COUNTRY_UNKNOWN", "Note the buyer's country first: only buyers abroad can be quoted (R-806)."),
            var (countries, at) when countries.Contains(at, StringComparer.OrdinalIgnoreCase) => new(
                "HOME_MARKET", "The buyer is in the consortium's home market, where the firms compete: nothing can be quoted there (R-806)."),
            _ => null,
        };
    }

    private static async Task<Buyer?> BuyerAsync(Guid id, MarketingDb db, CancellationToken ct)
    {
        var kept = await BuyerRegister.KeptOfAsync(id, db, ct);
        return await db.Buyers.AsNoTracking().SingleOrDefaultAsync(b => b.Id == kept, ct);
    }

    private static async Task<QuotationTerms> CheckAsync(
        TermsRequest request, string prefix, InputErrors errors, MarketingDb db, Guid consortiumId, CancellationToken ct)
    {
        var codes = request.Lines.Select(l => l.Product).Distinct().Take(Quotation.MostLines + 1).ToList();
        var products = await db.Products.AsNoTracking().Where(p => p.ConsortiumId == consortiumId && !p.Retired && codes.Contains(p.Code))
            .ToDictionaryAsync(p => p.Code, StringComparer.Ordinal, ct);
        var names = await NamesAsync(codes, db, consortiumId, ct);
        errors.Unless(request.Lines.Count is > 0 and <= Quotation.MostLines, $"{prefix}lines", $"Must be 1 to {Quotation.MostLines} lines.");
        errors.Unless(codes.Count >= Math.Min(request.Lines.Count, Quotation.MostLines), $"{prefix}lines", "Each product has one line.");
        foreach (var (i, line) in request.Lines.Take(Quotation.MostLines).Index())
        {
            errors.Unless(products.ContainsKey(line.Product), $"{prefix}lines[{i}].product", "Must be a product of the consortium's list.");
            errors.Unless(line.Quantity is > 0 and <= MostQuantity, $"{prefix}lines[{i}].quantity", $"Must be 1 to {MostQuantity}.");
        }

        errors.Unless(
            request.Incoterm is null || Incoterms.Contains(request.Incoterm), $"{prefix}incoterm", $"Must be one of {string.Join(", ", Incoterms)}.");
        errors.Unless(
            request.DeliverFrom is null || request.DeliverUntil is null || request.DeliverFrom <= request.DeliverUntil, $"{prefix}deliverUntil",
            "Must not be before the first day.");
        var place = string.IsNullOrWhiteSpace(request.NamedPlace) ? null : errors.Text(request.NamedPlace, $"{prefix}namedPlace", 100);
        return new(
            errors.Any ? [] : [.. request.Lines.Select((line, i) => products[line.Product] is var product
                ? new QuotationLine($"{i + 1}", product.Code, names.GetValueOrDefault(product.Code, product.Name), line.Quantity, product.Unit)
                : null!)],
            request.Incoterm, place, request.DeliverFrom, request.DeliverUntil);
    }

    // A product that is in the catalogue is called there as here: in English, or in the first language that there is.
    private static async Task<Dictionary<string, string>> NamesAsync(List<string> codes, MarketingDb db, Guid consortiumId, CancellationToken ct)
    {
        var sheets = await db.ProductNames.Where(n => n.ConsortiumId == consortiumId && codes.Contains(n.ProductCode)).Select(n => n.SheetId)
            .ToListAsync(ct);
        return (await db.Sheets.AsNoTracking().Where(s => sheets.Contains(s.Id)).ToListAsync(ct))
            .Where(s => s.Approved is { Texts.Count: > 0 })
            .ToDictionary(
                s => s.ProductCode, s => (s.Approved!.Texts.GetValueOrDefault("en") ?? s.Approved.Texts.OrderBy(t => t.Key).First().Value).Name,
                StringComparer.Ordinal);
    }
}
