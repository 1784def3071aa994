using ExportConsortia.Contracts;

namespace ExportConsortia.Membership.Members;

/// <summary>Where a member firm stands in its consortium (H1): Probation → Active ⇄ Suspended → Left.</summary>
public enum Standing
{
    /// <summary>The first period, with reduced rights: at most a small part of an order line.</summary>
    Probation,

    /// <summary>A member with all rights.</summary>
    Active,

    /// <summary>For the time being without new offers; what it accepted stays binding.</summary>
    Suspended,

    /// <summary>Gone for good. To come back, it is admitted anew.</summary>
    Left,
}

/// <summary>One product that a member firm can make.</summary>
/// <param name="ProductCode">The consortium's product code: 1 to 50 letters, digits, hyphens, underscores or dots.</param>
/// <param name="ProductName">What buyers call it, 1 to 200 characters.</param>
/// <param name="ProductFamily">The family whose capacity it uses, 1 to 100 characters.</param>
public sealed record Capability(string ProductCode, string ProductName, string ProductFamily);

/// <summary>A firm that is party to a consortium.</summary>
internal sealed class MemberFirm
{
    public required Guid Id { get; init; }

    public required Guid ConsortiumId { get; init; }

    public required string Code { get; init; }

    public required string Name { get; init; }

    public required string Country { get; init; }

    public Standing Standing { get; private set; }

    public Standing? StandingBeforeSuspension { get; private set; }

    public string? SuspensionReason { get; private set; }

    public DateTime StandingSince { get; private set; }

    /// <summary>Grows by one with each change of standing.</summary>
    public long Version { get; private set; }

    public List<Capability> Capabilities { get; private set; } = [];

    public DateTime? CapabilitiesSince { get; private set; }

    /// <summary>Grows by one with each new list of capabilities; 0 until the first.</summary>
    public long CapabilitiesVersion { get; private set; }

    /// <summary>Grows with each change among the firm's capacity declarations, so that two simultaneous ones can't overlap unseen.</summary>
    public long CapacityVersion { get; private set; }

    public static MemberFirm Admit(Guid consortiumId, string code, string name, string country, bool probation, DateTime now) => new()
    {
        Id = Guid.CreateVersion7(),
        ConsortiumId = consortiumId,
        Code = code,
        Name = name,
        Country = country,
        Standing = probation ? Standing.Probation : Standing.Active,
        StandingSince = now,
        Version = 1,
    };

    public Refusal? Activate(DateTime now) =>
        Standing is Standing.Probation ? Move(Standing.Active, now) : Illegal("Only a firm on probation can be activated");

    public Refusal? Suspend(string reason, DateTime now)
    {
        if (Standing is not (Standing.Probation or Standing.Active))
        {
            return Illegal("Only a firm on probation or an active one can be suspended");
        }

        (StandingBeforeSuspension, SuspensionReason) = (Standing, reason);
        return Move(Standing.Suspended, now);
    }

    public Refusal? Reinstate(DateTime now)
    {
        if (StandingBeforeSuspension is not { } before || Standing is not Standing.Suspended)
        {
            return Illegal("Only a suspended firm can be reinstated");
        }

        (StandingBeforeSuspension, SuspensionReason) = (null, null);
        return Move(before, now);
    }

    public Refusal? Depart(DateTime now) =>
        Standing is Standing.Left ? Illegal("A firm can leave once") : Move(Standing.Left, now);

    public Refusal? Declare(List<Capability> capabilities, DateTime now)
    {
        if (Gone is { } refusal)
        {
            return refusal;
        }

        Capabilities = capabilities;
        CapabilitiesSince = now;
        CapabilitiesVersion++;
        return null;
    }

    /// <summary>Says that declarations of capacity change with the next save; a firm that left declares nothing.</summary>
    public Refusal? DeclareCapacity()
    {
        CapacityVersion++;
        return Gone;
    }

    public MemberStandingChanged ToStandingEvent() => new(ConsortiumId, Id, Code, Name, Standing.ToString(), Version, StandingSince);

    /// <summary>What the firm said last of what it can make; <c>null</c> as long as it said nothing.</summary>
    public MemberCapabilitiesChanged? ToCapabilitiesEvent() => CapabilitiesSince is { } since
        ? new(ConsortiumId, Id, Capabilities.ConvertAll(c => new MemberCapability(c.ProductCode, c.ProductName, c.ProductFamily)), CapabilitiesVersion, since)
        : null;

    private Refusal? Gone => Standing is Standing.Left ? new("MEMBER_LEFT", $"{Code} has left the consortium.") : null;

    private Refusal? Move(Standing standing, DateTime now)
    {
        Standing = standing;
        StandingSince = now;
        Version++;
        return null;
    }

    private Refusal Illegal(string rule) => new("ILLEGAL_MOVE", $"{rule}; {Code} stands at {Standing}.");
}
