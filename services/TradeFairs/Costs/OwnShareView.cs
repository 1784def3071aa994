namespace ExportConsortia.TradeFairs.Costs;

/// <summary>
/// A firm's share of an edition's costs, for this firm. Amounts are in minor units of the edition's currency. Its parts add up to its share, and the
/// totals that it reads to <paramref name="TotalMinor"/>. No other firm is named, and nothing is shown from which another's part could be told.
/// </summary>
/// <param name="EditionId">The edition.</param>
/// <param name="FairName">The fair and its edition.</param>
/// <param name="Currency">ISO 4217 code.</param>
/// <param name="ApprovedAt">When the plan was approved, UTC; absent: the share is an estimate.</param>
/// <param name="SettledAt">When the costs were settled, UTC; from then on the share stays as it is.</param>
/// <param name="PlannedMinor">What it was to bear when it was in, before grants; 0 until the plan is approved.</param>
/// <param name="Items">The cost items.</param>
/// <param name="PoolMinor">Its part of what withdrawals left behind: lost costs less penalties; below 0: it bears less.</param>
/// <param name="PenaltyMinor">Its own penalty, if it has withdrawn .</param>
/// <param name="GrossMinor">Its parts of the items, of the pool, and its penalty.</param>
/// <param name="Grants">The grants.</param>
/// <param name="GrantMinor">What it gets of them.</param>
/// <param name="NetMinor">What it bears after them.</param>
/// <param name="ChargedMinor">What it was asked for so far, less what it got back.</param>
/// <param name="TotalMinor">The totals of the items of which it may read them.</param>
/// <param name="Changes">Why its share is what it is: from the planned share, each change with its rules. They add up to what it bears.</param>
/// <param name="Penalty">What its withdrawal would cost today; absent if it has withdrawn, or the fair has begun.</param>
public sealed record OwnShareView(
    Guid EditionId, string FairName, string Currency, DateTime? ApprovedAt, DateTime? SettledAt,
    long PlannedMinor, IReadOnlyList<OwnItemView> Items, long PoolMinor,
    long PenaltyMinor, long GrossMinor, IReadOnlyList<OwnGrantView> Grants, long GrantMinor, long NetMinor, long ChargedMinor, long TotalMinor,
    IReadOnlyList<OwnChangeView> Changes, OwnPenaltyView? Penalty)
{
    /// <summary>From how many firms on a sum tells none of them what another bears.</summary>
    public const int LeastFirms = 3;

    internal static OwnShareView Of(
        CostSheet sheet, string name, CostShares shares, FirmShare share, long asked, IReadOnlyList<CostStepRow> steps, DateTime now)
    {
        var (member, names) = (share.MemberId, sheet.Items.ToDictionary(i => i.Id));
        var isIn = sheet.Expected.Firms.Any(f => f.MemberId == member);
        var items = !isIn ? [] : shares.Items.Select(i => OwnItemView.Of(names[i.ItemId], i, member)).ToList();
        var at = steps.ToDictionary(s => s.Number);
        return new(
            sheet.Edition.Id, name, sheet.Edition.Currency, sheet.Costs.ApprovedAt, sheet.Costs.SettledAt,
            sheet.FrozenOf(member), items, share.PoolMinor,
            share.PenaltyMinor, share.GrossMinor,
            !isIn ? [] : [.. sheet.Grants.Zip(shares.Grants).Select(g => OwnGrantView.Of(g.First, g.Second, member))],
            share.GrantMinor, share.NetMinor, asked, items.Sum(i => i.TotalMinor ?? 0),
            [.. ExplainShare.Of(member, steps.Select(s => s.ToStep()), sheet.Costs.Settled ?? sheet.Expected).Select(c => new OwnChangeView(
                c.Cause, c.Number > 0 ? at[c.Number].At : null, c.Number > 0 && at[c.Number].MemberId == member, c.DeltaMinor,
                [.. c.Parts.Select(p => new ChangePartView(
                    p.ItemId, p.ItemId is { } id ? names.GetValueOrDefault(id)?.Name : null, p.Rule, p.DeltaMinor))]))],
            isIn && sheet.Costs.SettledAt is null && sheet.Edition.DaysToOpening(now) > 0 ? OwnPenaltyView.Of(sheet.PenaltyOf(member, now)) : null);
    }

    /// <summary>True: the total tells the firm nobody else's part.</summary>
    internal static bool MayShow(CostKey key, IEnumerable<(Guid MemberId, long Weight)> bearers, Guid member)
    {
        if (key is CostKey.ByTurnover or CostKey.Custom)
        {
            return false;   // two readings would tell another firm's turnover, or what was agreed with it
        }

        var bearing = bearers.Where(b => b.Weight > 0).Select(b => b.MemberId).ToList();
        return key is CostKey.Equal or CostKey.ByVotes || bearing.Count >= LeastFirms || bearing.TrueForAll(b => b == member);
    }
}

/// <summary>A cost item, for one firm.</summary>
/// <param name="Id">The item.</param>
/// <param name="Name">What it is.</param>
/// <param name="Key">The key by which it is shared.</param>
/// <param name="IsActual">True: according to invoices; false: as planned.</param>
/// <param name="OwnMinor">What the firm bears of it, in minor units.</param>
/// <param name="OwnWeight">
/// The firm's weight in the key: square decimetres, litres, pieces, votes, minor units of turnover, an agreed weight; its own amount if it is direct.
/// </param>
/// <param name="TotalMinor">What it costs in all, in minor units; absent if that would tell what another firm bears.</param>
/// <param name="TotalWeight">All firms' weights together; absent like the total.</param>
/// <param name="RoundedUp">True: the part includes a minor unit that rounding left, which goes to the largest remainders.</param>
public sealed record OwnItemView(
    Guid Id, string Name, CostKey Key, bool IsActual, long OwnMinor, long OwnWeight, long? TotalMinor, decimal? TotalWeight, bool RoundedUp)
{
    internal static OwnItemView Of(CostItem item, ItemSplit split, Guid member)
    {
        var own = split.Parts.Single(p => p.MemberId == member);
        // The lost part is the pool's: with it the total would tell what a firm that has withdrawn bore by itself.
        var shown = OwnShareView.MayShow(split.UsedKey, split.Parts.Select(p => (p.MemberId, p.Weight)), member);
        return new(
            item.Id, item.Name, split.UsedKey, item.ActualMinor is not null, own.AmountMinor, own.Weight,
            shown ? split.AmountMinor - split.LostMinor : null, shown ? split.Parts.Sum(p => (decimal)p.Weight) : null, own.RoundedUp);
    }
}

/// <summary>A grant, for one firm.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="OwnMinor">What the firm gets, in minor units.</param>
/// <param name="EligibleMinor">What the firm bears of its items, in minor units.</param>
/// <param name="PaidMinor">What all firms get together, in minor units; absent if that would tell what another firm gets.</param>
/// <param name="IsCapped">True: it would get more, but may not take more aid .</param>
public sealed record OwnGrantView(string Name, long OwnMinor, long EligibleMinor, long? PaidMinor, bool IsCapped)
{
    internal static OwnGrantView Of(FairGrant grant, GrantSplit split, Guid member)
    {
        var own = split.Parts.Single(p => p.MemberId == member);
        return new(
            grant.Name, own.AmountMinor, own.EligibleMinor,
            OwnShareView.MayShow(CostKey.ByArea, split.Parts.Select(p => (p.MemberId, p.AmountMinor)), member) ? split.PaidMinor : null,
            own.IsCapped);
    }
}

/// <summary>A change of the firm's share.</summary>
/// <param name="Cause">What happened.</param>
/// <param name="At">When, UTC; absent: since the last change that has a time.</param>
/// <param name="IsOwn">True: it is the firm itself that withdrew or came.</param>
/// <param name="DeltaMinor">In minor units; below 0: it bears less.</param>
/// <param name="Parts">What it consists of.</param>
public sealed record OwnChangeView(ShareCause Cause, DateTime? At, bool IsOwn, long DeltaMinor, IReadOnlyList<ChangePartView> Parts);

/// <summary>A part of a change.</summary>
/// <param name="ItemId">The cost item; absent: the pool, the firm's own penalty, or a grant .</param>
/// <param name="Name">What it is; absent without an item, or if the item is gone.</param>
/// <param name="Rule">The rule that caused it.</param>
/// <param name="DeltaMinor">In minor units; below 0: the firm bears less.</param>
public sealed record ChangePartView(Guid? ItemId, string? Name, string Rule, long DeltaMinor);

/// <summary>What a withdrawal would cost.</summary>
/// <param name="On">The day, in the fair's zone.</param>
/// <param name="DaysToOpening">Calendar days from it to the opening day, as it was when the plan was approved.</param>
/// <param name="Percent">Of the planned share .</param>
/// <param name="AmountMinor">In minor units.</param>
public sealed record OwnPenaltyView(DateOnly On, int DaysToOpening, int Percent, long AmountMinor)
{
    internal static OwnPenaltyView Of(WithdrawalPenalty p) => new(p.On, p.DaysToOpening, p.Percent, p.AmountMinor);
}
