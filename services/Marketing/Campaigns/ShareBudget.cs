namespace ExportConsortia.Marketing.Campaigns;

/// <summary>
/// The manager states a campaign's budget and the key by which member firms bear it: the shares add up to the budget (F-M1, F-M2). A second person
/// stands for the vote on it.
/// </summary>
internal static class ShareBudget
{
    private const int LongestReason = 1000;
    private const int MostFirms = 200;
    private const long MostWeight = 1_000_000_000_000_000;

    /// <summary>A budget and its key.</summary>
    /// <param name="BudgetMinor">In minor units of the consortium's base currency, 0 to 10¹².</param>
    /// <param name="Key">By which key it is shared.</param>
    /// <param name="Firms">Who bears it, at most 200; absent with equal shares: all firms in good standing.</param>
    /// <param name="Reason">Why, such as the board's vote: 1 to 1,000 characters; kept for good.</param>
    public sealed record Request(long BudgetMinor, CostKey Key, List<FirmWeight>? Firms = null, string? Reason = null);

    /// <summary>A firm's weight.</summary>
    /// <param name="MemberId">The firm.</param>
    /// <param name="Weight">
    /// Turnover in minor units of the consortium's base currency, or the agreed weight: 0 to 10¹⁵. Equal shares take no notice of it.
    /// </param>
    public sealed record FirmWeight(Guid MemberId, long Weight = 1);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPut("campaigns/{id:guid}/budget", HandleAsync).WithName("ShareCampaignBudget").For(Role.ConsortiumManager)
            .WithSummary("State a campaign's budget and who bears it")
            .WithDescription(
                "For managers, with a reason, until it starts: 409 CAMPAIGN_STARTED afterwards. Shares add up to the budget; what rounding leaves "
                + "goes to the largest remainders. Each firm reads only its own share. Above 0 a second person must approve it before the campaign "
                + "can start (R-305); stated again it must be approved again.")
            .WithExample(new Request(120_000, CostKey.Equal, Reason: "Board 2027-02-01, item 3.")).WithIfMatch();
        routes.MapPost("campaigns/{id:guid}/budget/approval", ApproveAsync).WithName("ApproveCampaignBudget")
            .For(Role.Auditor, Role.ConsortiumManager)
            .WithSummary("Approve a campaign's budget as the second person")
            .WithDescription("With If-Match: what is approved is what was read. `SECOND_APPROVER_REQUIRED` for the author and for an account behind "
                + "which the same account stands (F-G3); 409 ALREADY_DECIDED if no budget waits; CAMPAIGN_STARTED.")
            .WithIfMatch();
    }

    private static async Task<Results<Ok<CampaignView>, ProblemHttpResult>> ApproveAsync(
        Guid id, HttpContext http, MarketingDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        if (await db.Campaigns.SingleOrDefaultAsync(c => c.Id == id, ct) is not { } campaign)
        {
            return Refusal.NotFound();
        }

        if (EntityTag.Check(http.Request, campaign.Version) is { } stale)
        {
            return stale;
        }

        var refusal = campaign.RefuseChange() ?? (campaign.Budget is not { ApprovedAt: null } stated
            ? SecondPerson.NothingProposed() : SecondPerson.Refuse(caller, stated.By, stated.Controllers));
        if (refusal is not null)
        {
            return refusal.ToProblem();
        }

        campaign.Budget = campaign.Budget! with { ApprovedBy = caller.UserId, ApprovedAt = clock.GetUtcNow().UtcDateTime };
        campaign.Version++;
        db.Record("CAMPAIGN_BUDGET_APPROVED", id);
        await db.SaveChangesAsync(ct);
        EntityTag.Write(http.Response, campaign.Version);
        return TypedResults.Ok(CampaignView.Of(campaign));
    }

    private static async Task<Results<Ok<CampaignView>, ProblemHttpResult>> HandleAsync(
        Guid id, Request request, HttpContext http, MarketingDb db, Caller caller, TimeProvider clock, CancellationToken ct)
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
        var standing = (await db.FirmsAsync(campaign.ConsortiumId, ct))
            .Where(f => f.Standing is MemberStanding.Active or MemberStanding.Probation).Select(f => f.Id).ToList();
        var firms = Check(request, standing, errors);
        var reason = errors.Text(request.Reason, "reason", LongestReason);
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        var before = await db.CampaignShares.Where(s => s.CampaignId == id).ToDictionaryAsync(s => s.MemberId, ct);
        var shares = new List<CampaignShare>();
        foreach (var part in Apportionment.Split(request.BudgetMinor, firms.Select(f => ($"{f.MemberId:N}", f.Weight))).Parts)
        {
            var share = before.TryGetValue(Guid.Parse(part.Id), out var known) ? known : db.Add(new CampaignShare
            {
                CampaignId = id, ConsortiumId = campaign.ConsortiumId, MemberId = Guid.Parse(part.Id),
            }).Entity;
            (share.Weight, share.AmountMinor) = (part.Weight, part.Amount);
            shares.Add(share);
        }

        db.RemoveRange(before.Values.Except(shares));
        (campaign.BudgetMinor, campaign.Key) = (request.BudgetMinor, request.Key);
        campaign.Budget = new(caller.UserId, clock.GetUtcNow().UtcDateTime, reason) { Controllers = caller.Behind };
        campaign.Version++;
        db.Record("CAMPAIGN_BUDGET_STATED", id, reason);
        await db.SaveChangesAsync(ct);
        EntityTag.Write(http.Response, campaign.Version);
        return TypedResults.Ok(CampaignView.Of(campaign) with
        {
            Shares = shares.ConvertAll(s => new ShareView(s.MemberId, s.Weight, s.AmountMinor)),
        });
    }

    private static List<FirmWeight> Check(Request request, List<Guid> standing, InputErrors errors)
    {
        errors.Unless(request.BudgetMinor is >= 0 and <= Campaign.MostBudgetMinor, "budgetMinor", $"Must be 0 to {Campaign.MostBudgetMinor}.");
        errors.Unless(Enum.IsDefined(request.Key), "key", "Must be Equal, Turnover or Custom.");
        var equal = request.Key == CostKey.Equal;
        var firms = request.Firms ?? (equal ? standing.ConvertAll(f => new FirmWeight(f)) : []);
        errors.Unless(firms.Count is >= 1 and <= MostFirms, "firms", $"Must be 1 to {MostFirms} firms.");
        errors.Unless(firms.DistinctBy(f => f.MemberId).Count() == firms.Count, "firms", "Must name each firm once.");
        foreach (var (i, firm) in firms.Take(MostFirms).Index())
        {
            errors.Unless(standing.Contains(firm.MemberId), $"firms[{i}].memberId", "Must be a member firm in good standing.");
            errors.Unless(equal || firm.Weight is >= 0 and <= MostWeight, $"firms[{i}].weight", $"Must be 0 to {MostWeight}.");
        }

        errors.Unless(equal || firms.Count == 0 || firms.Exists(f => f.Weight > 0), "firms", "One weight at least must be above 0.");
        return equal ? firms.ConvertAll(f => f with { Weight = 1 }) : firms;
    }
}
