using ExportConsortia.Contracts;
using ExportConsortia.Membership.Products;

namespace ExportConsortia.Membership.Members;

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

    /// <summary>A manager wants to record that the firm left; the firm or a second person must agree.</summary>
    public DepartureProposal? DepartureProposal { get; private set; }

    /// <summary>Grows by one with each change of standing.</summary>
    public long Version { get; private set; }

    public List<Capability> Capabilities { get; private set; } = [];

    public DateTime? CapabilitiesSince { get; private set; }

    /// <summary>Grows by one with each new list of capabilities; 0 until the first.</summary>
    public long CapabilitiesVersion { get; private set; }

    /// <summary>Grows with each change to the firm's capacity declarations: of two concurrent changes one fails, so none overlap unnoticed.</summary>
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
            return Illegal("Only an active firm or a firm on probation can be suspended");
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

    public Refusal? ProposeDeparture(DepartureProposal proposal)
    {
        DepartureProposal = proposal;
        return RefuseToLeaveAgain();
    }

    /// <summary>There was a proposal, and it is taken back or refused.</summary>
    public Refusal? KeepIn()
    {
        var refusal = RefuseToLeaveAgain() ?? RefuseUnproposed();
        DepartureProposal = null;
        return refusal;
    }

    public Refusal? Depart(DateTime now)
    {
        var refusal = RefuseToLeaveAgain() ?? RefuseUnproposed();
        DepartureProposal = null;
        return refusal ?? Move(Standing.Left, now);
    }

    public Refusal? DeclareCapabilities(List<Capability> capabilities, DateTime now)
    {
        if (RefuseIfLeft() is { } refusal)
        {
            return refusal;
        }

        Capabilities = capabilities;
        CapabilitiesSince = now;
        CapabilitiesVersion++;
        return null;
    }

    /// <summary>Marks the firm's capacity declarations as changed; refused for a firm that has left.</summary>
    public Refusal? DeclareCapacity()
    {
        CapacityVersion++;
        return RefuseIfLeft();
    }

    public MemberStandingChanged ToStandingEvent() => new(ConsortiumId, Id, Code, Name, Standing.ToString(), Version, StandingSince);

    /// <summary>The firm's latest list of capabilities, as the consortium's list names the products; <c>null</c> until the first.</summary>
    public MemberCapabilitiesChanged? ToCapabilitiesEvent(IReadOnlyDictionary<string, Product> list)
    {
        var capabilities = ListedCapabilities(list).Select(p => new MemberCapability(p.Code, p.Name, p.Family)).ToList();
        return CapabilitiesSince is { } since ? new(ConsortiumId, Id, capabilities, CapabilitiesVersion, since) : null;
    }

    /// <summary>
    /// The products that the firm can make. What a firm that has left said before there was a list may not be in it, and means nothing any more.
    /// </summary>
    public IEnumerable<Product> ListedCapabilities(IReadOnlyDictionary<string, Product> list) =>
        Capabilities.Select(c => list.GetValueOrDefault(c.ProductCode)).OfType<Product>();

    private Refusal? RefuseToLeaveAgain() => Standing is Standing.Left ? Illegal("A firm can leave only once") : null;

    private Refusal? RefuseUnproposed() =>
        DepartureProposal is null ? new("NOT_PROPOSED", $"Nobody proposes that {Code} leaves.") : null;

    private Refusal? RefuseIfLeft() => Standing is Standing.Left ? new("MEMBER_LEFT", $"{Code} has left the consortium.") : null;

    private Refusal? Move(Standing standing, DateTime now)
    {
        Standing = standing;
        StandingSince = now;
        Version++;
        return null;
    }

    private Refusal Illegal(string rule) => new("ILLEGAL_MOVE", $"{rule}; {Code}'s standing is {Standing}.");
}
