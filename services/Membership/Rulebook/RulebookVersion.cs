using ExportConsortia.Contracts;

namespace ExportConsortia.Membership.Rulebook;

/// <summary>The internal regulations as the software executes them. A version never changes; a new one never acts retroactively (F-G4).</summary>
internal sealed class RulebookVersion
{
    public required Guid ConsortiumId { get; init; }

    /// <summary>1, 2, 3 …</summary>
    public required int Version { get; init; }

    public required List<Rule> Allocation { get; init; }

    public required DateTime ActivatedAt { get; init; }

    public required Guid ActivatedBy { get; init; }

    /// <summary>Default rules for every product family.</summary>
    public static RulebookVersion First(Guid consortiumId, Guid by, DateTime now) =>
        new() { ConsortiumId = consortiumId, Version = 1, Allocation = [new("*")], ActivatedAt = now, ActivatedBy = by };

    public RulebookVersionActivated ToEvent() => new(ConsortiumId, Version, Allocation.ConvertAll(r => r.ToContract()), ActivatedAt);
}
