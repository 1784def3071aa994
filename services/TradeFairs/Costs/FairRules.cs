namespace ExportConsortia.TradeFairs.Costs;

/// <summary>
/// The numbers by which an edition's costs are dealt with; they hold for it from the approval of its plan on (F-G4). Whose vote spending takes is not
/// the manager's to loosen: those numbers can be lower than the rule's, never higher.
/// </summary>
public sealed record FairRules
{
    /// <summary>R-507, R-305.</summary>
    internal const int MostBoardPercent = 10;

    /// <summary>
    /// 5,000 of the currency. It is the same number in every currency: where money is worth less than a euro, the board votes sooner.
    /// </summary>
    internal const long MostBoardMinor = 500_000;

    /// <summary>R-305.</summary>
    internal const int MostAssemblyPercent = 25;

    /// <summary>Days before the opening on which the balance is asked for, 0 to 365 [J].</summary>
    public int BalanceAskedDays { get; init; } = 30;

    /// <summary>Days before the opening until which it is to be paid, 0 to the former .</summary>
    public int BalanceDueDays { get; init; } = 20;

    /// <summary>At most 10 steps of the withdrawal penalty; with fewer days than all of them say, all of the planned share is due.</summary>
    public IReadOnlyList<PenaltyStep> PenaltySteps { get; init; } = [new(90, 25), new(30, 50)];

    /// <summary>Spending more than this of the plan, or beyond it, takes a vote of the board, in percent, 0 to 10 .</summary>
    public int BoardAbovePercent { get; init; } = MostBoardPercent;

    /// <summary>Or more than this, in minor units of the edition's currency, 0 to 500,000, whichever is lower .</summary>
    public long BoardAboveMinor { get; init; } = MostBoardMinor;

    /// <summary>Beyond the plan by more than this takes a vote of the assembly, in percent, 0 to 25 .</summary>
    public int AssemblyAbovePercent { get; init; } = MostAssemblyPercent;
}

/// <summary>Whose vote spending takes.</summary>
public enum VoteNeeded
{
    /// <summary>Nobody's.</summary>
    None,

    /// <summary>The board's.</summary>
    Board,

    /// <summary>The assembly's.</summary>
    Assembly,
}

/// <summary>How far actual costs are beyond the plan, and whose vote that takes.</summary>
/// <param name="PlannedMinor">What was planned.</param>
/// <param name="ActualMinor">What it costs.</param>
/// <param name="Vote">Whose vote that takes.</param>
internal sealed record Overrun(long PlannedMinor, long ActualMinor, VoteNeeded Vote)
{
    public long AmountMinor => ActualMinor - PlannedMinor;

    /// <summary>"More than" is strict: exactly ten percent takes no vote .</summary>
    public static Overrun Of(long plannedMinor, long actualMinor, FairRules rules)
    {
        var over = (Int128)actualMinor - plannedMinor;
        return new(plannedMinor, actualMinor,
            over * 100 > (Int128)plannedMinor * rules.AssemblyAbovePercent ? VoteNeeded.Assembly
            : over * 100 > (Int128)plannedMinor * rules.BoardAbovePercent || over > rules.BoardAboveMinor ? VoteNeeded.Board
            : VoteNeeded.None);
    }
}
