namespace ExportConsortia.Allocation.Engine.Balanced;

/// <summary>
/// Each member's capacity for a family up to each delivery deadline, and how much of it is taken. A period's pieces can serve every line that is due
/// at its end or later.
/// </summary>
internal sealed class SharedCapacity
{
    private readonly List<DateOnly> _deadlines;
    private readonly Dictionary<(string Family, string Member), (long[] Free, long[] Taken)> _upTo = [];

    public SharedCapacity(List<AskedLine> asked, SplitOrder order)
    {
        _deadlines = [.. asked.Select(line => line.Due).Distinct().Order()];
        foreach (var family in asked.GroupBy(line => line.Line.Family))
        {
            foreach (var member in family.SelectMany(line => line.Shares.Values).Select(share => share.Candidate.Member.Id).Distinct())
            {
                var free = _deadlines.ConvertAll(
                    due => order.FreeFor(family.First().Line with { Due = due == DateOnly.MaxValue ? null : due }, member));
                _upTo[(family.Key, member.ToString())] = ([.. free], new long[free.Count]);
            }
        }
    }

    public int Periods => _deadlines.Count;

    /// <summary>The period at whose end the line is due, starting from 1.</summary>
    public int PeriodOf(AskedLine line) => _deadlines.BinarySearch(line.Due) + 1;

    /// <summary>The pieces that each period adds.</summary>
    public long[] Of(string family, string member)
    {
        var free = _upTo[(family, member)].Free;
        return [.. free.Select((pieces, period) => period == 0 ? pieces : pieces - free[period - 1])];
    }

    public bool Fits(AskedLine line, string member, long pieces)
    {
        var (free, taken) = _upTo[(line.Line.Family, member)];
        for (var period = PeriodOf(line) - 1; period < free.Length; period++)
        {
            if (taken[period] + pieces > free[period])
            {
                return false;
            }
        }

        return true;
    }

    public void Take(AskedLine line, string member, long pieces)
    {
        var taken = _upTo[(line.Line.Family, member)].Taken;
        for (var period = PeriodOf(line) - 1; period < taken.Length; period++)
        {
            taken[period] += pieces;
        }
    }
}
