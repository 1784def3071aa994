using System.Runtime.CompilerServices;

namespace ExportConsortia.Allocation.Engine.Balanced;

/// <summary>
/// A plan during the search: quantities, what each account received, each line's total and makers, capacity slack, and the four aims, all updated
/// by every change. Changes can be reverted; the best plan so far is kept by a journal, so saving it costs only what changed since.
/// </summary>
internal sealed class WorkingPlan
{
    private readonly BalancedProblem _problem;
    private readonly int[] _undoPair;
    private readonly long[] _undoQuantity;
    private readonly int[] _changed;
    private readonly bool[] _isChanged;
    private readonly long[] _offered;
    private readonly int[] _makerAt, _usedAt;
    private int _undos, _changes;
    private bool _compares;

    public WorkingPlan(BalancedProblem problem)
    {
        _problem = problem;
        _offered = new long[problem.PairCount];
        Quantity = new long[problem.PairCount];
        Best = new long[problem.PairCount];
        (Received, Unfairness) = (new long[problem.Accounts.Length], new long[problem.Accounts.Length]);
        (Total, Makers) = (new long[problem.Lines.Length], new int[problem.Lines.Length]);
        (Slack, TooMuch) = ([.. problem.EmptySlack], new long[problem.Resources.Length]);
        (Used, _usedAt, UsedCount) = (new int[problem.PairCount], new int[problem.PairCount], new int[problem.Members.Length]);
        (_makerAt, MakerOf) = (new int[problem.PairCount], new int[problem.PairCount]);
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
            Unfair += Unfairness[account] = problem.Fairness.Penalty(account, 0);
        }

        for (var pair = 0; pair < problem.PairCount; pair++)
        {
            if (problem.Pairs[pair].Accepted > 0)
            {
                Set(pair, problem.Pairs[pair].Accepted);
                Keep();
            }
        }

        KeepAsBest();
    }

    public readonly long[] Quantity, Best, Total, Slack;
    public readonly int[] Makers;

    /// <summary>A of each account and its φ.</summary>
    public readonly long[] Received, Unfairness;

    /// <summary>Pairs in use by line, at LineFirst[l] .. + Makers[l] − 1.</summary>
    public readonly int[] MakerOf;

    /// <summary>Pairs in use by member, at MemberFirst[m] .. + UsedCount[m] − 1.</summary>
    public readonly int[] Used, UsedCount;

    /// <summary>By how many minutes each resource is overbooked; the search may pass through such plans, but never keeps one as its best.</summary>
    public readonly long[] TooMuch;

    public long Short, Unfair, Cost, Splits;

    /// <summary>The value of all overbooked minutes.</summary>
    public long Excess;

    /// <summary>How many of the offers of <see cref="Compare"/> have another quantity now.</summary>
    public int OffersChanged;

    public Aims Aims => new(Short, Unfair, Cost, Splits);

    public Aims BestAims { get; private set; }

    public int BestOffersChanged { get; private set; }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long ShortOf(int line, long total) =>
        total < _problem.LineLeast[line] ? _problem.LinePriority[line] * _problem.LineRef[line] * (_problem.LineLeast[line] - total) : 0;

    public long UndeliveredOf(int line, long total) =>
        total < _problem.LineQty[line] ? _problem.Policy.UndeliveredPercent * _problem.LineRef[line] * (_problem.LineQty[line] - total) / 100 : 0;

    /// <summary>Whether the line is in an allowed state: not above its maximum, not too many makers, whole or nothing.</summary>
    public bool Allowed(int line) => Allowed(line, Total[line], Makers[line]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Allowed(int line, long total, int makers) =>
        total <= _problem.LineMost[line] && makers <= _problem.LineMakers[line]
        && (!_problem.LineWhole[line] || total == 0 || total >= _problem.LineLeast[line]);

    /// <summary>The most this pair may have now, limited by capacity.</summary>
    public long Room(int pair) => Quantity[pair] + (CapacityChains.Free(Slack, _problem.Pairs[pair]) / _problem.Pairs[pair].Minutes);

    /// <summary>Changes a quantity and everything that depends on it except capacity.</summary>
    public void SetValue(int pair, long quantity)
    {
        ref readonly var row = ref _problem.Pairs[pair];
        var (line, account, old) = (row.Line, row.Account, Quantity[pair]);
        var (more, total) = (quantity - old, Total[line]);
        if (account >= 0)
        {
            Received[account] += more * row.Ref;
            var penalty = _problem.Fairness.Penalty(account, Received[account]);
            Unfair += penalty - Unfairness[account];
            Unfairness[account] = penalty;
        }

        Short += ShortOf(line, total + more) - ShortOf(line, total);
        Cost += (more * row.Cost) + UndeliveredOf(line, total + more) - UndeliveredOf(line, total);
        OffersChanged += OfferChange(pair, quantity);
        Total[line] = total + more;
        Quantity[pair] = quantity;
        if (old == 0)
        {
            Splits += Makers[line] > 0 ? _problem.LineWeight[line] : 0;
            Enter(MakerOf, _makerAt, _problem.LineFirst[line] + Makers[line]++, pair);
            Enter(Used, _usedAt, _problem.MemberFirst[row.Member] + UsedCount[row.Member]++, pair);
        }
        else if (quantity == 0)
        {
            Leave(MakerOf, _makerAt, _problem.LineFirst[line] + --Makers[line], pair);
            Leave(Used, _usedAt, _problem.MemberFirst[row.Member] + --UsedCount[row.Member], pair);
            Splits -= Makers[line] > 0 ? _problem.LineWeight[line] : 0;
        }
    }

    /// <summary>The change in <see cref="OffersChanged"/> with this quantity.</summary>
    public int OfferChange(int pair, long quantity) =>
        !_compares || _offered[pair] == 0 ? 0 : (quantity != _offered[pair] ? 1 : 0) - (Quantity[pair] != _offered[pair] ? 1 : 0);

    /// <summary>Changes a quantity and its capacity, so that it can be reverted.</summary>
    public void Set(int pair, long quantity)
    {
        var old = Quantity[pair];
        if (old != quantity)
        {
            (_undoPair[_undos], _undoQuantity[_undos]) = (pair, old);
            _undos++;
            SetAndBook(pair, quantity);
        }
    }

    /// <summary>Changes a quantity for good; its capacity is already booked.</summary>
    public void SetBooked(int pair, long quantity)
    {
        SetValue(pair, quantity);
        Journal(pair);
    }

    /// <summary>Updates by how much a resource is overbooked, after bookings.</summary>
    public void UpdateExcess(int resource)
    {
        var minutes = CapacityChains.TooMuch(Slack, _problem.Resources[resource]);
        Excess += (minutes - TooMuch[resource]) * _problem.Resources[resource].MinuteWorth;
        TooMuch[resource] = minutes;
    }

    /// <summary>Reverts all changes since the last <see cref="Keep"/>.</summary>
    public void SetBack()
    {
        while (_undos > 0)
        {
            _undos--;
            SetAndBook(_undoPair[_undos], _undoQuantity[_undos]);
        }
    }

    /// <summary>Makes the changes since the last call final.</summary>
    public void Keep()
    {
        for (; _undos > 0; _undos--)
        {
            Journal(_undoPair[_undos - 1]);
        }
    }

    /// <summary>Saves the plan as the best.</summary>
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

    /// <summary>Returns to the best plan; changes are counted from it.</summary>
    public void ReturnToBest()
    {
        // Decreases first, so that capacity and makers never overflow on the way.
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

    /// <summary>Starts counting which of these offers change.</summary>
    public void Compare(long[] offered)
    {
        (_compares, OffersChanged) = (true, 0);
        for (var pair = 0; pair < offered.Length; pair++)
        {
            _offered[pair] = offered[pair];
            OffersChanged += offered[pair] > 0 && Quantity[pair] != offered[pair] ? 1 : 0;
        }
    }

    /// <summary>Adopts a plan's parts, except those that are no longer allowed.</summary>
    public void Take(IEnumerable<InstancePart> parts)
    {
        var lines = _problem.Lines.Index().ToDictionary(at => at.Item.Id, at => at.Index, StringComparer.Ordinal);
        var members = _problem.Members.Index().ToDictionary(at => at.Item.Id, at => at.Index, StringComparer.Ordinal);
        foreach (var part in parts.OrderBy(part => part.Line, StringComparer.Ordinal).ThenBy(part => part.Member, StringComparer.Ordinal))
        {
            var pair = lines.TryGetValue(part.Line, out var line) && members.TryGetValue(part.Member, out var member)
                ? _problem.FindPair(line, member) : -1;
            if (pair >= 0 && part.Qty > Quantity[pair] && part.Qty <= Math.Min(_problem.Pairs[pair].Most, Room(pair)))
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

    private void SetAndBook(int pair, long quantity)
    {
        ref readonly var row = ref _problem.Pairs[pair];
        var more = quantity - Quantity[pair];
        SetValue(pair, quantity);
        CapacityChains.Book(Slack, row, more * row.Minutes);
        if (more > 0 || TooMuch[row.Resource] > 0)
        {
            UpdateExcess(row.Resource);
        }
    }

    private void Journal(int pair)
    {
        if (!_isChanged[pair])
        {
            _isChanged[pair] = true;
            _changed[_changes++] = pair;
        }
    }

    private static void Enter(int[] list, int[] at, int place, int pair) => (list[place], at[pair]) = (pair, place);

    private static void Leave(int[] list, int[] at, int last, int pair) => (list[at[pair]], at[list[last]]) = (list[last], at[pair]);
}
