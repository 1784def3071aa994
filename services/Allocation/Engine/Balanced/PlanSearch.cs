namespace ExportConsortia.Allocation.Engine.Balanced;

/// <summary>What a stage of the search makes small; the aims before it have become limits.</summary>
internal enum SearchStage
{
    /// <summary>Z1, then Z2, together: a minor unit short weighs more than any fairness it could buy.</summary>
    ShortAndUnfair,

    /// <summary>Z1, then the number of open offers changed, then Z2.</summary>
    Replan,

    /// <summary>Z3, within Z1 and Z2 plus its slack.</summary>
    Cost,

    /// <summary>Z4, within Z1, Z2 and Z3 plus its slack.</summary>
    Splits,
}

/// <summary>
/// The search: a greedy start (most urgent and scarcest lines first, each to the makers of the lowest marginal price), then simulated annealing whose
/// steps move a part of a line between two makers, move one and move another line's part out of its way, fit a quantity into the tolerance, or empty
/// one to three lines that share a member and fill them again (ruin and recreate). The change of the aims is reckoned first, most steps end there;
/// capacity is asked second. Work is counted in steps, never in time.
/// Sources: Kirkpatrick, Gelatt, Vecchi, Science 220 (1983); Schrimpf et al., J. Comput. Phys. 159 (2000).
/// </summary>
internal sealed class PlanSearch(BalancedProblem problem, WorkingPlan plan, SeededGenerator random)
{
    private const int Chunks = 128;
    private readonly int[] _stepPair = new int[4];
    private readonly long[] _stepQuantity = new long[4];
    private readonly long[] _stepOld = new long[4];
    private long _shortWeight = 2 * problem.Policy.Slopes.Max();
    private readonly int[] _ruined = new int[3];

    // A changed offer weighs like an average line gone from worst to best.
    private readonly long _changePrice = problem.Policy.Slopes.Max() * (1 + (problem.Ordered / Math.Max(1, problem.Lines.Length)));
    private int _step;
    private SearchStage _stage;
    private Aims _limit;
    private long _splitPrice;

    /// <summary>Counts the steps for whoever waits.</summary>
    public CountedWork? Work { get; init; }

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

        Anneal(SearchStage.Replan, default, steps, hottest, 12);
    }

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

    /// <summary>Anneals from the plan as it stands; afterwards the plan is the best one met.</summary>
    public void Anneal(SearchStage stage, Aims limit, long steps, long hottest, int halvings)
    {
        if (problem.PairCount == 0)
        {
            // Nobody may be asked for anything.
            return;
        }

        (_stage, _limit) = (stage, limit);
        _splitPrice = 1 + (plan.Cost / Math.Max(1, problem.Lines.Length));
        plan.KeepAsBest();
        for (var chunk = 0; chunk < Chunks; chunk++)
        {
            // The temperature halves evenly; between two halvings it falls on a straight line.
            var scaled = chunk * halvings;
            _shortWeight = ShortWeight(stage == SearchStage.ShortAndUnfair ? chunk : Chunks);
            var start = hottest >> (scaled / Chunks);
            var temperature = start - (start / 2 * (scaled % Chunks) / Chunks);
            var until = steps * (chunk + 1) / Chunks;
            for (var step = steps * chunk / Chunks; step < until; step++)
            {
                var threshold = temperature * random.MinusLog() >> 10;
                Step(threshold);
            }

            Work?.Did(until - (steps * chunk / Chunks));
        }

        plan.ReturnToBest();
    }

    // Dearer and dearer, as what is short comes first: at the beginning twice what fairness could gain by it piece for piece, at the end 256 times
    // that, since a smallest part can make a few pieces cost much fairness.
    private long ShortWeight(int chunk) => Math.Min((2 * problem.Policy.Slopes.Max()) << (8 * chunk / Chunks), 1 << 15);

    private void Step(long threshold)
    {
        _step = 0;
        var kind = random.Below(512);
        if (kind < 8)
        {
            Rebuild(threshold);
            return;
        }

        if (kind < 64)
        {
            ProposeFit();
        }
        else if (ChooseShift(out var from, out var to))
        {
            ProposeShift(from, to, -1);
            if (kind >= 380 && _step == 2)
            {
                ProposeCounterShift(from, to);
            }
        }

        if (_step > 0)
        {
            TryStep(threshold);
        }
    }

    private long Energy() => _stage switch
    {
        SearchStage.ShortAndUnfair => (_shortWeight * plan.Short) + plan.Unfair,
        SearchStage.Replan => (_shortWeight * plan.Short) + plan.Unfair + (plan.OffersChanged * _changePrice),
        SearchStage.Cost => plan.Cost,
        _ => (plan.Splits * _splitPrice) + plan.Cost,
    };

    private bool WithinLimit() => _stage <= SearchStage.Replan
        || (plan.Short <= _limit.Short && plan.Unfair <= _limit.Unfair && (_stage == SearchStage.Cost || plan.Cost <= _limit.Cost));

    private bool Better()
    {
        var best = plan.BestAims;
        return _stage switch
        {
            SearchStage.ShortAndUnfair => plan.Short < best.Short || (plan.Short == best.Short
                && (plan.Unfair < best.Unfair || (plan.Unfair == best.Unfair && plan.Cost < best.Cost))),
            SearchStage.Replan => (plan.Short, plan.OffersChanged, plan.Unfair).CompareTo((best.Short, plan.BestOffersChanged, best.Unfair)) < 0,
            SearchStage.Cost => plan.Cost < best.Cost || (plan.Cost == best.Cost && plan.Splits < best.Splits),
            _ => plan.Splits < best.Splits || (plan.Splits == best.Splits && plan.Cost < best.Cost),
        };
    }

    private void TryStep(long threshold)
    {
        // Changes come as up to two of one line, then up to two of another.
        var second = 1;
        while (second < _step && problem.PairLine[_stepPair[second]] == problem.PairLine[_stepPair[0]])
        {
            second++;
        }

        if (!AllowedAfter(0, second, out var shortage) || (second < _step && !AllowedAfter(second, _step, out shortage, shortage)))
        {
            return;
        }

        if (_stage == SearchStage.ShortAndUnfair && (_shortWeight * shortage) + UnfairAfter() > threshold)
        {
            return;
        }

        var before = Energy();
        for (var i = 0; i < _step; i++)
        {
            _stepOld[i] = plan.Quantity[_stepPair[i]];
            plan.SetValue(_stepPair[i], _stepQuantity[i]);
        }

        var fine = Energy() - before <= threshold && WithinLimit();
        var booked = 0;
        if (fine)
        {
            for (var i = 0; i < _step; i++)
            {
                if (_stepQuantity[i] < _stepOld[i])
                {
                    plan.Booked(_stepPair[i], _stepOld[i]);
                    booked |= 1 << i;
                }
            }

            for (var i = 0; i < _step && fine; i++)
            {
                if (_stepQuantity[i] > _stepOld[i])
                {
                    fine = (_stepQuantity[i] - _stepOld[i]) * problem.Minutes[_stepPair[i]] <= CapacityChains.Free(problem, plan.Slack, _stepPair[i]);
                    if (fine)
                    {
                        plan.Booked(_stepPair[i], _stepOld[i]);
                        booked |= 1 << i;
                    }
                }
            }
        }

        if (fine)
        {
            plan.Keep();
            if (Better())
            {
                plan.KeepAsBest();
            }

            return;
        }

        for (var i = 0; i < _step; i++)
        {
            if ((booked & (1 << i)) == 0)
            {
                plan.SetValue(_stepPair[i], _stepOld[i]);
            }
        }

        plan.SetBack();
    }

    /// <summary>Whether the line of these changes may stay as they leave it, and what they add to Z1.</summary>
    private bool AllowedAfter(int from, int until, out long shortage, long sofar = 0)
    {
        var line = problem.PairLine[_stepPair[from]];
        var (total, makers) = (plan.Total[line], plan.Makers[line]);
        for (var i = from; i < until; i++)
        {
            var old = plan.Quantity[_stepPair[i]];
            total += _stepQuantity[i] - old;
            makers += (_stepQuantity[i] > 0 ? 1 : 0) - (old > 0 ? 1 : 0);
        }

        shortage = sofar + plan.ShortOf(line, total) - plan.ShortOf(line, plan.Total[line]);
        return total <= problem.LineMost[line] && makers <= problem.LineMakers[line]
            && (!problem.LineWhole[line] || total == 0 || total >= problem.LineLeast[line]);
    }

    /// <summary>What the changes add to Z2; two of them may meet in one account.</summary>
    private long UnfairAfter()
    {
        var change = 0L;
        for (var i = 0; i < _step; i++)
        {
            var (pair, account) = (_stepPair[i], problem.PairAccount[_stepPair[i]]);
            if (account >= 0)
            {
                var received = plan.Received[account];
                var after = received + ((_stepQuantity[i] - plan.Quantity[pair]) * problem.LineRef[problem.PairLine[pair]]);
                plan.Received[account] = after;
                change += problem.Fairness.Penalty(account, after) - problem.Fairness.Penalty(account, received);
            }
        }

        for (var i = 0; i < _step; i++)
        {
            var (pair, account) = (_stepPair[i], problem.PairAccount[_stepPair[i]]);
            if (account >= 0)
            {
                plan.Received[account] -= (_stepQuantity[i] - plan.Quantity[pair]) * problem.LineRef[problem.PairLine[pair]];
            }
        }

        return change;
    }

    private void Add(int pair, long quantity)
    {
        if (quantity != plan.Quantity[pair])
        {
            _stepPair[_step] = pair;
            _stepQuantity[_step++] = quantity;
        }
    }

    /// <summary>Two makers of one line: from an account far out of its band if luck says so, else of any line.</summary>
    private bool ChooseShift(out int from, out int to)
    {
        (from, to) = (-1, -1);
        if (problem.PairCount == 0)
        {
            return false;
        }

        if (_stage <= SearchStage.Replan && problem.Accounts.Length > 0 && random.Below(2) == 0)
        {
            var account = WorstOfThree();
            var (member, pool) = problem.Accounts[account];
            var first = problem.MemberFirst[member];
            if (plan.Received[account] > problem.Fairness.Entitlement[account])
            {
                if (plan.UsedCount[member] == 0)
                {
                    return false;
                }

                from = plan.Used[first + random.Below(plan.UsedCount[member])];
                if (problem.LinePool[problem.PairLine[from]] != pool || plan.Quantity[from] == problem.Accepted[from])
                {
                    return false;
                }
            }
            else
            {
                var count = problem.MemberFirst[member + 1] - first;
                if (count == 0)
                {
                    return false;
                }

                to = problem.MemberPairs[first + random.Below(count)];
                from = InUse(problem.PairLine[to]);
                return from >= 0 && from != to;
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
            var penalty = problem.Fairness.Penalty(account, plan.Received[account]);
            if (penalty > most)
            {
                (worst, most) = (account, penalty);
            }
        }

        return worst;
    }

    /// <summary>A pair of the line that has more than its accepted part, or −1.</summary>
    private int InUse(int line)
    {
        var (first, count) = (problem.LineFirst[line], problem.LineFirst[line + 1] - problem.LineFirst[line]);
        if (count == 0)
        {
            return -1;
        }

        var at = random.Below(count);
        for (var i = 0; i < count; i++)
        {
            var pair = first + at;
            if (plan.Quantity[pair] > problem.Accepted[pair])
            {
                return pair;
            }

            at = at + 1 == count ? 0 : at + 1;
        }

        return -1;
    }

    /// <summary>Another pair of the same line; of two at random, more often the one whose account is owed more.</summary>
    private int Other(int pair)
    {
        var line = problem.PairLine[pair];
        var (first, count) = (problem.LineFirst[line], problem.LineFirst[line + 1] - problem.LineFirst[line]);
        if (count < 2)
        {
            return -1;
        }

        var one = first + random.Below(count - 1);
        one += one >= pair ? 1 : 0;
        if (count > 2 && _stage <= SearchStage.Replan && random.Below(4) > 0)
        {
            var other = first + random.Below(count - 1);
            other += other >= pair ? 1 : 0;
            var (a, b) = (problem.PairAccount[one], problem.PairAccount[other]);
            if (a >= 0 && b >= 0
                && plan.Received[b] - problem.Fairness.Entitlement[b] < plan.Received[a] - problem.Fairness.Entitlement[a])
            {
                return other;
            }
        }

        return one;
    }

    /// <summary>Moves all or some of one maker's part to another; <paramref name="amount"/> says how many pieces, −1 leaves it to chance.</summary>
    private void ProposeShift(int from, int to, long amount)
    {
        var line = problem.PairLine[from];
        var (had, has) = (plan.Quantity[from], plan.Quantity[to]);
        var spare = had - problem.Accepted[from];
        if (has == 0 && plan.Makers[line] >= problem.LineMakers[line])
        {
            // A new maker only in place of the old one.
            if (problem.Accepted[from] > 0)
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
        if (got > has && random.Below(8) == 0 && problem.PairResource[from] != problem.PairResource[to])
        {
            got = Round(to, Math.Min(got, plan.Room(to)));
        }

        Add(from, left);
        Add(to, got);
    }

    /// <summary>After a shift from a to b: another line's part at b's member makes room, if it can by going back to a's member.</summary>
    private void ProposeCounterShift(int from, int to)
    {
        var (member, line) = (problem.PairMember[to], problem.PairLine[to]);
        if (plan.UsedCount[member] == 0)
        {
            return;
        }

        var back = plan.Used[problem.MemberFirst[member] + random.Below(plan.UsedCount[member])];
        var other = problem.PairLine[back];
        if (other == line || plan.Quantity[back] == problem.Accepted[back])
        {
            return;
        }

        var target = random.Below(4) > 0 ? problem.FindPair(other, problem.PairMember[from]) : -1;
        target = target < 0 ? Other(back) : target;
        if (target < 0 || target == back)
        {
            return;
        }

        var value = (_stepQuantity[1] - plan.Quantity[to]) * problem.LineRef[line];
        ProposeShift(back, target, value > 0 && random.Below(2) == 0 ? value / problem.LineRef[other] : -1);
    }

    /// <summary>Fits one maker's quantity into the tolerance of its line, or to a band's end of its account.</summary>
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

    private long Wanted(int line, long usual) => random.Below(8) switch
    {
        0 => problem.LineQty[line],
        1 => problem.LineMost[line],
        2 or 3 => problem.LineLeast[line],
        _ => usual < problem.LineLeast[line] ? problem.LineLeast[line] : usual,
    };

    /// <summary>Pieces until the account reaches a random end of a band, downwards or upwards.</summary>
    private long ToEdge(int pair, bool down)
    {
        var account = problem.PairAccount[pair];
        if (account < 0 || problem.Fairness.Bands == 0)
        {
            return 1;
        }

        var edge = problem.Fairness.Edges(account)[random.Below(Math.Min(2, problem.Fairness.Bands))];
        edge = random.Below(2) == 0 ? edge : -edge;
        var way = plan.Received[account] - problem.Fairness.Entitlement[account] - edge;
        way = down ? way : -way;
        var value = problem.LineRef[problem.PairLine[pair]];
        return way <= 0 ? 1 : (way / value) + random.Below(2);
    }

    /// <summary>A quantity this pair may have, at or just below what is asked; 0 or the accepted part if it is under the smallest.</summary>
    private long Round(int pair, long quantity)
    {
        var (accepted, pack) = (problem.Accepted[pair], problem.Pack[pair]);
        quantity = Math.Min(quantity, problem.Most[pair]);
        if (quantity <= accepted)
        {
            return accepted;
        }

        quantity = accepted + ((quantity - accepted) / pack * pack);
        return accepted == 0 && quantity < problem.Lot[pair] ? 0 : quantity;
    }

    /// <summary>A quantity this pair may have near what is asked: rounded up if the line would be short by rounding, raised to the smallest part.</summary>
    private long Fit(int pair, long want, long least, long most)
    {
        var (accepted, pack) = (problem.Accepted[pair], problem.Pack[pair]);
        if (want <= accepted)
        {
            return accepted;
        }

        var quantity = accepted + ((Math.Min(want, problem.Most[pair]) - accepted) / pack * pack);
        if (quantity < least && quantity + pack <= Math.Min(most, problem.Most[pair]))
        {
            quantity += pack;
        }

        if (accepted == 0 && quantity < problem.Lot[pair])
        {
            quantity = (problem.Lot[pair] + pack - 1) / pack * pack;
            return quantity <= problem.Most[pair] ? quantity : 0;
        }

        return quantity;
    }

    /// <summary>Empties one to three lines that share a member and fills them again at the lowest marginal price.</summary>
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
            var member = problem.PairMember[pair];
            for (var tries = 0; tries < 3 && lines < count && plan.UsedCount[member] > 0; tries++)
            {
                var next = problem.PairLine[plan.Used[problem.MemberFirst[member] + random.Below(plan.UsedCount[member])]];
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

        if (Energy() - before > threshold || !WithinLimit())
        {
            plan.SetBack();
            return;
        }

        plan.Keep();
        if (Better())
        {
            plan.KeepAsBest();
        }
    }

    private void Empty(int line)
    {
        for (var pair = problem.LineFirst[line]; pair < problem.LineFirst[line + 1]; pair++)
        {
            if (plan.Quantity[pair] > problem.Accepted[pair])
            {
                plan.Set(pair, problem.Accepted[pair]);
            }
        }
    }

    /// <summary>Fills the line up to a total with at most so many makers, each time the one with the lowest change of the stage's aim per piece.</summary>
    private void Refill(int line, int makers, long total)
    {
        makers = Math.Max(makers, plan.Makers[line]);
        while (plan.Total[line] < total)
        {
            var (best, bestQuantity, bestPrice) = (-1, 0L, long.MaxValue);
            for (var pair = problem.LineFirst[line]; pair < problem.LineFirst[line + 1]; pair++)
            {
                var has = plan.Quantity[pair];
                if ((has == 0 && plan.Makers[line] >= makers) || has == problem.Most[pair])
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

                var before = Energy();
                plan.SetValue(pair, quantity);
                var change = Energy() - before;
                plan.SetValue(pair, has);
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
