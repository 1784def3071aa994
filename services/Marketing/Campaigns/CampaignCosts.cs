using System.ComponentModel;
using ExportConsortia.Marketing.Leads;

namespace ExportConsortia.Marketing.Campaigns;

/// <summary>
/// What campaigns brought: leads, and what each cost. A firm reads its own share and its own leads, and nothing from which another's could be
/// computed (F-C1): not the budget, not the key, not how many firms bear it.
/// </summary>
internal static class CampaignCosts
{
    private const int Most = 500;

    /// <summary>What a campaign cost a firm and brought it.</summary>
    /// <param name="CampaignId">The campaign.</param>
    /// <param name="Name">What the manager calls it.</param>
    /// <param name="StartedAt">When it started, UTC; absent: it has not.</param>
    /// <param name="MemberId">The firm.</param>
    /// <param name="ShareMinor">What it bears, in minor units of the consortium's base currency.</param>
    /// <param name="Leads">Leads from the campaign that it has.</param>
    /// <param name="QualifiedLeads">Of these, those with whom contact was made and that were not lost.</param>
    /// <param name="CostPerLeadMinor">Share by lead, rounded, in minor units; absent without leads.</param>
    /// <param name="CostPerQualifiedLeadMinor">Share by qualified lead, rounded, in minor units; absent without.</param>
    public sealed record Response(
        Guid CampaignId, string Name, DateTime? StartedAt, Guid MemberId, long ShareMinor, int Leads, int QualifiedLeads, long? CostPerLeadMinor,
        long? CostPerQualifiedLeadMinor);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("campaign-costs", ListAsync).WithName(nameof(CampaignCosts)).For(Role.ConsortiumManager, Role.Auditor, Role.MemberUser)
            .WithSummary("Read what campaigns cost and brought each firm")
            .WithDescription(
                "A firm reads its own lines of campaigns that have started, the clean team those of all firms; the latest campaign first, at most "
                + "500.");
        routes.MapPut("campaigns/{id:guid}/leads/{leadId:guid}", AttributeAsync).WithName("AttributeLead").For(Role.ConsortiumManager)
            .WithSummary("Say that a lead came from a campaign")
            .WithDescription("For managers. A lead comes from one campaign at most: the last one said counts.");
        routes.MapDelete("campaigns/{id:guid}/leads/{leadId:guid}", DetachAsync).WithName("DetachLead").For(Role.ConsortiumManager)
            .WithSummary("Say that a lead did not come from a campaign")
            .WithDescription("For managers.");
    }

    /// <summary>An amount by a number, half a unit rounded up.</summary>
    internal static long? PerLead(long amountMinor, int leads) => leads == 0 ? null : (amountMinor + (leads / 2)) / leads;

    private static async Task<Ok<List<Response>>> ListAsync(
        MarketingDb db, Caller caller, CancellationToken ct, [Description("Only this campaign.")] Guid? campaignId = null)
    {
        // Two queries: within one, the filter that the second passes would be passed by the first too.
        var shares = await db.CampaignShares.AsNoTracking().Where(s => campaignId == null || s.CampaignId == campaignId)
            .OrderByDescending(s => s.CampaignId).ThenBy(s => s.MemberId).Take(Most).ToListAsync(ct);
        var campaigns = shares.Select(s => s.CampaignId).Distinct().ToList();
        var known = await db.Campaigns.AcrossMembers().Where(c => campaigns.Contains(c.Id))
            .Select(c => new { c.Id, c.Name, c.StartedAt, c.State }).ToDictionaryAsync(c => c.Id, ct);
        var leads = (await db.Leads.Where(l => l.CampaignId != null && l.MemberId != null && campaigns.Contains(l.CampaignId.Value))
            .GroupBy(l => new { l.CampaignId, l.MemberId })
            .Select(g => new { g.Key, All = g.Count(), Qualified = g.Count(l => l.ContactedAt != null && l.State != LeadState.Lost) })
            .ToListAsync(ct)).ToDictionary(g => (g.Key.CampaignId!.Value, g.Key.MemberId!.Value), g => (g.All, g.Qualified));
        var shown = shares.FindAll(s => known.TryGetValue(s.CampaignId, out var c) && (caller.IsCleanTeam || c.State != CampaignState.Draft));
        return TypedResults.Ok(shown.ConvertAll(s =>
        {
            var (all, qualified) = leads.GetValueOrDefault((s.CampaignId, s.MemberId));
            var campaign = known[s.CampaignId];
            return new Response(
                s.CampaignId, campaign.Name, campaign.StartedAt, s.MemberId, s.AmountMinor, all, qualified, PerLead(s.AmountMinor, all),
                PerLead(s.AmountMinor, qualified));
        }));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> AttributeAsync(Guid id, Guid leadId, MarketingDb db, CancellationToken ct)
    {
        if (!await db.Campaigns.AnyAsync(c => c.Id == id, ct) || await db.Leads.SingleOrDefaultAsync(l => l.Id == leadId, ct) is not { } lead)
        {
            return Refusal.NotFound();
        }

        lead.CameFrom(id);
        db.Record("LEAD_ATTRIBUTED", leadId);
        await db.SaveChangesAsync(ct);
        return TypedResults.NoContent();
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DetachAsync(Guid id, Guid leadId, MarketingDb db, CancellationToken ct)
    {
        if (await db.Leads.SingleOrDefaultAsync(l => l.Id == leadId && l.CampaignId == id, ct) is not { } lead)
        {
            return Refusal.NotFound();
        }

        lead.CameFrom(null);
        db.Record("LEAD_DETACHED", leadId);
        await db.SaveChangesAsync(ct);
        return TypedResults.NoContent();
    }
}
