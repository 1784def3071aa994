namespace ExportConsortia.Allocation.Engine;

/// <summary>The quantities that the manager gives each member, in place of a policy .</summary>
/// <param name="Reason">Why; required.</param>
/// <param name="SetBy">Who set it.</param>
/// <param name="SetFor">The organisation that person belongs to: a member firm or the consortium itself.</param>
/// <param name="ApprovedBy">The second person.</param>
/// <param name="ApprovedFor">The organisation of the second person, a different one (F-G3).</param>
/// <param name="Parts">Pieces per member, 1 or more.</param>
internal sealed record SplitByHand(string Reason, Guid SetBy, Guid SetFor, Guid ApprovedBy, Guid ApprovedFor, IReadOnlyList<HeldPart> Parts);
