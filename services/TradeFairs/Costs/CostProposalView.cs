namespace ExportConsortia.TradeFairs.Costs;

/// <summary>A decision about an edition's costs, with who wanted it and who agreed.</summary>
/// <param name="Id">The proposal.</param>
/// <param name="Kind">What it is about.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Reason">Why, in the author's words; absent where the rules need none.</param>
/// <param name="Vote">The vote that the author refers to.</param>
/// <param name="ItemId">Own amounts: the item.</param>
/// <param name="Parts">Own amounts: what each firm is to bear, or its weight; otherwise empty.</param>
/// <param name="By">Account of its author.</param>
/// <param name="At">When, UTC.</param>
/// <param name="DecidedBy">Account of the second person; absent until it is decided, and if none was needed.</param>
/// <param name="DecidedAt">When, UTC.</param>
public sealed record CostProposalView(
    Guid Id, CostProposalKind Kind, CostProposalState State, string? Reason, VoteReference? Vote, Guid? ItemId,
    IReadOnlyList<ProposedPartView> Parts, Guid By, DateTime At, Guid? DecidedBy, DateTime? DecidedAt)
{
    internal static CostProposalView Of(CostProposal p) => new(
        p.Id, p.Kind, p.State, p.Reason, p.Vote, p.ItemId, [.. (p.Parts ?? []).Select(part => new ProposedPartView(part.MemberId, part.Value))], p.By,
        p.At, p.DecidedBy, p.DecidedAt);
}

/// <summary>What a firm is to bear.</summary>
/// <param name="MemberId">The firm.</param>
/// <param name="Value">In minor units of the edition's currency, or a weight.</param>
public sealed record ProposedPartView(Guid MemberId, long Value);

/// <summary>A decision about an edition's costs that concerns all firms or this one, for this firm.</summary>
/// <param name="Kind">What it is about.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Reason">Why, in the author's words; absent where the rules need none.</param>
/// <param name="Vote">The vote that the author refers to.</param>
/// <param name="ItemName">Own amounts: the item.</param>
/// <param name="OwnValue">Own amounts: what this firm is to bear, in minor units of the edition's currency, or its weight.</param>
/// <param name="By">Account of its author.</param>
/// <param name="At">When, UTC.</param>
/// <param name="DecidedBy">Account of the second person; absent until it is decided, and if none was needed.</param>
/// <param name="DecidedAt">When, UTC.</param>
public sealed record OwnDecisionView(
    CostProposalKind Kind, CostProposalState State, string? Reason, VoteReference? Vote, string? ItemName, long? OwnValue, Guid By, DateTime At,
    Guid? DecidedBy, DateTime? DecidedAt)
{
    /// <summary>
    /// Those that the firm reads, the latest first. What others are to bear by themselves is theirs, and why: a firm reads of own amounts where its
    /// own is beyond the planned one.
    /// </summary>
    internal static IReadOnlyList<OwnDecisionView> ListOf(
        IEnumerable<CostProposal> proposals, IReadOnlyDictionary<Guid, CostItem> items, Guid member) =>
    [
        .. from p in proposals
           where p.State is CostProposalState.Open or CostProposalState.WithinRules or CostProposalState.Approved
           let own = p.Parts?.Find(part => part.MemberId == member)?.Value
           let item = p.ItemId is { } id ? items.GetValueOrDefault(id) : null
           where p.Kind != CostProposalKind.OwnAmounts || own > (item?.PlannedParts.Find(part => part.MemberId == member)?.Value ?? 0)
           orderby p.At descending, p.Id descending
           select new OwnDecisionView(
               p.Kind, p.State, p.Reason, p.Vote, item?.Name, own, p.By, p.At, p.DecidedBy, p.DecidedAt),
    ];
}
