using System.ComponentModel;

namespace ExportConsortia.Marketing.Leads;

/// <summary>
/// The board: what is in the pool, who has what, what is overdue. A firm reads its own leads, and of the pool only what is asked for.
/// </summary>
internal static class GetLeads
{
    private const int MostInPool = 500;

    /// <summary>A page of leads.</summary>
    /// <param name="Leads">The latest first.</param>
    /// <param name="Before">Send it as <c>before</c> to read on; absent on the last page.</param>
    /// <param name="Currency">ISO 4217 code of the consortium's base currency, that of all values; absent for a moment after it was founded.</param>
    public sealed record Response(IReadOnlyList<LeadView> Leads, Guid? Before, string? Currency);

    /// <summary>A lead of the pool, as everybody may know it.</summary>
    /// <param name="Id">The lead; with it a firm claims the buyer as its own customer.</param>
    /// <param name="Families">Families of the products that are asked for; none: anything.</param>
    /// <param name="Country">ISO 3166-1 alpha-2 code of the buyer's country.</param>
    /// <param name="AgeDays">Days since it arrived.</param>
    public sealed record PoolLine(Guid Id, IReadOnlyList<string> Families, string? Country, int AgeDays);

    /// <summary>How many leads there are.</summary>
    /// <param name="Pool">In the pool.</param>
    /// <param name="PoolOverdue">Of these, to be assigned by now.</param>
    /// <param name="Assigned">With firms, without contact.</param>
    /// <param name="AssignedOverdue">Of these, to be contacted by now.</param>
    /// <param name="InWork">With firms that made contact.</param>
    public sealed record Counts(int Pool, int PoolOverdue, int Assigned, int AssignedOverdue, int InWork);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("leads", ListAsync).WithName("ListLeads").For(Role.ConsortiumManager, Role.Auditor, Role.MemberUser)
            .WithSummary("List leads")
            .WithDescription("The clean team reads all, a firm those that it has. The latest first; 1 to 200 a page.");
        routes.MapGet("leads/{id:guid}", GetAsync).WithName("GetLead").For(Role.ConsortiumManager, Role.Auditor, Role.MemberUser)
            .WithSummary("Read a lead")
            .WithDescription(
                "The clean team and the firm that has it, with the people who asked, its history and its decisions; a firm reads of these only "
                + "its own. The clean team sends the response's ETag as If-Match when it changes it; a firm gets none.");
        routes.MapGet("leads/pool", PoolAsync).WithName("ListLeadPool").For(Role.ConsortiumManager, Role.Auditor, Role.MemberUser)
            .WithSummary("List what is in the pool, without buyers")
            .WithDescription("For everybody in the consortium: a lead for chairs, Germany, since 3 days. The oldest first, at most 500.");
        routes.MapGet("leads/counts", CountAsync).WithName("CountLeads").For(Role.ConsortiumManager, Role.Auditor)
            .WithSummary("Count leads")
            .WithDescription("For the clean team: how many are in the pool, assigned, overdue (R-511).");
    }

    private static async Task<Results<Ok<Response>, ProblemHttpResult>> ListAsync(
        MarketingDb db, Caller caller, TimeProvider clock, CancellationToken ct,
        [Description("Only leads in this state.")] LeadState? state = null,
        [Description("True: only those whose time is up.")] bool overdue = false,
        [Description("Only leads of this buyer.")] Guid? buyerId = null,
        [Description("Leads a page, 1 to 200; 50 by default.")] int? limit = null,
        [Description("Value of before in the previous page.")] Guid? before = null)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var (refused, page, most) = await db.Leads.PageAsync(
            nameof(Lead.ArrivedAt), limit, before,
            l => (state == null || l.State == state) && (!overdue || l.DueAt <= now) && (buyerId == null || l.BuyerId == buyerId), ct);
        if (refused is not null)
        {
            return refused;
        }

        var leads = await page.ToListAsync(ct);
        var buyers = leads.Select(l => l.BuyerId).Distinct().ToList();
        var names = await db.Buyers.AcrossMembers().Where(b => buyers.Contains(b.Id)).ToDictionaryAsync(b => b.Id, b => b.Name, ct);
        var currency = (await db.ConsortiumAsync(caller.ConsortiumId, ct)).BaseCurrency;
        return TypedResults.Ok(new Response(
            leads.ConvertAll(l => LeadView.Of(l, names.GetValueOrDefault(l.BuyerId, ""), currency, caller, now)),
            leads.Count < most ? null : leads[^1].Id, currency));
    }

    private static async Task<Results<Ok<LeadView>, ProblemHttpResult>> GetAsync(
        Guid id, HttpResponse response, MarketingDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        if (await db.Leads.AsNoTracking().SingleOrDefaultAsync(l => l.Id == id, ct) is not { } lead
            || (!caller.IsCleanTeam && lead.State == LeadState.Assigned && lead.ReturnAt <= clock.GetUtcNow().UtcDateTime))
        {
            return Refusal.NotFound();
        }

        if (caller.IsCleanTeam)
        {
            EntityTag.Write(response, lead.Version);
        }

        return TypedResults.Ok(await LeadView.OfAsync(lead, db, caller, clock, ct));
    }

    private static async Task<Ok<List<PoolLine>>> PoolAsync(MarketingDb db, TimeProvider clock, CancellationToken ct)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var leads = await db.Leads.AcrossMembers().AsNoTracking().Where(l => l.State == LeadState.Pool).OrderBy(l => l.ArrivedAt).ThenBy(l => l.Id)
            .Select(l => new { l.Id, l.ProductCodes, l.Country, l.ArrivedAt }).Take(MostInPool).ToListAsync(ct);
        var asked = leads.SelectMany(l => l.ProductCodes).Distinct().ToList();
        var families = await db.Products.Where(p => asked.Contains(p.Code)).ToDictionaryAsync(p => p.Code, p => p.Family, ct);
        return TypedResults.Ok(leads.ConvertAll(l => new PoolLine(
            l.Id, [.. l.ProductCodes.Select(code => families.GetValueOrDefault(code)).OfType<string>().Distinct().Order(StringComparer.Ordinal)],
            l.Country, (now - l.ArrivedAt).Days)));
    }

    private static async Task<Ok<Counts>> CountAsync(MarketingDb db, TimeProvider clock, CancellationToken ct)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var counts = (await db.Leads.GroupBy(l => l.State).Select(g => new { g.Key, All = g.Count(), Overdue = g.Count(l => l.DueAt <= now) })
            .ToListAsync(ct)).ToDictionary(g => g.Key, g => (g.All, g.Overdue));
        var (pool, assigned) = (counts.GetValueOrDefault(LeadState.Pool), counts.GetValueOrDefault(LeadState.Assigned));
        return TypedResults.Ok(new Counts(
            pool.All, pool.Overdue, assigned.All, assigned.Overdue,
            counts.GetValueOrDefault(LeadState.Contacted).All + counts.GetValueOrDefault(LeadState.Quoted).All));
    }
}
