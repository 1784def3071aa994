using ExportConsortia.Portal.Api;

namespace ExportConsortia.Portal.Pages.Orders;

/// <summary>Something to do: how pressing it is, what it is, until when, and the form where it is done.</summary>
/// <param name="Tone">How pressing: <c>bad</c>, <c>warn</c> or <c>info</c>.</param>
/// <param name="Mark">Its icon.</param>
/// <param name="Title">What is to be done.</param>
/// <param name="Text">More about it.</param>
/// <param name="Until">The deadline, if there is one.</param>
/// <param name="Address">The form.</param>
/// <param name="Action">The word on the button.</param>
public sealed record Duty(string Tone, string Mark, string Title, string Text, DateTime? Until, string Address, string Action)
{
    /// <summary>A task of an order. One that this person has done waits for somebody else, which it says.</summary>
    internal static Duty Of(TaskView task, Guid person, Words words)
    {
        var kind = task.Kind;
        var order = task.BuyerReference.Length > 0 ? task.BuyerReference : words["order.nonumber"];
        var byOthers = task.FirstPerson == person;
        var (tone, mark) = kind switch
        {
            "AnswersDue" => ("bad", "clock"),
            "Screen" => (byOthers ? "info" : "warn", "shield"),
            "ApproveSplit" => ("info", "clock"),   // a manager can't approve what a manager has set
            "RelieveShortage" or "AskForPrices" => ("warn", "warn"),
            "StartRun" or "SplitByHand" => ("warn", "split"),
            "Accept" => ("info", "check"),
            _ => ("warn", "search"),
        };
        var text = kind switch
        {
            "Screen" when byOthers => words["today.Screen.others"],
            "Screen" when task.FirstPerson is not null => words["today.Screen.second"],
            _ => words[$"today.{kind}.text"],
        };
        var line = task.LineId is null ? "" : $" · {words["order.line", task.LineId]}";
        return new(
            tone, mark, words["today." + kind, order], $"{task.Buyer}{line}. {text}", task.Until, $"/orders/{task.OrderId}{Place(kind)}",
            words[byOthers ? "today.see" : $"today.{kind}.do"]);
    }

    private static string Place(string kind) => kind == "AnswersDue" ? "#lines" : $"#do-{kind}";
}
