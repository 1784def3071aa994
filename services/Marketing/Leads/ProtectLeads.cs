using ExportConsortia.Marketing.Buyers;

namespace ExportConsortia.Marketing.Leads;

/// <summary>
/// A firm's own customers stay its own: it registers them, or claims a lead with an invoice; the manager decides. No answer tells a firm who
/// the buyer of a lead is, or whether another firm claims it: what is checked at once is only what the firm itself says.
/// </summary>
internal static class ProtectLeads
{
    private const int MostRegistered = 500;
    private const int MostOpenClaims = 50;

    /// <summary>A customer of your firm.</summary>
    /// <param name="Name">Its name, 1 to 200 characters.</param>
    /// <param name="Site">Its site or an e-mail address there; the domain is kept unless it is a mail provider's.</param>
    public sealed record CustomerRequest(string Name, string? Site = null);

    /// <summary>A registered customer.</summary>
    /// <param name="Id">The registration.</param>
    /// <param name="MemberId">The firm.</param>
    /// <param name="Name">The customer.</param>
    /// <param name="Domain">Its domain.</param>
    /// <param name="RegisteredAt">When, UTC, by the service's clock.</param>
    public sealed record CustomerView(Guid Id, Guid MemberId, string Name, string? Domain, DateTime RegisteredAt);

    /// <summary>The buyer of a lead is your customer.</summary>
    /// <param name="BuyerName">Your customer's name, 1 to 200 characters.</param>
    /// <param name="InvoiceNumber">Number of an invoice to it, 1 to 50 characters; absent: your registration counts.</param>
    /// <param name="InvoiceDate">Its date, at most 36 months before the lead arrived.</param>
    public sealed record ClaimRequest(string BuyerName, string? InvoiceNumber = null, DateOnly? InvoiceDate = null);

    /// <summary>The manager decides on a claim.</summary>
    /// <param name="Confirmed">True: the buyer is the firm's customer.</param>
    /// <param name="Reason">Why not, 1 to 1,000 characters; the firm reads it.</param>
    public sealed record DecisionRequest(bool Confirmed, string? Reason = null);

    /// <summary>A claim.</summary>
    /// <param name="Id">The claim.</param>
    /// <param name="LeadId">The lead.</param>
    /// <param name="MemberId">The firm.</param>
    /// <param name="Basis">What proves it.</param>
    /// <param name="BuyerName">Who the firm says that the buyer is.</param>
    /// <param name="InvoiceNumber">Number of the invoice.</param>
    /// <param name="InvoiceDate">Its date.</param>
    /// <param name="RegisteredAt">When the customer was registered, UTC.</param>
    /// <param name="MadeAt">When the claim was made, UTC.</param>
    /// <param name="State">Where it stands.</param>
    /// <param name="Reason">Why it was refused.</param>
    public sealed record ClaimView(
        Guid Id, Guid LeadId, Guid MemberId, ClaimBasis Basis, string BuyerName, string? InvoiceNumber, DateOnly? InvoiceDate, DateTime? RegisteredAt,
        DateTime MadeAt, ClaimState State, string? Reason)
    {
        internal static ClaimView Of(LeadClaim c) => new(
            c.Id, c.LeadId, c.MemberId, c.Basis, c.BuyerName, c.InvoiceNumber, c.InvoiceDate, c.RegisteredAt, c.MadeAt, c.State, c.Reason);
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("prior-customers", RegisterAsync).WithName("RegisterPriorCustomer").For(Role.MemberUser)
            .WithSummary("Register a customer of your firm")
            .WithDescription(
                "A lead of this buyer that arrives 30 days later or more is protected for your firm once the manager confirms it (R-409). The same "
                + "customer again keeps its first date. 409 CUSTOMER_LIMIT at 500.")
            .WithExample(new CustomerRequest("Nordhaus Möbel GmbH", "nordhaus.example"));
        routes.MapGet("prior-customers", ListAsync).WithName("ListPriorCustomers").For(Role.MemberUser, Role.ConsortiumManager, Role.Auditor)
            .WithSummary("List registered customers")
            .WithDescription("A firm reads its own, the clean team all; the latest first, at most 1,000.");
        routes.MapPost("leads/{id:guid}/claims", ClaimAsync).WithName("ClaimLead").For(Role.MemberUser)
            .WithSummary("Claim the buyer of a lead as your customer")
            .WithDescription(
                "For a lead of the pool (R-409). 409 INVOICE_TOO_OLD if the invoice is more than 36 months older than the lead, by the calendar; "
                + "INVOICE_TOO_NEW if it is later than the lead; NOT_REGISTERED if without an invoice your firm hadn't registered a customer of "
                + "this name 30 days "
                + "before; ALREADY_CLAIMED; CLAIM_LIMIT at 50 undecided claims. The answer doesn't tell who the buyer is, nor whether others "
                + "claim it.")
            .WithExample(new ClaimRequest("Nordhaus Möbel GmbH", "2025-0117", new(2025, 3, 4)));
        routes.MapGet("lead-claims", ClaimsAsync).WithName("ListLeadClaims").For(Role.MemberUser, Role.ConsortiumManager, Role.Auditor)
            .WithSummary("List claims")
            .WithDescription("A firm reads its own, the clean team all; undecided ones first, then the latest, at most 500.");
        routes.MapPost("lead-claims/{id:guid}/decision", DecideAsync).WithName("DecideLeadClaim").For(Role.ConsortiumManager)
            .WithSummary("Decide on a claim")
            .WithDescription("Confirmed, the lead goes to the firm when it is assigned. Compare the buyer that the firm names with the lead's. "
                + "409 ALREADY_DECIDED if it was decided before.")
            .WithExample(new DecisionRequest(false, "The invoice is to another firm."));
    }

    private static async Task<Results<Created<CustomerView>, Ok<CustomerView>, ProblemHttpResult>> RegisterAsync(
        CustomerRequest request, MarketingDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        var errors = new InputErrors();
        var known = BuyerRegister.Check(request.Name, request.Site, null, null, errors);
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        var (name, firm) = (MatchName.Of(known.Name), caller.MemberId!.Value);
        if (await db.PriorCustomers.SingleOrDefaultAsync(p => p.MemberId == firm && p.MatchName == name, ct) is { } before)
        {
            return TypedResults.Ok(View(before));
        }

        if (await db.PriorCustomers.CountAsync(ct) >= MostRegistered)
        {
            return new Refusal("CUSTOMER_LIMIT", $"Your firm has registered {MostRegistered} customers, as many as it can.").ToProblem();
        }

        var customer = db.Add(new PriorCustomer
        {
            Id = Guid.CreateVersion7(),
            ConsortiumId = caller.ConsortiumId,
            MemberId = firm,
            Name = known.Name,
            MatchName = name,
            Domain = known.Domain,
            RegisteredAt = clock.GetUtcNow().UtcDateTime,
        }).Entity;
        await db.SaveChangesAsync(ct);
        return TypedResults.Created("/api/marketing/prior-customers", View(customer));
    }

    private static async Task<Ok<List<CustomerView>>> ListAsync(MarketingDb db, CancellationToken ct) => TypedResults.Ok(
        (await db.PriorCustomers.AsNoTracking().OrderByDescending(p => p.RegisteredAt).ThenBy(p =>
            p.Id).Take(1000).ToListAsync(ct)).ConvertAll(View));

    private static async Task<Ok<List<ClaimView>>> ClaimsAsync(MarketingDb db, Caller caller, CancellationToken ct)
    {
        // What was noted from a registration isn't told to the firm before it is decided: it would learn that the lead is of that buyer.
        var all = caller.IsCleanTeam;
        return TypedResults.Ok((await db.LeadClaims.AsNoTracking().Where(c => all || c.Asked || c.State == ClaimState.Confirmed)
            .OrderBy(c => c.State != ClaimState.Open).ThenByDescending(c => c.MadeAt).ThenBy(c => c.Id).Take(500).ToListAsync(ct))
            .ConvertAll(ClaimView.Of));
    }

    private static async Task<Results<Created<ClaimView>, ProblemHttpResult>> ClaimAsync(
        Guid id, ClaimRequest request, MarketingDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        var errors = new InputErrors();
        var name = errors.Text(request.BuyerName, "buyerName", Buyer.LongestName);
        var number = request.InvoiceNumber is null ? null : errors.Text(request.InvoiceNumber, "invoiceNumber", 50);
        errors.Unless(request.InvoiceNumber is null == request.InvoiceDate is null, "invoiceDate", "An invoice has a number and a date.");
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        // In turn with assignments: a claim on a lead that is being assigned would stay open for ever.
        LeadClaim? claim = null;
        ProblemHttpResult? refused = null;
        await db.InOneTransactionAsync(
            async () =>
            {
                await AssignLeads.LockAsync(db, caller, ct);
                (refused, claim) = await AddClaimAsync(id, request with { BuyerName = name, InvoiceNumber = number }, db, caller, clock, ct);
                return claim is not null;
            },
            ct);
        return claim is null ? refused! : TypedResults.Created("/api/marketing/lead-claims", ClaimView.Of(claim));
    }

    private static async Task<(ProblemHttpResult? Refused, LeadClaim? Claim)> AddClaimAsync(
        Guid id, ClaimRequest request, MarketingDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        // A lead of the pool is nobody's: every firm may know that it is there.
        var lead = await db.Leads.AcrossMembers().AsNoTracking().SingleOrDefaultAsync(l => l.Id == id && l.State == LeadState.Pool, ct);
        if (lead is null)
        {
            return (Refusal.NotFound(), null);
        }

        var match = MatchName.Of(request.BuyerName);
        var firm = caller.MemberId!.Value;
        var arrived = (await db.ConsortiumAsync(caller.ConsortiumId, ct)).Day(lead.ArrivedAt);
        var registered = request.InvoiceDate is not null ? null
            : await db.PriorCustomers.AsNoTracking().SingleOrDefaultAsync(p => p.MemberId == firm && p.MatchName == match, ct);
        var refusal =
            request.InvoiceDate < arrived.AddMonths(-LeadClaim.InvoiceMonths)
                ? new Refusal("INVOICE_TOO_OLD", $"The invoice is more than {LeadClaim.InvoiceMonths} months older than the lead (R-409).")
            : request.InvoiceDate > arrived ? new("INVOICE_TOO_NEW", "The invoice is later than the lead (R-409).")
            : request.InvoiceDate is null && (registered is null || registered.RegisteredAt > lead.ArrivedAt.AddDays(-LeadClaim.RegisteredDaysBefore))
                ? new("NOT_REGISTERED",
                    $"Your firm hadn't registered this customer {LeadClaim.RegisteredDaysBefore} days before the lead arrived: name an invoice "
                        + $"(R-409).")
            : await db.LeadClaims.CountAsync(c => c.MemberId == firm && c.Asked && c.State == ClaimState.Open, ct) >= MostOpenClaims
                ? new("CLAIM_LIMIT", "Your firm has as many undecided claims as it can.")
            : null;
        if (refusal is not null)
        {
            return (refusal.ToProblem(), null);
        }

        var claim = await db.LeadClaims.SingleOrDefaultAsync(c => c.LeadId == id && c.MemberId == firm, ct);
        if (claim is not null && (claim.Asked || claim.State == ClaimState.Confirmed))
        {
            return (new Refusal("ALREADY_CLAIMED", "Your firm has claimed this lead before.").ToProblem(), null);
        }

        if (claim is not null)
        {
            // Noted from a registration, open or refused, of which the firm doesn't know: what the firm says takes its place.
            db.Remove(claim);
        }

        claim = db.Add(new LeadClaim
        {
            Id = Guid.CreateVersion7(),
            ConsortiumId = caller.ConsortiumId,
            LeadId = id,
            MemberId = firm,
            Basis = request.InvoiceDate is null ? ClaimBasis.Registration : ClaimBasis.Invoice,
            BuyerName = request.BuyerName,
            InvoiceNumber = request.InvoiceNumber,
            InvoiceDate = request.InvoiceDate,
            RegisteredAt = registered?.RegisteredAt,
            MadeAt = clock.GetUtcNow().UtcDateTime,
            Asked = true,
        }).Entity;
        await db.SaveChangesAsync(ct);
        return (null, claim);
    }

    private static async Task<Results<Ok<ClaimView>, ProblemHttpResult>> DecideAsync(
        Guid id, DecisionRequest request, MarketingDb db, TimeProvider clock, CancellationToken ct)
    {
        var errors = new InputErrors();
        var reason = request.Confirmed ? null : errors.Text(request.Reason, "reason", Lead.LongestNote);
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        if (await db.LeadClaims.SingleOrDefaultAsync(c => c.Id == id, ct) is not { } claim)
        {
            return Refusal.NotFound();
        }

        if (claim.State != ClaimState.Open)
        {
            return new Refusal("ALREADY_DECIDED", "This claim was decided before.").ToProblem();
        }

        (claim.State, claim.Reason, claim.DecidedAt) = (request.Confirmed ? ClaimState.Confirmed : ClaimState.Refused, reason,
            clock.GetUtcNow().UtcDateTime);
        claim.Version++;
        db.Record(request.Confirmed ? "CLAIM_CONFIRMED" : "CLAIM_REFUSED", claim.LeadId, reason);
        await db.SaveChangesAsync(ct);
        return TypedResults.Ok(ClaimView.Of(claim));
    }

    /// <summary>
    /// A lead leaves the pool otherwise than by an assignment: what firms claimed is closed with the reason, so that it doesn't count against them.
    /// Saved by the caller.
    /// </summary>
    public static async Task CloseAsync(Guid leadId, string reason, MarketingDb db, DateTime now, CancellationToken ct)
    {
        foreach (var claim in await db.LeadClaims.Where(c => c.LeadId == leadId && c.State == ClaimState.Open).ToListAsync(ct))
        {
            (claim.State, claim.Reason, claim.DecidedAt) = (ClaimState.Refused, reason, now);
            claim.Version++;
        }
    }

    private static CustomerView View(PriorCustomer p) => new(p.Id, p.MemberId, p.Name, p.Domain, p.RegisteredAt);
}
