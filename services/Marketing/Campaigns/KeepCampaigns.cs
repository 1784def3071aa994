using System.ComponentModel;

namespace ExportConsortia.Marketing.Campaigns;

/// <summary>The manager prepares campaigns (MKT-06), and the clean team reads them.</summary>
internal static class KeepCampaigns
{
    private const int MostDrafts = 100;
    private const int MostCountries = 50;

    /// <summary>A campaign's message and audience.</summary>
    /// <param name="Name">What you call it, 1 to 120 characters.</param>
    /// <param name="Subject">Subject of the message, 1 to 120 characters.</param>
    /// <param name="Text">The message, plain text, 1 to 10,000 characters. The link to unsubscribe is added to it.</param>
    /// <param name="Countries">ISO 3166-1 alpha-2 codes: only buyers there, at most 50; absent: all.</param>
    /// <param name="Language">Only people who are written to in this language; absent: all.</param>
    public sealed record Request(string Name, string Subject, string Text, List<string>? Countries = null, string? Language = null);

    /// <summary>A page of campaigns.</summary>
    /// <param name="Campaigns">The latest first.</param>
    /// <param name="Before">Send it as <c>before</c> to read on; absent on the last page.</param>
    public sealed record Response(IReadOnlyList<CampaignView> Campaigns, Guid? Before);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var example = new Request("Spring letter", "Teak chairs for the season", "Dear customer,\nour new edition is out.", ["DE", "FR"]);
        routes.MapPost("campaigns", AddAsync).WithName("AddCampaign").For(Role.ConsortiumManager)
            .WithSummary("Prepare a campaign")
            .WithDescription("For managers. Nothing is sent yet. 409 CAMPAIGN_LIMIT at 100 drafts.")
            .WithExample(example);
        routes.MapPut("campaigns/{id:guid}", ChangeAsync).WithName("ChangeCampaign").For(Role.ConsortiumManager)
            .WithSummary("Change a campaign that has not started")
            .WithDescription("For managers. 409 CAMPAIGN_STARTED afterwards.")
            .WithExample(example).WithIfMatch();
        routes.MapDelete("campaigns/{id:guid}", RemoveAsync).WithName("RemoveCampaign").For(Role.ConsortiumManager)
            .WithSummary("Remove a campaign that has not started")
            .WithDescription("For managers. 409 CAMPAIGN_STARTED afterwards.");
        routes.MapGet("campaigns", ListAsync).WithName("ListCampaigns").For(Role.ConsortiumManager, Role.Auditor)
            .WithSummary("List campaigns")
            .WithDescription("For the clean team, the latest first. Firms read what they bear under `campaign-costs`.");
        routes.MapGet("campaigns/{id:guid}", GetAsync).WithName("GetCampaign").For(Role.ConsortiumManager, Role.Auditor)
            .WithSummary("Read a campaign")
            .WithDescription(
                "For the clean team: message, budget with each firm's share, how many people it would reach now, and what became of its messages. "
                + "Send the response's ETag as If-Match when you change it.");
    }

    private static async Task<Results<Created<CampaignView>, ProblemHttpResult>> AddAsync(
        Request request, MarketingDb db, Caller caller, TimeProvider clock, HttpResponse response, CancellationToken ct)
    {
        var errors = new InputErrors();
        var campaign = new Campaign
        {
            Id = Guid.CreateVersion7(), ConsortiumId = caller.ConsortiumId, Name = "", Subject = "", Text = "",
            CreatedAt = clock.GetUtcNow().UtcDateTime, Version = 1,
        };
        Fill(campaign, request, errors);
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        if (await db.Campaigns.CountAsync(c => c.State == CampaignState.Draft, ct) >= MostDrafts)
        {
            return new Refusal("CAMPAIGN_LIMIT", $"There are {MostDrafts} drafts, as many as there can be: start or remove some.").ToProblem();
        }

        db.Add(campaign);
        db.Record("CAMPAIGN_PREPARED", campaign.Id);
        await db.SaveChangesAsync(ct);
        EntityTag.Write(response, campaign.Version);
        return TypedResults.Created($"/api/marketing/campaigns/{campaign.Id}", CampaignView.Of(campaign));
    }

    private static async Task<Results<Ok<CampaignView>, ProblemHttpResult>> ChangeAsync(
        Guid id, Request request, HttpContext http, MarketingDb db, CancellationToken ct)
    {
        if (await db.Campaigns.SingleOrDefaultAsync(c => c.Id == id, ct) is not { } campaign)
        {
            return Refusal.NotFound();
        }

        if ((EntityTag.Check(http.Request, campaign.Version) ?? campaign.RefuseChange()?.ToProblem()) is { } refused)
        {
            return refused;
        }

        var errors = new InputErrors();
        Fill(campaign, request, errors);
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        campaign.Version++;
        db.Record("CAMPAIGN_CHANGED", id);
        await db.SaveChangesAsync(ct);
        EntityTag.Write(http.Response, campaign.Version);
        return TypedResults.Ok(CampaignView.Of(campaign));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> RemoveAsync(Guid id, MarketingDb db, CancellationToken ct)
    {
        if (await db.Campaigns.SingleOrDefaultAsync(c => c.Id == id, ct) is not { } campaign)
        {
            return Refusal.NotFound();
        }

        if (campaign.RefuseChange() is { } refusal)
        {
            return refusal.ToProblem();
        }

        db.RemoveRange(await db.CampaignShares.Where(s => s.CampaignId == id).ToListAsync(ct));
        foreach (var lead in await db.Leads.Where(l => l.CampaignId == id).ToListAsync(ct))
        {
            lead.CameFrom(null);
        }

        db.Remove(campaign);
        db.Record("CAMPAIGN_REMOVED", id);
        await db.SaveChangesAsync(ct);
        return TypedResults.NoContent();
    }

    private static async Task<Results<Ok<Response>, ProblemHttpResult>> ListAsync(
        MarketingDb db, CancellationToken ct,
        [Description("Only campaigns in this state.")] CampaignState? state = null,
        [Description("Campaigns a page, 1 to 200; 50 by default.")] int? limit = null,
        [Description("Value of before in the previous page.")] Guid? before = null)
    {
        var (refused, page, most) = await db.Campaigns.PageAsync(
            nameof(Campaign.CreatedAt), limit, before, c => state == null || c.State == state, ct);
        if (refused is not null)
        {
            return refused;
        }

        var campaigns = await page.ToListAsync(ct);
        return TypedResults.Ok(new Response(campaigns.ConvertAll(CampaignView.Of), campaigns.Count < most ? null : campaigns[^1].Id));
    }

    private static async Task<Results<Ok<CampaignView>, ProblemHttpResult>> GetAsync(
        Guid id, MarketingDb db, MailServer mail, HttpResponse response, CancellationToken ct)
    {
        if (await db.Campaigns.AsNoTracking().SingleOrDefaultAsync(c => c.Id == id, ct) is not { } campaign)
        {
            return Refusal.NotFound();
        }

        var shares = await db.CampaignShares.AsNoTracking().Where(s => s.CampaignId == id).OrderBy(s => s.MemberId).ToListAsync(ct);
        var counts = await db.CampaignRecipients.Where(r => r.CampaignId == id).GroupBy(r => r.State)
            .Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, ct);
        EntityTag.Write(response, campaign.Version);
        return TypedResults.Ok(CampaignView.Of(campaign) with
        {
            Shares = shares.ConvertAll(s => new ShareView(s.MemberId, s.Weight, s.AmountMinor)),
            Audience = campaign.State == CampaignState.Draft ? Audience.Once(await Audience.OfAsync(campaign, db, ct)).Count : null,
            Deliveries = [.. counts.OrderBy(c => c.Key).Select(c => new DeliveryCount(c.Key, c.Value))],
            CanSend = mail.IsSet,
        });
    }

    private static void Fill(Campaign campaign, Request request, InputErrors errors)
    {
        campaign.Name = errors.Text(request.Name, "name", Campaign.LongestName);
        campaign.Subject = errors.Text(request.Subject, "subject", Campaign.LongestName);
        errors.Unless(
            !string.IsNullOrWhiteSpace(request.Text) && request.Text.Length <= Campaign.LongestText
            && !request.Text.Any(c => char.IsControl(c) && c is not ('\n' or '\r' or '\t')),
            "text", $"Must have 1 to {Campaign.LongestText:N0} characters.");
        campaign.Text = (request.Text ?? "").ReplaceLineEndings("\n");
        campaign.Countries = [.. (request.Countries ?? []).Select(c => c?.Trim().ToUpperInvariant() ?? "").Distinct().Order(StringComparer.Ordinal)];
        errors.Unless(
            campaign.Countries.Count <= MostCountries && campaign.Countries.TrueForAll(KnownCodes.IsCountry),
            "countries", $"Must be at most {MostCountries} codes of countries, such as DE.");
        campaign.Language = string.IsNullOrWhiteSpace(request.Language) ? null : request.Language.Trim().ToLowerInvariant();
        errors.Unless(campaign.Language is null || KnownCodes.IsLanguage(campaign.Language), "language", "Must be a language code, such as de.");
    }
}
