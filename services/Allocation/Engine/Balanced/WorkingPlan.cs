namespace ExportConsortia.Allocation.Engine.Balanced;

/// <summary>
/// The four aims of a plan. Z1 = Σ π·v·max(0, Q⁻ − Σx): value short on time. Z2 = Σ φ(A − τ): unfairness. Z3 = Σ c·x + u·v·max(0, Q − Σx): cost.
/// Z4 = Σ ω·max(0, makers − 1): splits. Smaller is better, the first that differs decides.
/// </summary>
internal readonly record struct Aims(long Short, long Unfair, long Cost, long Splits);

/// <summary>
/// A plan while it is searched: quantities, what each account received, each line's total and makers, capacity slack, and the four aims, all kept in
/// step by every change. Changes can be taken back; the best plan so far is kept by a journal, so that remembering it costs what changed since.
/// </summary>
internal sealed class WorkingPlan
{
    private readonly BalancedProblem _problem;
    private readonly int[] _undoPair;
    private readonly long[] _undoQuantity;
    private readonly int[] _changed;
    private readonly bool[] _isChanged;
    private readonly long[] _offered;
    private int _undos, _changes;

    public WorkingPlan(BalancedProblem problem)
    {
        _problem = problem;
        _offered = new long[problem.PairCount];
        Quantity = new long[problem.PairCount];
        Best = new long[problem.PairCount];
        Received = new long[problem.Accounts.Length];
        Total = new long[problem.Lines.Length];
        Makers = new int[problem.Lines.Length];
        Slack = [.. problem.EmptySlack];
        Used = new int[problem.PairCount];
        UsedAt = new int[problem.PairCount];
        UsedCount = new int[problem.Members.Length];
        var widest = 1;
        for (var line = 0; line < problem.Lines.Length; line++)
        {
            widest = Math.Max(widest, problem.LineFirst[line + 1] - problem.LineFirst[line]);
        }

        // A step changes at most three lines, each pair at most twice.
        (_undoPair, _undoQuantity) = (new int[8 * widest], new long[8 * widest]);
        (_changed, _isChanged) = (new int[problem.PairCount], new bool[problem.PairCount]);
        for (var line = 0; line < Total.Length; line++)
        {
            Short += ShortOf(line, 0);
            Cost += UndeliveredOf(line, 0);
        }

        for (var account = 0; account < Received.Length; account++)
        {
            Unfair += problem.Fairness.Penalty(account, 0);
        }

        for (var pair = 0; pair < problem.PairCount; pair++)
        {
            if (problem.Accepted[pair] > 0)
            {
                Set(pair, problem.Accepted[pair]);
                Keep();
            }
        }

        KeepAsBest();
    }

    public readonly long[] Quantity, Best, Received, Total, Slack;
    public readonly int[] Makers;

    /// <summary>Pairs in use by member, at MemberFirst[m] .. + UsedCount[m] − 1.</summary>
    public readonly int[] Used, UsedAt, UsedCount;

    public long Short, Unfair, Cost, Splits;

    /// <summary>How many of the offers of <see cref="Compare"/> have another quantity now.</summary>
    public int OffersChanged;

    public Aims Aims => new(Short, Unfair, Cost, Splits);

    public Aims BestAims { get; private set; }

    public int BestOffersChanged { get; private set; }

    public long ShortOf(int line, long total) =>
        total < _problem.LineLeast[line] ? _problem.LinePriority[line] * _problem.LineRef[line] * (_problem.LineLeast[line] - total) : 0;

    public long UndeliveredOf(int line, long total) =>
        total < _problem.LineQty[line] ? _problem.Policy.UndeliveredPercent * _problem.LineRef[line] * (_problem.LineQty[line] - total) / 100 : 0;

    /// <summary>Whether the line as it stands may stay: not over its most, not too many makers, whole or nothing.</summary>
    public bool Allowed(int line) =>
        Total[line] <= _problem.LineMost[line] && Makers[line] <= _problem.LineMakers[line]
        && (!_problem.LineWhole[line] || Total[line] == 0 || Total[line] >= _problem.LineLeast[line]);

    /// <summary>The most this pair may have now, by capacity.</summary>
    public long Room(int pair) => Quantity[pair] + (CapacityChains.Free(_problem, Slack, pair) / _problem.Minutes[pair]);

    /// <summary>Changes a quantity with everything that hangs on it except capacity; all but the slack is taken back by <see cref="SetBack"/>.</summary>
    public void SetValue(int pair, long quantity)
    {
        var (line, account, old) = (_problem.PairLine[pair], _problem.PairAccount[pair], Quantity[pair]);
        var (more, total) = (quantity - old, Total[line]);
        if (account >= 0)
        {
            var received = Received[account];
            Received[account] = received + (more * _problem.LineRef[line]);
            Unfair += _problem.Fairness.Penalty(account, Received[account]) - _problem.Fairness.Penalty(account, received);
        }

        Short += ShortOf(line, total + more) - ShortOf(line, total);
        Cost += (more * _problem.Cost[pair]) + UndeliveredOf(line, total + more) - UndeliveredOf(line, total);
        if (_offered[pair] > 0)
        {
            OffersChanged += (quantity != _offered[pair] ? 1 : 0) - (old != _offered[pair] ? 1 : 0);
        }

        Total[line] = total + more;
        Quantity[pair] = quantity;
        if (old == 0 != (quantity == 0))
        {
            if (quantity > 0)
            {
                Splits += ++Makers[line] > 1 ? _problem.LineWeight[line] : 0;
            }
            else
            {
                Splits -= --Makers[line] > 0 ? _problem.LineWeight[line] : 0;
            }
        }
    }

    /// <summary>Changes a quantity and its capacity, remembering how to take it back.</summary>
    public void Set(int pair, long quantity)
    {
        var old = Quantity[pair];
        if (old == quantity)
        {
            return;
        }

        SetValue(pair, quantity);
        Booked(pair, old);
    }

    /// <summary>Books the capacity of a change already made by <see cref="SetValue"/>.</summary>
    public void Booked(int pair, long old)
    {
        CapacityChains.Book(_problem, Slack, pair, (Quantity[pair] - old) * _problem.Minutes[pair]);
        (_undoPair[_undos], _undoQuantity[_undos]) = (pair, old);
        _undos++;
        Use(pair, old);
    }

    /// <summary>Takes all changes since the last <see cref="Keep"/> back.</summary>
    public void SetBack()
    {
        while (_undos > 0)
        {
            _undos--;
            var (pair, old) = (_undoPair[_undos], Quantity[_undoPair[_undos]]);
            SetValue(pair, _undoQuantity[_undos]);
            CapacityChains.Book(_problem, Slack, pair, (Quantity[pair] - old) * _problem.Minutes[pair]);
            Use(pair, old);
        }
    }

    /// <summary>Makes the changes since the last call final.</summary>
    public void Keep()
    {
        for (; _undos > 0; _undos--)
        {
            var pair = _undoPair[_undos - 1];
            if (!_isChanged[pair])
            {
                _isChanged[pair] = true;
                _changed[_changes++] = pair;
            }
        }
    }

    /// <summary>Remembers the plan as the best.</summary>
    public void KeepAsBest()
    {
        (BestAims, BestOffersChanged) = (Aims, OffersChanged);
        for (; _changes > 0; _changes--)
        {
            var pair = _changed[_changes - 1];
            _isChanged[pair] = false;
            Best[pair] = Quantity[pair];
        }
    }

    /// <summary>Goes back to the best plan.</summary>
    public void ReturnToBest()
    {
        // First all that shrinks, so that capacity and makers never overflow on the way.
        for (var pass = 0; pass < 2; pass++)
        {
            for (var i = 0; i < _changes; i++)
            {
                var pair = _changed[i];
                if (pass == 1 || Best[pair] < Quantity[pair])
                {
                    Set(pair, Best[pair]);
                    _undos = 0;
                }
            }
        }

        for (; _changes > 0; _changes--)
        {
            _isChanged[_changed[_changes - 1]] = false;
        }
    }

    /// <summary>Counts from now on which of these offers change.</summary>
    public void Compare(long[] offered)
    {
        OffersChanged = 0;
        for (var pair = 0; pair < offered.Length; pair++)
        {
            _offered[pair] = offered[pair];
            OffersChanged += offered[pair] > 0 && Quantity[pair] != offered[pair] ? 1 : 0;
        }
    }

    /// <summary>Takes over a plan's parts; those that may not be any more are left out.</summary>
    public void Take(IEnumerable<InstancePart> parts)
    {
        var lines = _problem.Lines.Index().ToDictionary(at => at.Item.Id, at => at.Index, StringComparer.Ordinal);
        var members = _problem.Members.Index().ToDictionary(at => at.Item.Id, at => at.Index, StringComparer.Ordinal);
        foreach (var part in parts.OrderBy(part => part.Line, StringComparer.Ordinal).ThenBy(part => part.Member, StringComparer.Ordinal))
        {
            var pair = lines.TryGetValue(part.Line, out var line) && members.TryGetValue(part.Member, out var member) ? _problem.FindPair(line, member) : -1;
            if (pair >= 0 && part.Qty > Quantity[pair] && part.Qty <= Math.Min(_problem.Most[pair], Room(pair)))
            {
                Set(pair, part.Qty);
                if (Total[line] > _problem.LineMost[line] || Makers[line] > _problem.LineMakers[line])
                {
                    SetBack();
                }

                Keep();
            }
        }

        KeepAsBest();
    }

    private void Use(int pair, long old)
    {
        var member = _problem.PairMember[pair];
        var first = _problem.MemberFirst[member];
        if (old == 0 && Quantity[pair] > 0)
        {
            UsedAt[pair] = first + UsedCount[member]++;
            Used[UsedAt[pair]] = pair;
        }
        else if (old > 0 && Quantity[pair] == 0)
        {
            var last = Used[first + --UsedCount[member]];
            (Used[UsedAt[pair]], UsedAt[last]) = (last, UsedAt[pair]);
        }
    }
}
