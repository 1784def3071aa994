namespace ExportConsortia.TradeFairs.Leads;

/// <summary>What was captured at a fair: the clean team reads all, a firm what its own people captured.</summary>
internal static class GetFairLeads
{
    /// <summary>A page of leads.</summary>
    /// <param name="Leads">The latest received first.</param>
    /// <param name="Before">Send it as <c>before</c> to read on; absent on the last page.</param>
    public sealed record Response(IReadOnlyList<FairLeadView> Leads, Guid? Before);

    /// <summary>A captured lead. Its person is read in the lead, by those who may.</summary>
    /// <param name="Id">The device's id of it.</param>
    /// <param name="MemberId">The firm whose people captured it; null: the consortium's own.</param>
    /// <param name="CapturedBy">The account that captured it.</param>
    /// <param name="Company">The buyer's firm.</param>
    /// <param name="Country">ISO 3166-1 alpha-2 code.</param>
    /// <param name="ProductCodes">What is asked for.</param>
    /// <param name="ConsentTextVersion">Version of the text that the person agreed to; null: no person.</param>
    /// <param name="ConsentWithdrawnAt">When the person took it back, or was erased, UTC; null: it wasn't.</param>
    /// <param name="CapturedAt">When, UTC, by the clock of the device.</param>
    /// <param name="ReceivedAt">When it came in, UTC.</param>
    /// <param name="LeadId">The consortium's lead, for the clean team and the firm that has it; null for others, and while it is on its way.</param>
    /// <param name="AssignedTo">The firm that has it; a firm reads only itself here: it doesn't learn who else met the buyer.</param>
    /// <param name="AssignedAt">Since when, UTC; for whom reads who has it.</param>
    public sealed record FairLeadView(
        Guid Id, Guid? MemberId, Guid CapturedBy, string Company, string? Country, IReadOnlyList<string> ProductCodes, string? ConsentTextVersion,
        DateTime? ConsentWithdrawnAt, DateTime CapturedAt, DateTime ReceivedAt, Guid? LeadId, Guid? AssignedTo, DateTime? AssignedAt);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("editions/{id:guid}/leads", HandleAsync).WithName("ListFairLeads")
        .For(Role.ConsortiumManager, Role.Auditor, Role.MemberUser)
        .WithSummary("List what was captured at a fair")
        .WithDescription(
            "The clean team reads all leads of the edition with the firm that has each; a firm its own people's, and which of them it "
            + "has.");

    private static async Task<Results<Ok<Response>, ProblemHttpResult>> HandleAsync(
        Guid id, int? limit, Guid? before, TradeFairsDb db, Caller caller, CancellationToken ct)
    {
        if (!await db.Editions.AnyAsync(e => e.Id == id, ct))
        {
            return Refusal.NotFound();
        }

        var (refused, page, take) = await db.FairLeads.PageAsync(nameof(FairLead.ReceivedAt), limit, before, l => l.EditionId == id, ct);
        if (refused is not null)
        {
            return refused;
        }

        var leads = await page.ToListAsync(ct);
        var ids = leads.Where(l => l.LeadId is not null).Select(l => l.LeadId!.Value).Distinct().ToList();
        var traces = await db.LeadTraces.AsNoTracking().Where(t => ids.Contains(t.LeadId)).ToDictionaryAsync(t => t.LeadId, ct);
        return TypedResults.Ok(new Response(leads.ConvertAll(Of), leads.Count < take ? null : leads[^1].Id));

        FairLeadView Of(FairLead lead)
        {
            var trace = lead.LeadId is { } at ? traces.GetValueOrDefault(at) : null;
            return new(
                lead.Id, lead.MemberId, lead.CapturedBy, lead.Company, lead.Country, lead.ProductCodes, lead.ConsentTextVersion,
                lead.ConsentWithdrawnAt, lead.CapturedAt, lead.ReceivedAt, caller.IsCleanTeam || trace is not null ? lead.LeadId : null,
                trace?.MemberId, trace?.MemberId is null ? null : trace.AssignedAt);
        }
    }
}
