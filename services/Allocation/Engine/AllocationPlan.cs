using System.Text.Json;

namespace ExportConsortia.Allocation.Engine;

/// <summary>What a run proposes: who is offered how many pieces of which line, and why everybody got what it got. All quantities are pieces.</summary>
/// <param name="RunId">The run.</param>
/// <param name="SnapshotHash">SHA-256 of the snapshot the plan follows from.</param>
/// <param name="Lines">In the order of the document.</param>
internal sealed record AllocationPlan(Guid RunId, string SnapshotHash, IReadOnlyList<PlannedLine> Lines)
{
    public string Schema { get; init; } = "allocation-plan/1";

    /// <summary>The one way of writing this plan: equal plans are equal to the byte (F-Q8).</summary>
    public byte[] ToCanonicalBytes() => JsonSerializer.SerializeToUtf8Bytes(this, EngineJson.Default.AllocationPlan);

    /// <summary>Reads what <see cref="ToCanonicalBytes"/> wrote.</summary>
    public static AllocationPlan FromBytes(ReadOnlySpan<byte> bytes) =>
        JsonSerializer.Deserialize(bytes, EngineJson.Default.AllocationPlan) ?? throw new JsonException("The plan is empty.");
}

/// <summary>The split of one line.</summary>
/// <param name="LineId">The line.</param>
/// <param name="Policy">The policy that split it, with the version of its arithmetic.</param>
/// <param name="OpenBefore">Pieces there were to allocate.</param>
/// <param name="OpenAfter">Pieces that found no member.</param>
/// <param name="OpenReason">Why, one of <see cref="Reasons"/>; none if every piece found a member.</param>
/// <param name="Parts">Parts to offer, by member id.</param>
/// <param name="PassedOver">Every other member with the one reason why it gets nothing, by member id.</param>
/// <param name="ManagerSteps">The full arithmetic, for the manager only: it names every member's capacity (F-C2).</param>
internal sealed record PlannedLine(
    string LineId, string Policy, long OpenBefore, long OpenAfter, string? OpenReason,
    IReadOnlyList<PlannedPart> Parts, IReadOnlyList<PassedOver> PassedOver, IReadOnlyList<ExplanationStep> ManagerSteps)
{
    /// <summary>The order of the line, where the run plans several orders together.</summary>
    public Guid? OrderId { get; init; }
}

/// <summary>One member's part of one line.</summary>
/// <param name="MemberId">The member firm.</param>
/// <param name="Quantity">Pieces to offer, 1 or more.</param>
/// <param name="Draws">Where its capacity comes from, earliest period first; together <paramref name="Quantity"/>.</param>
/// <param name="MemberSteps">Why, from the member's own numbers only.</param>
internal sealed record PlannedPart(Guid MemberId, long Quantity, IReadOnlyList<CapacityDraw> Draws, IReadOnlyList<ExplanationStep> MemberSteps)
{
    /// <summary>The leader's price, in minor units a piece, if the part is offered at it and not at the member's own (<see cref="PriceMatchRound"/>).</summary>
    public long? ToMatchMinor { get; init; }
}

/// <param name="BucketId">The capacity declaration.</param>
/// <param name="Quantity">Pieces to reserve in it, 1 or more.</param>
internal sealed record CapacityDraw(Guid BucketId, long Quantity);

/// <summary>A member that gets nothing of a line.</summary>
/// <param name="MemberId">The member firm.</param>
/// <param name="Code">The one reason, one of <see cref="Reasons"/>.</param>
/// <param name="Step">The reason in a sentence with the member's own numbers: fit for the member and the manager.</param>
internal sealed record PassedOver(Guid MemberId, string Code, ExplanationStep Step);
