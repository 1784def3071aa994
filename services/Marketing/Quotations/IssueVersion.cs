using ExportConsortia.Marketing.Leads;

namespace ExportConsortia.Marketing.Quotations;

/// <summary>
/// The service composes the buyer's prices from the firms' opened prices, and the manager issues them as a version. The clean team sees every input
/// and step; nobody else does.
/// </summary>
internal static class IssueVersion
{
    private const int MostMarginBp = 100_000;
    private const int MostCommissionBp = 9_000;
    private const int MostFirms = 100;
    private const int LongestTerms = 4000;
    private const int MostDays = 366;
    private const long MostAmount = 9_000_000_000_000_000;

    /// <summary>How the buyer's prices come about, and until when they hold.</summary>
    public sealed record Request
    {
        /// <summary>Until when the buyer may accept, UTC, exclusive; at most 366 days from now.</summary>
        public required DateTime ValidUntil { get; init; }

        /// <summary>Which of the firms' prices are the base.</summary>
        public PriceRule Rule { get; init; }

        /// <summary>For <c>AverageOfCheapest</c>: of how many prices, 1 to 100.</summary>
        public int Firms { get; init; } = 1;

        /// <summary>The margin on the base, in basis points, 0 to 100,000 (1 % = 100).</summary>
        public int MarginBp { get; init; }

        /// <summary>The commission, in basis points of the buyer's price, 0 to 9,000.</summary>
        public int CommissionBp { get; init; }

        /// <summary>Further terms for the buyer, up to 4,000 characters.</summary>
        public string? Terms { get; init; }
    }

    /// <summary>An issued version, and the link for the buyer.</summary>
    /// <param name="Quotation">The quotation.</param>
    /// <param name="Link">See <see cref="LinkResponse"/>.</param>
    public sealed record Response(QuotationView Quotation, LinkResponse Link);

    /// <summary>The link by which the buyer reads and answers the version; whoever has it can.</summary>
    /// <param name="Token">43 characters, shown this once: only its hash is stored.</param>
    /// <param name="Page">Path of the buyer's page on this installation's web address.</param>
    /// <param name="ExpiresAt">When it ends, with the version, UTC.</param>
    public sealed record LinkResponse(string Token, string Page, DateTime ExpiresAt);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("quotations/{id:guid}/composition", PreviewAsync).WithName("ComposeQuotation").For(Role.ConsortiumManager, Role.Auditor)
            .WithSummary("What a rule would make of the firms' prices")
            .WithDescription("Nothing is stored. price = base × (1 + margin) ÷ (1 − commission), exact, rounded once, half away from zero, to "
                + "the currency's minor unit. `rule`: `Cheapest` or `AverageOfCheapest` of `firms` prices. With one price as the base, whoever "
                + "learns the buyer's price, the margin and the commission knows that price: prefer the average of several. `TOO_FEW_PRICES` if "
                + "there are fewer.");
        routes.MapPost("quotations/{id:guid}/versions", HandleAsync).WithName("IssueQuotation").For(Role.ConsortiumManager).WithIfMatch()
            .WithSummary("Issue a version of a quotation")
            .WithDescription("Composes the prices as `composition` does and freezes what is quoted: its canonical JSON and the SHA-256 of it. "
                + "The version before it ends, and the difference to it is kept. The answer has the link for the buyer. `TOO_FEW_PRICES`: a "
                + "product has fewer opened prices than the rule needs; `PRICE_OUT_OF_RANGE`: a price would be 0, or an amount above 9 × 10¹⁵; "
                + "`HOME_MARKET` (R-806); `ALREADY_DECIDED` once the buyer has accepted.")
            .WithExample(new { validUntil = "2027-03-31T16:00:00Z", rule = "AverageOfCheapest", firms = 3, marginBp = 500, commissionBp = 400 });
        routes.MapPost("quotations/{id:guid}/links", LinkAsync).WithName("RenewQuotationLink").For(Role.ConsortiumManager)
            .WithSummary("Make a new link to the version that is with the buyer")
            .WithDescription("The former link to it ends at once. `ALREADY_DECIDED` if no version is with the buyer.");
    }

    /// <summary>An instant in UTC and whole seconds, later than now.</summary>
    public static DateTime Instant(DateTime given, string field, DateTime now, int mostDays, InputErrors errors)
    {
        errors.Unless(given.Kind != DateTimeKind.Unspecified, field, "Must name its zone, such as 2027-03-01T10:00:00Z.");
        var utc = given.ToUniversalTime();
        utc = utc.AddTicks(-(utc.Ticks % TimeSpan.TicksPerSecond));
        errors.Unless(utc > now && utc <= now.AddDays(mostDays), field, $"Must be later than now, and at most {mostDays} days from now.");
        return utc;
    }

    private static async Task<Results<Ok<Composition>, ProblemHttpResult>> PreviewAsync(
        Guid id, MarketingDb db, PriceSecret secret, TimeProvider clock, CancellationToken ct,
        PriceRule rule = PriceRule.Cheapest, int firms = 1, int marginBp = 0, int commissionBp = 0)
    {
        if (await CloseQuotations.CurrentAsync(id, db, secret, clock, ct) is not { } quotation)
        {
            return Refusal.NotFound();
        }

        var errors = new InputErrors();
        Check(firms, marginBp, commissionBp, errors);
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        var (refusal, composition) = await ComposeAsync(quotation, rule, firms, marginBp, commissionBp, db, ct);
        return refusal is not null ? refusal.ToProblem() : TypedResults.Ok(composition!);
    }

    private static async Task<Results<Ok<Response>, ProblemHttpResult>> HandleAsync(
        Guid id, Request request, HttpContext http, MarketingDb db, Caller caller, PriceSecret secret, TimeProvider clock, CancellationToken ct)
    {
        if (await CloseQuotations.CurrentAsync(id, db, secret, clock, ct) is not { } quotation)
        {
            return Refusal.NotFound();
        }

        if (EntityTag.Check(http.Request, quotation.Version) is { } problem)
        {
            return problem;
        }

        var now = clock.GetUtcNow().UtcDateTime;
        var errors = new InputErrors();
        Check(request.Firms, request.MarginBp, request.CommissionBp, errors);
        var validUntil = Instant(request.ValidUntil, "validUntil", now, MostDays, errors);
        var terms = string.IsNullOrWhiteSpace(request.Terms) ? null : request.Terms.Trim().ReplaceLineEndings("\n");
        errors.Unless(terms is null || terms.Length <= LongestTerms, "terms", $"Must have at most {LongestTerms} characters.");
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        if (await OpenQuotation.RefuseMarketAsync(quotation.BuyerCountry, db, quotation.ConsortiumId, ct) is { } abroad)
        {
            return abroad.ToProblem();
        }

        var (refusal, composition) = await ComposeAsync(
            quotation, request.Rule, request.Firms, request.MarginBp, request.CommissionBp, db, ct);
        if (refusal is not null)
        {
            return refusal.ToProblem();
        }

        var consortium = await db.ConsortiumAsync(quotation.ConsortiumId, ct);
        var content = Write(quotation, composition!, consortium.Name, validUntil, terms);
        if (content is null)
        {
            return new Refusal("PRICE_OUT_OF_RANGE", "A price would be 0 or an amount too large; change the margin or the quantities.").ToProblem();
        }

        var json = content.Write();
        refusal = quotation.Issue(new()
        {
            Number = content.Version,
            IssuedAt = now,
            IssuedBy = caller.UserId,
            ValidUntil = validUntil,
            Content = json,
            ContentHash = QuotationContent.HashOf(json),
            Composition = composition!,
            Changes = quotation.Versions is [.., var before] ? QuotationContent.Changes(before.Read(), content) : [],
        });
        if (refusal is not null)
        {
            return refusal.ToProblem();
        }

        var (link, token) = QuotationLink.New(quotation);
        db.Add(link);
        await FollowQuotation.IssuedAsync(quotation, db, now, ct);
        db.Record("VERSION_ISSUED", id);
        await db.SaveChangesAsync(ct);
        EntityTag.Write(http.Response, quotation.Version);
        return TypedResults.Ok(new Response(await QuotationView.OfAsync(quotation, db, ct), LinkOf(token, consortium, validUntil)));
    }

    private static async Task<Results<Ok<LinkResponse>, ProblemHttpResult>> LinkAsync(
        Guid id, MarketingDb db, PriceSecret secret, TimeProvider clock, CancellationToken ct)
    {
        if (await CloseQuotations.CurrentAsync(id, db, secret, clock, ct) is not { } quotation)
        {
            return Refusal.NotFound();
        }

        if (quotation.Live is not { } live)
        {
            return new Refusal("ALREADY_DECIDED", "No version is with the buyer.").ToProblem();
        }

        db.RemoveRange(await db.QuotationLinks.Where(l => l.QuotationId == id && l.Version == live.Number).ToListAsync(ct));
        var (link, token) = QuotationLink.New(quotation);
        db.Add(link);
        db.Record("QUOTATION_LINK_RENEWED", id);
        await db.SaveChangesAsync(ct);
        return TypedResults.Ok(LinkOf(token, await db.ConsortiumAsync(quotation.ConsortiumId, ct), live.ValidUntil));
    }

    private static LinkResponse LinkOf(string token, Consortium consortium, DateTime validUntil) =>
        new(token, $"/c/{Uri.EscapeDataString(consortium.Code)}/quotations/{token}", validUntil);

    private static void Check(int firms, int marginBp, int commissionBp, InputErrors errors)
    {
        errors.Unless(firms is >= 1 and <= MostFirms, "firms", $"Must be 1 to {MostFirms}.");
        errors.Unless(marginBp is >= 0 and <= MostMarginBp, "marginBp", $"Must be 0 to {MostMarginBp}.");
        errors.Unless(commissionBp is >= 0 and <= MostCommissionBp, "commissionBp", $"Must be 0 to {MostCommissionBp}.");
    }

    private static async Task<(Refusal? Refusal, Composition? Composition)> ComposeAsync(
        Quotation quotation, PriceRule rule, int firms, int marginBp, int commissionBp, MarketingDb db, CancellationToken ct)
    {
        var round = quotation.Opened?.Id;
        var prices = await db.QuotationPrices.AsNoTracking().Where(p => p.RoundId == round && p.UnitPriceMinor != null).ToListAsync(ct);
        var needed = rule == PriceRule.Cheapest ? 1 : firms;
        var lines = new List<ComposedLine>();
        foreach (var line in quotation.Lines)
        {
            var ofProduct = prices.Where(p => p.Terms.Product == line.Product && p.Terms.Unit == line.Unit).Select(p => (p.MemberId, p.Price!.Value));
            if (Composition.Compose(line, ofProduct, rule, needed, marginBp, commissionBp) is not { } composed)
            {
                return (new("TOO_FEW_PRICES", $"{line.Product} has fewer than {needed} opened prices."), null);
            }

            lines.Add(composed);
        }

        return (null, new(rule, needed, marginBp, commissionBp, lines));
    }

    private static QuotationContent? Write(Quotation quotation, Composition composition, string consortium, DateTime validUntil, string? terms)
    {
        var items = new List<QuotedItem>();
        foreach (var (line, composed) in quotation.Lines.Zip(composition.Lines))
        {
            var amount = (Int128)composed.UnitPriceMinor * line.Quantity;
            if (composed.UnitPriceMinor < 1 || amount > MostAmount)
            {
                return null;
            }

            items.Add(new(line.LineId, line.Product, line.ProductName, line.Quantity, line.Unit, composed.UnitPriceMinor, (long)amount));
        }

        var total = items.Aggregate(Int128.Zero, (sum, item) => sum + item.AmountMinor);
        return total > MostAmount ? null : new()
        {
            Number = quotation.Number,
            Version = quotation.Versions.Count + 1,
            Consortium = consortium,
            Buyer = quotation.BuyerName,
            BuyerCountry = quotation.BuyerCountry,
            Currency = quotation.Currency,
            Incoterm = quotation.Incoterm,
            NamedPlace = quotation.NamedPlace,
            DeliverFrom = quotation.DeliverFrom,
            DeliverUntil = quotation.DeliverUntil,
            ValidUntil = validUntil,
            Lines = items,
            TotalMinor = (long)total,
            Terms = terms,
        };
    }
}
