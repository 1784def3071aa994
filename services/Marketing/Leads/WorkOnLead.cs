using ExportConsortia.Contracts;

namespace ExportConsortia.Marketing.Leads;

/// <summary>
/// The firm that has a lead records that it made contact, and what came of it; the manager corrects what was asked for and its worth.
/// </summary>
internal static class WorkOnLead
{
    /// <summary>Contact was made.</summary>
    /// <param name="Note">How, at most 1,000 characters.</param>
    public sealed record ContactRequest(string? Note = null);

    /// <summary>What came of a lead.</summary>
    public enum Outcome
    {
        /// <summary>A quotation is out.</summary>
        Quoted,

        /// <summary>It became an order.</summary>
        Won,

        /// <summary>It comes to nothing.</summary>
        Lost,
    }

    /// <summary>What came of it.</summary>
    /// <param name="Outcome">Quoted, won or lost.</param>
    /// <param name="ValueMinor">Of a won one: what it is worth, in minor units of the consortium's base currency, 1 to 10¹⁵.</param>
    /// <param name="Reason">Of a lost one: why, 1 to 1,000 characters; else a note.</param>
    public sealed record OutcomeRequest(Outcome Outcome, long? ValueMinor = null, string? Reason = null);

    /// <summary>What was asked for and what it may be worth.</summary>
    /// <param name="ProductCodes">Codes of products, at most 50.</param>
    /// <param name="ValueMinor">In minor units of the consortium's base currency, 0 to 10¹⁵.</param>
    /// <param name="Country">ISO 3166-1 alpha-2 code.</param>
    /// <param name="Reason">Why, 1 to 1,000 characters: what a lead is worth steers who gets the next ones. Kept for good.</param>
    public sealed record ChangeRequest(List<string> ProductCodes, long ValueMinor, string? Country = null, string? Reason = null);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("leads/{id:guid}/contact", ContactAsync).WithName("RecordLeadContact").For(Role.MemberUser)
            .WithSummary("Record that you contacted the buyer")
            .WithDescription("By the firm that has the lead: within 5 working days; after 10 without contact it goes back to the pool (R-511). "
                + "409 LEAD_CLOSED.")
            .WithExample(new ContactRequest("Telephoned; samples are wanted."));
        routes.MapPost("leads/{id:guid}/outcome", OutcomeAsync).WithName("RecordLeadOutcome").For(Role.MemberUser)
            .WithSummary("Record what came of a lead")
            .WithDescription("By the firm that has the lead. A won one has a value, a lost one a reason. 409 LEAD_CLOSED if it was won or lost "
                + "before.")
            .WithExample(new OutcomeRequest(Outcome.Won, 2_400_000));
        routes.MapPut("leads/{id:guid}", ChangeAsync).WithName("ChangeLead").For(Role.ConsortiumManager)
            .WithSummary("Correct what a lead asks for and what it may be worth")
            .WithDescription("For managers, with a reason. Decisions that were made stay as they are, and the history says what was there before. "
                + "409 LEAD_CLOSED if it was won or lost.")
            .WithExample(new ChangeRequest(["TK-12"], 2_400_000, "DE", "The buyer wrote again."))
            .WithIfMatch();
    }

    private static Task<Results<Ok<LeadView>, ProblemHttpResult>> ContactAsync(
        Guid id, ContactRequest request, MarketingDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        var errors = new InputErrors();
        var note = request.Note is null ? null : errors.Text(request.Note, "note", Lead.LongestNote);
        return WorkAsync(id, errors, lead => lead.Work(
            lead.State == LeadState.Quoted ? LeadState.Quoted : LeadState.Contacted, note, clock.GetUtcNow().UtcDateTime), db, caller, clock, ct);
    }

    private static Task<Results<Ok<LeadView>, ProblemHttpResult>> OutcomeAsync(
        Guid id, OutcomeRequest request, MarketingDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        var errors = new InputErrors();
        var reason = request.Reason is null && request.Outcome != Outcome.Lost ? null : errors.Text(request.Reason, "reason", Lead.LongestNote);
        errors.Unless(
            request.Outcome == Outcome.Won ? request.ValueMinor is >= 1 and <= Lead.MostValueMinor : request.ValueMinor is null,
            "valueMinor", "Must be 1 to 10^15 of a won lead, and absent of others.");
        return WorkAsync(
            id, errors,
            lead =>
            {
                lead.WonMinor = request.ValueMinor ?? lead.WonMinor;
                var now = clock.GetUtcNow().UtcDateTime;
                lead.Work(Enum.Parse<LeadState>(request.Outcome.ToString()), reason, now);
                if (request.Outcome == Outcome.Won)
                {
                    db.Publish(lead.Id, new LeadWon(lead.ConsortiumId, lead.Id, lead.MemberId, lead.WonMinor!.Value, null, now));
                }
            },
            db, caller, clock, ct);
    }

    private static async Task<Results<Ok<LeadView>, ProblemHttpResult>> ChangeAsync(
        Guid id, ChangeRequest request, HttpContext http, MarketingDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        if (await db.Leads.SingleOrDefaultAsync(l => l.Id == id, ct) is not { } lead)
        {
            return Refusal.NotFound();
        }

        if (EntityTag.Check(http.Request, lead.Version) is { } problem)
        {
            return problem;
        }

        var errors = new InputErrors();
        var products = await LeadDesk.CheckProductsAsync(caller.ConsortiumId, request.ProductCodes, db, errors, ct);
        errors.Unless(request.ValueMinor is >= 0 and <= Lead.MostValueMinor, "valueMinor", "Must be 0 to 10^15.");
        var country = Buyers.BuyerRegister.Country(request.Country, errors);
        var reason = errors.Text(request.Reason, "reason", Lead.LongestNote);
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        if (lead.IsClosed)
        {
            return Closed();
        }

        var before = $"{string.Join(", ", lead.ProductCodes)}; {lead.ValueMinor}; {lead.Country}";
        (lead.ProductCodes, lead.ValueMinor, lead.Country) = (products, request.ValueMinor, country);
        lead.Note(LeadNoteKind.Changed, null, before, clock.GetUtcNow().UtcDateTime);
        db.Record("LEAD_CHANGED", id, reason);
        await db.SaveChangesAsync(ct);
        EntityTag.Write(http.Response, lead.Version);
        return TypedResults.Ok(await LeadView.OfAsync(lead, db, caller, clock, ct));
    }

    private static async Task<Results<Ok<LeadView>, ProblemHttpResult>> WorkAsync(
        Guid id, InputErrors errors, Action<Lead> work, MarketingDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        var lead = await db.Leads.SingleOrDefaultAsync(l => l.Id == id, ct);
        if (lead is not null)
        {
            // The time is what counts, not whether the timer has come round.
            await ReturnUnworkedLeads.EndDueAsync(lead, db, clock.GetUtcNow().UtcDateTime, ct);
        }

        if (lead?.MemberId != caller.MemberId || lead is null)
        {
            return Refusal.NotFound();
        }

        if (lead.IsClosed)
        {
            return Closed();
        }

        work(lead);
        await db.SaveChangesAsync(ct);
        return TypedResults.Ok(await LeadView.OfAsync(lead, db, caller, clock, ct));
    }

    private static ProblemHttpResult Closed() => new Refusal("LEAD_CLOSED", "This lead was won or lost.").ToProblem();
}
