using System.Numerics;

namespace ExportConsortia.Allocation.Engine.Balanced;

/// <summary>
/// The policy <c>Balanced</c>: plans all open lines together over shared weekly capacity and the carried fairness account. Several searches from
/// unrelated seeds share the work, and the best is refined through the stages; the number of threads affects only the time.
/// </summary>
internal static class SolveBalanced
{
    // The final quality of a search shows early: after a fifth of the way its rank is much the same as at the end (rank correlation 0.7 to 0.8),
    // after three eighths nearly the same (0.9, measured). So many searches start and few continue.
    private static readonly (int Searches, int Until)[] s_one = [(1, PlanSearch.Chunks)], s_two = [(2, PlanSearch.Chunks)],
        s_six = [(6, 27), (3, 48), (1, PlanSearch.Chunks)], s_many = [(24, 27), (10, 48), (4, PlanSearch.Chunks)];

    // One long cooling gets stuck at the limit of Z2; many short ones from the best plan don't (measured).
    private const int CostRounds = 32;

    /// <summary>Plans everything except the accepted parts.</summary>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public static BalancedPlan Plan(
        BalancedProblem problem, BalancedEffort effort = BalancedEffort.Standard, ulong seed = 1, int threads = 1, CountedWork? work = null)
    {
        var lines = problem.Lines.Length;
        var isWide = problem.IsWide;

        // On wide problems one search is better than several; beyond a thousand lines, each line needs fewer steps (measured).
        var (tries, steps) = (effort, isWide) switch
        {
            (BalancedEffort.Quick, _) => (s_one, 2_000L + (2_000L * lines)),
            (BalancedEffort.Standard, false) when lines < 20 => (s_two, 5_000L + (5_000L * lines)),
            (BalancedEffort.Standard, false) => (s_six, 2_000L + (5_200L * lines)),
            (BalancedEffort.Standard, true) => (s_one, 4_000L + (3_800L * Math.Min(lines, 1_000)) + (1_500L * Math.Max(0, lines - 1_000))),
            (_, false) => (s_many, 40_000L + (19_000L * lines)),
            _ => (s_two, 60_000L + (40_000L * lines)),
        };
        var polish = effort == BalancedEffort.Quick ? 1_000 + (250L * lines) : 45_000 + ((isWide ? 200L : 750L) * lines);
        var costRounds = problem.CostIsSettled ? 0 : CostRounds;
        var even = isWide || effort == BalancedEffort.Quick ? 0 : 2_000L * lines;
        work?.Expect(even + (costRounds * (polish / CostRounds)) + (polish / 2));

        // Wide problems have no second round, so shortage weighs more from the start.
        var (best, greedy, alike) = Fairest(problem, tries, steps, (seed * 1000) + 100, isWide ? 4 : 1, threads, work);
        var isTooShort = best.Short > problem.Unavoidable;
        if (!isWide && effort != BalancedEffort.Quick && (!alike || isTooShort))
        {
            // A second round with fewer searches, unless all that finished came to the same. If more is short than unavoidable, shortage weighs so
            // much that it is settled before fairness matters.
            (int, int)[] fewer = [.. tries.Select(round => round with { Searches = (round.Searches + 4) / 5 })];
            best = Better(best, Fairest(problem, fewer, steps, (seed * 1000) + 200, isTooShort ? 256 : 1, threads, work).Plan);
        }

        var refine = new PlanSearch(problem, best, new SeededGenerator((seed * 1000) + 999)) { Work = work };
        refine.Even(even, Heat(problem) >> 10);

        // Cost within the fairness slack, then splits within the cost slack.
        var fairest = best.Unfair;
        var limit = best.Aims with { Unfair = fairest + (long)((Int128)problem.Ordered * problem.Policy.FairSlackPerMille / 1000) };
        for (var round = 0; round < costRounds; round++)
        {
            refine.Anneal(SearchStage.Cost, limit, new(polish / CostRounds, Heat(problem) >> (round % 8 == 0 ? 3 : 6), round % 8 == 0 ? 8 : 6));
        }

        var cheapest = best.Cost;
        limit = limit with { Cost = cheapest + (long)((Int128)cheapest * problem.Policy.CostSlackPerMille / 1000) };
        refine.Anneal(SearchStage.Splits, limit, new(polish / 2, Heat(problem) >> 4, 8));
        return new(Parts(problem, best), best.Aims, fairest, cheapest, greedy);
    }

    /// <summary>
    /// The best plan of several searches, the aims of their common start, and whether all that finished came to the same. After each round, the worst
    /// searches are dropped.
    /// </summary>
    private static (WorkingPlan Plan, Aims Greedy, bool Alike) Fairest(
        BalancedProblem problem, (int Searches, int Until)[] rounds, long steps, ulong seed, int urgency, int threads, CountedWork? work)
    {
        // The more shortage weighs, the hotter the start and the longer the cooling.
        var more = BitOperations.Log2((uint)urgency);
        var way = new Cooling(steps * (12 + more) / 12, Math.Min(Heat(problem) * urgency, long.MaxValue >> 14), 12 + more);
        List<PlanSearch> searches = [.. Enumerable.Range(0, rounds[0].Searches).Select(index =>
            new PlanSearch(problem, new WorkingPlan(problem), new SeededGenerator(seed + (ulong)index), urgency) { Work = work })];
        searches.ForEach(search => search.Start());
        var greedy = searches[0].Plan.Aims;
        var from = 0;
        foreach (var (go, until) in rounds)
        {
            searches = [.. searches.OrderBy(search => search.Standing).Take(go)];
            work?.Expect(go * way.Steps * (until - from) / PlanSearch.Chunks);
            Parallel.ForEach(searches, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = work?.Cancellation ?? default },
                search => search.Anneal(SearchStage.ShortAndUnfair, default, way, from, until));
            from = until;
        }

        var plans = searches.ConvertAll(search => search.Plan);
        var best = plans.Aggregate(Better);
        return (best, greedy, plans.Count > 1 && plans.TrueForAll(plan => (plan.Short, plan.Unfair) == (best.Short, best.Unfair)));
    }

    private static WorkingPlan Better(WorkingPlan one, WorkingPlan other) =>
        (other.Short, other.Unfair, other.Cost).CompareTo((one.Short, one.Unfair, one.Cost)) < 0 ? other : one;

    /// <summary>
    /// Plans again after a member declined its offer. Accepted parts stay, the decliner isn't asked again for the line, and other offers change only
    /// if that reduces shortage; among such plans the fewest changes win, then fairness.
    /// </summary>
    /// <param name="instance">The planned instance, with the parts accepted since.</param>
    /// <param name="present">The plan whose offers are open.</param>
    /// <param name="line">The line of the declined offer.</param>
    /// <param name="decliner">The member that declined.</param>
    /// <param name="seed">The seed of the search.</param>
    public static BalancedPlan AfterDecline(
        BalancedInstance instance, IReadOnlyList<InstancePart> present, string line, string decliner, ulong seed = 1)
    {
        var problem = BalancedProblem.Of(instance with
        {
            Lines = [
                .. instance.Lines.Select(
                    item => item.Id == line && !item.Excluded.Contains(decliner) ? item with { Excluded = [.. item.Excluded, decliner] } : item)],
        });
        var plan = new WorkingPlan(problem);
        plan.Take(present.Where(part => part.Line != line || part.Member != decliner));
        var open = new long[problem.PairCount];
        for (var pair = 0; pair < open.Length; pair++)
        {
            open[pair] = plan.Quantity[pair] > problem.Pairs[pair].Accepted ? plan.Quantity[pair] : 0;
        }

        plan.Compare(open);
        plan.KeepAsBest();
        var before = plan.Aims;
        new PlanSearch(problem, plan, new SeededGenerator(seed)).Replan(
            Array.FindIndex(problem.Lines, item => item.Id == line), 10_000 + (400L * problem.Lines.Length), Heat(problem) >> 3);
        return new(Parts(problem, plan), plan.Aims, plan.Unfair, plan.Cost, before, plan.OffersChanged);
    }

    // About the value of a line, which a good step moves at the start; the more lines, the more exploration pays (measured).
    private static long Heat(BalancedProblem problem) =>
        1 + (problem.Ordered / Math.Max(1, problem.Lines.Length) * (problem.IsWide ? 8 : 5) / 8);

    private static List<InstancePart> Parts(BalancedProblem problem, WorkingPlan plan)
    {
        var parts = new List<InstancePart>();
        for (var pair = 0; pair < problem.PairCount; pair++)
        {
            if (plan.Quantity[pair] > 0)
            {
                parts.Add(new(problem.Lines[problem.Pairs[pair].Line].Id, problem.Members[problem.Pairs[pair].Member].Id, plan.Quantity[pair]));
            }
        }

        return parts;
    }
}
