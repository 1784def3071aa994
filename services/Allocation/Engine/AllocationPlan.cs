using System.Text.Json;

namespace ExportConsortia.Allocation.Engine;

/// <summary>What a run proposes: who is offered how many pieces of which line, and why. All quantities are in pieces.</summary>
/// <param name="RunId">The run.</param>
/// <param name="SnapshotHash">SHA-256 of the snapshot.</param>
/// <param name="Lines">In the order of the document.</param>
internal sealed record AllocationPlan(Guid RunId, string SnapshotHash, IReadOnlyList<PlannedLine> Lines)
{
    public string Schema { get; init; } = "allocation-plan/1";

    /// <summary>The canonical form: equal plans are equal to the byte (F-Q8).</summary>
    public byte[] ToCanonicalBytes() => JsonSerializer.SerializeToUtf8Bytes(this, EngineJson.Default.AllocationPlan);

    /// <summary>Reads what <see cref="ToCanonicalBytes"/> wrote.</summary>
    public static AllocationPlan FromBytes(ReadOnlySpan<byte> bytes) =>
        JsonSerializer.Deserialize(bytes, EngineJson.Default.AllocationPlan) ?? throw new JsonException("The plan is empty.");
}
