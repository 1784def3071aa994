using System.Text.Json.Serialization;

namespace ExportConsortia.Allocation.Orders;

/// <summary>What somebody decided about an order by discretion, kept for good with author, time and reason (F-G3).</summary>
/// <param name="Kind">What.</param>
/// <param name="By">Who.</param>
/// <param name="At">When, UTC.</param>
/// <param name="Reason">Why, or the board's resolution; null where none is asked for.</param>
internal sealed record OrderDecision(OrderDecisionKind Kind, Decider By, DateTime At, string? Reason)
{
    /// <summary>Why an earlier step of the shortage procedure was skipped that could still place pieces .</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? SkipReason { get; init; }

    /// <summary>The line; null: the whole order.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? LineId { get; init; }

    /// <summary>How much of the line, in its unit.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Quantity { get; init; }

    /// <summary>What the buyer is told of it: never the reason itself.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? BuyerText { get; init; }

    /// <summary>The second person, where one is needed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Decider? Second { get; init; }
}
