namespace ExportConsortia.TradeFairs.Costs;

/// <summary>
/// Who bears what of a stand's costs. Shares of all firms + grants + <see cref="CommonMinor"/> = <see cref="TotalMinor"/> (F-M9); a withdrawn firm's
/// share is its penalty. Amounts are in minor units of the edition's currency.
/// </summary>
/// <param name="TotalMinor">What the items cost in all.</param>
/// <param name="Items">Each item's split, by ascending id.</param>
/// <param name="Pool">What withdrawals left behind.</param>
/// <param name="Grants">Each grant's split, in their order.</param>
/// <param name="Firms">Each firm's share, by ascending id; those that have withdrawn too.</param>
/// <param name="CommonMinor">What nobody is left to bear: 0 as long as one firm takes part.</param>
internal sealed record CostShares(
    long TotalMinor, IReadOnlyList<ItemSplit> Items, PoolSplit Pool, IReadOnlyList<GrantSplit> Grants, IReadOnlyList<FirmShare> Firms,
    long CommonMinor)
{
    /// <summary>A firm's share, or null if it has none.</summary>
    public FirmShare? Of(Guid memberId) => Firms.FirstOrDefault(f => f.MemberId == memberId);
}

/// <summary>The split of one item.</summary>
/// <param name="ItemId">The item.</param>
/// <param name="AmountMinor">What it costs: <paramref name="LostMinor"/> and all parts together.</param>
/// <param name="Key">Its key.</param>
/// <param name="UsedKey">The key that was used: another one if nobody had a weight by the item's own (then area, then equal).</param>
/// <param name="LostMinor">Own amounts of firms that don't take part any more: the pool bears them.</param>
/// <param name="Parts">Each firm's part, by ascending id.</param>
internal sealed record ItemSplit(
    Guid ItemId, long AmountMinor, CostKey Key, CostKey UsedKey, long LostMinor, IReadOnlyList<FirmCost> Parts);

/// <summary>A firm's part of one amount.</summary>
/// <param name="MemberId">The firm.</param>
/// <param name="Weight">Its weight in the key that was used.</param>
/// <param name="AmountMinor">Its part.</param>
/// <param name="RoundedUp">It includes one of the minor units that rounding left.</param>
internal sealed record FirmCost(Guid MemberId, long Weight, long AmountMinor, bool RoundedUp);

/// <summary>The pool of the participation: lost own amounts less penalties, borne by area; often negative.</summary>
/// <param name="LostMinor">Own amounts of firms that have withdrawn, which the consortium has to pay nevertheless.</param>
/// <param name="PenaltiesMinor">Their penalties.</param>
/// <param name="Parts">Each firm's part of the difference, by ascending id.</param>
internal sealed record PoolSplit(long LostMinor, long PenaltiesMinor, IReadOnlyList<FirmCost> Parts)
{
    public long AdjustmentMinor => LostMinor - PenaltiesMinor;
}

/// <summary>The split of one grant.</summary>
/// <param name="GrantId">The grant.</param>
/// <param name="EligibleMinor">What the firms bear of its items.</param>
/// <param name="GrantedMinor">Its rate of that, at most its cap.</param>
/// <param name="PaidMinor">What the firms may take of it.</param>
/// <param name="ForfeitedMinor">What is lost.</param>
/// <param name="Parts">Each firm's part, by ascending id.</param>
internal sealed record GrantSplit(
    Guid GrantId, long EligibleMinor, long GrantedMinor, long PaidMinor, long ForfeitedMinor, IReadOnlyList<FirmGrant> Parts);

/// <summary>A firm's part of a grant.</summary>
/// <param name="MemberId">The firm.</param>
/// <param name="EligibleMinor">What it bears of the grant's items.</param>
/// <param name="AmountMinor">What it gets.</param>
/// <param name="IsCapped">It would get more, but its undertaking may not take more aid, or it has no more eligible cost.</param>
internal sealed record FirmGrant(Guid MemberId, long EligibleMinor, long AmountMinor, bool IsCapped);

/// <summary>What one firm bears.</summary>
/// <param name="MemberId">The firm.</param>
/// <param name="ItemsMinor">Its parts of all items.</param>
/// <param name="PoolMinor">Its part of the pool.</param>
/// <param name="PenaltyMinor">Its penalty, if it has withdrawn.</param>
/// <param name="GrantMinor">What it gets of grants.</param>
internal sealed record FirmShare(Guid MemberId, long ItemsMinor, long PoolMinor, long PenaltyMinor, long GrantMinor)
{
    /// <summary>Before grants.</summary>
    public long GrossMinor => ItemsMinor + PoolMinor + PenaltyMinor;

    /// <summary>After grants.</summary>
    public long NetMinor => GrossMinor - GrantMinor;
}
