namespace ExportConsortia.Allocation.Engine.Balanced;

/// <summary>One reason for a line and a member.</summary>
/// <param name="Line">The line.</param>
/// <param name="Member">The member.</param>
/// <param name="Code">Name of a <see cref="PlanReason"/> or, for a refused pair, of a <see cref="PairReason"/>.</param>
/// <param name="Values">Its numbers, all of them the member's own or the line's.</param>
/// <param name="Text">A sentence that the member may read: its own data only (F-C2).</param>
internal sealed record BalancedReason(string Line, string Member, string Code, IReadOnlyList<ExplanationValue> Values, string Text);
