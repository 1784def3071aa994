namespace ExportConsortia.Allocation.Engine.Balanced;

/// <summary>How much work a run may do, counted in steps of the search.</summary>
internal enum BalancedEffort
{
    /// <summary>For a look.</summary>
    Quick,

    /// <summary>For a run of the service.</summary>
    Standard,

    /// <summary>For the night, or to see what was left lying.</summary>
    Thorough,
}

/// <summary>What a run found.</summary>
/// <param name="Parts">Every part, accepted ones included, by line id, then member id.</param>
/// <param name="Aims">Z1..Z4 of the plan.</param>
/// <param name="FairestUnfair">Z2 of the fairest plan met, before cost was looked at; the plan may be worse by the policy's slack.</param>
/// <param name="CheapestCost">Z3 of the cheapest plan met within that slack, before splits were looked at.</param>
/// <param name="Greedy">Z1..Z4 of the greedy start, what a system that fills line after line would have planned.</param>
/// <param name="OffersChanged">After a decline: how many offers still open have another quantity than before; else 0.</param>
internal sealed record BalancedPlan(
    IReadOnlyList<InstancePart> Parts, Aims Aims, long FairestUnfair, long CheapestCost, Aims Greedy, int OffersChanged = 0);

/// <summary>
/// The policy <c>Balanced</c>: plans all open lines together over shared weekly capacity and the carried fairness account. Several searches from
/// unrelated seeds share the counted work, each shaken out of its first choices where the lines are few; the best of them is refined through the stages, so the number of threads changes nothing but the time.
/// </summary>
internal static class SolveBalanced
{
    // One long cooling sticks at the limit of Z2; many short ones from the best plan don't (measured).
    private const int CostRounds = 16;

    /// <summary>Plans everything anew around the accepted parts.</summary>
    /// <exception cref="OperationCanceledException">The work is to be given up.</exception>
    public static BalancedPlan Plan(BalancedProblem problem, BalancedEffort effort = BalancedEffort.Standard, ulong seed = 1, int threads = 1, CountedWork? work = null)
    {
        var lines = problem.Lines.Length;
        var isWide = lines >= 200;

        // On wide problems one account matters little, so shakes don't pay and one search is worth more than several; beyond a thousand lines each needs fewer
        // steps (measured).
        var (searches, steps, shakes) = (effort, isWide) switch
        {
            (BalancedEffort.Quick, _) => (1, 2_000L + (2_000L * lines), 0),
            (BalancedEffort.Standard, false) when lines < 20 => (2, 6_000L + (6_000L * lines), 0),
            (BalancedEffort.Standard, false) => (3, 1_000L + (2_000L * lines), 8),
            (BalancedEffort.Standard, true) => (1, 4_000L + (4_000L * Math.Min(lines, 1_000)) + (3_500L * Math.Max(0, lines - 1_000)), 0),
            (_, false) => (6, 60_000L + (20_000L * lines), 50),
            _ => (2, 60_000L + (40_000L * lines), 0),
        };
        var shake = 800L * lines;
        var polish = effort == BalancedEffort.Quick ? 1_000 + (250L * lines) : 30_000 + ((isWide ? 200L : 750L) * lines);
        work?.Expect((searches * (steps + (shakes * shake))) + polish + (polish / 2));
        var plans = new WorkingPlan[searches];
        var greedy = new Aims[searches];
        Parallel.For(0, searches, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = work?.GivenUp ?? default }, index =>
        {
            var plan = plans[index] = new WorkingPlan(problem);
            var search = new PlanSearch(problem, plan, new SeededGenerator((seed * 1000) + (ulong)index)) { Work = work };
            search.Start();
            greedy[index] = plan.Aims;
            search.Anneal(SearchStage.ShortAndUnfair, default, steps, Heat(problem), 12);
            for (var i = 0; i < shakes; i++)
            {
                search.Shake(shake, Heat(problem) >> 4, 8);
            }
        });

        var best = plans[0];
        foreach (var plan in plans)
        {
            best = (plan.Short, plan.Unfair, plan.Cost).CompareTo((best.Short, best.Unfair, best.Cost)) < 0 ? plan : best;
        }

        // Cost within the fairness slack, then splits within the cost slack.
        var fairest = best.Unfair;
        var refine = new PlanSearch(problem, best, new SeededGenerator((seed * 1000) + 999)) { Work = work };
        var limit = best.Aims with { Unfair = fairest + (long)((Int128)problem.Ordered * problem.Policy.FairSlackPerMille / 1000) };
        for (var round = 0; round < CostRounds; round++)
        {
            refine.Anneal(SearchStage.Cost, limit, polish / CostRounds, Heat(problem) >> (round == 0 ? 3 : 6), round == 0 ? 8 : 6);
        }

        var cheapest = best.Cost;
        limit = limit with { Cost = cheapest + (long)((Int128)cheapest * problem.Policy.CostSlackPerMille / 1000) };
        refine.Anneal(SearchStage.Splits, limit, polish / 2, Heat(problem) >> 4, 8);
        return new(Parts(problem, best), best.Aims, fairest, cheapest, greedy[0]);
    }

    /// <summary>
    /// Plans again after a member declined its offer: accepted parts stay, the decliner isn't asked again for the line, and the other offers change only
    /// where that lessens what is short; among such plans the fewest changes win, then fairness.
    /// </summary>
    /// <param name="instance">The instance as it was planned, with what was accepted since.</param>
    /// <param name="present">The plan whose offers are out.</param>
    /// <param name="line">The line of the declined offer.</param>
    /// <param name="decliner">The member that declined.</param>
    /// <param name="seed">Seed of the search.</param>
    public static BalancedPlan AfterDecline(
        BalancedInstance instance, IReadOnlyList<InstancePart> present, string line, string decliner, ulong seed = 1)
    {
        var problem = BalancedProblem.Of(instance with
        {
            Lines = [.. instance.Lines.Select(item => item.Id == line && !item.Excluded.Contains(decliner) ? item with { Excluded = [.. item.Excluded, decliner] } : item)],
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

    // About the value of a line, which a good step moves at the beginning; the more lines, the more there is to gain by wandering (measured).
    private static long Heat(BalancedProblem problem) =>
        1 + (problem.Ordered / Math.Max(1, problem.Lines.Length) * (problem.Lines.Length < 200 ? 5 : 8) / 8);

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
