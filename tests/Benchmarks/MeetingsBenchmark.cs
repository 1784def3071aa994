using System.Globalization;
using ExportConsortia.TradeFairs.Meetings;

namespace ExportConsortia.Benchmarks;

/// <summary>
/// How much of what is possible a plan of meetings reaches and how long a processor takes: 12 firms, 60 buyers, 40 slots, everybody there for a
/// part of the time; and again when the buyer with the most meetings cancels. The bound comes from the same run.
/// </summary>
internal static class MeetingsBenchmark
{
    private const int Firms = 12;
    private const int Buyers = 60;
    private const int Slots = 40;

    public static void Run(string[] options)
    {
        var fairs = options is ["--fairs", var number] ? int.Parse(number, CultureInfo.InvariantCulture) : 10;
        Console.WriteLine("there %  wishes %   of bound (least)   processor ms (median, most)   cancelled: kept, moved, of bound (least), ms (most)");
        foreach (var (there, wished) in new[] { (100, 100), (70, 100), (70, 60), (50, 80), (30, 60) })
        {
            _ = Measure(0, there, wished);   // warm
            var all = Enumerable.Range(1, fairs).Select(seed => Measure(seed, there, wished)).ToList();
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{there,7}  {wished,8}   {all.Min(one => one.PerMille) / 10m,16}   {Figures.Median(all.Select(one => one.Ms)),6:F0} "
                + $"{all.Max(one => one.Ms),11:F0}   {all.Sum(one => one.Kept)}, {all.Sum(one => one.Moved)}, "
                + $"{all.Min(one => one.AgainPerMille) / 10m}, {all.Max(one => one.AgainMs):F0}"));
        }
    }

    private static (int PerMille, double Ms, int Kept, int Moved, int AgainPerMille, double AgainMs) Measure(int seed, int there, int wished)
    {
        var input = Make(seed, there, wished);
        var (plan, ms) = Timed(input);
        var gone = plan.Meetings.GroupBy(m => m.BuyerId).MaxBy(g => g.Count())!.Key;
        var (again, againMs) = Timed(input with
        {
            Buyers = [.. input.Buyers.Where(b => b.Id != gone)], MoveCost = 100,
            Standing = [.. plan.Meetings.Select(m => new PlanMeetings.Booked(m.FirmId, m.BuyerId, m.Slot))],
        });
        return (
            plan.PerMille, ms, again.Meetings.Count(m => m.Change == PlanMeetings.Change.Kept),
            again.Meetings.Count(m => m.Change == PlanMeetings.Change.Moved), again.PerMille, againMs);
    }

    private static (PlanMeetings.Plan Plan, double Ms) Timed(PlanMeetings.Input input)
    {
        var started = Environment.CpuUsage.TotalTime;
        var plan = PlanMeetings.Of(input);
        return (plan, (Environment.CpuUsage.TotalTime - started).TotalMilliseconds);
    }

    private static PlanMeetings.Input Make(int seed, int there, int wished)
    {
        var random = new Random(seed);
        PlanMeetings.Attendee[] people =
        [
            .. Enumerable.Range(1, Firms + Buyers).Select(i => new PlanMeetings.Attendee(
                new Guid(i, 0, 0, new byte[8]), [.. Enumerable.Range(1, Slots).Where(_ => random.Next(100) < there)])),
        ];
        return new(
            people[..Firms], people[Firms..],
            [
                .. from firm in people[..Firms] from buyer in people[Firms..] where random.Next(100) < wished
                    select new PlanMeetings.Wish(firm.Id, buyer.Id, random.Next(1, 101)),
            ],
            []);
    }
}
