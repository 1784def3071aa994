namespace ExportConsortia.Portal.Api;

// What the pages read of the answers of Marketing about campaigns, missions and target markets, under the same names as in its interface; a test
// compares them.

public sealed record KeepCampaignsResponse(IReadOnlyList<CampaignView> Campaigns, Guid? Before);

public sealed record CampaignView(
    Guid Id, string Name, string Subject, string Text, IReadOnlyList<string> Countries, string? Language, string State, long BudgetMinor,
    string Key, DateTime CreatedAt, DateTime? StartedAt, IReadOnlyList<ShareView>? Shares, int? Audience,
    IReadOnlyList<DeliveryCount>? Deliveries, bool? CanSend, BudgetDecisionView? Budget = null);

public sealed record BudgetDecisionView(Guid By, string Reason, DateTime? ApprovedAt);

public sealed record ShareView(Guid MemberId, long Weight, long AmountMinor);

public sealed record DeliveryCount(string State, int Count);

public sealed record CampaignCostsResponse(
    Guid CampaignId, string Name, DateTime? StartedAt, Guid MemberId, long ShareMinor, int Leads, int QualifiedLeads, long? CostPerLeadMinor,
    long? CostPerQualifiedLeadMinor);

public sealed record UnsubscribeResponse(string Consortium, bool Unsubscribed);

public sealed record KeepMissionsResponse(IReadOnlyList<MissionView> Missions, Guid? Before);

public sealed record MissionView(
    Guid Id, string Direction, string Title, string Country, string Place, string? Text, DateOnly StartsOn, DateOnly EndsOn,
    DateOnly RegisterUntil, int Places, bool Cancelled, IReadOnlyList<SlotView> Slots, IReadOnlyList<MissionFirmView>? Firms,
    IReadOnlyList<MissionBuyerView>? Buyers, IReadOnlyList<MeetingView>? Meetings);

public sealed record SlotView(int Number, DateOnly Day, TimeOnly From, TimeOnly Until, string Title);

public sealed record MissionFirmView(Guid MemberId, string State, string? Note, DateTime RegisteredAt);

public sealed record MissionBuyerView(Guid BuyerId, string Name);

public sealed record MeetingView(Guid Id, int Slot, Guid MemberId, Guid BuyerId, string BuyerName);

public sealed record MarketView(string Country, string? Note, IReadOnlyList<WantedView> Wanted, long Version, IReadOnlyList<StudyView>? Studies);

public sealed record WantedView(string Kind, string? ProductFamily);

public sealed record StudyView(Guid Id, string Title, string Text, string? Link, DateTime PublishedAt);

public sealed record MarketAccessResponse(Guid SheetId, Guid MemberId, bool HsCodeMissing, IReadOnlyList<MarketAccessMarket> Markets);

public sealed record MarketAccessMarket(string Country, bool Ready, IReadOnlyList<MarketAccessLackView> Lacks);

public sealed record MarketAccessLackView(string Kind, string Why);
