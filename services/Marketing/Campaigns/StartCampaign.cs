using System.ComponentModel;

namespace ExportConsortia.Marketing.Campaigns;

/// <summary>The manager starts a campaign: who agreed to such messages is queued, and the service sends them one by one. Or stops it.</summary>
internal static class StartCampaign
{
    /// <summary>A page of recipients.</summary>
    /// <param name="Recipients">The people, in no particular order.</param>
    /// <param name="Before">Send it as <c>before</c> to read on; absent on the last page.</param>
    public sealed record RecipientPage(IReadOnlyList<RecipientView> Recipients, Guid? Before);

    /// <summary>A person who gets the message.</summary>
    /// <param name="Id">The recipient.</param>
    /// <param name="BuyerId">The buyer.</param>
    /// <param name="ContactId">The person at the buyer.</param>
    /// <param name="State">What became of the message.</param>
    /// <param name="Failure">Why it failed, if it did.</param>
    /// <param name="SentAt">When the mail server took it, UTC.</param>
    public sealed record RecipientView(Guid Id, Guid BuyerId, Guid ContactId, DeliveryState State, DeliveryFailure? Failure, DateTime? SentAt);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("campaigns/{id:guid}/start", StartAsync).WithName(nameof(StartCampaign)).For(Role.ConsortiumManager)
            .WithSummary("Start a campaign")
            .WithDescription(
                "For managers: one message to each address whose owner agreed to campaigns and did not withdraw it. With If-Match, so that nobody "
                + "sends what has changed meanwhile. 409 BUDGET_NOT_APPROVED (R-305); MAIL_NOT_SET without a mail server; NO_AUDIENCE if nobody "
                + "agreed; AUDIENCE_LIMIT above 10,000 people; CAMPAIGN_STARTED if it was started before.")
            .WithIfMatch();
        routes.MapPost("campaigns/{id:guid}/stop", StopAsync).WithName("StopCampaign").For(Role.ConsortiumManager)
            .WithSummary("Stop a campaign")
            .WithDescription("For managers: who has not got the message doesn't get it. 409 ALREADY_DECIDED unless it is being sent.");
        routes.MapGet("campaigns/{id:guid}/recipients", ListAsync).WithName("ListCampaignRecipients").For(Role.ConsortiumManager, Role.Auditor)
            .WithSummary("List a campaign's recipients")
            .WithDescription("For the clean team: what became of each message. Names and addresses are the buyer's contacts'.");
    }

    private static async Task<Results<Ok<CampaignView>, ProblemHttpResult>> StartAsync(
        Guid id, HttpContext http, MarketingDb db, MailServer mail, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        if (await db.Campaigns.SingleOrDefaultAsync(c => c.Id == id, ct) is not { } campaign)
        {
            return Refusal.NotFound();
        }

        if ((EntityTag.Check(http.Request, campaign.Version) ?? (campaign.RefuseChange() ?? campaign.RefuseBudget())?.ToProblem()) is { } refused)
        {
            return refused;
        }

        if (!mail.IsSet)
        {
            return new Refusal("MAIL_NOT_SET", "This installation has no mail server: campaigns can be prepared, but not sent.").ToProblem();
        }

        var people = Audience.Once(await Audience.OfAsync(campaign, db, ct));
        if (people.Count is 0 or > Audience.Most)
        {
            return (people.Count == 0 ? new Refusal("NO_AUDIENCE", "Nobody of this audience agreed to get campaigns.")
                : new("AUDIENCE_LIMIT", $"More than {Audience.Most:N0} people would get it: narrow the audience.")).ToProblem();
        }

        var now = clock.GetUtcNow().UtcDateTime;
        (campaign.State, campaign.StartedAt, campaign.StartedBy) = (CampaignState.Sending, now, caller.UserId);
        db.Record("CAMPAIGN_STARTED", id);
        campaign.Version++;
        db.AddRange(people.Select(person => new CampaignRecipient
        {
            Id = Guid.CreateVersion7(), ConsortiumId = campaign.ConsortiumId, CampaignId = id, BuyerId = person.BuyerId,
            ContactId = person.Contact.Id, QueuedAt = now, DueAt = now,
        }));
        await db.SaveChangesAsync(ct);
        EntityTag.Write(http.Response, campaign.Version);
        return TypedResults.Ok(CampaignView.Of(campaign));
    }

    private static async Task<Results<Ok<CampaignView>, ProblemHttpResult>> StopAsync(
        Guid id, MarketingDb db, TimeProvider clock, CancellationToken ct)
    {
        if (await db.Campaigns.SingleOrDefaultAsync(c => c.Id == id, ct) is not { } campaign)
        {
            return Refusal.NotFound();
        }

        if (campaign.State != CampaignState.Sending)
        {
            return new Refusal("ALREADY_DECIDED", "The campaign is not being sent.").ToProblem();
        }

        (campaign.State, campaign.FinishedAt) = (CampaignState.Stopped, clock.GetUtcNow().UtcDateTime);
        campaign.Version++;
        db.Record("CAMPAIGN_STOPPED", id);
        await db.SaveChangesAsync(ct);
        return TypedResults.Ok(CampaignView.Of(campaign));
    }

    private static async Task<Results<Ok<RecipientPage>, ProblemHttpResult>> ListAsync(
        Guid id, MarketingDb db, CancellationToken ct,
        [Description("Only messages in this state.")] DeliveryState? state = null,
        [Description("Recipients a page, 1 to 200; 50 by default.")] int? limit = null,
        [Description("Value of before in the previous page.")] Guid? before = null)
    {
        if (!await db.Campaigns.AnyAsync(c => c.Id == id, ct))
        {
            return Refusal.NotFound();
        }

        var (refused, page, most) = await db.CampaignRecipients.PageAsync(
            nameof(CampaignRecipient.QueuedAt), limit, before, r => r.CampaignId == id && (state == null || r.State == state), ct);
        if (refused is not null)
        {
            return refused;
        }

        var rows = await page.ToListAsync(ct);
        return TypedResults.Ok(new RecipientPage(
            rows.ConvertAll(r => new RecipientView(r.Id, r.BuyerId, r.ContactId, r.State, r.Failure, r.SentAt)),
            rows.Count < most ? null : rows[^1].Id));
    }
}
