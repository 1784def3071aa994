namespace ExportConsortia.Allocation.Engine;

/// <summary>A member that may be offered a part of a line, with its limits. All in the unit of the line.</summary>
/// <param name="Member">The member firm.</param>
/// <param name="Free">What it can still make in time.</param>
/// <param name="Held">What it accepted of this line already.</param>
/// <param name="ConcentrationRoom">What the concentration cap leaves it; null if the cap doesn't apply .</param>
/// <param name="ProbationRoom">What the probation cap leaves it; null for a full member .</param>
/// <param name="LotSize">Offers are multiples of this .</param>
/// <param name="MinLots">The fewest lots it may be offered; one if it already holds the minimum lot of this line.</param>
internal sealed record Candidate(
    SnapshotMember Member, long Free, long Held, long? ConcentrationRoom, long? ProbationRoom, long LotSize, long MinLots)
{
    /// <summary>As in <see cref="Platform.Apportionment"/>: its text sorts like the id.</summary>
    public string Id { get; } = Member.Id.ToString();

    /// <summary>UN/ECE code of the unit of the line; null: pieces.</summary>
    public string? Unit { get; init; }

    /// <summary>What the ceiling on the blended price leaves it; null if it doesn't limit the member .</summary>
    public long? PriceRoom { get; init; }

    /// <summary>The most it may be offered .</summary>
    public long Cap => Math.Min(Math.Min(Free, PriceRoom ?? Free), Math.Min(ConcentrationRoom ?? Free, ProbationRoom ?? Free));

    public long CapLots => Cap / LotSize;
}
