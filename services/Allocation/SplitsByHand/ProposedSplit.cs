using ExportConsortia.Allocation.Engine;
using ExportConsortia.Allocation.Orders;

namespace ExportConsortia.Allocation.SplitsByHand;

/// <summary>
/// The parts of a line that a manager wants to set by hand: kept for ever with author, reason, rulebook and second person (F-G3), whatever
/// becomes of it. Clean team only: it tells every firm's part.
/// </summary>
internal sealed class ProposedSplit
{
    public required Guid Id { get; init; }

    public required Guid ConsortiumId { get; init; }

    public required Guid OrderId { get; init; }

    public required string LineId { get; init; }

    public required string Product { get; init; }

    public required string Family { get; init; }

    /// <summary>What was open of the line: with more or less of it the parts would be others.</summary>
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

    /// <summary>The run that offered the parts, or found that they can't be offered any more.</summary>
    public Guid? RunId { get; private set; }

    /// <summary>
    /// The organisation that a person acts for. A manager belongs to no firm (F-C3), so it is the consortium itself; an auditor comes from outside, and its
    /// account is all that the platform knows of where.
    /// </summary>
    public static Guid OrganisationOf(Caller person) => person.Is(Role.ConsortiumManager) ? person.ConsortiumId : person.UserId;

    /// <summary>The second person approves: another one than the author, of another organisation, of parts that still fit the line.</summary>
    public Refusal? CanBeApprovedBy(Caller person, OrderLine line, long open) => State switch
    {
        _ when person.UserId == SetBy || OrganisationOf(person) == SetFor =>
            new("SECOND_APPROVER_REQUIRED", "A second person of another organisation must approve a split by hand (R-618, F-G3): an auditor."),
        not SplitState.Proposed => Decided(),
        _ when (open, line.Product) != (Open, Product) => new(
            "QUANTITY_GONE", $"The parts were set for {Open} open pieces of {Product}; by now {open} of {line.Product} are open. Set them anew."),
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

    /// <summary>What a run may know of it; before it is approved nobody is named as second person.</summary>
    public SplitByHand ToSnapshot() => new(Reason, SetBy, SetFor, DecidedBy ?? Guid.Empty, DecidedFor ?? Guid.Empty, Parts);

    private Refusal Decided() => new("ALREADY_DECIDED", $"This split is already {State}.");

    private void Decide(SplitState state, Caller person, DateTime now) =>
        (State, DecidedBy, DecidedFor, DecidedAt) = (state, person.UserId, OrganisationOf(person), now);
}
