using System.Text.Json.Serialization;

namespace ExportConsortia.Allocation.Engine;

/// <summary>Serialises snapshots and plans with properties in declaration order, fixed at build time.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AllocationSnapshot))]
[JsonSerializable(typeof(AllocationPlan))]
internal sealed partial class EngineJson : JsonSerializerContext;
