using System.Text.Json.Serialization;

namespace ExportConsortia.TradeFairs.Participation;

/// <summary>Where a firm stands with an edition of a fair.</summary>
public enum CommitmentState
{
    /// <summary>It would like to come; nothing is binding.</summary>
    Interested,

    /// <summary>It comes and pays its share.</summary>
    Committed,

    /// <summary>It would come and pay, but there is no area for it; it moves up when somebody withdraws.</summary>
    Waiting,

    /// <summary>It had committed itself and has withdrawn .</summary>
    Withdrawn,
}

/// <summary>A manager says that a firm withdraws. Nothing happens until the firm, or an auditor as the second person, agrees (F-G3).</summary>
/// <param name="Reason">Why.</param>
/// <param name="By">Account of the manager.</param>
/// <param name="At">When, UTC.</param>
/// <param name="ApprovedBy">Account of the auditor; null: it is not decided.</param>
internal sealed record WithdrawalProposal(string Reason, Guid By, DateTime At, Guid? ApprovedBy = null)
{
    /// <summary>The accounts that could have made the manager's account alone; older proposals have none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Guid>? Controllers { get; init; }
}

/// <summary>What a firm wants of an edition and what it got. The firm and the clean team read it, nobody else.</summary>
internal sealed class FairCommitment
{
    /// <summary>At least 4 m² for each co-exhibitor, in square decimetres.</summary>
    public const long LeastAreaDm2 = 400;
    public const long MostLitres = 10_000_000;
    public const int MostExhibits = 10_000;
    public const int LongestSource = 200;

    public required Guid Id { get; init; }

    public required Guid ConsortiumId { get; init; }

    public required Guid EditionId { get; init; }

    public required Guid MemberId { get; init; }

    public CommitmentState State { get; set; }

    /// <summary>What it asks for, in square decimetres; 0 if it is only interested.</summary>
    public long RequestedAreaDm2 { get; set; }

    /// <summary>What it got, in square decimetres; 0 until the area is allotted, and while it waits.</summary>
    public long AllottedAreaDm2 { get; set; }

    /// <summary>Its freight, in litres: 1 m³ is 1,000.</summary>
    public long VolumeLitres { get; set; }

    /// <summary>How many pieces it shows.</summary>
    public int ExhibitCount { get; set; }

    /// <summary>Its freight as it was measured, in litres; null: nobody has measured it.</summary>
    public long? MeasuredLitres { get; set; }

    /// <summary>Its pieces as they were counted; null: nobody has counted them.</summary>
    public int? MeasuredExhibits { get; set; }

    /// <summary>Where that is from, such as the waybill's number.</summary>
    public string? MeasuredFrom { get; set; }

    public DateTime? MeasuredAt { get; set; }

    /// <summary>What costs are shared by: measured, else as the firm said, in litres.</summary>
    public long CountedLitres => MeasuredLitres ?? VolumeLitres;

    /// <summary>What costs are shared by: counted, else as the firm said.</summary>
    public int CountedExhibits => MeasuredExhibits ?? ExhibitCount;

    /// <summary>The main exhibitor signs the contract; the others are its co-exhibitors.</summary>
    public bool IsMainExhibitor { get; set; }

    public required DateTime CreatedAt { get; init; }

    /// <summary>When it committed itself; who waits moves up in this order, then by id of the firm.</summary>
    public DateTime? CommittedAt { get; set; }

    /// <summary>What the manager says about a withdrawal of the firm; it stays when it is approved. Null: nothing, or it was refused.</summary>
    public WithdrawalProposal? Proposal { get; set; }

    public DateTime? WithdrawnAt { get; set; }

    /// <summary>The fair's day on which it withdrew: it decides the penalty.</summary>
    public DateOnly? WithdrawnOn { get; set; }

    public long Version { get; set; }

    /// <summary>True: it has committed itself to exactly this.</summary>
    public bool Says(long areaDm2, long volumeLitres, int exhibitCount) =>
        State is CommitmentState.Committed or CommitmentState.Waiting
        && (RequestedAreaDm2, VolumeLitres, ExhibitCount) == (areaDm2, volumeLitres, exhibitCount);
}
