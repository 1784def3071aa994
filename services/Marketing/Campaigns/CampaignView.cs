namespace ExportConsortia.Marketing.Campaigns;

/// <summary>A campaign, for the clean team.</summary>
/// <param name="Id">The campaign.</param>
/// <param name="Name">What the manager calls it.</param>
/// <param name="Subject">Subject of the message.</param>
/// <param name="Text">The message.</param>
/// <param name="Countries">Only buyers there; empty: all.</param>
/// <param name="Language">Only people who are written to in this language; absent: all.</param>
/// <param name="State">Where it stands.</param>
/// <param name="BudgetMinor">What it costs, in minor units of the consortium's base currency.</param>
/// <param name="Key">By which key firms share it.</param>
/// <param name="CreatedAt">When it was prepared, UTC.</param>
/// <param name="StartedAt">When it started, UTC.</param>
/// <param name="FinishedAt">When every recipient was dealt with or it was stopped, UTC.</param>
/// <param name="Version">Grows by one with each change. Same as the <c>ETag</c>.</param>
/// <param name="Shares">What each firm bears; not in lists.</param>
/// <param name="Audience">How many people it would reach if it started now; only of a draft, not in lists.</param>
/// <param name="Deliveries">What became of its messages; not in lists.</param>
/// <param name="Budget">Who stated the budget and who approved it; absent before, and if that was before this was kept.</param>
/// <param name="StartedBy">The account of the manager who started it; absent also if that was before this was kept.</param>
/// <param name="CanSend">True: a mail server is set, so that it can be sent; not in lists.</param>
public sealed record CampaignView(
    Guid Id, string Name, string Subject, string Text, IReadOnlyList<string> Countries, string? Language, CampaignState State, long BudgetMinor,
    CostKey Key, DateTime CreatedAt, DateTime? StartedAt, DateTime? FinishedAt, long Version, IReadOnlyList<ShareView>? Shares, int? Audience,
    IReadOnlyList<DeliveryCount>? Deliveries, bool? CanSend, BudgetDecisionView? Budget, Guid? StartedBy)
{
    internal static CampaignView Of(Campaign c) => new(
        c.Id, c.Name, c.Subject, c.Text, c.Countries, c.Language, c.State, c.BudgetMinor, c.Key, c.CreatedAt, c.StartedAt, c.FinishedAt, c.Version,
        null, null, null, null, c.Budget is { } b ? new(b.By, b.At, b.Reason, b.ApprovedBy, b.ApprovedAt) : null, c.StartedBy);
}

/// <summary>Who decided what a campaign costs and who bears it.</summary>
/// <param name="By">The account of the manager who stated it.</param>
/// <param name="At">When, UTC.</param>
/// <param name="Reason">Why, such as the board's vote.</param>
/// <param name="ApprovedBy">The account of the second person; absent: it waits for one.</param>
/// <param name="ApprovedAt">When, UTC.</param>
public sealed record BudgetDecisionView(Guid By, DateTime At, string Reason, Guid? ApprovedBy, DateTime? ApprovedAt);

/// <summary>What a firm bears of a campaign.</summary>
/// <param name="MemberId">The firm.</param>
/// <param name="Weight">Its weight in the key.</param>
/// <param name="AmountMinor">Its share, in minor units of the consortium's base currency.</param>
public sealed record ShareView(Guid MemberId, long Weight, long AmountMinor);

/// <summary>How many messages are in a state.</summary>
/// <param name="State">The state.</param>
/// <param name="Count">How many.</param>
public sealed record DeliveryCount(DeliveryState State, int Count);
