namespace ExportConsortia.Allocation.Engine.Balanced;

/// <summary>
/// The policy <c>Balanced</c> in a run of the service: all of its lines are planned at once over the members' capacity and their
/// fairness accounts. The service knows no prices, minutes or reference values: an account counts pieces, a piece takes one piece of capacity, and a
/// "week" is the time up to the next delivery deadline among the lines. A member is owed τ = owed − offered elsewhere, on the scale of its
/// entitlement of the year.
/// </summary>
internal static class PlanTogether
{
    // Cost is the same at every member, so no band is free: members that are owed the same get the same. In large runs the slack of 0.2 % of the
    // pieces keeps lines from being split into crumbs (2,500 lines for 30 firms: one further maker per line instead of ten).
    private static readonly BalancedPolicy Weights = new(
        [50, 100, 200, 400], [1, 2, 3, 5, 9], FairSlackPerMille: 2, CostSlackPerMille: 5, UndeliveredPercent: 125, SingleSourceWeight: 3);

    public static IEnumerable<PlannedLine> Plan(SplitOrder order, IReadOnlyList<SnapshotLine> lines)
    {
        var asked = lines.Where(line => line.Open > 0).Select((line, at) => AskedLine.Of(at, line, order)).ToList();
        var room = new SharedCapacity(asked, order);
        BalancedProblem problem;
        try
        {
            problem = BalancedProblem.Of(Instance(asked, room, order.Accounts));
        }
        catch (InstanceException tooLarge) when (tooLarge.Path == "$")
        {
            // Trillions of pieces, far above any real trade.
            return lines.Select(
                line => line.Open > 0
                    ? SplitOrder.LeaveOpen(line, Reasons.TooManyPieces, Sentences.TooManyPieces(line)) : SplitOrder.NothingOpen(line));
        }

        var plan = SolveBalanced.Plan(problem, work: order.Work);
        foreach (var part in plan.Parts)
        {
            var line = asked[AskedLine.Index(part.Line)];
            line.Shares[part.Member].Lots = part.Qty / line.Line.Rule.LotSize;
            room.Take(line, part.Member, part.Qty);
        }

        var reasons = ExplainPlan.Of(problem, plan).ToDictionary(reason => (reason.Line, reason.Member));
        foreach (var line in asked)
        {
            foreach (var share in line.Shares.Values)
            {
                share.WhyNothing = WhyNothing(line.Line, share.Candidate, reasons.GetValueOrDefault((line.Id, share.Candidate.Id)));
            }
        }

        var summary = Summary(asked, problem, plan);
        var settled = new Dictionary<int, PlannedLine>();
        var results = asked.ConvertAll(line => (Line: line, Result: Result(line, room, [.. summary[line.At]])));
        var offered = results.SelectMany(r => r.Line.Shares.Values.Select(share => (r.Line.Line.Family, share.Candidate.Id, share.Quantity)))
            .GroupBy(part => (part.Family, part.Id)).ToDictionary(parts => parts.Key, parts => parts.Sum(part => part.Quantity));
        // Earliest deadline first: it has the fewest periods to draw on.
        foreach (var (line, result) in results.OrderBy(r => r.Line.Due))
        {
            foreach (var share in result.Shares)
            {
                share.MemberSteps = [Sentences.Balanced(line.Line, offered[(line.Line.Family, share.Candidate.Id)])];
            }

            settled.Add(line.Line.Position, order.Settle(line.Line, result, line.PassedOver));
        }

        return lines.Select(line => line.Open > 0 ? settled[line.Position] : SplitOrder.NothingOpen(line));
    }

    // A round of the bound costs as much as thousands of search steps: with many lines it gets few rounds, so that a run doesn't wait for its proof.
    private static int BoundRounds(int lines) => Math.Clamp(6_000 / Math.Max(1, lines), 10, 200);

    private static BalancedInstance Instance(List<AskedLine> asked, SharedCapacity room, IReadOnlyList<MemberAccount> accounts)
    {
        var planned = asked.FindAll(line => line.Lots > 0 && line.MostMakers > 0);
        var ordered = planned.GroupBy(line => line.Line.Family)
            .ToDictionary(family => family.Key, family => family.Sum(line => line.Lots * line.Line.Rule.LotSize));
        var members = planned.SelectMany(line => line.Shares.Values.Select(share => (Share: share, Line: line)))
            .GroupBy(pair => pair.Share.Candidate.Id);
        return new(
            "run", room.Periods, Weights,
            [.. planned.Select(line => new InstanceProduct(line.Id, line.Line.Family, RefPrice: 1))],
            [.. members.Select(member => new InstanceMember(
                member.Key, Score: 1000,
                [.. member.Select(pair => pair.Line.Line.Family).Distinct()
                    .Select(family => new InstanceResource(family, room.Of(family, member.Key)))],
                [.. member.Select(pair => new InstanceCapability(
                    pair.Line.Id, pair.Line.Line.Family, MinutesPerUnit: 1, pair.Share.Candidate.MinLots * pair.Line.Line.Rule.LotSize,
                    pair.Line.Line.Rule.LotSize,
                    LeadWeeks: 0, Price: 1, Certified: [""]) { Most = pair.Share.Candidate.Cap })]))],
            [.. ordered.Select(family => Pool(
                family.Key, family.Value, [.. accounts.Where(account => account.Family == family.Key)],
                planned.Where(line => line.Line.Family == family.Key).SelectMany(line => line.Shares.Values)
                    .Select(share => share.Candidate.Member.Id).Distinct()))],
            [.. planned.Select(line => new InstanceLine(
                line.Id, line.Id, line.Lots * line.Line.Rule.LotSize, line.Lots * line.Line.Rule.LotSize, line.Lots * line.Line.Rule.LotSize,
                room.PeriodOf(line), Destination: "", Priority: 1, line.MostMakers, SingleSourcePreferred: false, AllOrNothing: false,
                Excluded: []))],
            Accepted: []);
    }

    // The pool's numbers are chosen so that the account has exactly τ and σ: σ = ppm·(D + H) is the member's entitlement of the year, τ = ppm·D + b.
    // An eligible member without an account is owed nothing.
    private static InstancePool Pool(string family, long ordered, List<MemberAccount> accounts, IEnumerable<Guid> members)
    {
        var entitled = accounts.Sum(account => account.Entitled);
        var known = accounts.ToDictionary(account => account.MemberId);
        return new(family, Math.Max(0, entitled - ordered),
            [.. members.Select(member => known.GetValueOrDefault(member) ?? new(family, member, 0, 0, 0)).Select(account =>
        {
            var ppm = entitled == 0 ? 0 : (long)((Int128)account.Entitled * 1_000_000 / entitled);
            return new InstanceShare(account.MemberId.ToString(), ppm, account.Owed - account.Offered - (long)((Int128)ppm * ordered / 1_000_000));
        })]);
    }

    private static LineSplit Result(AskedLine line, SharedCapacity room, IReadOnlyList<ExplanationStep> summary)
    {
        List<Share> shares = [
            .. line.Shares.Values.OrderByDescending(share => share.Lots).ThenBy(share => share.Candidate.Id, StringComparer.Ordinal)];
        var steps = Arithmetic.Start(line.Line, shares, summary);
        var odd = LotSplit.PlaceOddRemainder(shares, line.Line, steps, (share, pieces) => room.Fits(line, share.Candidate.Id, pieces));
        foreach (var share in shares.Where(share => share.Odd > 0))
        {
            room.Take(line, share.Candidate.Id, share.Odd);
        }

        var rest = line.Lots - shares.Sum(share => share.Lots);
        Arithmetic.End(line.Line, steps, shares, (rest * line.Line.Rule.LotSize) + odd);
        return new(shares, (rest, odd) switch
        {
            (0, 0) => null,
            _ when shares.Count == 0 => Reasons.NoEligibleMember,
            (0, _) => Reasons.OddRemainder,
            _ when shares.Count(share => share.Lots > 0) >= line.MostMakers => Reasons.MakersReached,
            _ when shares.TrueForAll(share => share.Lots == share.Candidate.CapLots
                || !room.Fits(line, share.Candidate.Id, share.Candidate.LotSize)) => Reasons.AllAtTheirLimit,
            _ => Reasons.RestBelowMinLot,
        }, steps);
    }

    private static (string Code, ExplanationStep Step) WhyNothing(SnapshotLine line, Candidate firm, BalancedReason? reason)
    {
        long Of(string name) => reason!.Values.First(value => value.Name == name).Value;
        return reason?.Code switch
        {
            nameof(PlanReason.CapacityFull) or nameof(PlanReason.BelowMinimumLot) => (Reasons.NoFreeCapacity, Sentences.UsedTogether(line, firm)),
            nameof(PlanReason.EntitlementReached) => (Reasons.EntitlementReached, Sentences.DueReached(line, Of("received"), Of("entitlement"))),
            nameof(PlanReason.MakersReached) => (Reasons.MakersReached, Sentences.MakersReached(line)),
            nameof(PlanReason.FairerElsewhere) => (Reasons.FairerElsewhere, Sentences.FairerElsewhere(line, Of("minimumLot"))),
            null or nameof(PairReason.LotTooLarge) => (Reasons.ShareBelowMinLot, Sentences.ShareBelowMinLot(firm)),
            _ => (Reasons.NotNeeded, Sentences.NotNeeded(line)),
        };
    }

    // The numbers of the whole plan go to its first line, those of a family's accounts to the family's first line.
    private static ILookup<int, ExplanationStep> Summary(List<AskedLine> asked, BalancedProblem problem, BalancedPlan plan)
    {
        var bound = LagrangianBound.Of(problem, plan, BoundRounds(problem.Lines.Length));
        var units = asked.Select(line => line.Line.Unit).Distinct().ToList();
        var (unit, several) = (units is [var one] ? one : null, units.Count > 1);
        var (pieces, each) = several ? ("", ", each in its own unit,") : ($" {UnitWords.Many(unit)}", "");
        List<(int At, ExplanationStep Step)> steps =
        [
            (0, ExplanationStep.Of(
                "Balanced", several ? ExplanationKey.LinesOfSeveralUnitsPlannedTogether : ExplanationKey.LinesPlannedTogether,
                $"{asked.Count} lines with {problem.Ordered}{pieces} in whole lots{each} were planned together: {plan.Aims.Short}{pieces} find no "
                + $"maker, unfairness is {plan.Aims.Unfair} points, and lines have {plan.Aims.Splits} makers beyond the first.",
                ("linesTogether", asked.Count), ("pieces", problem.Ordered), ("short", plan.Aims.Short), ("unfair", plan.Aims.Unfair),
                ("makersBeyondFirst", plan.Aims.Splits)).In(unit)),
            (0, ExplanationStep.Of(
                "Balanced", several ? ExplanationKey.BestPossibleOfSeveralUnits : ExplanationKey.BestPossible,
                $"No plan can have fewer than {bound} points; filling line after line would leave {plan.Greedy.Short}{pieces} short and "
                + $"{plan.Greedy.Unfair} points.",
                ("bound", bound), ("greedyShort", plan.Greedy.Short), ("greedyUnfair", plan.Greedy.Unfair)).In(unit)),
        ];
        var family = plan.Parts.ToLookup(part => (part.Member, asked[AskedLine.Index(part.Line)].Line.Family), part => part.Qty);
        var firms = asked.SelectMany(line => line.Shares.Values).DistinctBy(share => share.Candidate.Id)
            .ToDictionary(share => share.Candidate.Id, share => share.Candidate);
        foreach (var (account, (member, pool)) in problem.Accounts.Index())
        {
            var (id, name) = (problem.Members[member].Id, problem.Pools[pool].Id);
            steps.Add((asked.FindIndex(line => line.Line.Family == name), Arithmetic.Account(
                firms[id], name, problem.Fairness.Entitlement[account], problem.Fairness.Scale[account], family[(id, name)].Sum())));
        }

        return steps.ToLookup(step => step.At, step => step.Step);
    }
}
