using ExportConsortia.Allocation.Engine;
using ExportConsortia.Allocation.Orders;

namespace ExportConsortia.Allocation.SplitsByHand;

/// <summary>
/// A split of a line by hand, proposed by a manager. It is kept for good with author, reason, rulebook and second person (F-G3). For the
/// clean team only: it shows every firm's part.
/// </summary>
internal sealed class ProposedSplit
{
    public required Guid Id { get; init; }

    public required Guid ConsortiumId { get; init; }

    public required Guid OrderId { get; init; }

    public required string LineId { get; init; }

    public required string Product { get; init; }

    public required string Family { get; init; }

    /// <summary>UN/ECE code of the unit of <see cref="Open"/> and <see cref="Parts"/>; null in splits from before there were units: pieces.</summary>
    public string? Unit { get; init; }

    /// <summary>The line's open pieces at the time; if they change, the parts must be set again.</summary>
    public required long Open { get; init; }

    public required List<HeldPart> Parts { get; init; }

    public required string Reason { get; init; }

    public required int RulebookVersion { get; init; }

    public required Guid SetBy { get; init; }

    public required Guid SetFor { get; init; }

    public required DateTime SetAt { get; init; }

    public SplitState State { get; private set; } = SplitState.Proposed;

    public Guid? DecidedBy { get; private set; }

    public Guid? DecidedFor { get; private set; }

    public DateTime? DecidedAt { get; private set; }

    /// <summary>Why it was refused.</summary>
    public string? Note { get; private set; }

    /// <summary>The run that offered the parts, or found that they can no longer be offered.</summary>
    public Guid? RunId { get; private set; }

    /// <summary>
    /// The organisation that a person acts for: the consortium for a manager, who belongs to no firm (F-C3). The platform doesn't know an auditor's
    /// organisation; the auditor's account stands for it.
    /// </summary>
    public static Guid OrganisationOf(Caller person) => person.Is(Role.ConsortiumManager) ? person.ConsortiumId : person.UserId;

    /// <summary>Whether this person may approve: not the author, from another organisation, and the parts still fit the line.</summary>
    public Refusal? CanBeApprovedBy(Caller person, OrderLine line, long open) => State switch
    {
        _ when person.UserId == SetBy || OrganisationOf(person) == SetFor =>
            new("SECOND_APPROVER_REQUIRED", "A second person of another organisation must approve a split by hand (R-618, F-G3): an auditor."),
        not SplitState.Proposed => Decided(),
        _ when (open, line.Product) != (Open, Product) => new(
            "QUANTITY_GONE", $"The parts were set for {Open} open pieces of {Product}; now {open} of {line.Product} are open. Set them again."),
        _ => null,
    };

    public void Approve(Caller person, Guid runId, DateTime now)
    {
        Decide(SplitState.Approved, person, now);
        RunId = runId;
    }

    public Refusal? Refuse(Caller person, string note, DateTime now)
    {
        if (State != SplitState.Proposed)
        {
            return Decided();
        }

        Decide(SplitState.Refused, person, now);
        Note = note;
        return null;
    }

    public void Replace(Caller person, DateTime now) => Decide(SplitState.Replaced, person, now);

    /// <summary>Its copy in a run's snapshot; without a second person until it is approved.</summary>
    public SplitByHand ToSnapshot() => new(Reason, SetBy, SetFor, DecidedBy ?? Guid.Empty, DecidedFor ?? Guid.Empty, Parts);

    private Refusal Decided() => new("ALREADY_DECIDED", $"This split is already {State}.");

    private void Decide(SplitState state, Caller person, DateTime now) =>
        (State, DecidedBy, DecidedFor, DecidedAt) = (state, person.UserId, OrganisationOf(person), now);
}
