using System.Text.Json.Serialization;

namespace ExportConsortia.Marketing.Quotations;

/// <summary>State of a round in which firms are asked for prices.</summary>
public enum QuotationRoundState
{
    /// <summary>Firms can answer.</summary>
    Open,

    /// <summary>The service has opened the prices; no person can.</summary>
    Opened,

    /// <summary>Stopped: its prices are never opened.</summary>
    Cancelled,
}

/// <summary>A round in which firms are asked for their prices of a quotation.</summary>
internal sealed record QuotationRound
{
    public required Guid Id { get; init; }

    public required DateTime AskedAt { get; init; }

    /// <summary>Deadline, exclusive.</summary>
    public required DateTime ClosesAt { get; init; }

    public QuotationRoundState State { get; init; }

    /// <summary>When the service opened the prices, or the manager stopped asking.</summary>
    public DateTime? EndedAt { get; init; }

    /// <summary>Account of the manager who asked; older rounds have none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Guid? AskedBy { get; init; }

    /// <summary>Account of the second person, if prices had been opened before.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Guid? ApprovedBy { get; init; }

    /// <summary>Why prices were asked for again.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Reason { get; init; }
}
