namespace ExportConsortia.Allocation.Engine.Balanced;

/// <summary>
/// Gives one reason for every line and member. It is the first that holds in the finished plan, so each can be checked from the plan alone:
/// refused, given, capacity, smallest part, entitlement, number of makers, fairness of an exchange, cost of an exchange.
/// </summary>
internal static class ExplainPlan
{
    public static IReadOnlyList<BalancedReason> Of(BalancedProblem problem, BalancedPlan plan)
    {
        var working = new WorkingPlan(problem);
        working.Take(plan.Parts);
        var reasons = new List<BalancedReason>();
        for (var line = 0; line < problem.Lines.Length; line++)
        {
            for (var member = 0; member < problem.Members.Length; member++)
            {
                var pair = problem.FindPair(line, member);
                reasons.Add(pair < 0 ? Refused(problem, line, member) : Judge(problem, working, pair));
            }
        }

        return reasons;
    }

    private static BalancedReason Refused(BalancedProblem problem, int line, int member)
    {
        var (order, firm) = (problem.Lines[line], problem.Members[member]);
        var capability = firm.Capabilities.FirstOrDefault(candidate => candidate.Product == order.Product);
        var reason = PairEligibility.Judge(order, firm, capability, 0, out var most);
        return reason switch
        {
            PairReason.NotCapable =>
                new(order.Id, firm.Id, nameof(PairReason.NotCapable), [], $"The firm has not declared that it can make '{order.Product}'."),
            PairReason.Excluded => new(order.Id, firm.Id, nameof(PairReason.Excluded), [], "The firm declined this line or is excluded from it."),
            PairReason.NotCertified =>
                new(order.Id, firm.Id, nameof(PairReason.NotCertified), [], $"The firm is not certified for destination '{order.Destination}'."),
            PairReason.TooLate => Reason(problem, line, member, nameof(PairReason.TooLate),
                $"The firm can begin in week {1 + capability!.LeadWeeks}; the line is due in week {order.DueWeek}.",
                ("firstWeek", 1 + capability.LeadWeeks), ("dueWeek", order.DueWeek)),
            _ => Reason(problem, line, member, nameof(PairReason.LotTooLarge),
                $"The firm's smallest part is {Math.Max(capability!.MinLot, capability.Pack)} pieces; at most {most} are possible.",
                ("minimumLot", Math.Max(capability.MinLot, capability.Pack)), ("most", most)),
        };
    }

    private static BalancedReason Judge(BalancedProblem problem, WorkingPlan plan, int pair)
    {
        var (line, member) = (problem.Pairs[pair].Line, problem.Pairs[pair].Member);
        if (plan.Quantity[pair] > 0)
        {
            return Reason(problem, line, member, nameof(PlanReason.Given),
                $"The firm gets {plan.Quantity[pair]} pieces of this line, {problem.Pairs[pair].Accepted} of them already accepted.",
                ("quantity", plan.Quantity[pair]), ("accepted", problem.Pairs[pair].Accepted));
        }

        var (room, lot) = (plan.Room(pair), problem.Pairs[pair].Lot);
        if (room < lot)
        {
            var (from, until, minutes) = Tightest(problem, plan, pair);
            return room == 0
                ? Reason(problem, line, member, nameof(PlanReason.CapacityFull),
                    $"The firm's '{problem.Resources[problem.Pairs[pair].Resource].Id}' is full in weeks {from} to {until}: {minutes} minutes are "
                    + $"free, and a piece takes {problem.Pairs[pair].Minutes}.",
                    ("fromWeek", from), ("untilWeek", until), ("freeMinutes", minutes), ("minutesPerPiece", problem.Pairs[pair].Minutes))
                : Reason(problem, line, member, nameof(PlanReason.BelowMinimumLot),
                    $"Below the minimum lot of {lot}: {room} pieces are free on the firm's '{problem.Resources[problem.Pairs[pair].Resource].Id}' "
                    + $"in weeks {from} to {until}.",
                    ("free", room), ("minimumLot", lot), ("fromWeek", from), ("untilWeek", until));
        }

        var account = problem.Pairs[pair].Account;
        if (account >= 0 && plan.Received[account] >= problem.Fairness.Entitlement[account])
        {
            var (received, entitlement) = (plan.Received[account], problem.Fairness.Entitlement[account]);
            return Reason(problem, line, member, nameof(PlanReason.EntitlementReached),
                $"The firm has reached its entitlement in pool '{problem.Pools[problem.LinePool[line]].Id}': {received} of {entitlement}.",
                ("received", received), ("entitlement", entitlement));
        }

        if (plan.Makers[line] >= problem.LineMakers[line])
        {
            return Reason(problem, line, member, nameof(PlanReason.MakersReached),
                $"The line already has its maximum of {problem.LineMakers[line]} makers.", ("makers", problem.LineMakers[line]));
        }

        return Exchange(problem, plan, pair);
    }

    /// <summary>How fairness and cost would change if the firm took its smallest part from each current maker in turn.</summary>
    private static BalancedReason Exchange(BalancedProblem problem, WorkingPlan plan, int pair)
    {
        var (line, member, lot) = (problem.Pairs[pair].Line, problem.Pairs[pair].Member, problem.Pairs[pair].LeastPart);
        var (tried, unfair, cost) = (false, long.MaxValue, long.MaxValue);
        for (var other = problem.LineFirst[line]; other < problem.LineFirst[line + 1]; other++)
        {
            var spare = plan.Quantity[other] - problem.Pairs[other].Accepted;
            if (spare < lot)
            {
                continue;
            }

            var (had, before) = (plan.Quantity[other], plan.Aims);
            plan.SetValue(other, had - lot);
            plan.SetValue(pair, lot);
            var after = plan.Aims;
            plan.SetValue(pair, 0);
            plan.SetValue(other, had);
            (tried, unfair) = (true, Math.Min(unfair, after.Unfair - before.Unfair));
            cost = Math.Min(cost, after.Cost - before.Cost);
        }

        if (tried && unfair > 0)
        {
            return Reason(problem, line, member, nameof(PlanReason.FairerElsewhere),
                $"Fairness favours the current makers: moving {lot} pieces from one of them to the firm would increase the deviations.",
                ("minimumLot", lot));
        }

        if (tried && cost > 0)
        {
            return Reason(problem, line, member, nameof(PlanReason.CheaperElsewhere),
                $"Moving {lot} pieces to the firm at its price would cost more without being fairer.", ("minimumLot", lot),
                ("price", problem.Pairs[pair].Cost));
        }

        return plan.Total[line] >= problem.LineLeast[line]
            ? Reason(problem, line, member, nameof(PlanReason.LineCovered),
                "The line is covered, and no better plan that includes the firm was found.", ("minimumLot", lot))
            : Reason(problem, line, member, nameof(PlanReason.NotImproved),
                "No better plan that includes the firm was found within the allowed steps.", ("minimumLot", lot));
    }

    private static (long From, long Until, long Minutes) Tightest(BalancedProblem problem, WorkingPlan plan, int pair)
    {
        ref readonly var row = ref problem.Pairs[pair];
        var resource = problem.Resources[row.Resource];
        var (from, until, least) = (0L, 0L, long.MaxValue);
        for (var release = 0; release < row.ChainRows; release++)
        {
            for (var column = 0; column < row.ChainColumns; column++)
            {
                var slack = plan.Slack[row.ChainFirst + (release * row.ChainWidth) + column];
                if (slack < least)
                {
                    (from, until, least) = (resource.Releases[release], resource.Dues[^(row.ChainColumns - column)], slack);
                }
            }
        }

        return (from, until, least);
    }

    private static BalancedReason Reason(
        BalancedProblem problem, int line, int member, string code, string text, params ReadOnlySpan<(string Name, long Value)> values)
    {
        var named = new ExplanationValue[values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            named[i] = new(values[i].Name, values[i].Value);
        }

        return new(problem.Lines[line].Id, problem.Members[member].Id, code, named, text);
    }
}
