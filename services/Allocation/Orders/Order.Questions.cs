using ExportConsortia.Allocation.Documents;

namespace ExportConsortia.Allocation.Orders;

/// <content>What the manager must decide before the order is accepted.</content>
internal sealed partial class Order
{
    /// <summary>In the order of the document. Orders older than questions have none stored.</summary>
    public List<OrderQuestion> Questions { get => field ?? []; private set; }

    /// <summary>Asks the manager about parts of the document.</summary>
    public void Ask(IReadOnlyList<DocumentQuestion> questions)
    {
        if (questions.Count > 0)
        {
            Questions = [.. questions.Select(q => new OrderQuestion(q.Kind, q.LineId, q.Path, q.Value))];
        }
    }

    /// <summary>The manager decides on a question, counted from 1. Who decides to cancel the order also freezes it.</summary>
    public Refusal? Decide(int number, QuestionDecision decision)
    {
        if (State is OrderState.Blocked or OrderState.Cancelled)
        {
            return Closed();
        }

        var question = Questions[number - 1];
        if (question.Decision is not null)
        {
            return new("ALREADY_DECIDED", "This question was already decided.");
        }

        Questions = [.. Questions.Select(q => ReferenceEquals(q, question) ? q with { Decision = decision } : q)];
        _changes.Acts.Add(DiscretionaryAct.Of("QUESTION", decision.Verdict, decision.UserId, decision.Reason));
        Version++;
        return null;
    }

    /// <summary>What the manager wants firms to know that are asked about a line.</summary>
    public IReadOnlyList<string> ForFirmsOf(string lineId) =>
        [.. Questions.Where(q => q.LineId is null || q.LineId == lineId).Select(q => q.Decision?.ForFirms).OfType<string>()];

    private Refusal? QuestionIsOpen() => Questions.FindIndex(q => q.Decision is null) is >= 0 and var open
        ? new("DECISION_PENDING", $"Question {open + 1} of this order waits for the manager's decision: {Questions[open].Path}.")
        : null;
}
