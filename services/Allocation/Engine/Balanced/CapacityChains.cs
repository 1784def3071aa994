namespace ExportConsortia.Allocation.Engine.Balanced;

/// <summary>
/// Whether parts fit the weekly capacity, without booking weeks: a part released in week e and due in week d may be made in any weeks e..d, and a set of
/// parts fits a resource exactly if for every release s and week t the minutes of parts with e ≥ s and due ≤ t stay within the capacity of weeks s..t.
/// The slack of each such pair is kept: T(s,t) = Σ c(s..t) − Σ h·x (e ≥ s, due ≤ t) ≥ 0. Only release and due weeks that occur matter.
/// Source: Hall's marriage condition for release and due windows on one preemptive machine (Horn 1974, Some simple scheduling algorithms).
/// </summary>
internal static class CapacityChains
{
    /// <summary>The most minutes a part of this pair may still add: the least slack it would use.</summary>
    public static long Free(BalancedProblem problem, long[] slack, int pair)
    {
        var width = problem.ChainWidth[pair];
        var (row, rows) = (problem.ChainFirst[pair], problem.ChainRows[pair]);
        var columns = problem.ChainColumns[pair];
        var least = long.MaxValue;
        for (; rows > 0; rows--, row += width)
        {
            foreach (var free in slack.AsSpan(row, columns))
            {
                least = Math.Min(least, free);
            }
        }

        return least;
    }

    /// <summary>Books minutes of this pair; negative minutes give them back.</summary>
    public static void Book(BalancedProblem problem, long[] slack, int pair, long minutes)
    {
        var width = problem.ChainWidth[pair];
        var (row, rows) = (problem.ChainFirst[pair], problem.ChainRows[pair]);
        var columns = problem.ChainColumns[pair];
        for (; rows > 0; rows--, row += width)
        {
            foreach (ref var free in slack.AsSpan(row, columns))
            {
                free -= minutes;
            }
        }
    }
}
