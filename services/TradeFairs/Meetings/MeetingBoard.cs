namespace ExportConsortia.TradeFairs.Meetings;

/// <summary>The plan while it is being made: who is where in which slot. Every change can be taken back.</summary>
internal sealed class MeetingBoard
{
    private const int Nobody = -1;

    private readonly Guid[] _firms;
    private readonly Guid[] _buyers;
    private readonly int[] _slots;
    private readonly bool[,] _firmThere;
    private readonly bool[,] _buyerThere;
    private readonly Wish[] _wishes;
    private readonly int[,] _wishOf;      // of firm and buyer
    private readonly int[,] _firmMeets;   // in a slot: the wish, or Nobody
    private readonly int[,] _buyerMeets;
    private readonly int[] _slotOf;       // of a wish, or Nobody
    private readonly int[] _stoodAt;
    private readonly int _moveCost;
    private readonly Stack<(int Wish, int Slot)> _before = [];
    private readonly BestMatching _matching;
    private readonly long[] _worth;
    private readonly int[] _matched;

    public MeetingBoard(PlanMeetings.Input input)
    {
        _firms = [.. input.Firms.Select(f => f.Id).Order()];
        _buyers = [.. input.Buyers.Select(b => b.Id).Order()];
        _slots = [.. input.Firms.Concat(input.Buyers).SelectMany(a => a.Slots).Distinct().Order()];
        _moveCost = input.MoveCost;
        (_firmThere, _buyerThere) = (There(input.Firms, _firms), There(input.Buyers, _buyers));
        _wishes =
        [
            .. input.Wishes.Select(w => (Firm: Array.BinarySearch(_firms, w.FirmId), Buyer: Array.BinarySearch(_buyers, w.BuyerId), w.Priority))
                .Where(w => w is { Firm: >= 0, Buyer: >= 0 }).GroupBy(w => (w.Firm, w.Buyer)).OrderBy(g => g.Key)
                .Select(g => new Wish(g.Key.Firm, g.Key.Buyer, g.Max(w => w.Priority), Common(g.Key.Firm, g.Key.Buyer))),
        ];
        (_wishOf, _firmMeets, _buyerMeets) = (Empty(_firms.Length, _buyers.Length), Empty(_firms.Length, _slots.Length),
            Empty(_buyers.Length, _slots.Length));
        (_slotOf, _stoodAt) = ([.. _wishes.Select(_ => Nobody)], [.. _wishes.Select(_ => Nobody)]);
        foreach (var (i, wish) in _wishes.Index())
        {
            _wishOf[wish.Firm, wish.Buyer] = i;
        }

        foreach (var booked in input.Standing)
        {
            var (firm, buyer) = (Array.BinarySearch(_firms, booked.FirmId), Array.BinarySearch(_buyers, booked.BuyerId));
            if (firm >= 0 && buyer >= 0 && _wishOf[firm, buyer] is >= 0 and var wish)
            {
                _stoodAt[wish] = Math.Max(Nobody, Array.BinarySearch(_slots, booked.Slot));
            }
        }

        DearestFirst = [.. Enumerable.Range(0, _wishes.Length).OrderByDescending(w => _wishes[w].Priority).ThenBy(w => w)];
        ScarceSlotsFirst = [.. Enumerable.Range(0, _slots.Length).OrderBy(Possible).ThenBy(s => s)];
        var (fewer, more) = (Math.Min(_firms.Length, _buyers.Length), Math.Max(_firms.Length, _buyers.Length));
        (_matching, _worth, _matched) = (new(fewer, more), new long[fewer * more], new int[more]);
    }

    /// <summary>A firm and a buyer who want to meet, and the slots in which both are there.</summary>
    public sealed record Wish(int Firm, int Buyer, int Priority, int[] Slots);

    public IReadOnlyList<Wish> Wishes => _wishes;

    public int Firms => _firms.Length;

    public int Buyers => _buyers.Length;

    public int Slots => _slots.Length;

    /// <summary>The wishes, the highest priority first.</summary>
    public IReadOnlyList<int> DearestFirst { get; }

    /// <summary>The slots, those first in which the fewest could meet.</summary>
    public IReadOnlyList<int> ScarceSlotsFirst { get; }

    /// <summary>How many places were tried for wishes.</summary>
    public long Tried { get; private set; }

    /// <summary>The priorities of all meetings together.</summary>
    public long Value => _wishes.Index().Sum(w => IsMet(w.Index) ? (long)w.Item.Priority : 0);

    public bool IsMet(int wish) => _slotOf[wish] != Nobody;

    /// <summary>In how many slots the firm is there.</summary>
    public int SlotsOfFirm(int firm) => Enumerable.Range(0, _slots.Length).Count(s => _firmThere[firm, s]);

    /// <summary>In how many slots the buyer is there.</summary>
    public int SlotsOfBuyer(int buyer) => Enumerable.Range(0, _slots.Length).Count(s => _buyerThere[buyer, s]);

    /// <summary>Meetings that stood stay where they stood, if both are still there.</summary>
    public void KeepStanding()
    {
        foreach (var wish in DearestFirst)
        {
            var slot = _stoodAt[wish];
            if (slot != Nobody && _wishes[wish].Slots.Contains(slot) && InTheWay(wish, slot) is (Nobody, Nobody))
            {
                Move(wish, slot);
            }
        }

        _before.Clear();
    }

    /// <summary>Matches a slot's firms and buyers anew, with all wishes that no other slot meets. True if it is worth more now.</summary>
    public bool Rematch(int slot)
    {
        var here = 0L;
        foreach (var (i, wish) in _wishes.Index())
        {
            var free = (_slotOf[i] == Nobody || _slotOf[i] == slot) && BothThere(wish, slot);
            var worth = free ? Worth(i, slot) : 0;
            _worth[Place(wish)] = worth;
            here += _slotOf[i] == slot ? worth : 0;
        }

        if (Match(_worth, _matched) <= here)
        {
            return false;
        }

        for (var firm = 0; firm < _firms.Length; firm++)
        {
            if (_firmMeets[firm, slot] is >= 0 and var wish)
            {
                Move(wish, Nobody);
            }
        }

        foreach (var wish in Matched(_matched))
        {
            Move(wish, slot);
        }

        _before.Clear();
        return true;
    }

    /// <summary>The best matching of a slot for wishes with these worths, which stand where <see cref="Place"/> says.</summary>
    public long Match(ReadOnlySpan<long> worth, Span<int> matched) => _firms.Length == 0 || _buyers.Length == 0 ? 0 : _matching.Match(worth, matched);

    /// <summary>Where a wish's worth stands in the table that is matched.</summary>
    public int Place(Wish wish) => _firms.Length <= _buyers.Length
        ? (wish.Firm * _buyers.Length) + wish.Buyer : (wish.Buyer * _firms.Length) + wish.Firm;

    /// <summary>The wishes that a matching meets.</summary>
    public IEnumerable<int> Matched(int[] matched)
    {
        for (var column = 0; column < matched.Length; column++)
        {
            if (matched[column] is >= 0 and var row)
            {
                yield return _firms.Length <= _buyers.Length ? _wishOf[row, column] : _wishOf[column, row];
            }
        }
    }

    /// <summary>True if both are there in the slot.</summary>
    public bool BothThere(Wish wish, int slot) => _firmThere[wish.Firm, slot] && _buyerThere[wish.Buyer, slot];

    /// <summary>
    /// Meets a wish: in a free slot, or where others are in the way who find another slot, or who are worth less. Returns what it gains; 0 and no
    /// change if nothing.
    /// </summary>
    public long Insert(int wish, int chain)
    {
        if (InsertFree(wish) is > 0 and var free)
        {
            return free;
        }

        foreach (var slot in chain == 0 ? [] : _wishes[wish].Slots)
        {
            var mark = _before.Count;
            var (first, second) = InTheWay(wish, slot);
            var gain = Worth(wish, slot) - Take(first) - Take(second);
            Move(wish, slot);
            gain += Again(first, chain) + Again(second, chain);
            if (gain > 0)
            {
                return gain;
            }

            TakeBack(mark);
        }

        return 0;

        long Take(int other)
        {
            if (other == Nobody)
            {
                return 0;
            }

            var worth = Worth(other, _slotOf[other]);
            Move(other, Nobody);
            return worth;
        }

        // Who was pushed aside may have found a place by then: it was pushed aside once, and is looked at once.
        long Again(int other, int left) => other == Nobody || IsMet(other) ? 0 : Insert(other, left - 1);
    }

    public IReadOnlyList<PlanMeetings.Meeting> Meetings()
    {
        var rank = Ranks();
        return
        [
            .. _wishes.Index().Where(w => IsMet(w.Index)).OrderBy(w => _slotOf[w.Index]).ThenBy(w => w.Index).Select(w => new PlanMeetings.Meeting(
                _firms[w.Item.Firm], _buyers[w.Item.Buyer], _slots[_slotOf[w.Index]], w.Item.Priority, rank[w.Index],
                _stoodAt[w.Index] == Nobody ? PlanMeetings.Change.New
                : _stoodAt[w.Index] == _slotOf[w.Index] ? PlanMeetings.Change.Kept : PlanMeetings.Change.Moved)),
        ];
    }

    public IReadOnlyList<PlanMeetings.NotMet> NotMet() =>
    [
        .. _wishes.Index().Where(w => !IsMet(w.Index)).OrderBy(w => w.Item.Firm).ThenByDescending(w => w.Item.Priority).ThenBy(w => w.Index)
            .Select(w => new PlanMeetings.NotMet(
                _firms[w.Item.Firm], _buyers[w.Item.Buyer], w.Item.Priority, w.Item.Slots.Length,
                w.Item.Slots.Count(s => _firmMeets[w.Item.Firm, s] != Nobody), w.Item.Slots.Count(s => _buyerMeets[w.Item.Buyer, s] != Nobody),
                w.Item.Slots.Select(s => InTheWay(w.Index, s)).Select(two => Priority(two.First) + Priority(two.Second)).DefaultIfEmpty().Min(),
                _stoodAt[w.Index] != Nobody)),
    ];

    private long InsertFree(int wish)
    {
        var (best, at) = (0L, Nobody);
        Tried += _wishes[wish].Slots.Length;
        foreach (var slot in _wishes[wish].Slots)
        {
            if (InTheWay(wish, slot) is (Nobody, Nobody) && Worth(wish, slot) > best)
            {
                (best, at) = (Worth(wish, slot), slot);
            }
        }

        if (at != Nobody)
        {
            Move(wish, at);
        }

        return best;
    }

    private long Worth(int wish, int slot) => _wishes[wish].Priority + (_stoodAt[wish] == slot ? _moveCost : 0);

    private long Priority(int wish) => wish == Nobody ? 0 : _wishes[wish].Priority;

    private (int First, int Second) InTheWay(int wish, int slot) =>
        (_firmMeets[_wishes[wish].Firm, slot], _buyerMeets[_wishes[wish].Buyer, slot]);

    private void Move(int wish, int slot)
    {
        _before.Push((wish, _slotOf[wish]));
        Put(wish, slot);
    }

    private void TakeBack(int mark)
    {
        while (_before.Count > mark)
        {
            var (wish, slot) = _before.Pop();
            Put(wish, slot);
        }
    }

    private void Put(int wish, int slot)
    {
        var (firm, buyer, from) = (_wishes[wish].Firm, _wishes[wish].Buyer, _slotOf[wish]);
        if (from != Nobody)
        {
            _firmMeets[firm, from] = _buyerMeets[buyer, from] = Nobody;
        }

        if (slot != Nobody)
        {
            _firmMeets[firm, slot] = _buyerMeets[buyer, slot] = wish;
        }

        _slotOf[wish] = slot;
    }

    private int[] Ranks()
    {
        var ranks = new int[_wishes.Length];
        foreach (var firm in DearestFirst.GroupBy(w => _wishes[w].Firm))
        {
            foreach (var (i, wish) in firm.Index())
            {
                ranks[wish] = i + 1;
            }
        }

        return ranks;
    }

    private int Possible(int slot) => _wishes.Count(w => w.Slots.Contains(slot));

    private int[] Common(int firm, int buyer) =>
        [.. Enumerable.Range(0, _slots.Length).Where(s => _firmThere[firm, s] && _buyerThere[buyer, s])];

    private bool[,] There(IReadOnlyCollection<PlanMeetings.Attendee> attendees, Guid[] ids)
    {
        var there = new bool[ids.Length, _slots.Length];
        foreach (var attendee in attendees)
        {
            foreach (var slot in attendee.Slots)
            {
                there[Array.BinarySearch(ids, attendee.Id), Array.BinarySearch(_slots, slot)] = true;
            }
        }

        return there;
    }

    private static int[,] Empty(int rows, int columns)
    {
        var empty = new int[rows, columns];
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                empty[row, column] = Nobody;
            }
        }

        return empty;
    }
}
