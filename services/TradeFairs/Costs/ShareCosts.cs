namespace ExportConsortia.TradeFairs.Costs;

/// <summary>
/// Shares a stand's costs: each item by its key, what withdrawals left behind by area, and grants off that. A pure function; the order in which
/// firms, items or parts are listed changes nothing (F-M2).
/// </summary>
internal static class ShareCosts
{
    /// <exception cref="ArgumentException">A firm takes part twice, or takes part and has withdrawn; an amount or a weight is negative.</exception>
    public static CostShares Of(CostInput input)
    {
        var firms = input.Firms.OrderBy(f => Id(f.MemberId), StringComparer.Ordinal).ToArray();
        var here = firms.Select(f => f.MemberId).ToHashSet();
        if (here.Count != firms.Length || input.Withdrawn.Any(w => w.PenaltyMinor < 0 || !here.Add(w.MemberId)))
        {
            throw new ArgumentException("A firm takes part once or has withdrawn once, and no penalty is negative.", nameof(input));
        }

        var items = input.Items.OrderBy(i => Id(i.ItemId), StringComparer.Ordinal).Select(item => Split(item, firms)).ToArray();
        var lost = items.Sum(i => i.LostMinor);
        var penalties = input.Withdrawn.Sum(w => w.PenaltyMinor);
        var pool = new PoolSplit(lost, penalties, Split(lost - penalties, CostKey.ByArea, [], firms, out _));
        var grants = SplitGrant.All(input, firms, items);
        var total = input.Items.Sum(i => i.AmountMinor);
        var shares = firms.Select((firm, i) => new FirmShare(
                firm.MemberId, items.Sum(item => item.Parts[i].AmountMinor), pool.Parts[i].AmountMinor, 0,
                grants.Sum(grant => grant.Parts[i].AmountMinor)))
            .Concat(input.Withdrawn.Select(w => new FirmShare(w.MemberId, 0, 0, w.PenaltyMinor, 0)))
            .OrderBy(share => Id(share.MemberId), StringComparer.Ordinal).ToArray();
        return new(total, items, pool, grants, shares, total - shares.Sum(s => s.NetMinor) - grants.Sum(g => g.PaidMinor));
    }

    /// <summary>A firm's weight by a key; those of the key Custom stand in the item.</summary>
    public static long WeightOf(SharingFirm firm, CostKey key, IReadOnlyList<FirmPart> parts) => key switch
    {
        CostKey.Equal => 1,
        CostKey.ByArea => firm.AreaDm2,
        CostKey.ByVolume => firm.VolumeLitres,
        CostKey.ByExhibitCount => firm.ExhibitCount,
        CostKey.ByTurnover => firm.TurnoverMinor,
        CostKey.ByVotes => firm.Votes,
        _ => parts.Where(p => p.MemberId == firm.MemberId).Sum(p => p.Value),
    };

    /// <summary>Firms and items in the one order that splits break ties by: ascending id.</summary>
    internal static string Id(Guid id) => id.ToString("N");

    private static ItemSplit Split(SharedItem item, SharingFirm[] firms)
    {
        if (item.AmountMinor < 0 || item.Parts.Any(p => p.Value < 0))
        {
            throw new ArgumentException($"Item {item.ItemId} has a negative amount or weight.", nameof(item));
        }

        if (item.Key != CostKey.Direct)
        {
            var shared = Split(item.AmountMinor, item.Key, item.Parts, firms, out var used);
            return new(item.ItemId, item.AmountMinor, item.Key, used, 0, shared);
        }

        FirmCost[] own =
        [
            .. from firm in firms let minor = WeightOf(firm, CostKey.Direct, item.Parts) select new FirmCost(firm.MemberId, minor, minor, false),
        ];
        return new(item.ItemId, item.AmountMinor, item.Key, item.Key, item.AmountMinor - own.Sum(c => c.AmountMinor), own);
    }

    private static FirmCost[] Split(long amount, CostKey key, IReadOnlyList<FirmPart> parts, SharingFirm[] firms, out CostKey used)
    {
        used = key;
        if (firms.Length == 0)
        {
            return [];
        }

        used = new[] { key, CostKey.ByArea, CostKey.Equal }.First(k => firms.Any(f => WeightOf(f, k, parts) > 0));
        var by = used;
        return [.. Apportionment.Split(amount, firms.Select(f => (Id(f.MemberId), WeightOf(f, by, parts)))).Parts
            .Select((part, i) => new FirmCost(firms[i].MemberId, part.Weight, part.Amount, part.RoundedUp))];
    }
}
