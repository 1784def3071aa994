using ExportConsortia.TradeFairs.Fairs;

namespace ExportConsortia.TradeFairs.Costs;

/// <summary>A step of the withdrawal penalty.</summary>
/// <param name="MoreThanDays">It holds with more calendar days than this from the withdrawal to the opening, 0 to 1,000.</param>
/// <param name="Percent">Of the planned share, 0 to 100.</param>
public sealed record PenaltyStep(int MoreThanDays, int Percent);

/// <summary>What a withdrawal costs: a percentage of the planned share, by the calendar days in the fair's zone that are left.</summary>
/// <param name="On">The day in the fair's zone.</param>
/// <param name="DaysToOpening">Calendar days from it to the opening day.</param>
/// <param name="Percent">By the steps.</param>
/// <param name="AmountMinor">Of the planned share, in minor units.</param>
internal sealed record WithdrawalPenalty(DateOnly On, int DaysToOpening, int Percent, long AmountMinor)
{
    /// <param name="plannedShareMinor">Before grants, in minor units; a share below 0 costs nothing.</param>
    /// <param name="requestedAt">When the withdrawal was received, UTC.</param>
    /// <param name="opensOn">The opening day, in the fair's zone.</param>
    /// <param name="zone">The fair's zone.</param>
    /// <param name="steps">In any order; with fewer days than all of them say, all of the share is due.</param>
    public static WithdrawalPenalty Of(
        long plannedShareMinor, DateTime requestedAt, DateOnly opensOn, TimeZoneInfo zone, IEnumerable<PenaltyStep> steps)
    {
        var on = zone.DayAt(requestedAt);
        var days = opensOn.DayNumber - on.DayNumber;
        var percent = steps.Where(s => days > s.MoreThanDays).MaxBy(s => s.MoreThanDays)?.Percent ?? 100;
        return new(on, days, percent, Portion.Of(Math.Max(0, plannedShareMinor), percent));
    }

    /// <summary>
    /// What firms that withdrew bear in the end. A penalty helps the others to pay, and nobody earns by it: when the whole participation is
    /// cancelled and costs less than the penalties, what is over goes back to those that paid them.
    /// </summary>
    /// <param name="withdrawn">With the penalties that they were asked for.</param>
    /// <param name="mostMinor">What a cancelled participation costs; null: it is not cancelled.</param>
    public static IReadOnlyList<WithdrawnFirm> Borne(IReadOnlyList<WithdrawnFirm> withdrawn, long? mostMinor)
    {
        if (mostMinor is not { } most || withdrawn.Sum(w => w.PenaltyMinor) <= most)
        {
            return withdrawn;
        }

        var parts = Apportionment.Split(most, withdrawn.Select(w => (ShareCosts.Id(w.MemberId), w.PenaltyMinor))).Parts.ToDictionary(p => p.Id);
        return [.. withdrawn.Select(w => w with { PenaltyMinor = parts[ShareCosts.Id(w.MemberId)].Amount })];
    }
}
