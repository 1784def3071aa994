namespace ExportConsortia.TradeFairs.Costs;

/// <summary>What the others' withdrawals would cost, before anyone commits.</summary>
internal static class SimulateWithdrawals
{
    /// <summary>How many combinations of firms are tried for the worst one.</summary>
    public const int MostCombinations = 50_000;

    /// <summary>The same stand after some firms have withdrawn, each with its penalty.</summary>
    public static CostInput Without(CostInput input, IReadOnlyDictionary<Guid, long> penalties) => input with
    {
        Firms = [.. input.Firms.Where(f => !penalties.ContainsKey(f.MemberId))],
        Withdrawn = [.. input.Withdrawn, .. input.Firms.Where(f => penalties.ContainsKey(f.MemberId))
            .Select(f => new WithdrawnFirm(f.MemberId, penalties[f.MemberId]))],
    };

    /// <summary>
    /// The most that a firm would bear if some others withdrew, whichever they are. It names nobody, and rounding keeps it from telling what any of
    /// them bears.
    /// </summary>
    /// <param name="input">As it stands.</param>
    /// <param name="memberId">The firm.</param>
    /// <param name="count">How many others withdraw.</param>
    /// <param name="penaltyOf">The penalty of each other firm, in minor units.</param>
    /// <returns>Before grants, in minor units; null if there are not so many others, or too many combinations.</returns>
    public static long? Worst(CostInput input, Guid memberId, int count, Func<Guid, long> penaltyOf)
    {
        var others = input.Firms.Where(f => f.MemberId != memberId).ToArray();
        if (count < 1 || others.Length < count || Combinations(others.Length, count) > MostCombinations)
        {
            return null;
        }

        var sums = Weights.Of(input, memberId);
        long[] penalties = [.. others.Select(f => penaltyOf(f.MemberId))];
        var (worst, chosen) = (Int128.MinValue, Array.Empty<int>());
        foreach (var leaving in Choose(others.Length, count))
        {
            var share = sums.ShareWithout(leaving, penalties);
            if (share > worst)
            {
                (worst, chosen) = (share, [.. leaving]);
            }
        }

        // Which firms it would be was estimated; what it would cost then is computed as everywhere else.
        return ShareCosts.Of(Without(input, chosen.ToDictionary(i => others[i].MemberId, i => penalties[i]))).Of(memberId)!.GrossMinor;
    }

    /// <summary>An amount rounded up to a whole percent of another.</summary>
    public static int PercentAbove(long amountMinor, long ofMinor) =>
        amountMinor <= 0 ? 0 : ofMinor <= 0 ? 100 : (int)Int128.Min(int.MaxValue, (((Int128)amountMinor * 100) + ofMinor - 1) / ofMinor);

    private static Int128 Combinations(int of, int choose)
    {
        var all = Int128.One;
        for (var i = 0; i < choose; i++)
        {
            all = all * (of - i) / (i + 1);
        }

        return all;
    }

    private static IEnumerable<int[]> Choose(int of, int count)
    {
        var at = Enumerable.Range(0, count).ToArray();
        while (true)
        {
            yield return at;
            var i = count - 1;
            while (i >= 0 && at[i] == of - count + i)
            {
                i--;
            }

            if (i < 0)
            {
                yield break;
            }

            at[i]++;
            for (var next = i + 1; next < count; next++)
            {
                at[next] = at[next - 1] + 1;
            }
        }
    }

    /// <summary>
    /// One firm's weight in each amount beside the others': enough to estimate its share, to a minor unit an item, without some of them.
    /// </summary>
    private sealed class Weights
    {
        private readonly List<(long Amount, long Own, long All, long[] Others)> _shared = [];
        private readonly List<long[]> _lost = [];
        private long _direct;
        private long _pool;
        private (long Own, long All, long[] Others) _area;

        public static Weights Of(CostInput input, Guid memberId)
        {
            var weights = new Weights();
            var self = input.Firms.Single(f => f.MemberId == memberId);
            var others = input.Firms.Where(f => f.MemberId != memberId).ToArray();
            foreach (var item in input.Items)
            {
                var own = ShareCosts.WeightOf(self, item.Key, item.Parts);
                long[] each = [.. others.Select(f => ShareCosts.WeightOf(f, item.Key, item.Parts))];
                if (item.Key == CostKey.Direct)
                {
                    weights._direct += own;
                    weights._pool += item.AmountMinor - own - each.Sum();
                    weights._lost.Add(each);
                }
                else
                {
                    weights._shared.Add((item.AmountMinor, own, own + each.Sum(), each));
                }
            }

            weights._pool -= input.Withdrawn.Sum(w => w.PenaltyMinor);
            long[] areas = [.. others.Select(f => f.AreaDm2)];
            weights._area = (self.AreaDm2, self.AreaDm2 + areas.Sum(), areas);
            return weights;
        }

        public Int128 ShareWithout(int[] leaving, long[] penalties)
        {
            var pool = (Int128)_pool;
            foreach (var i in leaving)
            {
                pool -= penalties[i];
                foreach (var lost in _lost)
                {
                    pool += lost[i];
                }
            }

            var staying = _area.Others.Length - leaving.Length + 1;
            var area = _area.All - leaving.Sum(i => _area.Others[i]);
            var share = (Int128)_direct + ByArea(pool);
            foreach (var (amount, own, all, others) in _shared)
            {
                var left = (Int128)all;
                foreach (var i in leaving)
                {
                    left -= others[i];
                }

                share += left > 0 ? (Int128)amount * own / left : ByArea(amount);
            }

            return share;

            Int128 ByArea(Int128 amount) => area > 0 ? amount * _area.Own / area : amount / staying;
        }
    }
}
