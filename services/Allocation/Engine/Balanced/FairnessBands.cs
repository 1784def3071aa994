namespace ExportConsortia.Allocation.Engine.Balanced;

/// <summary>
/// The price of unfairness: one account per member and pool, φ(A − τ) with A = Σ v·x the value received in this plan, τ = s·D + b its entitlement
/// (share of the value ordered plus the balance carried), on the scale σ = s·(D + H). φ is even, convex and piecewise linear; by default it is
/// free up to 5 % of σ, then costs 1, 2, 4, 8 per minor unit beyond 5, 10, 20, 40 %.
/// Source: the Webster divisor method minimises Σ v·(s/v − 1)² (Balinski and Young, Fair Representation, 1982); the bands approximate that square in
/// steps that members can read, and stay convex, so that the greedy step and the bound are exact per account.
/// </summary>
internal sealed class FairnessBands
{
    private readonly int _bands;
    private readonly long[] _edge, _slopes, _steeper;

    public FairnessBands(BalancedPolicy policy, int accounts)
    {
        _bands = policy.BandsPerMille.Count;
        _slopes = [.. policy.Slopes];
        _steeper = [.. _slopes.Skip(1).Zip(_slopes, (next, slope) => next - slope)];
        _edge = new long[accounts * _bands];
        Entitlement = new long[accounts];
        Scale = new long[accounts];
    }

    /// <summary>τ of each account, in minor units.</summary>
    public long[] Entitlement { get; }

    /// <summary>σ of each account, in minor units.</summary>
    public long[] Scale { get; }

    public int Bands => _bands;

    /// <summary>Points per minor unit inside each band.</summary>
    public ReadOnlySpan<long> Slopes => _slopes;

    /// <summary>Where each band of the account ends, as a deviation in minor units.</summary>
    public ReadOnlySpan<long> Edges(int account) => _edge.AsSpan(account * _bands, _bands);

    public void Open(int account, long ppm, long ordered, long balance, long windowVolume, IReadOnlyList<long> bandsPerMille)
    {
        Entitlement[account] = (long)((Int128)ppm * ordered / 1_000_000) + balance;
        Scale[account] = (long)((Int128)ppm * (ordered + windowVolume) / 1_000_000);
        for (var band = 0; band < _bands; band++)
        {
            _edge[(account * _bands) + band] = (long)((Int128)Scale[account] * bandsPerMille[band] / 1000);
        }
    }

    /// <summary>φ of the account at this received value; 0 for a pair without an account (−1).</summary>
    public long Penalty(int account, long received)
    {
        if (account < 0)
        {
            return 0;
        }

        var deviation = received - Entitlement[account];
        deviation = deviation < 0 ? -deviation : deviation;
        var points = _slopes[0] * deviation;
        var edges = Edges(account);
        for (var band = 0; band < edges.Length; band++)
        {
            // The part beyond the edge or 0, without a branch: the processor would mispredict half of them.
            var beyond = deviation - edges[band];
            points += _steeper[band] * (beyond & ~(beyond >> 63));
        }

        return points;
    }
}
