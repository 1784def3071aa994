namespace ExportConsortia.Platform;

/// <summary>One receiver's part of an <see cref="Apportionment"/>.</summary>
/// <param name="Id">The receiver.</param>
/// <param name="Weight">0 or more; 0 receives nothing.</param>
/// <param name="Amount">The part, in the unit of the total.</param>
/// <param name="RoundedUp">The part includes one of the units left over by rounding down, which go to the largest remainders.</param>
public sealed record ApportionedPart(string Id, long Weight, long Amount, bool RoundedUp);

/// <summary>
/// A split of a total by weights: exact to the last unit, independent of the order of the receivers, and reproducible from
/// <see cref="Total"/> and the weights of <see cref="Parts"/> (F-M1, F-M2, F-M3).
/// </summary>
/// <param name="Total">What was split: minor units, pieces or lots; a negative total is split like its opposite.</param>
/// <param name="Parts">One part per receiver, by ascending id.</param>
public sealed record Apportionment(long Total, IReadOnlyList<ApportionedPart> Parts)
{
    /// <summary>How units left over by rounding down are given away .</summary>
    public string TieBreak { get; init; } = "largest remainder, then larger weight, then ascending id";

    /// <summary>Splits <paramref name="total"/> in proportion to the weights by largest remainder .</summary>
    /// <exception cref="ArgumentException">A weight is negative, an id occurs twice, or no weight is above 0.</exception>
    public static Apportionment Split(long total, IEnumerable<(string Id, long Weight)> weights)
    {
        var receivers = weights.ToArray();
        Array.Sort(receivers, (a, b) => string.CompareOrdinal(a.Id, b.Id));
        var sum = Int128.Zero;
        for (var i = 0; i < receivers.Length; i++)
        {
            sum += receivers[i].Weight >= 0 ? receivers[i].Weight
                : throw new ArgumentException($"The weight of {receivers[i].Id} is negative.", nameof(weights));
            if (i > 0 && receivers[i].Id == receivers[i - 1].Id)
            {
                throw new ArgumentException($"{receivers[i].Id} occurs twice.", nameof(weights));
            }
        }

        if (sum == 0)
        {
            throw new ArgumentException("There is no weight to split by.", nameof(weights));
        }

        var size = Int128.Abs(total);
        var left = size;
        var (amounts, remainders, byRemainder) = (new Int128[receivers.Length], new Int128[receivers.Length], new int[receivers.Length]);
        for (var i = 0; i < receivers.Length; i++)
        {
            (amounts[i], remainders[i]) = Int128.DivRem(size * receivers[i].Weight, sum);
            left -= amounts[i];
            byRemainder[i] = i;
        }

        Array.Sort(byRemainder, (a, b) =>
            remainders[b].CompareTo(remainders[a]) is var remainder and not 0 ? remainder
            : receivers[b].Weight.CompareTo(receivers[a].Weight) is var weight and not 0 ? weight
            : a.CompareTo(b));
        var roundedUp = new bool[receivers.Length];
        foreach (var i in byRemainder.AsSpan(0, (int)left))
        {
            roundedUp[i] = true;
        }

        return new(total, [.. receivers.Select((receiver, i) => new ApportionedPart(
            receiver.Id, receiver.Weight, (long)((amounts[i] + (roundedUp[i] ? 1 : 0)) * Math.Sign(total)), roundedUp[i]))]);
    }
}
