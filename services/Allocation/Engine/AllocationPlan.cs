using System.Text.Json;

namespace ExportConsortia.Allocation.Engine;

/// <summary>What a run proposes: who is offered how much of which line, and why. Quantities are in the unit of the line.</summary>
/// <param name="RunId">The run.</param>
/// <param name="SnapshotHash">SHA-256 of the snapshot.</param>
/// <param name="Lines">In the order of the document.</param>
internal sealed record AllocationPlan(Guid RunId, string SnapshotHash, IReadOnlyList<PlannedLine> Lines)
{
    /// <summary>The form of plans from before sentences had keys: they name no unit but pieces.</summary>
    public const string SchemaWithoutKeys = "allocation-plan/1";

    public string Schema { get; init; } = "allocation-plan/2";

    /// <summary>The plan as it was written before sentences had keys.</summary>
    public AllocationPlan WithoutKeys() => this with
    {
        Schema = SchemaWithoutKeys,
        Lines = [.. Lines.Select(line => line with
        {
            Parts = [.. line.Parts.Select(part => part with { MemberSteps = [.. part.MemberSteps.Select(step => step.WithoutKey())] })],
            PassedOver = [.. line.PassedOver.Select(member => member with { Step = member.Step.WithoutKey() })],
            ManagerSteps = [.. line.ManagerSteps.Select(step => step.WithoutKey())],
        })],
    };

    /// <summary>The canonical form: equal plans are equal to the byte (F-Q8).</summary>
    public byte[] ToCanonicalBytes() => JsonSerializer.SerializeToUtf8Bytes(this, EngineJson.Default.AllocationPlan);

    /// <summary>Reads what <see cref="ToCanonicalBytes"/> wrote.</summary>
    public static AllocationPlan FromBytes(ReadOnlySpan<byte> bytes) =>
        JsonSerializer.Deserialize(bytes, EngineJson.Default.AllocationPlan) ?? throw new JsonException("The plan is empty.");
}
