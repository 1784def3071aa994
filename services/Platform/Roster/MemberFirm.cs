using ExportConsortia.Contracts;

namespace ExportConsortia.Platform.Roster;

/// <summary>Our copy of what Membership published of a member firm: its standing and what it can make.</summary>
public sealed class MemberFirm
{
    /// <summary>The member firm.</summary>
    public required Guid Id { get; init; }

    /// <summary>Its consortium.</summary>
    public required Guid ConsortiumId { get; init; }

    /// <summary>Its short code, unique in the consortium.</summary>
    public string Code { get; set; } = "";

    /// <summary>Its name.</summary>
    public string Name { get; set; } = "";

    /// <summary>Where it stands. Until Membership has published its standing the firm counts as suspended.</summary>
    public MemberStanding Standing { get; set; } = MemberStanding.Suspended;

    /// <summary>Version of the standing: an older one is ignored.</summary>
    public long StandingVersion { get; set; }

    /// <summary>Every product that it can make.</summary>
    public List<MemberCapability> Capabilities { get; set; } = [];

    /// <summary>Version of the capabilities: an older one is ignored.</summary>
    public long CapabilitiesVersion { get; set; }
}
