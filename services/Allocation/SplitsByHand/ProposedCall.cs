namespace ExportConsortia.Allocation.SplitsByHand;

/// <summary>An open call, proposed or opened.</summary>
/// <param name="Quantity">How much of the line, in its unit.</param>
/// <param name="Members">The firms that may claim.</param>
/// <param name="Seconds">How long it is open, in seconds.</param>
/// <param name="AboveCap">A firm may claim more than the concentration cap allows .</param>
/// <param name="CallId">The call, once it was opened.</param>
internal sealed record ProposedCall(long Quantity, IReadOnlyList<Guid> Members, long Seconds, bool AboveCap, Guid CallId);
