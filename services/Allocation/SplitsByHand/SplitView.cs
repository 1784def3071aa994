namespace ExportConsortia.Allocation.SplitsByHand;

/// <summary>A split by hand as the clean team sees it.</summary>
/// <param name="SplitId">The split.</param>
/// <param name="OrderId">The order.</param>
/// <param name="LineId">The line.</param>
/// <param name="Product">The consortium's product code.</param>
/// <param name="ProductFamily">The product family.</param>
/// <param name="Open">How much of the line was open when the parts were set.</param>
/// <param name="Parts">What each firm will be offered.</param>
/// <param name="Reason">Why the parts were set by hand.</param>
/// <param name="RulebookVersion">The rulebook in force at that time.</param>
/// <param name="SetBy">The account of the manager who set them.</param>
/// <param name="SetAt">When, UTC.</param>
/// <param name="State">Its state.</param>
/// <param name="DecidedBy">The account of the second person, or of the manager who set other parts instead.</param>
/// <param name="DecidedAt">When, UTC.</param>
/// <param name="Note">Why it was refused.</param>
/// <param name="RunId">The run that followed from the approval.</param>
/// <param name="Unit">UN/ECE code of the unit in which the line is counted: all quantities here are in it.</param>
public sealed record SplitView(
    Guid SplitId, Guid OrderId, string LineId, string Product, string ProductFamily, long Open, IReadOnlyList<SplitPart> Parts, string Reason,
        int RulebookVersion,
    Guid SetBy, DateTime SetAt, SplitState State, Guid? DecidedBy, DateTime? DecidedAt, string? Note, Guid? RunId, string Unit)
{
    internal static SplitView Of(ProposedSplit split) => new(
        split.Id, split.OrderId, split.LineId, split.Product, split.Family, split.Open,
            [.. split.Parts.Select(part => new SplitPart(part.MemberId, part.Quantity))],
        split.Reason, split.RulebookVersion, split.SetBy, split.SetAt, split.State, split.DecidedBy, split.DecidedAt, split.Note, split.RunId,
        split.Unit ?? UnitCode.Piece);
}

/// <summary>A firm's part of a line, set by hand.</summary>
/// <param name="MemberId">The member firm.</param>
/// <param name="Quantity">How much of the line, in its unit, 1 or more.</param>
public sealed record SplitPart(Guid MemberId, long Quantity);
