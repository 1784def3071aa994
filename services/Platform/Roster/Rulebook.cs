using ExportConsortia.Contracts;

namespace ExportConsortia.Platform.Roster;

/// <summary>Our copy of a version of a consortium's rulebook.</summary>
public sealed class Rulebook
{
    /// <summary>The consortium.</summary>
    public required Guid ConsortiumId { get; init; }

    /// <summary>1, 2, 3 …; 0 if there is none.</summary>
    public required int Version { get; init; }

    /// <summary>Its rules by product family.</summary>
    public required List<AllocationRule> Rules { get; set; }

    /// <summary>When it took effect, UTC.</summary>
    public required DateTime ActiveFrom { get; set; }

    /// <summary>The epoch in which Membership said so; a newer one replaces it.</summary>
    public long Epoch { get; set; }
}
