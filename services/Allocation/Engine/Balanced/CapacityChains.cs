namespace ExportConsortia.Allocation.Engine.Balanced;

/// <summary>
/// Checks weekly capacity without booking weeks: a part released in week e and due in week d may be made in any of the weeks e..d, and a set of
/// parts fits a resource if and only if for every release s and week t the minutes of parts with e ≥ s and due ≤ t stay within the capacity of weeks
/// s..t. The slack of each such pair is kept: T(s,t) = Σ c(s..t) − Σ h·x (e ≥ s, due ≤ t) ≥ 0. Only release and due weeks that occur matter.
/// Source: Hall's marriage condition for release and due windows on one preemptive machine (Horn 1974, Some simple scheduling algorithms).
/// </summary>
internal static class CapacityChains
{
    /// <summary>The minutes that a part of this pair may still add: the smallest slack of its chains.</summary>
    public static long Free(long[] slack, in Pair pair)
    {
        var least = long.MaxValue;
        for (var (row, rows) = (pair.ChainFirst, pair.ChainRows); rows > 0; rows--, row += pair.ChainWidth)
        {
            foreach (var free in slack.AsSpan(row, pair.ChainColumns))
            {
                least = Math.Min(least, free);
            }
        }

        return least;
    }

    /// <summary>The sum of the chains that a part of this pair uses.</summary>
    public static long Sum(long[] chains, in Pair pair)
    {
        var sum = 0L;
        for (var (row, rows) = (pair.ChainFirst, pair.ChainRows); rows > 0; rows--, row += pair.ChainWidth)
        {
            foreach (var chain in chains.AsSpan(row, pair.ChainColumns))
            {
                sum += chain;
            }
        }

        return sum;
    }

    /// <summary>Books minutes of this pair; negative minutes release them.</summary>
    public static void Book(long[] slack, in Pair pair, long minutes)
    {
        for (var (row, rows) = (pair.ChainFirst, pair.ChainRows); rows > 0; rows--, row += pair.ChainWidth)
        {
            foreach (ref var free in slack.AsSpan(row, pair.ChainColumns))
            {
                free -= minutes;
            }
        }
    }

    /// <summary>By how many minutes the tightest chain of this resource is overbooked; 0 if all fit.</summary>
    public static long TooMuch(long[] slack, Resource resource)
    {
        var least = 0L;
        foreach (var free in slack.AsSpan(resource.ChainFirst, resource.ChainCount))
        {
            least = Math.Min(least, free);
        }

        return -least;
    }
}
