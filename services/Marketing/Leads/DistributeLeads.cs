namespace ExportConsortia.Marketing.Leads;

/// <summary>
/// Distributes leads among firms so that the values that they got so far and get now are as even as the sizes of the leads allow. The same input
/// gives the same result.
/// </summary>
internal static class DistributeLeads
{
    /// <summary>Up to this many leads that two firms could swap, all ways to divide them are compared.</summary>
    private const int MostDividedExactly = 24;

    /// <summary>Up to this many ways to distribute them, all are compared.</summary>
    private const long MostWays = 100_000;

    private const int Restarts = 60;
    private const int SmallEnoughToRestart = 600;

    /// <summary>A lead, and the firms that could have it, by their places.</summary>
    public sealed record Item(long Value, IReadOnlyList<int> Firms);

    /// <summary>A firm: the value of what it got so far this year, and when it last got something.</summary>
    public sealed record Load(long Value, DateTime? LastAt);

    /// <summary>The firm of each lead, by places; -1 if no firm could have it.</summary>
    public static int[] Among(IReadOnlyList<Load> firms, IReadOnlyList<Item> leads)
    {
        var best = Greedy(firms, leads);
        var totals = Totals(firms, leads, best);
        Improve(leads, best, totals);
        if (leads.All(l => l.Value == 0))
        {
            return best;
        }

        if (leads.Aggregate(1L, (ways, lead) => Math.Min(ways * Math.Max(1, lead.Firms.Count), MostWays + 1)) <= MostWays)
        {
            return BestOfAll(firms, leads, best, Unevenness(totals));
        }

        if (leads.Count * firms.Count > SmallEnoughToRestart)
        {
            return best;
        }

        // A division that no two firms can better may still be bettered by three: start again from others, chosen by a fixed sequence.
        var (seed, least) = (0x9E3779B97F4A7C15UL, Unevenness(totals));
        for (var restart = 0; restart < Restarts; restart++)
        {
            var other = (int[])best.Clone();
            for (var i = 0; i < leads.Count; i++)
            {
                if (leads[i].Firms.Count > 1 && Next(ref seed) % 4 == 0)
                {
                    other[i] = leads[i].Firms[(int)(Next(ref seed) % (ulong)leads[i].Firms.Count)];
                }
            }

            var otherTotals = Totals(firms, leads, other);
            Improve(leads, other, otherTotals);
            if (Unevenness(otherTotals) is var unevenness && unevenness < least)
            {
                (best, least) = (other, unevenness);
            }
        }

        return best;
    }

    /// <summary>Sum of squares of what the firms have: the smaller, the more even.</summary>
    public static Int128 Unevenness(IEnumerable<long> totals) =>
        totals.Aggregate(Int128.Zero, (sum, total) => sum + ((Int128)total * total));

    // The largest first, each to the firm that has least; of equal ones to the firm that has waited longest.
    private static int[] Greedy(IReadOnlyList<Load> firms, IReadOnlyList<Item> leads)
    {
        var firmOf = new int[leads.Count];
        var totals = firms.Select(f => f.Value).ToArray();
        var turns = new long[firms.Count];
        var turn = 0L;
        foreach (var place in Enumerable.Range(0, firms.Count).OrderBy(i => firms[i].LastAt ?? DateTime.MinValue).ThenBy(i => i))
        {
            turns[place] = turn++;
        }

        foreach (var i in Enumerable.Range(0, leads.Count).OrderByDescending(i => leads[i].Value).ThenBy(i => i))
        {
            firmOf[i] = leads[i].Firms.Count == 0 ? -1 : leads[i].Firms.MinBy(firm => (totals[firm], turns[firm]));
            if (firmOf[i] is >= 0 and var firm)
            {
                totals[firm] += leads[i].Value;
                turns[firm] = turn++;
            }
        }

        return firmOf;
    }

    // All ways one after the other; what was found already is kept unless another is better.
    private static int[] BestOfAll(IReadOnlyList<Load> firms, IReadOnlyList<Item> leads, int[] found, Int128 least)
    {
        var (best, firmOf, totals) = (found, (int[])found.Clone(), firms.Select(f => f.Value).ToArray());
        Try(0);
        return best;

        void Try(int place)
        {
            if (place == leads.Count)
            {
                if (Unevenness(totals) is var unevenness && unevenness < least)
                {
                    (best, least) = ((int[])firmOf.Clone(), unevenness);
                }

                return;
            }

            foreach (var firm in leads[place].Firms)
            {
                firmOf[place] = firm;
                totals[firm] += leads[place].Value;
                Try(place + 1);
                totals[firm] -= leads[place].Value;
            }

            if (leads[place].Firms.Count == 0)
            {
                Try(place + 1);
            }
        }
    }

    // Two firms at a time divide what both could have as evenly as they can, until no two can do better.
    private static void Improve(IReadOnlyList<Item> leads, int[] firmOf, long[] totals)
    {
        for (var (changed, rounds) = (true, 0); changed && rounds < 200; rounds++)
        {
            changed = false;
            for (var one = 0; one < totals.Length; one++)
            {
                for (var other = one + 1; other < totals.Length; other++)
                {
                    changed |= Divide(leads, firmOf, totals, one, other);
                }
            }
        }
    }

    private static bool Divide(IReadOnlyList<Item> leads, int[] firmOf, long[] totals, int one, int other)
    {
        var shared = Enumerable.Range(0, leads.Count).Where(i => leads[i].Value > 0 && (firmOf[i] == one || firmOf[i] == other)
            && leads[i].Firms.Contains(one) && leads[i].Firms.Contains(other)).ToList();
        var now = Math.Abs(totals[one] - totals[other]);
        if (shared.Count == 0 || now == 0)
        {
            return false;
        }

        if (shared.Count > MostDividedExactly)
        {
            return MoveOrSwap(leads, firmOf, totals, shared, one, other);
        }

        var all = shared.Sum(i => leads[i].Value);
        var rest = totals[one] - shared.Where(i => firmOf[i] == one).Sum(i => leads[i].Value);
        var restOfOther = totals[other] - (all - (totals[one] - rest));
        // With the leads of this mask, one has rest + sum and the other restOfOther + all - sum.
        var (mask, sum) = Closest([.. shared.Select(i => leads[i].Value)], restOfOther + all - rest);
        if (Math.Abs(rest + sum - (restOfOther + all - sum)) >= now)
        {
            return false;
        }

        foreach (var (bit, i) in shared.Index())
        {
            firmOf[i] = (mask >> bit & 1) == 1 ? one : other;
        }

        (totals[one], totals[other]) = (rest + sum, restOfOther + all - sum);
        return true;
    }

    // The subset whose sum, doubled, comes closest to the goal: of each half all sums in order, and a walk from both ends.
    private static (long Mask, long Sum) Closest(IReadOnlyList<long> values, long goal)
    {
        var half = values.Count / 2;
        var (low, high) = (Sums(values.Take(half)), Sums(values.Skip(half)));
        var best = (Mask: 0L, Sum: 0L);
        for (var (i, j) = (0, high.Count - 1); i < low.Count && j >= 0;)
        {
            var sum = low[i].Sum + high[j].Sum;
            if (Math.Abs((2 * sum) - goal) < Math.Abs((2 * best.Sum) - goal))
            {
                best = (low[i].Mask | high[j].Mask << half, sum);
            }

            (i, j) = (2 * sum) < goal ? (i + 1, j) : (i, j - 1);
        }

        return best;
    }

    private static List<(long Mask, long Sum)> Sums(IEnumerable<long> values)
    {
        List<(long Mask, long Sum)> sums = [(0, 0)];
        foreach (var (bit, value) in values.Index())
        {
            sums.AddRange(sums.ConvertAll(s => (s.Mask | 1L << bit, s.Sum + value)));
        }

        sums.Sort((a, b) => a.Sum != b.Sum ? a.Sum.CompareTo(b.Sum) : a.Mask.CompareTo(b.Mask));
        return sums;
    }

    private static bool MoveOrSwap(
        IReadOnlyList<Item> leads, int[] firmOf, long[] totals, List<int> shared, int one, int other)
    {
        var (from, to) = totals[one] > totals[other] ? (one, other) : (other, one);
        var gap = totals[from] - totals[to];
        var (give, take, moved) = (-1, -1, 0L);
        foreach (var i in shared.Where(i => firmOf[i] == from))
        {
            foreach (var j in shared.Where(j => firmOf[j] == to).Prepend(-1))
            {
                var by = leads[i].Value - (j < 0 ? 0 : leads[j].Value);
                if (by > 0 && by < gap && (moved == 0 || Math.Abs(gap - (2 * by)) < Math.Abs(gap - (2 * moved))))
                {
                    (give, take, moved) = (i, j, by);
                }
            }
        }

        if (give < 0)
        {
            return false;
        }

        firmOf[give] = to;
        if (take >= 0)
        {
            firmOf[take] = from;
        }

        totals[from] -= moved;
        totals[to] += moved;
        return true;
    }

    private static long[] Totals(IReadOnlyList<Load> firms, IReadOnlyList<Item> leads, int[] firmOf)
    {
        var totals = firms.Select(f => f.Value).ToArray();
        foreach (var (i, firm) in firmOf.Index().Where(of => of.Item >= 0))
        {
            totals[firm] += leads[i].Value;
        }

        return totals;
    }

    private static ulong Next(ref ulong seed)
    {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        return seed >> 11;
    }
}
