using ExportConsortia.TradeFairs.Fairs;

namespace ExportConsortia.TradeFairs.Costs;

/// <summary>
/// An edition's costs with everybody's shares, for the clean team. Amounts are in minor units of the edition's currency. Items, pool and grants add
/// up
/// to the shares, and the shares of all firms, the grants and the common part to the total (F-M9).
/// </summary>
/// <param name="EditionId">The edition.</param>
/// <param name="FairName">The fair and its edition.</param>
/// <param name="State">How far the participation has come.</param>
/// <param name="Currency">ISO 4217 code.</param>
/// <param name="Version">
/// Another number with each change of what shares are computed from: also areas, volumes, aid and the opening day. Same as the <c>ETag</c>.
/// </param>
/// <param name="Rules">By which numbers.</param>
/// <param name="ApprovedAt">When the plan was approved, UTC; absent: it can be changed.</param>
/// <param name="ApprovedBy">Account of the manager who wanted it.</param>
/// <param name="PlanVote">The vote on the plan, if there was one.</param>
/// <param name="PlannedMinor">What was planned.</param>
/// <param name="TotalMinor">What it costs: invoices where they are known, else the plan.</param>
/// <param name="OverrunMinor">The difference; below 0 if it costs less.</param>
/// <param name="OverrunTakes">
/// Whose vote it takes, before the costs can be settled, that all together or one of the firms bear more than was planned.
/// </param>
/// <param name="OverrunVote">The vote on it, if there was one.</param>
/// <param name="SettledAt">When the costs were settled, UTC; from then on nothing changes (F-M7).</param>
/// <param name="SettledBy">Account of the manager who wanted it.</param>
/// <param name="Proposals">What was proposed and decided about them, the latest first: all that is open, 500 at most.</param>
/// <param name="Items">The cost items.</param>
/// <param name="Grants">The grants.</param>
/// <param name="LostMinor">Own amounts of firms that have withdrawn, which the pool bears.</param>
/// <param name="PenaltiesMinor">Their penalties, which the pool gets .</param>
/// <param name="Pool">Each firm's part of the difference, by area.</param>
/// <param name="Shares">Each firm's share; the lower id first.</param>
/// <param name="CommonMinor">What nobody is left to bear.</param>
/// <param name="Withdrawals">Who has withdrawn, with the penalty.</param>
/// <param name="Weights">Turnover and votes that the manager stated; of other firms they are 0 and 1.</param>
public sealed record CostsView(
    Guid EditionId, string FairName, FairState State, string Currency, long Version, FairRules Rules,
    DateTime? ApprovedAt, Guid? ApprovedBy, VoteReference? PlanVote, long PlannedMinor, long TotalMinor,
    long OverrunMinor, VoteNeeded OverrunTakes, VoteReference? OverrunVote, DateTime? SettledAt, Guid? SettledBy,
    IReadOnlyList<CostProposalView> Proposals, IReadOnlyList<CostItemView> Items,
    IReadOnlyList<GrantView> Grants, long LostMinor, long PenaltiesMinor, IReadOnlyList<CostPartView> Pool, IReadOnlyList<FirmShareView> Shares,
    long CommonMinor, IReadOnlyList<WithdrawalView> Withdrawals, IReadOnlyList<FirmWeightView> Weights)
{
    private const int MostProposals = 500;

    internal static async Task<CostsView> OfAsync(CostSheet sheet, TradeFairsDb db, CancellationToken ct)
    {
        var (costs, input) = (sheet.Costs, sheet.Costs.Settled ?? sheet.Expected);
        var shares = ShareCosts.Of(input);
        var asked = await sheet.AskedAsync(db, ct);
        var weights = await db.CostWeights.AsNoTracking().Where(w => w.EditionId == costs.EditionId).OrderBy(w => w.MemberId).ToListAsync(ct);
        var splits = shares.Items.ToDictionary(i => i.ItemId);
        var proposals = (await db.CostProposals.AsNoTracking().Where(p => p.EditionId == costs.EditionId)
                .OrderByDescending(p => p.State == CostProposalState.Open).ThenByDescending(p => p.At).ThenByDescending(p => p.Id).Take(MostProposals)
                .ToListAsync(ct))
            .OrderByDescending(p => p.At).ThenByDescending(p => p.Id).ToList();
        var overruns = sheet.FirmOverruns;
        return new(
            costs.EditionId, await sheet.NameAsync(db, ct), sheet.Edition.State, sheet.Edition.Currency,
            sheet.Tag, costs.Rules, costs.ApprovedAt, costs.ApprovedBy, costs.PlanVote, sheet.PlannedMinor,
            shares.TotalMinor, sheet.Overrun.AmountMinor, sheet.OverrunTakes, costs.OverrunVote, costs.SettledAt, costs.SettledBy,
            proposals.ConvertAll(CostProposalView.Of),
            [.. sheet.Items.Where(i => splits.ContainsKey(i.Id)).Select(i => CostItemView.Of(i, splits[i.Id]))],
            [.. sheet.Grants.Zip(shares.Grants).Select(g => GrantView.Of(g.First, g.Second))],
            shares.Pool.LostMinor, shares.Pool.PenaltiesMinor, CostPartView.Of(shares.Pool.Parts),
            [
                .. shares.Firms.Select(f => FirmShareView.Of(
                    f, sheet.FrozenOf(f.MemberId), asked.GetValueOrDefault(f.MemberId),
                    overruns.GetValueOrDefault(f.MemberId)?.Vote ?? VoteNeeded.None)),
            ],
            shares.CommonMinor,
            [.. sheet.Withdrawals.OrderBy(w => w.RequestedAt).Select(WithdrawalView.Of)],
            weights.ConvertAll(w => new FirmWeightView(w.MemberId, w.TurnoverMinor, w.Votes)));
    }
}

/// <summary>A cost item and its split.</summary>
/// <param name="Id">The item.</param>
/// <param name="Name">What it is.</param>
/// <param name="Key">By which key it is shared.</param>
/// <param name="UsedKey">The key that was used: another one if no firm had a weight by its own (then area, then equal).</param>
/// <param name="PlannedMinor">What was planned, in minor units.</param>
/// <param name="ActualMinor">What it costs according to invoices, in minor units; absent: not known yet.</param>
/// <param name="AmountMinor">What is shared: the actual amount if it is known, else the planned one, in minor units.</param>
/// <param name="GrantId">The grant that pays for it.</param>
/// <param name="LostMinor">Own amounts of firms that have withdrawn, which the pool bears, in minor units.</param>
/// <param name="Parts">What each firm bears; with <paramref name="LostMinor"/> they are the amount.</param>
/// <param name="Agreed">Custom: the firms on whose weights the plan agrees; those of others are stated when invoices come in.</param>
public sealed record CostItemView(
    Guid Id, string Name, CostKey Key, CostKey UsedKey, long PlannedMinor, long? ActualMinor, long AmountMinor, Guid? GrantId, long LostMinor,
    IReadOnlyList<CostPartView> Parts, IReadOnlyList<Guid> Agreed)
{
    internal static CostItemView Of(CostItem i, ItemSplit split) => new(
        i.Id, i.Name, i.Key, split.UsedKey, i.PlannedMinor, i.ActualMinor, split.AmountMinor, i.GrantId, split.LostMinor,
        CostPartView.Of(split.Parts), i.Key == CostKey.Custom ? i.PlannedParts.ConvertAll(p => p.MemberId) : []);
}

/// <summary>What the manager stated of a firm, where items are shared by it.</summary>
/// <param name="MemberId">The firm.</param>
/// <param name="TurnoverMinor">Its turnover, in minor units of the edition's currency.</param>
/// <param name="Votes">Its votes.</param>
public sealed record FirmWeightView(Guid MemberId, long TurnoverMinor, int Votes);

/// <summary>A firm's part of an amount.</summary>
/// <param name="MemberId">The firm.</param>
/// <param name="Weight">
/// Its weight in the key: square decimetres, litres, pieces, votes, minor units of turnover, an agreed weight; its own amount with the key Direct.
/// </param>
/// <param name="AmountMinor">Its part, in minor units.</param>
/// <param name="RoundedUp">True: it includes one of the minor units that rounding left, which go to the largest remainders.</param>
public sealed record CostPartView(Guid MemberId, long Weight, long AmountMinor, bool RoundedUp)
{
    internal static IReadOnlyList<CostPartView> Of(IReadOnlyList<FirmCost> parts) =>
        [.. parts.Select(p => new CostPartView(p.MemberId, p.Weight, p.AmountMinor, p.RoundedUp))];
}

/// <summary>A grant and its split.</summary>
/// <param name="Id">The grant.</param>
/// <param name="Name">What it is called.</param>
/// <param name="State">Who gives it: ISO 3166-1 alpha-2 code.</param>
/// <param name="RatePercent">Of the eligible cost.</param>
/// <param name="CapMinor">The most that it pays, in minor units.</param>
/// <param name="CeilingMinor">What an undertaking may take in three years, in euro cents.</param>
/// <param name="TenThousandEuroMinor">What 10,000 euro are, in minor units: aid is counted in euro.</param>
/// <param name="GrantedOn">The day on which the firms get the right to it.</param>
/// <param name="Overflow">What becomes of a part that a firm may not take.</param>
/// <param name="EligibleMinor">What the firms bear of its items, in minor units.</param>
/// <param name="GrantedMinor">What it pays, in minor units.</param>
/// <param name="PaidMinor">What the firms may take of it, in minor units.</param>
/// <param name="ForfeitedMinor">What is lost, in minor units.</param>
/// <param name="Parts">What each firm gets.</param>
public sealed record GrantView(
    Guid Id, string Name, string State, int RatePercent, long CapMinor, long CeilingMinor, long TenThousandEuroMinor, DateOnly GrantedOn,
    GrantOverflow Overflow, long EligibleMinor, long GrantedMinor, long PaidMinor, long ForfeitedMinor, IReadOnlyList<GrantPartView> Parts)
{
    internal static GrantView Of(FairGrant g, GrantSplit split) => new(
        g.Id, g.Name, g.State, g.RatePercent, g.CapMinor, g.CeilingMinor, g.TenThousandEuroMinor, g.GrantedOn, g.Overflow, split.EligibleMinor,
        split.GrantedMinor, split.PaidMinor, split.ForfeitedMinor,
        [.. split.Parts.Select(p => new GrantPartView(p.MemberId, p.EligibleMinor, p.AmountMinor, p.IsCapped))]);
}

/// <summary>What a firm gets of a grant.</summary>
/// <param name="MemberId">The firm.</param>
/// <param name="EligibleMinor">What it bears of the grant's items, in minor units.</param>
/// <param name="AmountMinor">What it gets, in minor units.</param>
/// <param name="IsCapped">True: it would get more, but may not take more aid .</param>
public sealed record GrantPartView(Guid MemberId, long EligibleMinor, long AmountMinor, bool IsCapped);

/// <summary>A firm's share, in minor units of the edition's currency.</summary>
/// <param name="MemberId">The firm.</param>
/// <param name="PlannedMinor">What it was to bear when it was in, before grants; 0 until the plan is approved.</param>
/// <param name="ItemsMinor">Its parts of all items.</param>
/// <param name="PoolMinor">Its part of the pool.</param>
/// <param name="PenaltyMinor">Its penalty, if it has withdrawn.</param>
/// <param name="GrossMinor">These together.</param>
/// <param name="GrantMinor">What it gets of grants.</param>
/// <param name="NetMinor">What it bears after them.</param>
/// <param name="ChargedMinor">What was asked of it so far, less what it got back.</param>
/// <param name="OverrunTakes">Whose vote it takes that this firm bears more than by the plan.</param>
public sealed record FirmShareView(
    Guid MemberId, long PlannedMinor, long ItemsMinor, long PoolMinor, long PenaltyMinor, long GrossMinor, long GrantMinor, long NetMinor,
    long ChargedMinor, VoteNeeded OverrunTakes)
{
    internal static FirmShareView Of(FirmShare f, long planned, long asked, VoteNeeded takes) => new(
        f.MemberId, planned, f.ItemsMinor, f.PoolMinor, f.PenaltyMinor, f.GrossMinor, f.GrantMinor, f.NetMinor, asked, takes);
}

/// <summary>A withdrawal.</summary>
/// <param name="MemberId">The firm.</param>
/// <param name="ByManager">True: the manager proposed it, and an auditor approved it.</param>
/// <param name="Reason">Why the manager proposed it; absent if the firm withdrew itself.</param>
/// <param name="On">The day, in the fair's zone.</param>
/// <param name="DaysToOpening">Calendar days from it to the opening day, as it was when the plan was approved.</param>
/// <param name="Percent">Of the planned share .</param>
/// <param name="PlannedShareMinor">The planned share, in minor units.</param>
/// <param name="PenaltyMinor">The penalty, in minor units.</param>
/// <param name="FreedAreaDm2">The area that it gave up, in square decimetres; what nobody takes of it is common .</param>
public sealed record WithdrawalView(
    Guid MemberId, bool ByManager, string? Reason, DateOnly On, int DaysToOpening, int Percent, long PlannedShareMinor, long PenaltyMinor,
    long FreedAreaDm2)
{
    internal static WithdrawalView Of(FairWithdrawal w) => new(
        w.MemberId, w.Proposal is not null, w.Proposal?.Reason, w.On, w.DaysToOpening, w.Percent, w.PlannedShareMinor, w.PenaltyMinor,
        w.FreedAreaDm2);
}
