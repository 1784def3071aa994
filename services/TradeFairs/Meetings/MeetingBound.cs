namespace ExportConsortia.TradeFairs.Meetings;

/// <summary>
/// The most that any plan can be worth. If each wish costs a price whenever it is met, and may be met in every slot, then each slot is a matching of
/// its own; what these are worth together with all prices is never less than any plan (Lagrange). Prices of wishes that would be met twice rise,
/// prices of those not met fall: the bound comes down.
/// </summary>
internal static class MeetingBound
{
    private const long Scale = 1024;     // prices are in parts of a priority point
    private const int MostRounds = 60;
    private const long MostWork = 40_000_000;

    /// <summary>The bound for the board's wishes, in points of priority.</summary>
    public static long Of(MeetingBoard board)
    {
        if (board.Wishes.Count == 0)
        {
            return 0;
        }

        var (prices, start) = FirstPrices(board);
        var (best, value) = (start, board.Value);
        var fewer = (long)Math.Min(board.Firms, board.Buyers);
        var rounds = Math.Clamp(MostWork / (fewer * fewer * Math.Max(board.Firms, board.Buyers) * Math.Max(1, board.Slots)), 3, MostRounds);
        var (half, stale) = (1L, 0);
        for (var round = 0; round < rounds && best / Scale > value; round++)
        {
            var met = new int[board.Wishes.Count];
            var bound = Priced(board, prices, met);
            (best, stale) = bound < best ? (bound, 0) : (best, stale + 1);
            if (stale == 4)
            {
                (half, stale) = (half * 2, 0);
            }

            var norm = met.Sum(m => (long)(m - 1) * (m - 1));
            if (norm == 0)
            {
                break;   // each is met exactly once: this is a plan
            }

            var step = (bound - (value * Scale)) / half;
            for (var wish = 0; wish < prices.Length; wish++)
            {
                prices[wish] = Math.Max(0, prices[wish] + (step * (met[wish] - 1) / norm));
            }
        }

        return best / Scale;
    }

    // No firm has more meetings than slots: at most its dearest wishes are met; so for buyers. The sharper of the two begins.
    private static (long[] Prices, long Bound) FirstPrices(MeetingBoard board)
    {
        var byFirm = Side(w => w.Firm, board.SlotsOfFirm);
        var byBuyer = Side(w => w.Buyer, board.SlotsOfBuyer);
        return byFirm.Bound <= byBuyer.Bound ? byFirm : byBuyer;

        (long[] Prices, long Bound) Side(Func<MeetingBoard.Wish, int> of, Func<int, int> slots)
        {
            var (prices, bound) = (new long[board.Wishes.Count], 0L);
            foreach (var one in board.Wishes.Index().Where(w => w.Item.Slots.Length > 0).GroupBy(w => of(w.Item)))
            {
                var (dearest, most) = (one.OrderByDescending(w => w.Item.Priority).ToList(), slots(one.Key));
                var last = most < dearest.Count ? dearest[most].Item.Priority : 0;
                foreach (var (place, wish) in dearest.Index())
                {
                    prices[wish.Index] = Math.Max(0, wish.Item.Priority - last) * Scale;
                    bound += place < most ? wish.Item.Priority * Scale : 0;
                }
            }

            return (prices, bound);
        }
    }

    private static long Priced(MeetingBoard board, long[] prices, int[] met)
    {
        var bound = prices.Sum();
        var (worth, matched) = (new long[board.Firms * board.Buyers], new int[Math.Max(board.Firms, board.Buyers)]);
        for (var slot = 0; slot < board.Slots; slot++)
        {
            foreach (var (i, wish) in board.Wishes.Index())
            {
                worth[board.Place(wish)] = board.BothThere(wish, slot) ? (wish.Priority * Scale) - prices[i] : 0;
            }

            bound += board.Match(worth, matched);
            foreach (var wish in board.Matched(matched))
            {
                met[wish]++;
            }
        }

        return bound;
    }
}
