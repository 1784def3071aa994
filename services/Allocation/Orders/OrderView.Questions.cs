using ExportConsortia.Allocation.Documents;

namespace ExportConsortia.Allocation.Orders;

/// <content>What the manager must decide before the order is accepted.</content>
public sealed partial record OrderView
{
    /// <summary>A part of the buyer's document that the manager must decide on.</summary>
    /// <param name="Number">Number of the question, counted from 1.</param>
    /// <param name="Kind">Why it is asked.</param>
    /// <param name="What">The same in words.</param>
    /// <param name="LineId">The buyer's id of the line; absent if it is about the whole order.</param>
    /// <param name="Path">Path in the document.</param>
    /// <param name="Value">What the buyer wrote there; the document has all of a long text.</param>
    /// <param name="Decision">The decision; absent while the question is open.</param>
    public sealed record QuestionView(
        int Number, QuestionKind Kind, string What, string? LineId, string Path, string Value, QuestionDecisionView? Decision);

    /// <summary>The manager's decision on a question.</summary>
    /// <param name="UserId">The account of the person.</param>
    /// <param name="Verdict">What was decided.</param>
    /// <param name="Reason">Why.</param>
    /// <param name="ForFirms">What the firms asked about it read in their terms.</param>
    /// <param name="DecidedAt">When, UTC.</param>
    public sealed record QuestionDecisionView(Guid UserId, QuestionVerdict Verdict, string Reason, string? ForFirms, DateTime DecidedAt);

    /// <summary>Parts of the buyer's document that the manager must decide on before the order is accepted.</summary>
    public IReadOnlyList<QuestionView> Questions { get; init; } = [];

    private static IReadOnlyList<QuestionView> QuestionsOf(Order order) => [.. order.Questions.Select((q, i) => new QuestionView(
        i + 1, q.Kind, WordsFor(q.Kind), q.LineId, q.Path, q.Value,
        q.Decision is { } d ? new(d.UserId, d.Verdict, d.Reason, d.ForFirms, d.DecidedAt) : null))];

    private static string WordsFor(QuestionKind kind) => kind switch
    {
        QuestionKind.Repeated => "This element occurs again. An order has one place for it, and the first was taken.",
        QuestionKind.OtherSeller => "The order is addressed to another seller than the consortium's own party.",
        _ => "An order has no place for this part of the line; it is only kept in the document.",
    };
}
