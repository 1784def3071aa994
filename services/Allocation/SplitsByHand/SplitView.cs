namespace ExportConsortia.Allocation.SplitsByHand;

/// <summary>An exception to the policies as the clean team sees it: a split by hand, an open call, a vote of the board or new prices.</summary>
/// <param name="SplitId">The exception.</param>
/// <param name="OrderId">The order.</param>
/// <param name="LineId">The line; empty, and so are product and family, if it is about the whole order.</param>
/// <param name="Product">The consortium's product code.</param>
/// <param name="ProductFamily">The product family.</param>
/// <param name="Open">How much of the line was open at that time; 0 for the whole order.</param>
/// <param name="Parts">What each firm will be offered; empty unless the parts were set by hand.</param>
/// <param name="Reason">Why, or the board's resolution.</param>
/// <param name="RulebookVersion">The rulebook in force at that time.</param>
/// <param name="SetBy">The account of the manager who set them.</param>
/// <param name="SetAt">When, UTC.</param>
/// <param name="State">Its state.</param>
/// <param name="DecidedBy">The account of the second person, or of the manager who set other parts instead.</param>
/// <param name="DecidedAt">When, UTC.</param>
/// <param name="Note">Why it was refused.</param>
/// <param name="RunId">The run that followed from the approval.</param>
/// <param name="Unit">UN/ECE code of the unit in which the line is counted: all quantities here are in it.</param>
/// <param name="Kind">What was done instead of following the policies.</param>
/// <param name="Call">The open call; absent for the other kinds.</param>
public sealed record SplitView(
    Guid SplitId, Guid OrderId, string LineId, string Product, string ProductFamily, long Open, IReadOnlyList<SplitPart> Parts, string Reason,
        int RulebookVersion,
    Guid SetBy, DateTime SetAt, SplitState State, Guid? DecidedBy, DateTime? DecidedAt, string? Note, Guid? RunId, string Unit,
        ExceptionKind Kind, CalledView? Call)
{
    internal static SplitView Of(ProposedSplit split) => new(
        split.Id, split.OrderId, split.LineId, split.Product, split.Family, split.Open,
            [.. split.Parts.Select(part => new SplitPart(part.MemberId, part.Quantity))],
        split.Reason, split.RulebookVersion, split.SetBy, split.SetAt, split.State, split.DecidedBy, split.DecidedAt, split.Note, split.RunId,
        split.Unit ?? UnitCode.Piece, split.Kind,
        split.Call is { } call ? new(call.Quantity, call.Members, call.Seconds, call.AboveCap, split.Unit ?? UnitCode.Piece) : null);
}

/// <summary>An open call, proposed or opened.</summary>
/// <param name="Quantity">How much of the line, in <paramref name="Unit"/>.</param>
/// <param name="Members">The firms that may claim.</param>
/// <param name="Seconds">How long it is open, in seconds.</param>
/// <param name="AboveCap">True: a firm may claim more than the concentration cap allows .</param>
/// <param name="Unit">UN/ECE code of the unit in which the line is counted.</param>
public sealed record CalledView(long Quantity, IReadOnlyList<Guid> Members, long Seconds, bool AboveCap, string Unit);

/// <summary>A firm's part of a line, set by hand.</summary>
/// <param name="MemberId">The member firm.</param>
/// <param name="Quantity">How much of the line, in its unit, 1 or more.</param>
public sealed record SplitPart(Guid MemberId, long Quantity);
