namespace ExportConsortia.Allocation.Engine.Balanced;

/// <content>Emptying lines and filling them again.</content>
internal sealed partial class PlanSearch
{
    private void FillAll(IEnumerable<int> lines)
    {
        foreach (var line in lines)
        {
            var before = Energy();
            Refill(line, problem.LineMakers[line], problem.LineQty[line]);
            if (plan.Allowed(line) && Energy() <= before)
            {
                plan.Keep();
            }
            else
            {
                plan.SetBack();
            }
        }

        plan.KeepAsBest();
    }

    /// <summary>Empties one to three lines that share a member and refills them at the lowest marginal price.</summary>
    private void Rebuild(long threshold)
    {
        var before = Energy();
        var count = 1 + random.Below(3);
        var lines = 0;
        var line = random.Below(problem.Lines.Length);
        _ruined[lines++] = line;
        var pair = InUse(line);
        if (pair < 0 && problem.LineFirst[line] < problem.LineFirst[line + 1])
        {
            pair = problem.LineFirst[line] + random.Below(problem.LineFirst[line + 1] - problem.LineFirst[line]);
        }

        if (pair >= 0)
        {
            var member = _pairs[pair].Member;
            for (var tries = 0; tries < 3 && lines < count && plan.UsedCount[member] > 0; tries++)
            {
                var next = _pairs[plan.Used[problem.MemberFirst[member] + random.Below(plan.UsedCount[member])]].Line;
                if (!_ruined.AsSpan(0, lines).Contains(next))
                {
                    _ruined[lines++] = next;
                }
            }
        }

        for (var i = 0; i < lines; i++)
        {
            Empty(_ruined[i]);
        }

        // In a random order, which decides who gets scarce capacity.
        if (lines > 1)
        {
            var first = random.Below(lines);
            (_ruined[0], _ruined[first]) = (_ruined[first], _ruined[0]);
        }

        for (var i = 0; i < lines; i++)
        {
            line = _ruined[i];
            Refill(line, 1 + random.Below(problem.LineMakers[line]), random.Below(2) == 0 ? problem.LineQty[line] : problem.LineLeast[line]);
            if (!plan.Allowed(line))
            {
                plan.SetBack();
                return;
            }
        }

        if (Energy() - before > threshold || (_stage > SearchStage.Replan && plan.Short > _limit.Short))
        {
            plan.SetBack();
            return;
        }

        plan.Keep();
        KeepIfBest();
    }

    private void Empty(int line)
    {
        for (var pair = problem.LineFirst[line]; pair < problem.LineFirst[line + 1]; pair++)
        {
            if (plan.Quantity[pair] > _pairs[pair].Accepted)
            {
                plan.Set(pair, _pairs[pair].Accepted);
            }
        }
    }

    /// <summary>Fills the line up to a total with a limited number of makers, each time the one with the lowest marginal price per piece.</summary>
    private void Refill(int line, int makers, long total)
    {
        makers = Math.Max(makers, plan.Makers[line]);
        while (plan.Total[line] < total)
        {
            var (best, bestQuantity, bestPrice) = (-1, 0L, long.MaxValue);
            for (var pair = problem.LineFirst[line]; pair < problem.LineFirst[line + 1]; pair++)
            {
                var has = plan.Quantity[pair];
                if ((has == 0 && plan.Makers[line] >= makers) || has == _pairs[pair].Most)
                {
                    continue;
                }

                var others = plan.Total[line] - has;
                var quantity = Fit(pair, total - others, problem.LineLeast[line] - others, problem.LineMost[line] - others);
                if (quantity <= has || others + quantity > problem.LineMost[line])
                {
                    continue;
                }

                var room = plan.Room(pair);
                if (quantity > room)
                {
                    quantity = Round(pair, room);
                    if (quantity <= has)
                    {
                        continue;
                    }
                }

                _step = 0;
                Add(pair, quantity);
                _ = ChangeOfAims(out var change, unfinished: true);
                var price = (change * 64) / (quantity - has);
                if (price < bestPrice)
                {
                    (best, bestQuantity, bestPrice) = (pair, quantity, price);
                }
            }

            if (best < 0)
            {
                return;
            }

            plan.Set(best, bestQuantity);
        }
    }
}
