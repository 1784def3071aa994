namespace ExportConsortia.TradeFairs.Checklist;

/// <summary>Where a firm's task stands.</summary>
public enum TaskState
{
    /// <summary>It is to be done.</summary>
    Open,

    /// <summary>The firm says that it is done.</summary>
    Done,

    /// <summary>The manager says that this firm doesn't need it.</summary>
    NotNeeded,
}

/// <summary>
/// What a firm noted of a deadline that each firm at the stand has to keep. There is a row once somebody noted something: without one the task is
/// open. The firm and the clean team read it.
/// </summary>
internal sealed class FirmTask
{
    public const int LongestOwner = 120;
    public const int LongestNote = 1000;

    public required Guid EditionId { get; init; }

    public required Guid MemberId { get; init; }

    /// <summary>The number of the deadline.</summary>
    public required int Number { get; init; }

    public required Guid ConsortiumId { get; init; }

    public TaskState State { get; set; }

    /// <summary>Who does it in the firm.</summary>
    public string? Owner { get; set; }

    public string? Note { get; set; }

    public DateTime? DoneAt { get; set; }

    public long Version { get; set; }
}
