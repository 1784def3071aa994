using System.Runtime.CompilerServices;

namespace ExportConsortia.Allocation.Engine.Balanced;

/// <content>Quantities that a pair may have.</content>
internal sealed partial class PlanSearch
{
    private long Wanted(int line, long usual) => random.Below(8) switch
    {
        0 => problem.LineQty[line],
        1 => problem.LineMost[line],
        2 or 3 => problem.LineLeast[line],
        _ => usual < problem.LineLeast[line] ? problem.LineLeast[line] : usual,
    };

    /// <summary>Pieces until the account reaches a random band edge, downwards or upwards.</summary>
    private long ToEdge(int pair, bool down)
    {
        var account = _pairs[pair].Account;
        if (account < 0 || problem.Fairness.Bands == 0)
        {
            return 1;
        }

        var edge = problem.Fairness.Edges(account)[random.Below(Math.Min(2, problem.Fairness.Bands))];
        edge = random.Below(2) == 0 ? edge : -edge;
        var way = plan.Received[account] - problem.Fairness.Entitlement[account] - edge;
        way = down ? way : -way;
        var value = problem.LineRef[_pairs[pair].Line];
        return way <= 0 ? 1 : (way / value) + random.Below(2);
    }

    /// <summary>The largest allowed quantity up to the given one; 0 or the accepted part if that is below the smallest part.</summary>
    private long Round(int pair, long quantity)
    {
        ref readonly var row = ref _pairs[pair];
        quantity = Math.Min(quantity, row.Most);
        if (quantity <= row.Accepted)
        {
            return row.Accepted;
        }

        quantity = row.Accepted + WholePacks(quantity - row.Accepted, row.Pack);
        return row.Accepted == 0 && quantity < row.LeastPart ? 0 : quantity;
    }

    /// <summary>
    /// An allowed quantity near the wanted one: rounded up if rounding down would leave the line short, raised to the smallest part.
    /// </summary>
    private long Fit(int pair, long want, long least, long most)
    {
        ref readonly var row = ref _pairs[pair];
        if (want <= row.Accepted)
        {
            return row.Accepted;
        }

        var quantity = row.Accepted + WholePacks(Math.Min(want, row.Most) - row.Accepted, row.Pack);
        if (quantity < least && quantity + row.Pack <= Math.Min(most, row.Most))
        {
            quantity += row.Pack;
        }

        if (row.Accepted == 0 && quantity < row.LeastPart)
        {
            return row.LeastPart <= row.Most ? row.LeastPart : 0;
        }

        return quantity;
    }

    // 32-bit division is several times faster.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long WholePacks(long quantity, long pack) =>
        pack == 1 ? quantity : (quantity | pack) >> 32 == 0 ? (uint)quantity / (uint)pack * pack : quantity / pack * pack;
}
