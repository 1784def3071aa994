namespace ExportConsortia.Allocation.Engine.Balanced;

/// <summary>
/// How fair any plan could be: a proven lower bound on Z2 among all plans that are no shorter than the one found. The accounts, the capacity chains and
/// the shortage are priced instead of enforced (λ per minor unit of an account, μ per minute of a chain, κ per minor unit short):
/// <code>
/// L(λ, μ, κ) = Σ_accounts min_A [φ(A − τ) − λ·A] + Σ_lines min_x [Σ (λ·v + Σ_chains μ·h)·x + κ·short] − Σ_chains μ·capacity − κ·Z1
/// </code>
/// For any μ, κ ≥ 0 this is at most the best Z2 (Geoffrion 1974), so it doesn't matter how the prices were found; here by deflected subgradient steps
/// (Polyak 1969). Each line is an independent choice of at most K makers with their smallest parts, packs let go; lines with too many choices let the
/// number of makers and the smallest parts go as well. All is reckoned in integers of 1/1024 point, the result rounded up, which a whole Z2 allows.
/// </summary>
internal sealed class LagrangianBound
{
    private const long Point = 1024;
    private const int MostChoices = 700;

    private readonly BalancedProblem _problem;
    private readonly long _short;
    private readonly long _target;
    private readonly long[] _mostReceived;
    private readonly bool[] _enumerate;
    private readonly long[] _x, _price, _slack, _received;
    private readonly int[] _order;
    private readonly int[] _chosen;
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

        (_order, _chosen, _isChosen) = (new int[widest], new int[widest], new bool[widest]);
        for (var pair = 0; pair < problem.PairCount; pair++)
        {
            if (problem.Pairs[pair].Account >= 0)
            {
                _mostReceived[problem.Pairs[pair].Account] += problem.Pairs[pair].Most * problem.LineRef[problem.Pairs[pair].Line];
            }
        }

        // The prices begin at the slopes the plan stands on.
        for (var account = 0; account < _lambda.Length; account++)
        {
            var received = plan.Received[account];
            _lambda[account] = (problem.Fairness.Penalty(account, received + 1) - problem.Fairness.Penalty(account, received - 1)) * Point / 2;
        }

        _kappa = 2 * problem.Policy.Slopes.Max() * Point;
    }

    /// <summary>The bound for a plan: no plan with its Z1 or less has a Z2 smaller than this.</summary>
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
        var (bestLambda, bestMu, bestKappa) = (_lambda.ToArray(), _mu.ToArray(), _kappa);
        var (lambdaWay, muWay, kappaWay) = (new long[_lambda.Length], new long[_mu.Length], 0L);
        var best = Int128.MinValue;
        var (step, stuck) = (1024L, 0);
        var accountScale = Math.Max(1, _mostReceived.Sum(most => most >> 10) / Math.Max(1, _mostReceived.Length) << 8);
        for (var round = 0; round < rounds; round++)
        {
            var value = Evaluate(out var shortage);
            if (value > best)
            {
                best = value;
                (stuck, bestKappa) = (0, _kappa);
                _lambda.CopyTo(bestLambda, 0);
                _mu.CopyTo(bestMu, 0);
                if (best >= (Int128)_target * Point)
                {
                    break;
                }
            }
            else if (++stuck == 8)
            {
                (stuck, step, _kappa) = (0, step * 2 / 3, bestKappa);
                bestLambda.CopyTo(_lambda, 0);
                bestMu.CopyTo(_mu, 0);
                value = Evaluate(out shortage);
                Array.Clear(lambdaWay);
                Array.Clear(muWay);
                kappaWay = 0;
            }

            // Directions relative to each scale, in 1/65536, with half of the last one in them.
            Int128 norm = 1;
            for (var account = 0; account < _lambda.Length; account++)
            {
                lambdaWay[account] = (lambdaWay[account] / 2) + Ratio(_received[account], accountScale);
                norm += (Int128)lambdaWay[account] * lambdaWay[account];
            }

            for (var chain = 0; chain < _mu.Length; chain++)
            {
                var over = -_slack[chain];
                muWay[chain] = over > 0 || _mu[chain] > 0 || muWay[chain] > 0 ? (muWay[chain] / 2) + Ratio(over, ChainScale(chain)) : 0;
                norm += (Int128)muWay[chain] * muWay[chain];
            }

            if (_short > 0)
            {
                kappaWay = (kappaWay / 2) + Ratio(shortage - _short, _problem.Ordered);
                norm += (Int128)kappaWay * kappaWay;
            }

            var length = (((Int128)_target * Point) - value) * step / 1024;
            length = length < Point ? Point : length;
            for (var account = 0; account < _lambda.Length; account++)
            {
                _lambda[account] += Move(length, lambdaWay[account], norm, accountScale);
            }

            for (var chain = 0; chain < _mu.Length; chain++)
            {
                _mu[chain] = Math.Clamp(_mu[chain] + Move(length, muWay[chain], norm, ChainScale(chain)), 0, 1L << 40);
            }

            _kappa = _short > 0 ? Math.Clamp(_kappa + Move(length, kappaWay, norm, _problem.Ordered), 0, 1000 * Point) : _kappa;
        }

        return best <= 0 ? 0 : (long)((best + Point - 1) / Point);
    }

    private long ChainScale(int chain) => Math.Max(1, _problem.EmptySlack[chain]);

    private static long Ratio(long way, long scale) => (long)Int128.Clamp((Int128)way * 65536 / scale, -(1L << 40), 1L << 40);

    private static long Move(Int128 length, long way, Int128 norm, long scale) =>
        (long)Int128.Clamp(length * way / norm * 65536 / scale, -(1L << 30), 1L << 30);

    /// <summary>L at the present prices in 1/1024 point; leaves the accounts' and chains' excess behind.</summary>
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

    /// <summary>min φ(A − τ) − λ·A over what the account could receive: a convex function, so least at an end or where a band ends.</summary>
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
            _price[pair] = ((account < 0 ? 0 : _lambda[account]) * _problem.LineRef[line]) + (ChainPrice(pair) * _problem.Pairs[pair].Minutes);
            _x[pair] = 0;

            // By price, then by place: an insertion sort, as the order hardly changes between rounds and lines are narrow.
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

    private long ChainPrice(int pair)
    {
        var sum = 0L;
        var (row, width) = (_problem.Pairs[pair].ChainFirst, _problem.Pairs[pair].ChainWidth);
        for (var rows = _problem.Pairs[pair].ChainRows; rows > 0; rows--, row += width)
        {
            foreach (var price in _mu.AsSpan(row, _problem.Pairs[pair].ChainColumns))
            {
                sum += price;
            }
        }

        return sum;
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

    /// <summary>The cheapest way to fill the line with the chosen makers: their least, then by price while it pays or must be.</summary>
    private void Weigh(int line, int count, bool relaxed)
    {
        var (least, most) = (_problem.LineLeast[line], _problem.LineMost[line]);
        var shortPrice = (Int128)_kappa * _problem.LinePriority[line] * _problem.LineRef[line];
        Int128 value = 0;
        var total = 0L;
        var makers = 0;
        for (var i = 0; i < count; i++)
        {
            var pair = _order[i];
            if (relaxed || _isChosen[i])
            {
                var lot = _problem.Pairs[pair].Accepted > 0 ? _problem.Pairs[pair].Accepted : relaxed ? 0 : _problem.Pairs[pair].Lot;
                total += lot;
                value += (Int128)_price[pair] * lot;
                _chosen[makers++] = i;
            }
        }

        if (total > most)
        {
            return;
        }

        // A line that must be whole has either nothing or its least.
        var whole = _short == 0 || (_problem.LineWhole[line] && makers > 0 && !relaxed);
        var start = total;
        for (var i = 0; i < makers && total < most; i++)
        {
            var pair = _order[_chosen[i]];
            var lot = _problem.Pairs[pair].Accepted > 0 ? _problem.Pairs[pair].Accepted : relaxed ? 0 : _problem.Pairs[pair].Lot;
            var room = _problem.Pairs[pair].Most - lot;
            if (total < least && (whole || _price[pair] < shortPrice))
            {
                var more = Math.Min(room, least - total);
                (total, room) = (total + more, room - more);
                value += (Int128)_price[pair] * more;
            }

            if (total >= least && _price[pair] < 0)
            {
                var more = Math.Min(room, most - total);
                total += more;
                value += (Int128)_price[pair] * more;
            }
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

        _lineBest = value;
        _lineShort = total < least ? _problem.LinePriority[line] * _problem.LineRef[line] * (least - total) : 0;
        for (var pair = _problem.LineFirst[line]; pair < _problem.LineFirst[line + 1]; pair++)
        {
            _x[pair] = 0;
        }

        total = start;
        for (var i = 0; i < makers; i++)
        {
            var pair = _order[_chosen[i]];
            var lot = _problem.Pairs[pair].Accepted > 0 ? _problem.Pairs[pair].Accepted : relaxed ? 0 : _problem.Pairs[pair].Lot;
            _x[pair] = lot;
            var room = _problem.Pairs[pair].Most - lot;
            if (total < least && (whole || _price[pair] < shortPrice))
            {
                var more = Math.Min(room, least - total);
                (total, room, _x[pair]) = (total + more, room - more, _x[pair] + more);
            }

            if (total >= least && total < most && _price[pair] < 0)
            {
                var more = Math.Min(room, most - total);
                (total, _x[pair]) = (total + more, _x[pair] + more);
            }
        }
    }
}
