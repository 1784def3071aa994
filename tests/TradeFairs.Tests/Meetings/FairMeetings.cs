using ExportConsortia.TradeFairs.Meetings;

namespace ExportConsortia.TradeFairs.Tests.Meetings;

/// <summary>Generated days of meetings.</summary>
internal static class FairMeetings
{
    public static Guid Firm(int number) => new($"00000001-0000-0000-0000-{number:x12}");

    public static Guid Buyer(int number) => new($"00000002-0000-0000-0000-{number:x12}");

    /// <summary>So many firms, buyers and slots, everybody there for a part of the time, and wishes of a part of all pairs.</summary>
    public static PlanMeetings.Input Of(
        int seed, int firms, int buyers, int slots, int therePercent = 70, int wishPercent = 100, int highest = 100, int moveCost = 0)
    {
        var random = new Random(seed);
        PlanMeetings.Attendee[] there =
            [.. Enumerable.Range(1, firms).Select(Firm).Concat(Enumerable.Range(1, buyers).Select(Buyer))
                .Select(id => new PlanMeetings.Attendee(id, [.. Enumerable.Range(1, slots).Where(_ => random.Next(100) < therePercent)]))];
        return new(
            there[..firms], there[firms..],
            [.. from firm in there[..firms] from buyer in there[firms..] where random.Next(100) < wishPercent
                select new PlanMeetings.Wish(firm.Id, buyer.Id, random.Next(1, highest + 1))],
            [], moveCost);
    }

    public static PlanMeetings.Input Standing(this PlanMeetings.Input input, PlanMeetings.Plan plan) =>
        input with { Standing = [.. plan.Meetings.Select(m => new PlanMeetings.Booked(m.FirmId, m.BuyerId, m.Slot))] };

    /// <summary>The most that any plan is worth, by trying them all: for few wishes.</summary>
    public static long BestOf(PlanMeetings.Input input)
    {
        var (wishes, slots) = (input.Wishes.ToList(), input.Firms.Concat(input.Buyers).ToDictionary(a => a.Id, a => a.Slots));
        return From(0, []);

        long From(int next, HashSet<(Guid, int)> taken)
        {
            if (next == wishes.Count)
            {
                return 0;
            }

            var (wish, best) = (wishes[next], From(next + 1, taken));
            foreach (var slot in slots[wish.FirmId].Intersect(slots[wish.BuyerId]))
            {
                if (!taken.Contains((wish.FirmId, slot)) && !taken.Contains((wish.BuyerId, slot)))
                {
                    best = Math.Max(best, wish.Priority + From(next + 1, [.. taken, (wish.FirmId, slot), (wish.BuyerId, slot)]));
                }
            }

            return best;
        }
    }
}
