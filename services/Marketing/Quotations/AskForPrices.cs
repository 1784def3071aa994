using ExportConsortia.Marketing.Buyers;

namespace ExportConsortia.Marketing.Quotations;

/// <summary>
/// The manager asks member firms for their sealed prices of what is to be quoted. Once prices of it were opened, that throws them away: it needs a
/// reason and a second person, as it does for an order. It is the same in another quotation for the same buyer or lead, and while firms are asked
/// there: whoever reads the first prices could let a friend be the last. An order that came of them changes nothing: the manager has the buyer's link
/// too, and could have accepted.
/// </summary>
internal static class AskForPrices
{
    private const int FirmsForAnonymity = 3;
    private const int MostDays = 60;
    private const int DaysPricesAreKnown = 180;

    /// <summary>Whom to ask, and until when.</summary>
    public sealed record Request
    {
        /// <summary>Deadline, UTC, exclusive; at most 60 days from now.</summary>
        public required DateTime ClosesAt { get; init; }

        /// <summary>The firms; all that can make the products if left out. Fewer need a reason.</summary>
        public IReadOnlyList<Guid>? Members { get; init; }

        /// <summary>
        /// Needed if prices of these products were asked for or opened before for this buyer or lead, or if not all firms that can make a product are
        /// asked: 1 to 1000 characters; kept for good.
        /// </summary>
        public string? Reason { get; init; }
    }

    /// <summary>Why not.</summary>
    public sealed record RefusalRequest
    {
        /// <summary>The reason, 1 to 1000 characters; kept for good.</summary>
        /// <example>The opened prices are good enough.</example>
        public required string Reason { get; init; }
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("quotations/{id:guid}/price-rounds", HandleAsync)
            .WithName("AskForQuotationPrices").For(Role.ConsortiumManager)
            .WithSummary("Ask firms for sealed prices")
            .WithDescription("Each chosen firm that is active and can make a product is asked for its price of it, in the quotation's currency. "
                + "Until the deadline nobody but the firm itself can read its price, not even the manager (F-C4); the service opens all prices at "
                + "the deadline, or as soon as every firm has answered. They replace those of an earlier round. If prices of these products were "
                + "opened before, or in the last 180 days in another quotation for the same buyer or lead, also one that became an order, or are "
                + "asked for there now, it needs a `reason` and is proposed: firms are asked when a second person has approved it. To ask fewer "
                + "firms than can make a product needs a reason too. `ALREADY_ASKED` while firms are asked already, `NO_CAPABLE_FIRM` if no firm can "
                + "make a product.")
            .WithExample(new { closesAt = "2027-03-01T10:00:00Z" });
        routes.MapPost("quotations/{id:guid}/price-rounds/{roundId:guid}/approval", ApproveAsync)
            .WithName("ApproveQuotationPrices").For(Role.Auditor, Role.ConsortiumManager)
            .WithSummary("Approve as the second person that prices are asked for again")
            .WithDescription("With If-Match: what is approved is what was read. `SECOND_APPROVER_REQUIRED` for the author and for an account behind "
                + "which the same account stands (F-G3); `OFFER_EXPIRED` if the proposed deadline has passed; every refusal of asking can occur.")
            .WithIfMatch();
        routes.MapPost("quotations/{id:guid}/price-rounds/{roundId:guid}/refusal", RefuseAsync)
            .WithName("RefuseQuotationPrices").For(Role.Auditor, Role.ConsortiumManager)
            .WithSummary("Refuse or withdraw that prices are asked for again")
            .WithDescription("By the second person or any manager. `ALREADY_DECIDED` if it was approved before.")
            .WithExample(new RefusalRequest { Reason = "The opened prices are good enough." });
    }

    private static async Task<Results<Ok<QuotationView>, ProblemHttpResult>> HandleAsync(
        Guid id, Request request, HttpContext http, MarketingDb db, Caller caller, PriceSecret secret, TimeProvider clock, CancellationToken ct)
    {
        if (await CloseQuotations.CurrentAsync(id, db, secret, clock, ct) is not { } quotation)
        {
            return Refusal.NotFound();
        }

        var now = clock.GetUtcNow().UtcDateTime;
        var errors = new InputErrors();
        var closesAt = IssueVersion.Instant(request.ClosesAt, "closesAt", now, MostDays, errors);
        var active = await ActiveAsync(quotation, db, ct);
        errors.Unless(
            request.Members is null || (request.Members.Count > 0 && request.Members.All(m => active.Exists(firm => firm.Id == m))), "members",
            "Must be active member firms of the consortium, at least one.");
        errors.AtMost(1000, request.Reason, "reason");
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        var asked = new RoundProposal(Guid.CreateVersion7(), closesAt, request.Members, request.Reason ?? "", caller.UserId, now)
        {
            Controllers = caller.Behind,
        };
        ProblemHttpResult? refused = null;
        await db.InOneTransactionAsync(
            async () =>
            {
                // Two quotations for one buyer wait for each other: the second finds what the first asked for.
                var buyer = await BuyerRegister.KeptOfAsync(quotation.BuyerId, db, ct);
                await db.LockAsync(db.Buyers.Where(b => b.Id == buyer).Select(b => b.Id).OrderBy(b => b), ct);
                refused = AskOrPropose(quotation, asked, active, await AreKnownAsync(quotation, buyer, db, now, ct), db, now);
                if (refused is null)
                {
                    await db.SaveChangesAsync(ct);
                }

                return refused is null;
            },
            ct);
        return refused is not null ? refused : await QuotationView.AnswerAsync(quotation, http, db, ct);
    }

    private static ProblemHttpResult? AskOrPropose(
        Quotation quotation, RoundProposal asked, List<MemberFirm> active, bool areKnown, MarketingDb db, DateTime now)
    {
        if ((quotation.CannotAsk() ?? NobodyFor(quotation, asked, active)) is { } refusal)
        {
            return refusal.ToProblem();
        }

        var hasReason = !string.IsNullOrWhiteSpace(asked.Reason);
        if (!hasReason && (areKnown || LeavesOut(quotation, asked, active)))
        {
            return Refusal.Invalid("reason", areKnown
                ? "Say why: prices of these products were asked for this buyer before."
                : "Say why: not all firms that can make a product are asked.");
        }

        if (!areKnown)
        {
            db.Record("PRICES_ASKED", quotation.Id, hasReason ? asked.Reason : null);
            return Ask(quotation, asked, null, active, db, now)?.ToProblem();
        }

        quotation.Propose(asked);
        db.Record("NEW_PRICES_PROPOSED", quotation.Id, asked.Reason);
        return null;
    }

    private static async Task<Results<Ok<QuotationView>, ProblemHttpResult>> ApproveAsync(
        Guid id, Guid roundId, HttpContext http, MarketingDb db, Caller caller, PriceSecret secret, TimeProvider clock, CancellationToken ct)
    {
        if (await CloseQuotations.CurrentAsync(id, db, secret, clock, ct) is not { } quotation)
        {
            return Refusal.NotFound();
        }

        if (quotation.Proposal is not { } proposal || proposal.Id != roundId)
        {
            return Decided(quotation, roundId);
        }

        if (EntityTag.Check(http.Request, quotation.Version) is { } stale)
        {
            return stale;
        }

        var now = clock.GetUtcNow().UtcDateTime;
        if (SecondPerson.Refuse(caller, proposal.By, proposal.Controllers) is { } alone)
        {
            return alone.ToProblem();
        }

        if (proposal.ClosesAt <= now)
        {
            return new Refusal("OFFER_EXPIRED", "The proposed deadline has passed: propose to ask again.").ToProblem();
        }

        if (Ask(quotation, proposal, caller.UserId, await ActiveAsync(quotation, db, ct), db, now) is { } refusal)
        {
            return refusal.ToProblem();
        }

        db.Record("NEW_PRICES_APPROVED", id);
        await db.SaveChangesAsync(ct);
        return await QuotationView.AnswerAsync(quotation, http, db, ct);
    }

    private static async Task<Results<Ok<QuotationView>, ProblemHttpResult>> RefuseAsync(
        Guid id, Guid roundId, RefusalRequest request, HttpContext http, MarketingDb db, PriceSecret secret, TimeProvider clock,
        CancellationToken ct)
    {
        var errors = new InputErrors();
        var reason = errors.Text(request.Reason, "reason", 1000);
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        if (await CloseQuotations.CurrentAsync(id, db, secret, clock, ct) is not { } quotation)
        {
            return Refusal.NotFound();
        }

        if (quotation.Proposal?.Id != roundId)
        {
            return Decided(quotation, roundId);
        }

        quotation.Propose(null);
        db.Record("NEW_PRICES_REFUSED", id, reason);
        await db.SaveChangesAsync(ct);
        return await QuotationView.AnswerAsync(quotation, http, db, ct);
    }

    private static ProblemHttpResult Decided(Quotation quotation, Guid roundId) => quotation.Rounds.Exists(round => round.Id == roundId)
        ? new Refusal("ALREADY_DECIDED", "This was approved: the firms were asked.").ToProblem()
        : Refusal.NotFound();

    private static Task<List<MemberFirm>> ActiveAsync(Quotation quotation, MarketingDb db, CancellationToken ct) => db.Members.AsNoTracking()
        .Where(m => m.ConsortiumId == quotation.ConsortiumId && m.Standing == MemberStanding.Active).ToListAsync(ct);

    // Prices of a product that is quoted now: whoever has read them, or will before these close, could ask until a friend is the cheapest.
    private static async Task<bool> AreKnownAsync(Quotation quotation, Guid buyer, MarketingDb db, DateTime now, CancellationToken ct)
    {
        var (id, lead, since) = (quotation.Id, quotation.LeadId, now.AddDays(-DaysPricesAreKnown));
        var buyers = await BuyerRegister.MergedInAsync(buyer, db, ct);
        var others = await db.Quotations.Where(q => q.Id == id || buyers.Contains(q.BuyerId) || (lead != null && q.LeadId == lead))
            .Select(q => q.Id).ToListAsync(ct);
        var products = quotation.Lines.Select(line => line.Product).ToHashSet(StringComparer.Ordinal);
        var known = await db.QuotationPrices.AsNoTracking()
            .Where(p => others.Contains(p.QuotationId) && (p.QuotationId == id ? p.UnitPriceMinor != null
                : p.Round == QuotationRoundState.Open || (p.UnitPriceMinor != null && p.OpenedAt > since)))
            .ToListAsync(ct);
        return known.Exists(price => products.Contains(price.Terms.Product));
    }

    private static bool LeavesOut(Quotation quotation, RoundProposal asked, List<MemberFirm> active) =>
        FirmsFor(quotation, asked, active).Zip(FirmsFor(quotation, asked with { Members = null }, active))
            .Any(line => line.First.Firms.Count < line.Second.Firms.Count);

    private static List<(QuotationLine Line, List<MemberFirm> Firms)> FirmsFor(
        Quotation quotation, RoundProposal asked, List<MemberFirm> active) =>
        quotation.Lines.ConvertAll(line => (line, active.FindAll(firm =>
            (asked.Members is null || asked.Members.Contains(firm.Id)) && firm.Capabilities.Exists(c => c.ProductCode == line.Product))));

    private static Refusal? NobodyFor(Quotation quotation, RoundProposal asked, List<MemberFirm> active) =>
        FirmsFor(quotation, asked, active).Find(a => a.Firms.Count == 0).Line is { } nobody
            ? new("NO_CAPABLE_FIRM", $"None of the firms can make {nobody.Product}.")
            : null;

    private static Refusal? Ask(Quotation quotation, RoundProposal asked, Guid? approvedBy, List<MemberFirm> active, MarketingDb db, DateTime now)
    {
        if (NobodyFor(quotation, asked, active) is { } nobody)
        {
            return nobody;
        }

        var round = new QuotationRound
        {
            Id = asked.Id, AskedAt = now, ClosesAt = asked.ClosesAt, AskedBy = asked.By, ApprovedBy = approvedBy,
            Reason = string.IsNullOrWhiteSpace(asked.Reason) ? null : asked.Reason,
        };
        if (quotation.Ask(round) is { } refusal)
        {
            return refusal;
        }

        db.AddRange(FirmsFor(quotation, asked, active).SelectMany(a => a.Firms.Select(firm => new QuotationPrice
        {
            Id = Guid.CreateVersion7(),
            ConsortiumId = quotation.ConsortiumId,
            QuotationId = quotation.Id,
            RoundId = round.Id,
            MemberId = firm.Id,
            AskedAt = now,
            ClosesAt = asked.ClosesAt,
            Terms = new()
            {
                QuotationNumber = quotation.Number,
                Product = a.Line.Product,
                ProductName = a.Line.ProductName,
                Unit = a.Line.Unit,
                Quantity = a.Firms.Count >= FirmsForAnonymity ? a.Line.Quantity : null,
                Currency = quotation.Currency,
                Incoterm = quotation.Incoterm,
                NamedPlace = quotation.NamedPlace,
                DeliverFrom = quotation.DeliverFrom,
                DeliverUntil = quotation.DeliverUntil,
            },
        })));
        return null;
    }
}
