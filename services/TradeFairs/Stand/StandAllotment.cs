namespace ExportConsortia.TradeFairs.Stand;

/// <summary>
/// How the stand was divided when the call was over: all that the decision depends on, and its result. It never changes, and can be worked out again
/// from what stands here (F-M3). Only the clean team reads it whole: a firm reads its own part.
/// </summary>
internal sealed class StandAllotment
{
    /// <summary>The edition: there is one allotment of it.</summary>
    public required Guid EditionId { get; init; }

    public required Guid ConsortiumId { get; init; }

    /// <summary>The stand without the common area, in square decimetres.</summary>
    public required long AvailableDm2 { get; init; }

    public required List<AreaRequest> Requests { get; init; }

    public required List<AreaPart> Parts { get; init; }

    public required Guid DecidedBy { get; init; }

    public required DateTime DecidedAt { get; init; }
}
