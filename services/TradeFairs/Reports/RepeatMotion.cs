namespace ExportConsortia.TradeFairs.Reports;

/// <summary>The motion "do we go again?" as the manager prepared it. Everybody in the consortium reads it; Membership votes on it.</summary>
internal sealed class RepeatMotion
{
    public const int LongestTitle = 200;
    public const int LongestText = 4000;

    /// <summary>The edition that it is about: there is one motion of each.</summary>
    public required Guid EditionId { get; init; }

    public required Guid ConsortiumId { get; init; }

    public required Guid MotionId { get; init; }

    public string Title { get; set; } = "";

    public string Text { get; set; } = "";

    public DateTime PreparedAt { get; set; }

    public Guid PreparedBy { get; set; }

    public long Version { get; set; }
}
