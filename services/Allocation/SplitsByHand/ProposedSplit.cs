using ExportConsortia.Allocation.Engine;
using ExportConsortia.Allocation.Orders;

namespace ExportConsortia.Allocation.SplitsByHand;

/// <summary>
/// An exception to the policies, proposed by a manager: a split of a line by hand, an open call, a vote of the board or new prices. It is
/// kept for good with author, reason, rulebook and second person (F-G3). For the clean team only: it shows every firm's part.
/// </summary>
internal sealed class ProposedSplit
{
    public required Guid Id { get; init; }

    public required Guid ConsortiumId { get; init; }

    public required Guid OrderId { get; init; }

    public ExceptionKind Kind { get; init; }

    /// <summary>Empty, and so are product and family, if it is about the whole order.</summary>
    public required string LineId { get; init; }

    public required string Product { get; init; }

    public required string Family { get; init; }

    /// <summary>UN/ECE code of the unit of <see cref="Open"/> and <see cref="Parts"/>; null in splits from before there were units: pieces.</summary>
    public string? Unit { get; init; }

    /// <summary>The line's open pieces at the time; if they change, the parts must be set again.</summary>
    public required long Open { get; init; }

    public required List<HeldPart> Parts { get; init; }

    /// <summary>The open call; null for the other kinds.</summary>
    public ProposedCall? Call { get; init; }

    public required string Reason { get; init; }

    public required int RulebookVersion { get; init; }

    public required Guid SetBy { get; init; }

    public required Guid SetFor { get; init; }

    public required DateTime SetAt { get; init; }

    /// <summary>The accounts that could have made the author's account alone; older rows have none.</summary>
    public List<Guid>? SetByControllers { get; init; }

    public SplitState State { get; private set; } = SplitState.Proposed;

    public Guid? DecidedBy { get; private set; }

    public Guid? DecidedFor { get; private set; }

    public List<Guid>? DecidedByControllers { get; private set; }

    public DateTime? DecidedAt { get; private set; }

    /// <summary>Why it was refused.</summary>
    public string? Note { get; private set; }

    /// <summary>The run that offered the parts, or found that they can no longer be offered.</summary>
    public Guid? RunId { get; private set; }

    /// <summary>Proposes what is about the whole order; it replaces an earlier proposal of the same kind.</summary>
    public static async Task ProposeForOrderAsync(
        ExceptionKind kind, Order order, string reason, Caller caller, AllocationDb db, DateTime now, CancellationToken ct)
    {
        foreach (var former in await db.ProposedSplits.Where(s => s.OrderId == order.Id && s.Kind == kind && s.State == SplitState.Proposed)
            .ToListAsync(ct))
        {
            former.Replace(caller, now);
            order.Changed(former);
        }

        var proposed = new ProposedSplit
        {
            Id = Guid.CreateVersion7(),
            ConsortiumId = order.ConsortiumId,
            OrderId = order.Id,
            Kind = kind,
            LineId = "",
            Product = "",
            Family = "",
            Open = 0,
            Parts = [],
            Reason = reason,
            RulebookVersion = (await db.RulebookAsync(order.ConsortiumId, now, ct)).Version,
            SetBy = caller.UserId,
            SetByControllers = [.. caller.Controllers],
            SetFor = OrganisationOf(caller),
            SetAt = now,
        };
        db.Add(proposed);
        order.Changed(proposed);
    }

    /// <summary>
    /// The organisation that a person acts for: the consortium for a manager, who belongs to no firm (F-C3). The platform doesn't know an auditor's
    /// organisation; the auditor's account stands for it.
    /// </summary>
    public static Guid OrganisationOf(Caller person) => person.Is(Role.ConsortiumManager) ? person.ConsortiumId : person.UserId;

    /// <summary>Whether this person may approve: not the author, from another organisation, and the parts still fit the line.</summary>
    public Refusal? CanBeApprovedBy(Caller person, OrderLine line, long open) => State switch
    {
        _ when NotSecond(person) is { } refusal => refusal,
        not SplitState.Proposed => Decided(),
        _ when Kind == ExceptionKind.Split && (open, line.Product) != (Open, Product) => new(
            "QUANTITY_GONE",
            $"The parts were set for {Open} open {UnitWords.Many(line.Unit)} of {Product}; now {open} of {line.Product} are open. Set them again."),
        _ => null,
    };

    /// <summary>Whether this person may approve what is about the whole order.</summary>
    public Refusal? CanBeApprovedBy(Caller person) => NotSecond(person) ?? (State == SplitState.Proposed ? null : Decided());

    public void Approve(Caller person, Guid? runId, DateTime now)
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

    /// <summary>An open call within the rules: no second person is needed.</summary>
    public void NeedsNobody() => State = SplitState.WithinRules;

    public void Replace(Caller person, DateTime now) => Decide(SplitState.Replaced, person, now);

    /// <summary>Its copy in a run's snapshot; without a second person until it is approved.</summary>
    public SplitByHand ToSnapshot() => new(Reason, SetBy, SetFor, DecidedBy ?? Guid.Empty, DecidedFor ?? Guid.Empty, Parts);

    // F-G3: never the author, nor an account behind which the same account stands. A part for a chosen firm needs another organisation, too.
    private Refusal? NotSecond(Caller person) => Kind switch
    {
        _ when !person.IsTwoPeopleWith(SetBy, SetByControllers ?? []) => new(
            "SECOND_APPROVER_REQUIRED",
            "A second person must approve it (F-G3). You proposed it, or the same account stands behind yours and the one that did."),
        ExceptionKind.Split or ExceptionKind.OpenCall when OrganisationOf(person) == SetFor =>
            new("SECOND_APPROVER_REQUIRED", "A second person of another organisation must approve it (R-618, F-G3): an auditor."),
        _ => null,
    };

    private Refusal Decided() => new("ALREADY_DECIDED", $"This is already {State}.");

    private void Decide(SplitState state, Caller person, DateTime now)
    {
        (State, DecidedBy, DecidedFor, DecidedAt) = (state, person.UserId, OrganisationOf(person), now);
        DecidedByControllers = [.. person.Controllers];
    }
}
