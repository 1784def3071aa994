using ExportConsortia.TradeFairs.Meetings;
using static ExportConsortia.TradeFairs.Tests.Meetings.FairMeetings;

namespace ExportConsortia.TradeFairs.Tests.Meetings;

public static class PlanMeetingsTests
{
    [Fact]
    public static void Nobody_is_in_two_meetings_at_once_or_in_one_while_away_and_nobody_meets_twice() => RandomCases.Each(
        RandomCases.Of(2_000), seed =>
    {
        var random = new Random(seed);
        var input = Of(
            seed, random.Next(0, 8), random.Next(0, 12), random.Next(1, 9), random.Next(10, 101), random.Next(10, 101), random.Next(1, 50));
        IsRight(input, PlanMeetings.Of(input));
    });

    [Fact]
    public static void The_bound_is_never_below_the_best_plan_and_the_plan_seldom_much() => RandomCases.Each(RandomCases.Of(1_000), seed =>
    {
        var random = new Random(seed);
        var input = Of(seed, random.Next(1, 4), random.Next(1, 4), random.Next(1, 4), 70, 80, random.Next(1, 20));
        var (plan, best) = (PlanMeetings.Of(input), BestOf(input));
        Assert.True(plan.Value <= best && best <= plan.Bound, $"{plan.Value} ≤ {best} ≤ {plan.Bound}");
        Assert.True(plan.Value * 10 >= best * 7, $"{plan.Value} of {best}");
    });

    /// <summary>The bound is computed in the same run; how long it takes is measured by <c>tests/Benchmarks -- meetings</c>.</summary>
    [Fact]
    public static void A_fairs_plan_reaches_97_per_cent_of_its_bound() => RandomCases.Each(RandomCases.Of(60), seed =>
    {
        var input = Of(seed, firms: 12, buyers: 60, slots: 40, therePercent: 70, wishPercent: 40 + (seed % 60));
        var plan = PlanMeetings.Of(input);
        IsRight(input, plan);
        Assert.True(plan.PerMille >= 970, $"{plan.PerMille} ‰");
    });

    [Fact]
    public static void The_order_in_which_it_is_told_changes_nothing() => RandomCases.Each(RandomCases.Of(200), seed =>
    {
        var input = Of(seed, 5, 9, 6, 60, 70, 5);
        var (plan, random) = (PlanMeetings.Of(input), new Random(seed));
        var other = PlanMeetings.Of(input with
        {
            Firms = Mixed(input.Firms), Buyers = Mixed(input.Buyers), Wishes = Mixed(input.Wishes),
        });
        Assert.Equal(plan.Meetings, other.Meetings);
        Assert.Equal(plan.NotMet, other.NotMet);

        T[] Mixed<T>(IReadOnlyCollection<T> all)
        {
            T[] mixed = [.. all];
            random.Shuffle(mixed);
            return mixed;
        }
    });

    [Fact]
    public static void When_a_buyer_cancels_the_others_stay_where_they_are_and_the_firms_time_is_used_again() => RandomCases.Each(
        RandomCases.Of(60), seed =>
    {
        var input = Of(seed, 12, 40, 20, moveCost: PlanMeetings.HighestPriority);
        var before = PlanMeetings.Of(input);
        var gone = before.Meetings.GroupBy(m => m.BuyerId).MaxBy(m => m.Count())!.Key;
        var cancelled = input.Standing(before) with { Buyers = [.. input.Buyers.Where(b => b.Id != gone)] };
        var after = PlanMeetings.Of(cancelled);

        IsRight(cancelled, after);
        var others = before.Meetings.Where(m => m.BuyerId != gone).Select(m => (m.FirmId, m.BuyerId, m.Slot)).ToHashSet();
        Assert.Superset(others, after.Meetings.Select(m => (m.FirmId, m.BuyerId, m.Slot)).ToHashSet());
        Assert.Equal(others.Count, after.Meetings.Count(m => m.Change == PlanMeetings.Change.Kept));
        Assert.DoesNotContain(after.Meetings, m => m.Change == PlanMeetings.Change.Moved);
        // Whoever still wants to meet, and could in a slot in which both have nothing else, does.
        Assert.DoesNotContain(after.NotMet, n => n.CommonSlots > 0 && n.LeastInTheWay == 0);
    });

    [Fact]
    public static void A_wish_that_is_not_met_says_why()
    {
        PlanMeetings.Input input = new(
            [new(Firm(1), [1, 2]), new(Firm(2), [1])], [new(Buyer(1), [1]), new(Buyer(2), [1]), new(Buyer(3), [3])],
            [new(Firm(1), Buyer(1), 50), new(Firm(2), Buyer(1), 70), new(Firm(1), Buyer(2), 60), new(Firm(1), Buyer(3), 90)], []);
        var plan = PlanMeetings.Of(input);
        Assert.Equal([(Firm(1), Buyer(2), 2), (Firm(2), Buyer(1), 1)], plan.Meetings.Select(m => (m.FirmId, m.BuyerId, m.Rank)));
        Assert.Equal(
            [new(Firm(1), Buyer(3), 90, 0, 0, 0, 0, false), new(Firm(1), Buyer(1), 50, 1, 1, 1, 130, false)],
            plan.NotMet);
        Assert.Equal((130, 130, 1000), (plan.Value, plan.Bound, plan.PerMille));
    }

    private static void IsRight(PlanMeetings.Input input, PlanMeetings.Plan plan)
    {
        var there = input.Firms.Concat(input.Buyers).ToDictionary(a => a.Id, a => a.Slots);
        Assert.All(plan.Meetings, m => Assert.True(there[m.FirmId].Contains(m.Slot) && there[m.BuyerId].Contains(m.Slot)));
        Assert.Distinct(plan.Meetings.Select(m => (m.FirmId, m.Slot)));
        Assert.Distinct(plan.Meetings.Select(m => (m.BuyerId, m.Slot)));
        Assert.Distinct(plan.Meetings.Select(m => (m.FirmId, m.BuyerId)));
        Assert.Equal(plan.Value, plan.Meetings.Sum(m => (long)m.Priority));
        Assert.True(plan.Value <= plan.Bound, $"{plan.Value} is more than the bound {plan.Bound}");
        if (input.Standing.Count == 0)
        {
            Assert.Equal(input.Wishes.Count, plan.Meetings.Count + plan.NotMet.Count);
        }
    }
}
