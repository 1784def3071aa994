namespace ExportConsortia.Allocation.Engine.Balanced;

/// <summary>
/// The search: a greedy start (most urgent and scarcest lines first, each to the makers of the lowest marginal price), then simulated annealing whose
/// steps move a part of a line between two makers, move one and move another line's part out of its way, fit a quantity into the tolerance, or
/// empty one to three lines that share a member and fill them again (ruin and recreate). The change of the aims is reckoned first, most steps end there;
/// capacity is asked second. For three quarters of the way to fairness a resource may be too full, for a rising price; then it is relieved. Work is counted in
/// steps, never in time.
/// Sources: Kirkpatrick, Gelatt, Vecchi, Science 220 (1983); Schrimpf et al., J. Comput. Phys. 159 (2000).
/// </summary>
/// <param name="problem">The problem.</param>
/// <param name="plan">The plan that the search changes.</param>
/// <param name="random">Its own random numbers.</param>
/// <param name="urgency">How much more than usual all that is short, and all that is too full, weighs against fairness.</param>
internal sealed partial class PlanSearch(BalancedProblem problem, WorkingPlan plan, SeededGenerator random, int urgency = 1)
{
    /// <summary>The way is cooled down in so many chunks.</summary>
    public const int Chunks = 128;

    // A step changes up to two pairs of one line, then up to two of another.
    private const int MostChanges = 4;

    private readonly Pair[] _pairs = problem.Pairs;
    private readonly int[] _stepPair = new int[MostChanges], _account = new int[MostChanges];
    private readonly long[] _stepQuantity = new long[MostChanges], _value = new long[MostChanges];
    private readonly int[] _ruined = new int[3];
    private int _step;

    // A changed offer weighs like an average line gone from worst to best.
    private readonly long _changePrice = problem.Policy.Slopes.Max() * (1 + (problem.Ordered / Math.Max(1, problem.Lines.Length)));
    private readonly long _steepest = Math.Min(problem.Policy.Slopes.Max(), problem.MostWeight);
    private readonly long _mostUrgent = problem.LinePriority.Length == 0 ? 1 : problem.LinePriority.Max();
    private long _shortWeight = 2 * problem.Policy.Slopes.Max(), _excessWeight, _limitWeight, _splitPrice;
    private SearchStage _stage;
    private bool _isSoft, _onlyMakers;
    private Aims _limit;

    /// <summary>Counts the steps for whoever waits.</summary>
    public CountedWork? Work { get; init; }

    public WorkingPlan Plan => plan;

    /// <summary>What the plans of the last chunk came to: of searches that have cooled alike, the one with the least is likely to end best.</summary>
    public long Standing { get; private set; }

    /// <summary>Fills the lines one after another: priority, then few makers, then value. Also the plan that quota systems would make.</summary>
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

    /// <summary>After a decline: fills the line again without touching another offer, then lets offers change only where that saves shortage.</summary>
    public void Replan(int line, long steps, long hottest)
    {
        (_stage, _limit) = (SearchStage.Replan, default);
        FillAll([line]);
        if (!plan.Allowed(line))
        {
            // All or nothing, and no longer all: its other offers are withdrawn.
            Empty(line);
            plan.Keep();
            plan.KeepAsBest();
        }

        Anneal(SearchStage.Replan, default, new(steps, hottest, 12));
    }

    /// <summary>
    /// Evens the accounts out among those that make a line already, cool and with small steps: near the end most proposals of the whole search are
    /// for makers that won't come in any more.
    /// </summary>
    public void Even(long steps, long hottest)
    {
        _onlyMakers = true;
        Anneal(SearchStage.ShortAndUnfair, default, new(steps, hottest, 4));
        _onlyMakers = false;
    }

    /// <summary>Anneals from the plan as it stands, the whole way or from one chunk to another; at the end of the way the plan is the best one met.</summary>
    public void Anneal(SearchStage stage, Aims limit, Cooling way, int from = 0, int until = Chunks)
    {
        if (problem.PairCount == 0)
        {
            // Nobody may be asked for anything.
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
