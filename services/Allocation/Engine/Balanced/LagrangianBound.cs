namespace ExportConsortia.Allocation.Engine.Balanced;

/// <summary>
/// A proven lower bound on Z2 among all plans with no more shortage than the one found. The accounts, the capacity chains and
/// the shortage are priced instead of enforced (λ per minor unit of an account, μ per minute of a chain, κ per minor unit short):
/// <code>
/// L(λ, μ, κ) = Σ_accounts min_A [φ(A − τ) − λ·A] + Σ_lines min_x [Σ (λ·v + Σ_chains μ·h)·x + κ·short] − Σ_chains μ·capacity − κ·Z1
/// </code>
/// For any μ, κ ≥ 0 this is at most the best Z2 (Geoffrion 1974), however the prices were found; here by subgradient steps with momentum,
/// each price at its own rate: divided by the root of its own recent squares (RMSProp, Tieleman and Hinton 2012), since accounts and chains differ by
/// orders of magnitude. Each line is an independent choice of at most K makers with their smallest parts, ignoring packs; lines with too many choices
/// ignore the number of makers and the smallest parts as well. All values are integers of 1/1024 point; the result is rounded up, which is valid
/// because Z2 is an integer.
/// </summary>
internal sealed class LagrangianBound
{
    private const long Point = 1024;
    private const int MostChoices = 700;

    // Steps are this many times finer than prices.
    private const long FirstStep = 64;

    private readonly BalancedProblem _problem;
    private readonly long _short;
    private readonly long _target;
    private readonly long[] _mostReceived;
    private readonly bool[] _enumerate;
    private readonly long[] _x, _price, _slack, _received;
    private readonly int[] _order;
    private readonly long[] _filled;
    private readonly bool[] _isChosen;
    private readonly long[] _lambda, _mu;
    private long _kappa;
    private Int128 _lineBest;
    private long _lineShort;

    private LagrangianBound(BalancedProblem problem, WorkingPlan plan, long target)
    {
        _problem = problem;
        (_short, _target) = (plan.Short, target);
        _mostReceived = new long[problem.Accounts.Length];
        (_x, _price) = (new long[problem.PairCount], new long[problem.PairCount]);
        _slack = new long[problem.EmptySlack.Length];
        _received = new long[problem.Accounts.Length];
        (_lambda, _mu) = (new long[problem.Accounts.Length], new long[_slack.Length]);
        _enumerate = new bool[problem.Lines.Length];
        var widest = 0;
        for (var line = 0; line < problem.Lines.Length; line++)
        {
            var count = problem.LineFirst[line + 1] - problem.LineFirst[line];
            widest = Math.Max(widest, count);
            _enumerate[line] = Choices(count, problem.LineMakers[line]) <= MostChoices;
        }

        (_order, _filled, _isChosen) = (new int[widest], new long[widest], new bool[widest]);
        for (var pair = 0; pair < problem.PairCount; pair++)
        {
            if (problem.Pairs[pair].Account >= 0)
            {
                _mostReceived[problem.Pairs[pair].Account] += problem.Pairs[pair].Most * problem.LineRef[problem.Pairs[pair].Line];
            }
        }

        // The prices start at the slopes of the plan.
        for (var account = 0; account < _lambda.Length; account++)
        {
            var received = plan.Received[account];
            _lambda[account] = (problem.Fairness.Penalty(account, received + 1) - problem.Fairness.Penalty(account, received - 1)) * Point / 2;
        }

        _kappa = 2 * problem.Policy.Slopes.Max() * Point;
    }

    /// <summary>The bound for a plan: no plan with the same or a smaller Z1 has a smaller Z2.</summary>
    public static long Of(BalancedProblem problem, BalancedPlan plan, int rounds)
    {
        var working = new WorkingPlan(problem);
        working.Take(plan.Parts);
        return new LagrangianBound(problem, working, plan.FairestUnfair).Run(rounds);
    }

    private static long Choices(int pairs, int makers)
    {
        var (sum, binomial) = (1L, 1L);
        for (var k = 1; k <= Math.Min(makers, pairs) && sum <= MostChoices; k++)
        {
            binomial = binomial * (pairs - k + 1) / k;
            sum += binomial;
        }

        return sum;
    }

    private long Run(int rounds)
    {
        var (accounts, chains, shortage) = (new Pace[_lambda.Length], new Pace[_mu.Length], default(Pace));
        var best = Int128.MinValue;
        for (var round = 0; round < rounds && best < (Int128)_target * Point; round++)
        {
            best = Int128.Max(best, Evaluate(out var late));

            // Initially a fifth of a point (for a chain: of a minute's worth of points), halved seven times on the way.
            var (halvings, length) = (7 * round, Point * FirstStep);
            length >>= halvings / rounds;
            length -= length / 2 * (halvings % rounds) / rounds;
            for (var account = 0; account < accounts.Length; account++)
            {
                _lambda[account] += accounts[account].Step(_received[account], _mostReceived[account], length) / (5 * FirstStep);
            }

            foreach (var resource in _problem.Resources)
            {
                for (var chain = resource.ChainFirst; chain < resource.ChainFirst + resource.ChainCount; chain++)
                {
                    if (_slack[chain] < 0 || _mu[chain] > 0 || chains[chain].IsRising)
                    {
                        var step = (Int128)chains[chain]
                            .Step(-_slack[chain], _problem.EmptySlack[chain], length) * resource.MinuteWorth / (5 * FirstStep);
                        _mu[chain] = (long)Int128.Clamp(_mu[chain] + step, 0, 1L << 40);
                    }
                }
            }

            if (_short > 0)
            {
                _kappa = Math.Clamp(_kappa + (shortage.Step(late - _short, _problem.Ordered, length) / (5 * FirstStep)), 0, 1000 * Point);
            }
        }

        return best <= 0 ? 0 : (long)((best + Point - 1) / Point);
    }

    /// <summary>The step size of one price: the running sum of its subgradients over the root of the running sum of their squares.</summary>
    private struct Pace
    {
        private long _sum, _squares;

        public readonly bool IsRising => _sum > 0;

        /// <param name="way">The subgradient.</param>
        /// <param name="scale">Its approximate maximum.</param>
        /// <param name="length">The step length.</param>
        public long Step(long way, long scale, long length)
        {
            var relative = (long)Int128.Clamp((Int128)way * 65536 / Math.Max(1, scale), -(1 << 26), 1 << 26);
            _sum += relative - (_sum / 16);
            _squares += (relative * relative) - (_squares / 8);
            return _sum * length / Root(1 + _squares);
        }

        // Newton's method, from above, for a positive number.
        private static long Root(long value)
        {
            var root = 1L << ((65 - System.Numerics.BitOperations.LeadingZeroCount((ulong)value)) / 2);
            for (var next = (root + (value / root)) / 2; next < root; next = (root + (value / root)) / 2)
            {
                root = next;
            }

            return root;
        }
    }

    /// <summary>L at the current prices in 1/1024 point; also sets the excess of the accounts and chains.</summary>
    private Int128 Evaluate(out long shortage)
    {
        Int128 value = 0;
        shortage = 0;
        for (var chain = 0; chain < _mu.Length; chain++)
        {
            value -= (Int128)_mu[chain] * _problem.EmptySlack[chain];
        }

        _problem.EmptySlack.CopyTo(_slack, 0);
        value -= _short > 0 ? (Int128)_kappa * _short : 0;
        for (var account = 0; account < _lambda.Length; account++)
        {
            value += AccountBest(account, out var at);
            _received[account] = -at;
        }

        for (var line = 0; line < _problem.Lines.Length; line++)
        {
            value += LineBest(line);
            shortage += _lineShort;
            for (var pair = _problem.LineFirst[line]; pair < _problem.LineFirst[line + 1]; pair++)
            {
                if (_x[pair] > 0)
                {
                    CapacityChains.Book(_slack, _problem.Pairs[pair], _x[pair] * _problem.Pairs[pair].Minutes);
                    if (_problem.Pairs[pair].Account >= 0)
                    {
                        _received[_problem.Pairs[pair].Account] += _x[pair] * _problem.LineRef[line];
                    }
                }
            }
        }

        return value;
    }

    /// <summary>min φ(A − τ) − λ·A over what the account could receive: convex, so the minimum is at an end or at a band edge.</summary>
    private Int128 AccountBest(int account, out long at)
    {
        var (best, where) = (Int128.MaxValue, 0L);
        var entitlement = _problem.Fairness.Entitlement[account];
        Try(0);
        Try(long.MaxValue / 4);
        Try(entitlement);
        foreach (var edge in _problem.Fairness.Edges(account))
        {
            Try(entitlement + edge);
            Try(entitlement - edge);
        }

        at = where;
        return best;

        void Try(long received)
        {
            received = Math.Clamp(received, 0, _mostReceived[account]);
            var value = ((Int128)_problem.Fairness.Penalty(account, received) * Point) - ((Int128)_lambda[account] * received);
            if (value < best)
            {
                (best, where) = (value, received);
            }
        }
    }

    private Int128 LineBest(int line)
    {
        var (first, count) = (_problem.LineFirst[line], _problem.LineFirst[line + 1] - _problem.LineFirst[line]);
        for (var i = 0; i < count; i++)
        {
            var pair = first + i;
            var account = _problem.Pairs[pair].Account;
            _price[pair] = ((account < 0 ? 0 : _lambda[account]) * _problem.LineRef[line])
                + (CapacityChains.Sum(_mu, _problem.Pairs[pair]) * _problem.Pairs[pair].Minutes);
            _x[pair] = 0;

            // By price, then by position: an insertion sort, since the order hardly changes between rounds and lines have few makers.
            var at = i;
            while (at > 0 && _price[_order[at - 1]] > _price[pair])
            {
                _order[at] = _order[at - 1];
                at--;
            }

            _order[at] = pair;
        }

        _lineBest = Int128.MaxValue;
        if (!_enumerate[line])
        {
            Weigh(line, count, relaxed: true);
        }
        else
        {
            for (var i = 0; i < count; i++)
            {
                _isChosen[i] = _problem.Pairs[_order[i]].Accepted > 0;
            }

            Choose(line, count, 0, _problem.LineMakers[line] - _problem.LineAccepted[line]);
        }

        return _lineBest;
    }

    private void Choose(int line, int count, int from, int more)
    {
        Weigh(line, count, relaxed: false);
        if (more == 0)
        {
            return;
        }

        for (var i = from; i < count; i++)
        {
            if (!_isChosen[i])
            {
                _isChosen[i] = true;
                Choose(line, count, i + 1, more - 1);
                _isChosen[i] = false;
            }
        }
    }

    /// <summary>The cheapest way to fill the line with the chosen makers: their minimum, then by price while it pays or is required.</summary>
    private void Weigh(int line, int count, bool relaxed)
    {
        var (least, most) = (_problem.LineLeast[line], _problem.LineMost[line]);
        var shortPrice = (Int128)_kappa * _problem.LinePriority[line] * _problem.LineRef[line];
        Int128 value = 0;
        var (total, makers) = (0L, 0);
        for (var i = 0; i < count; i++)
        {
            _filled[i] = 0;
            if (relaxed || _isChosen[i])
            {
                ref readonly var row = ref _problem.Pairs[_order[i]];
                _filled[i] = row.Accepted > 0 ? row.Accepted : relaxed ? 0 : row.Lot;
                total += _filled[i];
                value += (Int128)_price[_order[i]] * _filled[i];
                makers++;
            }
        }

        if (total > most)
        {
            return;
        }

        // An all-or-nothing line gets nothing or at least its minimum.
        var whole = _short == 0 || (_problem.LineWhole[line] && makers > 0 && !relaxed);
        for (var i = 0; i < count && total < most; i++)
        {
            if (!relaxed && !_isChosen[i])
            {
                continue;
            }

            var (price, room) = (_price[_order[i]], _problem.Pairs[_order[i]].Most - _filled[i]);
            var must = total < least && (whole || price < shortPrice) ? Math.Min(room, least - total) : 0;
            var may = total + must >= least && price < 0 ? Math.Min(room - must, most - total - must) : 0;
            total += must + may;
            _filled[i] += must + may;
            value += (Int128)price * (must + may);
        }

        if (total < least)
        {
            if (whole)
            {
                return;
            }

            value += shortPrice * (least - total);
        }

        if (value >= _lineBest)
        {
            return;
        }

        (_lineBest, _lineShort) = (value, total < least ? _problem.LinePriority[line] * _problem.LineRef[line] * (least - total) : 0);
        for (var i = 0; i < count; i++)
        {
            _x[_order[i]] = _filled[i];
        }
    }
}
