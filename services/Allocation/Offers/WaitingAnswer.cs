namespace ExportConsortia.Allocation.Offers;

/// <summary>A firm's answer to an offer while the screening of the order is on hold: it counts once the order is clear again.</summary>
/// <param name="Accepted">How much the firm accepts; 0 if it declines.</param>
/// <param name="Reason">Why it declines; null: it accepts.</param>
/// <param name="Note">Its note.</param>
/// <param name="At">When it answered, UTC.</param>
/// <param name="By">The account of the person.</param>
internal sealed record WaitingAnswer(long Accepted, DeclineReason? Reason, string? Note, DateTime At, Guid? By);
