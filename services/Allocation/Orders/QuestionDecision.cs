namespace ExportConsortia.Allocation.Orders;

/// <summary>The manager's decision on a question of an order, kept for good.</summary>
/// <param name="UserId">The account of the person.</param>
/// <param name="Verdict">What was decided.</param>
/// <param name="Reason">Why.</param>
/// <param name="ForFirms">
/// What the firms asked about the line, or about any line if the question is about the whole order, read in their terms.
/// </param>
/// <param name="DecidedAt">When, UTC.</param>
internal sealed record QuestionDecision(Guid UserId, QuestionVerdict Verdict, string Reason, string? ForFirms, DateTime DecidedAt);
