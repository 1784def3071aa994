namespace ExportConsortia.TradeFairs.Stand;

/// <summary>
/// A version of the stand's floor plan. A version never changes: a change is a new one. Everybody in the consortium reads who is on it; who stands
/// where is to be seen at the fair, and not before.
/// </summary>
internal sealed class FloorPlan
{
    public const int MostVersions = 200;
    public const int MostBooths = 100;
    public const int LongestLabel = 60;
    public const int LongestNote = 500;

    public required Guid Id { get; init; }

    public required Guid ConsortiumId { get; init; }

    public required Guid EditionId { get; init; }

    /// <summary>1, 2, 3 …</summary>
    public required int Number { get; init; }

    /// <summary>Of the stand, in centimetres.</summary>
    public required int WidthCm { get; init; }

    /// <summary>Of the stand, in centimetres.</summary>
    public required int DepthCm { get; init; }

    public required List<Booth> Booths { get; init; }

    /// <summary>What is new in this version.</summary>
    public string? Note { get; init; }

    public required Guid DrawnBy { get; init; }

    public required DateTime DrawnAt { get; init; }
}

/// <summary>A rectangle of the stand; its sides are parallel to those of the stand.</summary>
/// <param name="MemberId">The firm whose booth it is; null: all use it together.</param>
/// <param name="Label">What stands on it in the plan.</param>
/// <param name="XCm">From the left side of the stand, in centimetres.</param>
/// <param name="YCm">From the back of the stand, in centimetres.</param>
/// <param name="WidthCm">In centimetres.</param>
/// <param name="DepthCm">In centimetres.</param>
internal sealed record Booth(Guid? MemberId, string Label, int XCm, int YCm, int WidthCm, int DepthCm)
{
    public long AreaCm2() => (long)WidthCm * DepthCm;

    public bool Overlaps(Booth other) =>
        XCm < other.XCm + other.WidthCm && other.XCm < XCm + WidthCm && YCm < other.YCm + other.DepthCm && other.YCm < YCm + DepthCm;
}
