using System.Text.Json.Serialization;

namespace ExportConsortia.Allocation.Orders;

/// <summary>What a person decided after screening the buyer.</summary>
public enum ScreeningVerdict
{
    /// <summary>Nothing found.</summary>
    Clear,

    /// <summary>A possible match: nothing continues until two people clear it.</summary>
    Hold,

    /// <summary>A true hit: freeze and release everything.</summary>
    TrueHit,
}

/// <summary>One person's screening decision, kept for good.</summary>
internal sealed record ScreeningDecision(Guid UserId, bool WorksInSales, ScreeningVerdict Verdict, string Reason, DateTime DecidedAt)
{
    /// <summary>The accounts that could have made the person's account alone; older decisions have none stored.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Guid>? Controllers { get; init; }

    [JsonIgnore]
    public Decider By => new(UserId) { Controllers = Controllers };
}
