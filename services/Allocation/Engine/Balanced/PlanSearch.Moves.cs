namespace ExportConsortia.Allocation.Engine.Balanced;

/// <content>Moves that a step may propose: which parts change, and by how much.</content>
internal sealed partial class PlanSearch
{
    /// <summary>Picks two makers of one line: half of the time for an account far outside its band, otherwise of any line.</summary>
    private bool ChooseShift(out int from, out int to)
    {
        (from, to) = (-1, -1);
        if (_pairs.Length == 0)
        {
            return false;
        }

        if (_stage <= SearchStage.Replan && problem.Accounts.Length > 0 && random.Below(2) == 0)
        {
            var account = WorstOfThree();
            var (member, pool) = problem.Accounts[account];
            var first = problem.MemberFirst[member];
            if (plan.Received[account] <= problem.Fairness.Entitlement[account])
            {
                // A line of any pool: it may be the one that fills the member's weeks.
                var count = _onlyMakers ? plan.UsedCount[member] : problem.MemberFirst[member + 1] - first;
                to = count == 0 ? -1 : (_onlyMakers ? plan.Used : problem.MemberPairs)[first + random.Below(count)];
                from = to < 0 ? -1 : InUse(_pairs[to].Line);
                return from >= 0 && from != to;
            }

            if (plan.UsedCount[member] == 0)
            {
                return false;
            }

            from = plan.Used[first + random.Below(plan.UsedCount[member])];
            if (problem.LinePool[_pairs[from].Line] != pool || plan.Quantity[from] == _pairs[from].Accepted)
            {
                return false;
            }
        }
        else
        {
            from = InUse(random.Below(problem.Lines.Length));
            if (from < 0)
            {
                return false;
            }
        }

        to = Other(from);
        return to >= 0;
    }

    private int WorstOfThree()
    {
        var (worst, most) = (0, -1L);
        for (var i = 0; i < 3; i++)
        {
            var account = random.Below(problem.Accounts.Length);
            if (plan.Unfairness[account] > most)
            {
                (worst, most) = (account, plan.Unfairness[account]);
            }
        }

        return worst;
    }

    /// <summary>A pair of the line that has more than its accepted part, or −1.</summary>
    private int InUse(int line)
    {
        var makers = plan.Makers[line];
        if (makers == 0)
        {
            return -1;
        }

        var pair = plan.MakerOf[problem.LineFirst[line] + random.Below(makers)];
        return plan.Quantity[pair] > _pairs[pair].Accepted ? pair : -1;
    }

    /// <summary>Another pair of the same line: of two random ones, usually the one whose account is owed more.</summary>
    private int Other(int pair)
    {
        var line = _pairs[pair].Line;
        var (first, count) = (problem.LineFirst[line], problem.LineFirst[line + 1] - problem.LineFirst[line]);
        if (count < 2)
        {
            return -1;
        }

        if (_onlyMakers)
        {
            var maker = plan.MakerOf[first + random.Below(plan.Makers[line])];
            return maker == pair ? -1 : maker;
        }

        var one = first + random.Below(count - 1);
        one += one >= pair ? 1 : 0;
        if (count > 2 && _stage <= SearchStage.Replan && random.Below(4) > 0)
        {
            var other = first + random.Below(count - 1);
            other += other >= pair ? 1 : 0;
            var (a, b) = (_pairs[one].Account, _pairs[other].Account);
            if (a >= 0 && b >= 0
                && plan.Received[b] - problem.Fairness.Entitlement[b] < plan.Received[a] - problem.Fairness.Entitlement[a])
            {
                return other;
            }
        }

        return one;
    }

    /// <summary>Moves all or some of one maker's part to another: <paramref name="amount"/> pieces, or a random number if −1.</summary>
    private void ProposeShift(int from, int to, long amount)
    {
        var line = _pairs[from].Line;
        var (had, has) = (plan.Quantity[from], plan.Quantity[to]);
        var spare = had - _pairs[from].Accepted;
        if (has == 0 && plan.Makers[line] >= problem.LineMakers[line])
        {
            // A new maker must replace the old one.
            if (_pairs[from].Accepted > 0)
            {
                return;
            }

            amount = spare;
        }
        else if (amount < 0)
        {
            var kind = random.Below(8);
            amount = kind switch
            {
                < 4 => spare,
                < 6 => random.UpTo(spare),
                6 => ToEdge(from, true),
                _ => ToEdge(to, false),
            };
        }

        amount = Math.Clamp(amount, 1, spare);
        var left = Round(from, had - amount);
        var others = plan.Total[line] - had - has + left;
        var got = Fit(to, Wanted(line, plan.Total[line]) - others, problem.LineLeast[line] - others, problem.LineMost[line] - others);
        if (got > has && random.Below(8) == 0 && _pairs[from].Resource != _pairs[to].Resource)
        {
            got = Round(to, Math.Min(got, plan.Room(to)));
        }

        Add(from, left);
        Add(to, got);
    }

    /// <summary>After a shift from a to b: moves another line's part away from b's member to make room, preferably to a's member.</summary>
    private void ProposeCounterShift(int from, int to)
    {
        var (member, line) = (_pairs[to].Member, _pairs[to].Line);
        if (plan.UsedCount[member] == 0)
        {
            return;
        }

        var back = plan.Used[problem.MemberFirst[member] + random.Below(plan.UsedCount[member])];
        var other = _pairs[back].Line;
        if (other == line || plan.Quantity[back] == _pairs[back].Accepted)
        {
            return;
        }

        var target = random.Below(4) > 0 ? problem.FindPair(other, _pairs[from].Member) : -1;
        target = target < 0 || (_onlyMakers && plan.Quantity[target] == 0) ? Other(back) : target;
        if (target < 0 || target == back)
        {
            return;
        }

        var value = (_stepQuantity[1] - plan.Quantity[to]) * problem.LineRef[line];
        ProposeShift(back, target, value > 0 && random.Below(2) == 0 ? value / problem.LineRef[other] : -1);
    }

    /// <summary>Fits one maker's quantity to the tolerance of its line, or to the edge of a band of its account.</summary>
    private void ProposeFit()
    {
        if (problem.PairCount == 0)
        {
            return;
        }

        var line = random.Below(problem.Lines.Length);
        var (first, count) = (problem.LineFirst[line], problem.LineFirst[line + 1] - problem.LineFirst[line]);
        if (count == 0)
        {
            return;
        }

        var pair = random.Below(2) == 0 ? InUse(line) : -1;
        if (pair < 0 && _onlyMakers)
        {
            return;
        }

        pair = pair < 0 ? first + random.Below(count) : pair;
        var others = plan.Total[line] - plan.Quantity[pair];
        var want = random.Below(4) switch
        {
            0 => plan.Quantity[pair] + ToEdge(pair, false),
            1 => plan.Quantity[pair] - ToEdge(pair, true),
            _ => Wanted(line, problem.LineQty[line]) - others,
        };
        var quantity = Fit(pair, want, problem.LineLeast[line] - others, problem.LineMost[line] - others);
        if (quantity > plan.Quantity[pair] && random.Below(2) == 0)
        {
            quantity = Round(pair, Math.Min(quantity, plan.Room(pair)));
        }

        Add(pair, quantity);
    }
}
