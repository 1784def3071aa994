using ExportConsortia.Allocation.Documents;

namespace ExportConsortia.Allocation.Orders;

/// <summary>A part of the buyer's document that the manager must decide on before the order is accepted.</summary>
/// <param name="Kind">Why it is asked.</param>
/// <param name="LineId">The buyer's id of the line; null if it is about the whole order.</param>
/// <param name="Path">Path in the document.</param>
/// <param name="Value">What the buyer wrote there.</param>
/// <param name="Decision">The decision; null while the question is open.</param>
internal sealed record OrderQuestion(QuestionKind Kind, string? LineId, string Path, string Value, QuestionDecision? Decision = null);
