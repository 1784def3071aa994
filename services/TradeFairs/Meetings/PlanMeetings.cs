namespace ExportConsortia.TradeFairs.Meetings;

/// <summary>
/// Plans who meets whom, when: of all wishes as much priority as fits, nobody in two meetings at once, nobody when it isn't there. A plan that stands
/// changes little: a meeting that stays where it stands is worth <see cref="Input.MoveCost"/> more, so that it moves or goes only for something that
/// is worth it. The same input gives the same plan, in whatever order it is told.
/// </summary>
/// <remarks>
/// In one slot it is an assignment of firms to buyers, which <see cref="BestMatching"/> solves exactly. Over all slots, with everyone's absences, it
/// is hard (a timetable): slot after slot is matched anew as long as that gains, then each wish that is left tries to push others aside that find
/// another slot. How much at most can be had, <see cref="MeetingBound"/> proves in the same run.
/// </remarks>
internal static class PlanMeetings
{
    /// <summary>The most firms of a plan.</summary>
    public const int MostFirms = 40;

    /// <summary>The most buyers of a plan.</summary>
    public const int MostBuyers = 150;

    /// <summary>The most slots of a plan.</summary>
    public const int MostSlots = 80;

    /// <summary>The highest priority of a wish; the lowest is 1.</summary>
    public const int HighestPriority = 1000;

    /// <summary>So many others may find another place in a row, so that one fits in.</summary>
    private const int LongestChain = 2;

    /// <summary>So many places are tried for wishes that are left: the plan takes time that depends on its size, not on the machine.</summary>
    private const long MostTried = 1_000_000;

    /// <summary>A firm or a buyer.</summary>
    /// <param name="Id">Who.</param>
    /// <param name="Slots">Numbers of the slots when it is there.</param>
    public sealed record Attendee(Guid Id, IReadOnlyCollection<int> Slots);

    /// <summary>A firm and a buyer who want to meet.</summary>
    /// <param name="FirmId">The firm.</param>
    /// <param name="BuyerId">The buyer.</param>
    /// <param name="Priority">1 (low) to <see cref="HighestPriority"/>.</param>
    public sealed record Wish(Guid FirmId, Guid BuyerId, int Priority);

    /// <summary>A meeting that stands.</summary>
    /// <param name="FirmId">The firm.</param>
    /// <param name="BuyerId">The buyer.</param>
    /// <param name="Slot">Number of its slot.</param>
    public sealed record Booked(Guid FirmId, Guid BuyerId, int Slot);

    /// <summary>What is to be planned.</summary>
    /// <param name="Firms">The firms at the fair.</param>
    /// <param name="Buyers">The buyers who come.</param>
    /// <param name="Wishes">Who wants to meet whom; of several for the same two the highest counts.</param>
    /// <param name="Standing">The plan so far; none: everything is new.</param>
    /// <param name="MoveCost">How much more priority a change must bring for each standing meeting that it moves or drops, 0 or more.</param>
    public sealed record Input(
        IReadOnlyCollection<Attendee> Firms, IReadOnlyCollection<Attendee> Buyers, IReadOnlyCollection<Wish> Wishes,
        IReadOnlyCollection<Booked> Standing, int MoveCost = 0);

    /// <summary>What became of a meeting since the plan before.</summary>
    public enum Change
    {
        /// <summary>It was not planned before.</summary>
        New,

        /// <summary>It stays where it stood.</summary>
        Kept,

        /// <summary>It is in another slot now.</summary>
        Moved,
    }

    /// <summary>A planned meeting.</summary>
    /// <param name="FirmId">The firm.</param>
    /// <param name="BuyerId">The buyer.</param>
    /// <param name="Slot">Number of its slot.</param>
    /// <param name="Priority">Its priority.</param>
    /// <param name="Rank">Its place among the firm's wishes, by priority: 1 is its dearest.</param>
    /// <param name="Change">What became of it since the plan before.</param>
    public sealed record Meeting(Guid FirmId, Guid BuyerId, int Slot, int Priority, int Rank, Change Change);

    /// <summary>A wish that is not met, and why.</summary>
    /// <param name="FirmId">The firm.</param>
    /// <param name="BuyerId">The buyer.</param>
    /// <param name="Priority">Its priority.</param>
    /// <param name="CommonSlots">In so many slots both are there; 0: they never are at once.</param>
    /// <param name="FirmBusy">In so many of those the firm meets somebody else.</param>
    /// <param name="BuyerBusy">In so many of those the buyer meets somebody else.</param>
    /// <param name="LeastInTheWay">The meetings in the way add up to at least so much priority, in every slot.</param>
    /// <param name="WasPlanned">It stood in the plan before.</param>
    public sealed record NotMet(
        Guid FirmId, Guid BuyerId, int Priority, int CommonSlots, int FirmBusy, int BuyerBusy, long LeastInTheWay, bool WasPlanned);

    /// <summary>The plan.</summary>
    /// <param name="Meetings">Who meets whom, by slot, firm and buyer.</param>
    /// <param name="NotMet">Wishes that are not met, by firm and priority.</param>
    /// <param name="Value">The priorities of all meetings together.</param>
    /// <param name="Bound">No plan is worth more than this; computed with it.</param>
    public sealed record Plan(IReadOnlyList<Meeting> Meetings, IReadOnlyList<NotMet> NotMet, long Value, long Bound)
    {
        /// <summary>Value of the bound in tenths of a per cent, rounded down: 1000 is proven to be the best.</summary>
        public int PerMille => Bound == 0 ? 1000 : (int)(Value * 1000 / Bound);
    }

    /// <summary>Plans.</summary>
    public static Plan Of(Input input)
    {
        var board = new MeetingBoard(input);
        board.KeepStanding();
        while (RematchSlots(board) | FitIn(board))
        {
        }

        return new(board.Meetings(), board.NotMet(), board.Value, MeetingBound.Of(board));
    }

    // Everybody's best of one slot, with all wishes that no other slot meets; again until no slot gains.
    private static bool RematchSlots(MeetingBoard board)
    {
        var (gained, again) = (false, true);
        while (again)
        {
            again = false;
            foreach (var slot in board.ScarceSlotsFirst)
            {
                again |= board.Rematch(slot);
            }

            gained |= again;
        }

        return gained;
    }

    // Wishes that are left, the dearest first, push others aside.
    private static bool FitIn(MeetingBoard board)
    {
        var gained = false;
        foreach (var wish in board.DearestFirst.TakeWhile(_ => board.Tried < MostTried))
        {
            gained |= !board.IsMet(wish) && board.Insert(wish, LongestChain) > 0;
        }

        return gained;
    }
}
