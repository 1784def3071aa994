namespace ExportConsortia.Portal.Api;

// What the pages read of the answers of TradeFairs about costs, under the same names as in its interface; a test compares them.

public sealed record CostsView(
    Guid EditionId, string FairName, string State, string Currency, FairRules Rules, DateTime? ApprovedAt, VoteReference? PlanVote,
    long PlannedMinor, long TotalMinor, long OverrunMinor, string OverrunTakes, VoteReference? OverrunVote, DateTime? SettledAt,
    IReadOnlyList<CostItemView> Items, IReadOnlyList<GrantView> Grants, long LostMinor, long PenaltiesMinor, IReadOnlyList<CostPartView> Pool,
    IReadOnlyList<FirmShareView> Shares, long CommonMinor, IReadOnlyList<WithdrawalView> Withdrawals, IReadOnlyList<FirmWeightView> Weights,
    IReadOnlyList<CostProposalView> Proposals);

public sealed record CostProposalView(
    Guid Id, string Kind, string State, string? Reason, VoteReference? Vote, Guid? ItemId, IReadOnlyList<ProposedPartView> Parts,
    Guid By, DateTime At, Guid? DecidedBy, DateTime? DecidedAt);

public sealed record ProposedPartView(Guid MemberId, long Value);

public sealed record FairRules(
    int BalanceAskedDays, int BalanceDueDays, IReadOnlyList<PenaltyStep> PenaltySteps, int BoardAbovePercent, long BoardAboveMinor,
    int AssemblyAbovePercent, int PlannedFirms = 5);

public sealed record PenaltyStep(int MoreThanDays, int Percent);

public sealed record FirmWeightView(Guid MemberId, long TurnoverMinor, int Votes);

public sealed record VoteReference(string Body, string Reference, DateOnly HeldOn);

public sealed record CostItemView(
    Guid Id, string Name, string Key, string UsedKey, long PlannedMinor, long? ActualMinor, long AmountMinor, Guid? GrantId, long LostMinor,
    IReadOnlyList<CostPartView> Parts, IReadOnlyList<Guid> Agreed);

public sealed record CostPartView(Guid MemberId, long Weight, long AmountMinor, bool RoundedUp);

public sealed record GrantView(
    Guid Id, string Name, string State, int RatePercent, long CapMinor, DateOnly GrantedOn, string Overflow, long EligibleMinor, long GrantedMinor,
    long PaidMinor, long ForfeitedMinor, IReadOnlyList<GrantPartView> Parts);

public sealed record GrantPartView(Guid MemberId, long EligibleMinor, long AmountMinor, bool IsCapped);

public sealed record FirmShareView(
    Guid MemberId, long PlannedMinor, long ItemsMinor, long PoolMinor, long PenaltyMinor, long GrossMinor, long GrantMinor, long NetMinor,
    long ChargedMinor);

public sealed record WithdrawalView(
    Guid MemberId, bool ByManager, DateOnly On, int DaysToOpening, int Percent, long PlannedShareMinor, long PenaltyMinor, long FreedAreaDm2);

public sealed record SimulateCostsResponse(
    long NowTotalMinor, long ThenTotalMinor, long ThenPoolMinor, long ThenCommonMinor, IReadOnlyList<SimulateCostsSimulatedShare> Shares);

public sealed record SimulateCostsSimulatedShare(Guid MemberId, long NowMinor, long ThenMinor);

public sealed record OwnShareView(
    Guid EditionId, string FairName, string Currency, DateTime? ApprovedAt, DateTime? SettledAt, long PlannedMinor, IReadOnlyList<OwnItemView> Items,
    long PoolMinor, long PenaltyMinor, long GrossMinor, IReadOnlyList<OwnGrantView> Grants, long GrantMinor, long NetMinor, long ChargedMinor,
    long TotalMinor, IReadOnlyList<OwnChangeView> Changes, OwnPenaltyView? Penalty, IReadOnlyList<OwnDecisionView> Decisions);

public sealed record OwnDecisionView(
    string Kind, string State, string? Reason, VoteReference? Vote, string? ItemName, long? OwnValue, DateTime At, Guid? DecidedBy,
    DateTime? DecidedAt);

public sealed record OwnItemView(
    Guid Id, string Name, string Key, bool IsActual, long OwnMinor, long OwnWeight, long? TotalMinor, decimal? TotalWeight, bool RoundedUp);

public sealed record OwnGrantView(string Name, long OwnMinor, long EligibleMinor, bool IsCapped);

public sealed record OwnChangeView(string Cause, DateTime? At, bool IsOwn, long DeltaMinor, IReadOnlyList<ChangePartView> Parts);

public sealed record ChangePartView(Guid? ItemId, string? Name, string Rule, long DeltaMinor);

public sealed record OwnPenaltyView(DateOnly On, int DaysToOpening, int Percent, long AmountMinor);

public sealed record SimulateCostsRiskResponse(string FairName, string Currency, int Others, long NowMinor, long AtMostMinor, int AtMostPercent);

public sealed record KeepAidResponse(IReadOnlyList<KeepAidAidView> Aid, IReadOnlyList<KeepAidUndertakingView> Undertakings);

public sealed record KeepAidAidView(
    Guid Id, Guid MemberId, string State, DateOnly GrantedOn, long AmountMinor, string Currency, string? Note, Guid? GrantId);

public sealed record KeepAidUndertakingView(Guid MemberId, string Code);
