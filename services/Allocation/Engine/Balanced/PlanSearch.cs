namespace ExportConsortia.Allocation.Engine.Balanced;

/// <summary>
/// The search: a greedy start (most urgent and scarcest lines first, each to the makers with the lowest marginal price), then simulated annealing. A
/// step moves a part of a line between two makers, moves another line's part out of its way as well, fits a quantity into the tolerance, or empties
/// one to three lines that share a member and refills them (ruin and recreate). The change of the aims is calculated first, where most steps end;
/// capacity is checked second. For the first three quarters of the way a resource may be overbooked, at a rising price; then it is relieved. Work is
/// counted in steps, never in time.
/// Sources: Kirkpatrick, Gelatt, Vecchi, Science 220 (1983); Schrimpf et al., J. Comput. Phys. 159 (2000).
/// </summary>
/// <param name="problem">The problem.</param>
/// <param name="plan">The plan that the search changes.</param>
/// <param name="random">Its random numbers.</param>
/// <param name="urgency">How much more than usual shortage and overbooking weigh against fairness.</param>
internal sealed partial class PlanSearch(BalancedProblem problem, WorkingPlan plan, SeededGenerator random, int urgency = 1)
{
    /// <summary>The number of chunks of a cooling.</summary>
    public const int Chunks = 128;

    // A step changes up to two pairs of one line, then up to two of another.
    private const int MostChanges = 4;

    private readonly Pair[] _pairs = problem.Pairs;
    private readonly int[] _stepPair = new int[MostChanges], _account = new int[MostChanges];
    private readonly long[] _stepQuantity = new long[MostChanges], _value = new long[MostChanges];
    private readonly int[] _ruined = new int[3];
    private int _step;

    // A changed offer weighs as much as an average line moved from worst to best.
    private readonly long _changePrice = problem.Policy.Slopes.Max() * (1 + (problem.Ordered / Math.Max(1, problem.Lines.Length)));
    private readonly long _steepest = Math.Min(problem.Policy.Slopes.Max(), problem.MostWeight);
    private readonly long _mostUrgent = problem.LinePriority.Length == 0 ? 1 : problem.LinePriority.Max();
    private long _shortWeight = 2 * problem.Policy.Slopes.Max(), _excessWeight, _limitWeight, _splitPrice;
    private SearchStage _stage;
    private bool _isSoft, _onlyMakers;
    private Aims _limit;

    /// <summary>Progress and cancellation.</summary>
    public CountedWork? Work { get; init; }

    public WorkingPlan Plan => plan;

    /// <summary>The mean energy of the last chunk: of searches at the same point, the one with the lowest is likely to end best.</summary>
    public long Standing { get; private set; }

    /// <summary>
    /// Fills the lines one after another by priority, then fewest makers, then value. It is also the plan that quota systems would make.
    /// </summary>
    public void Start()
    {
        (_stage, _limit) = (SearchStage.ShortAndUnfair, new(long.MaxValue, long.MaxValue, long.MaxValue, long.MaxValue));
        var lines = Enumerable.Range(0, problem.Lines.Length)
            .OrderByDescending(line => problem.LinePriority[line])
            .ThenBy(line => problem.LineFirst[line + 1] - problem.LineFirst[line])
            .ThenByDescending(line => problem.LineQty[line] * problem.LineRef[line])
            .ThenBy(line => line);
        FillAll(lines);
    }

    /// <summary>After a decline: refills the line without changing other offers, then changes offers only if that reduces shortage.</summary>
    public void Replan(int line, long steps, long hottest)
    {
        (_stage, _limit) = (SearchStage.Replan, default);
        FillAll([line]);
        if (!plan.Allowed(line))
        {
            // All or nothing, and it can't be filled any more: its other offers are withdrawn.
            Empty(line);
            plan.Keep();
            plan.KeepAsBest();
        }

        Anneal(SearchStage.Replan, default, new(steps, hottest, 12));
    }

    /// <summary>
    /// Evens out the accounts among the current makers of each line, at a low temperature: near the end, most proposals of the full search are
    /// for makers that won't be added any more.
    /// </summary>
    public void Even(long steps, long hottest)
    {
        _onlyMakers = true;
        Anneal(SearchStage.ShortAndUnfair, default, new(steps, hottest, 4));
        _onlyMakers = false;
    }

    /// <summary>Anneals from the current plan, the whole way or from one chunk to another; at the end, the plan is the best one found.</summary>
    public void Anneal(SearchStage stage, Aims limit, Cooling way, int from = 0, int until = Chunks)
    {
        if (problem.PairCount == 0)
        {
            // Nobody is eligible for anything.
            return;
        }

        (_stage, _limit) = (stage, limit);
        if (from == 0)
        {
            _splitPrice = 1 + (plan.Cost / Math.Max(1, problem.Lines.Length));
            plan.KeepAsBest();
        }

        for (var chunk = from; chunk < until; chunk++)
        {
            Anneal(way, chunk);
        }

        if (until == Chunks)
        {
            plan.ReturnToBest();
        }
    }
}
