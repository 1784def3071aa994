using System.Runtime.CompilerServices;

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

/// <summary>How a search cools: so many steps in all, from the hottest temperature, which is halved so often on the way.</summary>
internal readonly record struct Cooling(long Steps, long Hottest, int Halvings);

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
internal sealed class PlanSearch(BalancedProblem problem, WorkingPlan plan, SeededGenerator random, int urgency = 1)
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

    private void Anneal(Cooling way, int chunk)
    {
        _isSoft = _stage == SearchStage.ShortAndUnfair && chunk < Chunks * 3 / 4;
        if (!_isSoft)
        {
            Relieve();
        }

        // The temperature halves evenly; between two halvings it falls on a straight line.
        var (halvings, between) = int.DivRem(chunk * way.Halvings, Chunks);
        var start = way.Hottest >> halvings;
        var temperature = start - (start / 2 * between / Chunks);
        _shortWeight = ShortWeight(_stage == SearchStage.ShortAndUnfair ? chunk : Chunks);
        _excessWeight = ExcessWeight(chunk);
        _limitWeight = LimitWeight(chunk);
        var (first, last) = (way.Steps * chunk / Chunks, way.Steps * (chunk + 1) / Chunks);
        Standing = 0;
        for (var step = first; step < last; step++)
        {
            Step(temperature);
            Standing += step % 16 == 0 ? Energy() / Chunks : 0;
        }

        Work?.Did(last - first);
    }

    /// <summary>Empties what doesn't fit any more, so that the rest of the way leads from plan to plan.</summary>
    private void Relieve()
    {
        for (var pair = 0; pair < _pairs.Length && plan.Excess > 0; pair++)
        {
            if (plan.TooMuch[_pairs[pair].Resource] > 0 && plan.Quantity[pair] > _pairs[pair].Accepted)
            {
                plan.Set(pair, _pairs[pair].Accepted);
                if (!plan.Allowed(_pairs[pair].Line))
                {
                    Empty(_pairs[pair].Line);
                }

                plan.Keep();
            }
        }
    }

    // Dearer and dearer, as what is short comes first: at the beginning twice what fairness could gain by it piece for piece, at the end 256 times
    // that, since a smallest part can make a few pieces cost much fairness.
    private long ShortWeight(int chunk) => Math.Min(Math.Min(2 * urgency * _steepest, problem.MostWeight) << (8 * chunk / Chunks), problem.MostWeight);

    // What a resource is too full by costs at first half of what fairness could gain by it, at the end eight times that and twice what is short, or eight
    // times that where the lines are few (measured): else a plan that is too full would always be better than one that is short.
    private long ExcessWeight(int chunk) => Math.Clamp(
        (urgency * (_steepest << (4 * chunk / Chunks)) / 2) + ((problem.IsWide ? 2 : 8) * _shortWeight * _mostUrgent * chunk / Chunks * chunk / Chunks * chunk / Chunks), 1, problem.MostWeight);

    // Beyond the limit of an earlier aim: at first a quarter of a minor unit for each, at the end much more than any cost; splits are only looked for within.
    private long LimitWeight(int chunk) => 1L << (16 * (_stage == SearchStage.Splits ? Chunks : chunk) / Chunks);

    private void Step(long temperature)
    {
        _step = 0;
        var kind = random.Below(512);
        if (kind < 8 && !_onlyMakers)
        {
            Rebuild(Threshold(temperature));
            return;
        }

        if (kind < 64)
        {
            ProposeFit();
        }
        else if (ChooseShift(out var from, out var to))
        {
            ProposeShift(from, to, -1);
            if (kind >= 300 && _step == 2)
            {
                ProposeCounterShift(from, to);
            }
        }

        if (_step > 0)
        {
            TryStep(temperature);
        }
    }

    private long Energy() => _stage switch
    {
        SearchStage.ShortAndUnfair => (_shortWeight * plan.Short) + plan.Unfair + (_excessWeight * plan.Excess),
        SearchStage.Replan => (_shortWeight * plan.Short) + plan.Unfair + (plan.OffersChanged * _changePrice),
        SearchStage.Cost => plan.Cost + BeyondLimit(plan.Unfair, plan.Cost),
        _ => (plan.Splits * _splitPrice) + plan.Cost + BeyondLimit(plan.Unfair, plan.Cost),
    };

    /// <summary>What it costs that an earlier aim is beyond its limit: the search may pass there, but never keeps such a plan as its best.</summary>
    private long BeyondLimit(long unfair, long cost) =>
        (Math.Max(0, unfair - _limit.Unfair) + (_stage == SearchStage.Cost ? 0 : Math.Max(0, cost - _limit.Cost))) * _limitWeight / 4;

    private bool WithinLimit() => _stage <= SearchStage.Replan
        || (plan.Unfair <= _limit.Unfair && (_stage == SearchStage.Cost || plan.Cost <= _limit.Cost));

    private void Finish()
    {
        if (Better())
        {
            plan.KeepAsBest();
        }
    }

    private bool Better()
    {
        var best = plan.BestAims;
        return plan.Excess == 0 && WithinLimit() && _stage switch
        {
            SearchStage.ShortAndUnfair => plan.Short < best.Short || (plan.Short == best.Short
                && (plan.Unfair < best.Unfair || (plan.Unfair == best.Unfair && plan.Cost < best.Cost))),
            SearchStage.Replan => (plan.Short, plan.OffersChanged, plan.Unfair).CompareTo((best.Short, plan.BestOffersChanged, best.Unfair)) < 0,
            SearchStage.Cost => plan.Cost < best.Cost || (plan.Cost == best.Cost && plan.Splits < best.Splits),
            _ => plan.Splits < best.Splits || (plan.Splits == best.Splits && plan.Cost < best.Cost),
        };
    }

    /// <summary>By how much a step may make the plan worse: −T·ln u, Metropolis's rule.</summary>
    private long Threshold(long temperature) => temperature * random.MinusLog() >> 10;

    private void TryStep(long temperature)
    {
        if (!ChangeOfAims(out var energy))
        {
            return;
        }

        var threshold = energy > 0 ? Threshold(temperature) : 0;
        if (energy <= threshold + Relief() && Book(threshold - energy))
        {
            for (var i = 0; i < _step; i++)
            {
                plan.SetBooked(_stepPair[i], _stepQuantity[i]);
            }

            Finish();
        }
    }

    /// <summary>What the step adds to the aims of the stage, capacity aside; false if a line may not be left so or more is short than may be.</summary>
    private bool ChangeOfAims(out long energy, bool unfinished = false)
    {
        var (shortage, cost, splits, offers) = (0L, 0L, 0L, 0);
        energy = 0;
        for (var i = 0; i < _step;)
        {
            var line = _pairs[_stepPair[i]].Line;
            var (total, makers) = (plan.Total[line], plan.Makers[line]);
            for (; i < _step && _pairs[_stepPair[i]].Line == line; i++)
            {
                var (pair, quantity) = (_stepPair[i], _stepQuantity[i]);
                var old = plan.Quantity[pair];
                total += quantity - old;
                makers += (quantity > 0 ? 1 : 0) - (old > 0 ? 1 : 0);
                cost += (quantity - old) * _pairs[pair].Cost;
                offers += plan.OfferChange(pair, quantity);
            }

            if (!unfinished && !plan.Allowed(line, total, makers))
            {
                return false;
            }

            shortage += plan.ShortOf(line, total) - plan.ShortOf(line, plan.Total[line]);
            if (_stage >= SearchStage.Cost)
            {
                cost += plan.UndeliveredOf(line, total) - plan.UndeliveredOf(line, plan.Total[line]);
                splits += (Math.Max(1, makers) - Math.Max(1, plan.Makers[line])) * problem.LineWeight[line];
            }
        }

        var unfair = ChangeOfUnfair();
        energy = _stage switch
        {
            SearchStage.ShortAndUnfair => (_shortWeight * shortage) + unfair,
            SearchStage.Replan => (_shortWeight * shortage) + unfair + (offers * _changePrice),
            SearchStage.Cost => cost + BeyondLimit(plan.Unfair + unfair, plan.Cost + cost) - BeyondLimit(plan.Unfair, plan.Cost),
            _ => (splits * _splitPrice) + cost + BeyondLimit(plan.Unfair + unfair, plan.Cost + cost) - BeyondLimit(plan.Unfair, plan.Cost),
        };
        return _stage <= SearchStage.Replan || plan.Short + shortage <= _limit.Short;
    }

    /// <summary>What the step adds to Z2; two of its changes may meet in one account.</summary>
    private long ChangeOfUnfair()
    {
        var (change, accounts) = (0L, 0);
        for (var i = 0; i < _step; i++)
        {
            ref readonly var row = ref _pairs[_stepPair[i]];
            if (row.Account < 0)
            {
                continue;
            }

            var at = 0;
            while (at < accounts && _account[at] != row.Account)
            {
                at++;
            }

            if (at == accounts)
            {
                (_account[at], _value[at]) = (row.Account, 0);
                accounts++;
            }

            _value[at] += (_stepQuantity[i] - plan.Quantity[_stepPair[i]]) * row.Ref;
        }

        for (var at = 0; at < accounts; at++)
        {
            var account = _account[at];
            change += problem.Fairness.Penalty(account, plan.Received[account] + _value[at]) - plan.Unfairness[account];
        }

        return change;
    }

    /// <summary>The most that the step can win by taking minutes from resources that are too full.</summary>
    private long Relief()
    {
        var relief = 0L;
        if (plan.Excess > 0)
        {
            for (var i = 0; i < _step; i++)
            {
                if (_stepQuantity[i] < plan.Quantity[_stepPair[i]])
                {
                    var resource = _pairs[_stepPair[i]].Resource;
                    relief += plan.TooMuch[resource] > 0 ? plan.TooMuch[resource] * problem.Resources[resource].MinuteWorth : 0;
                }
            }
        }

        return relief * _excessWeight;
    }

    /// <summary>Books the step's minutes if they fit, or if what doesn't fit may be paid out of this; else books nothing.</summary>
    private bool Book(long left)
    {
        var exact = false;
        for (var i = 0; i < _step; i++)
        {
            var more = _stepQuantity[i] - plan.Quantity[_stepPair[i]];
            ref readonly var row = ref _pairs[_stepPair[i]];
            exact |= plan.TooMuch[row.Resource] > 0;
            if (more < 0)
            {
                CapacityChains.Book(plan.Slack, row, more * row.Minutes);
            }
        }

        for (var i = 0; i < _step; i++)
        {
            var more = _stepQuantity[i] - plan.Quantity[_stepPair[i]];
            if (more > 0)
            {
                ref readonly var row = ref _pairs[_stepPair[i]];
                var minutes = more * row.Minutes;
                var over = minutes - CapacityChains.Free(plan.Slack, row);
                if (over > 0)
                {
                    exact = true;
                    if (!_isSoft || (over - plan.TooMuch[row.Resource]) * problem.Resources[row.Resource].MinuteWorth * _excessWeight > left + Relief())
                    {
                        Unbook(i);
                        return false;
                    }
                }

                CapacityChains.Book(plan.Slack, row, minutes);
            }
        }

        if (!exact)
        {
            return true;
        }

        var before = plan.Excess;
        ReckonStep();
        if ((plan.Excess - before) * _excessWeight <= left)
        {
            return true;
        }

        Unbook(_step);
        ReckonStep();
        return false;
    }

    private void ReckonStep()
    {
        for (var i = 0; i < _step; i++)
        {
            plan.Reckon(_pairs[_stepPair[i]].Resource);
        }
    }

    /// <summary>Takes back what was booked: all that shrinks, and what grows of the first changes.</summary>
    private void Unbook(int booked)
    {
        for (var i = 0; i < _step; i++)
        {
            var more = _stepQuantity[i] - plan.Quantity[_stepPair[i]];
            if (more < 0 || i < booked)
            {
                ref readonly var row = ref _pairs[_stepPair[i]];
                CapacityChains.Book(plan.Slack, row, -more * row.Minutes);
            }
        }
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
                // Others than its own: whatever the line's pool is, it may be what fills the member's weeks.
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

    /// <summary>Another pair of the same line; of two at random, more often the one whose account is owed more.</summary>
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

    /// <summary>Moves all or some of one maker's part to another; <paramref name="amount"/> says how many pieces, −1 leaves it to chance.</summary>
    private void ProposeShift(int from, int to, long amount)
    {
        var line = _pairs[from].Line;
        var (had, has) = (plan.Quantity[from], plan.Quantity[to]);
        var spare = had - _pairs[from].Accepted;
        if (has == 0 && plan.Makers[line] >= problem.LineMakers[line])
        {
            // A new maker only in place of the old one.
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

    /// <summary>After a shift from a to b: another line's part at b's member makes room, if it can by going back to a's member.</summary>
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
        var account = _pairs[pair].Account;
        if (account < 0 || problem.Fairness.Bands == 0)
        {
            return 1;
        }

        var edge = problem.Fairness.Edges(account)[random.Below(Math.Min(2, problem.Fairness.Bands))];
        edge = random.Below(2) == 0 ? edge : -edge;
        var way = plan.Received[account] - problem.Fairness.Entitlement[account] - edge;
        way = down ? way : -way;
        var value = problem.LineRef[_pairs[pair].Line];
        return way <= 0 ? 1 : (way / value) + random.Below(2);
    }

    /// <summary>A quantity this pair may have, at or just below what is asked; 0 or the accepted part if it is under the smallest.</summary>
    private long Round(int pair, long quantity)
    {
        ref readonly var row = ref _pairs[pair];
        quantity = Math.Min(quantity, row.Most);
        if (quantity <= row.Accepted)
        {
            return row.Accepted;
        }

        quantity = row.Accepted + WholePacks(quantity - row.Accepted, row.Pack);
        return row.Accepted == 0 && quantity < row.LeastPart ? 0 : quantity;
    }

    /// <summary>A quantity this pair may have near what is asked: rounded up if the line would be short by rounding, raised to the smallest part.</summary>
    private long Fit(int pair, long want, long least, long most)
    {
        ref readonly var row = ref _pairs[pair];
        if (want <= row.Accepted)
        {
            return row.Accepted;
        }

        var quantity = row.Accepted + WholePacks(Math.Min(want, row.Most) - row.Accepted, row.Pack);
        if (quantity < least && quantity + row.Pack <= Math.Min(most, row.Most))
        {
            quantity += row.Pack;
        }

        if (row.Accepted == 0 && quantity < row.LeastPart)
        {
            return row.LeastPart <= row.Most ? row.LeastPart : 0;
        }

        return quantity;
    }

    // Short numbers divide several times faster.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long WholePacks(long quantity, long pack) =>
        pack == 1 ? quantity : (quantity | pack) >> 32 == 0 ? (uint)quantity / (uint)pack * pack : quantity / pack * pack;

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
        Finish();
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
