namespace ExportConsortia.Allocation.Engine.Balanced;

/// <summary>
/// An instance in dense arrays: lines, members, accounts and the eligible pairs of each line. Sorted by id, so the order of the input doesn't matter.
/// Errors that make planning meaningless (an unknown product, accepted parts that don't fit) are reported with their JSON path.
/// </summary>
internal sealed partial class BalancedProblem
{
    private BalancedProblem(BalancedInstance instance, InstanceLine[] lines, InstanceMember[] members, int pairs, int resources)
    {
        (Instance, Lines, Members) = (instance, lines, members);
        (LineFirst, LineRef, LineMakers, LineAccepted) = (
            new int[lines.Length + 1], new long[lines.Length], new int[lines.Length], new int[lines.Length]);
        (LinePool, LineWhole, LineWeight) = (new int[lines.Length], new bool[lines.Length], new long[lines.Length]);
        (LineQty, LineLeast, LineMost, LinePriority) = (
            new long[lines.Length], new long[lines.Length], new long[lines.Length], new long[lines.Length]);
        (Pairs, MemberFirst, MemberPairs) = (new Pair[pairs], new int[members.Length + 1], new int[pairs]);
        Resources = new Resource[resources];
    }

    public BalancedInstance Instance { get; }

    public BalancedPolicy Policy => Instance.Policy;

    public InstanceLine[] Lines { get; }

    public InstanceMember[] Members { get; }

    /// <summary>Value ordered, D = Σ v·Q over all lines.</summary>
    public long Ordered { get; private set; }

    // By line; the pairs of line l are LineFirst[l] .. LineFirst[l + 1] − 1, by member id.
    public readonly int[] LineFirst, LineMakers, LineAccepted, LinePool;
    public readonly long[] LineRef, LineQty, LineLeast, LineMost, LinePriority, LineWeight;
    public readonly bool[] LineWhole;

    /// <summary>The eligible pairs, by line, then member.</summary>
    public readonly Pair[] Pairs;

    // By member: its pairs, at MemberFirst[m] .. MemberFirst[m + 1] − 1 of MemberPairs.
    public readonly int[] MemberFirst, MemberPairs;

    public readonly Resource[] Resources;

    /// <summary>Capacity slack of every chain before anything is booked.</summary>
    public long[] EmptySlack { get; private set; } = [];

    public FairnessBands Fairness { get; private set; } = null!;

    /// <summary>Member and pool of each account.</summary>
    public (int Member, int Pool)[] Accounts { get; private set; } = [];

    public InstancePool[] Pools { get; private set; } = [];

    public int PairCount => Pairs.Length;

    /// <summary>There are so many lines that a single one matters little.</summary>
    public bool IsWide => Lines.Length >= 200;

    /// <summary>Z1 determines Z3 but for rounding: every piece has the same value and cost, and lines have no tolerance.</summary>
    public bool CostIsSettled { get; private set; }

    /// <summary>A lower bound on Z1: what lines lack even if their makers make nothing else.</summary>
    public long Unavoidable { get; private set; }

    /// <summary>The largest weight of shortage or overbooking against fairness such that all sums fit in 64 bits.</summary>
    public long MostWeight { get; private set; }

    /// <summary>The pair of a line and a member, or −1 if it isn't eligible.</summary>
    public int FindPair(int line, int member)
    {
        var (low, high) = (LineFirst[line], LineFirst[line + 1]);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (Pairs[middle].Member < member)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low < LineFirst[line + 1] && Pairs[low].Member == member ? low : -1;
    }
}
