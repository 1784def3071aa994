namespace ExportConsortia.Allocation.Engine.Balanced;

/// <summary>How much work a run may do, counted in steps of the search.</summary>
internal enum BalancedEffort
{
    Quick,
    Standard,
    Thorough,
}

/// <summary>What a run found: every part (accepted ones included) by line and member, the four aims, and the fairness reached before cost was looked at.</summary>
/// <param name="Parts">By line id, then member id.</param>
/// <param name="Aims">Z1..Z4 of the plan.</param>
/// <param name="FairestUnfair">Z2 of the fairest plan met; the plan itself may be worse by the policy's slack.</param>
/// <param name="Greedy">Z1..Z4 of the greedy start, what a quota system would have planned.</param>
internal sealed record BalancedPlan(IReadOnlyList<InstancePart> Parts, Aims Aims, long FairestUnfair, Aims Greedy);

/// <summary>
/// The policy <c>Balanced</c>: plans all open lines together over shared weekly capacity and the carried fairness account. Several searches from
/// unrelated seeds share the counted work; the best of them is refined through the stages, so the number of threads changes nothing but the time.
/// </summary>
internal static class SolveBalanced
{
    public static BalancedPlan Plan(BalancedProblem problem, BalancedEffort effort = BalancedEffort.Standard, ulong seed = 1, int threads = 1)
    {
        var lines = problem.Lines.Length;
        var (searches, steps) = effort switch
        {
            BalancedEffort.Quick => (1, 20_000L + (2_000L * lines)),
            BalancedEffort.Standard => (2, 15_000L + (8_000L * lines)),
            _ => (6, 60_000L + (30_000L * lines)),
        };
        var plans = new WorkingPlan[searches];
        var greedy = new Aims[searches];
        Parallel.For(0, searches, new ParallelOptions { MaxDegreeOfParallelism = threads }, index =>
        {
            var plan = plans[index] = new WorkingPlan(problem);
            var search = new PlanSearch(problem, plan, new SeededGenerator((seed * 1000) + (ulong)index));
            search.Start();
            greedy[index] = plan.Aims;
            search.Anneal(SearchStage.ShortAndUnfair, default, steps, Heat(problem), 12);
        });

        var best = plans[0];
        foreach (var plan in plans)
        {
            best = (plan.Short, plan.Unfair, plan.Cost).CompareTo((best.Short, best.Unfair, best.Cost)) < 0 ? plan : best;
        }

        var fairest = best.Unfair;
        Refine(problem, best, new SeededGenerator((seed * 1000) + 999), steps / 4);
        return Finish(problem, best, fairest, greedy[0]);
    }

    /// <summary>Cost within the fairness slack, then splits within the cost slack.</summary>
    private static void Refine(BalancedProblem problem, WorkingPlan plan, SeededGenerator random, long steps)
    {
        var search = new PlanSearch(problem, plan, random);
        var limit = plan.Aims with { Unfair = plan.Unfair + (long)((Int128)problem.Ordered * problem.Policy.FairSlackPerMille / 1000) };
        search.Anneal(SearchStage.Cost, limit, steps, Heat(problem) >> 3, 12);
        limit = limit with { Cost = plan.Cost + (long)((Int128)plan.Cost * problem.Policy.CostSlackPerMille / 1000) };
        search.Anneal(SearchStage.Splits, limit, steps / 2, Heat(problem) >> 4, 12);
    }

    private static long Heat(BalancedProblem problem) => 1 + (problem.Ordered / Math.Max(1, problem.Lines.Length) / 4);

    private static BalancedPlan Finish(BalancedProblem problem, WorkingPlan plan, long fairest, Aims greedy)
    {
        var parts = new List<InstancePart>();
        for (var pair = 0; pair < problem.PairCount; pair++)
        {
            if (plan.Quantity[pair] > 0)
            {
                parts.Add(new(problem.Lines[problem.PairLine[pair]].Id, problem.Members[problem.PairMember[pair]].Id, plan.Quantity[pair]));
            }
        }

        return new(parts, plan.Aims, fairest, greedy);
    }
}
