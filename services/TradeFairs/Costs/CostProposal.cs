namespace ExportConsortia.TradeFairs.Costs;

/// <summary>What a second person approves of an edition's costs.</summary>
public enum CostProposalKind
{
    /// <summary>The plan, if it is above what the edition's rules allow without a vote .</summary>
    Plan,

    /// <summary>Own amounts of firms beyond the planned ones, or weights that the plan doesn't have.</summary>
    OwnAmounts,

    /// <summary>The settlement, always: it is final.</summary>
    Settlement,
}

/// <summary>Where a proposal stands.</summary>
public enum CostProposalState
{
    /// <summary>Nobody has decided: nothing has happened.</summary>
    Open,

    /// <summary>The rules need no second person for it: it holds.</summary>
    WithinRules,

    /// <summary>A second person has approved it: it holds.</summary>
    Approved,

    /// <summary>Somebody took it back, or refused it.</summary>
    Dropped,

    /// <summary>Another one took its place before anybody had decided.</summary>
    Replaced,
}

/// <summary>
/// A decision about an edition's costs, with who wanted it and who agreed: the platform has no votes yet, so a second person stands for the organ
/// that the author refers to (F-G3). It stays on record. The clean team reads it; a firm what concerns all firms, or itself.
/// </summary>
internal sealed class CostProposal
{
    public const int LongestReason = 1000;

    public required Guid Id { get; init; }

    public required Guid ConsortiumId { get; init; }

    public required Guid EditionId { get; init; }

    public required CostProposalKind Kind { get; init; }

    public string? Reason { get; init; }

    /// <summary>The vote that the author refers to.</summary>
    public VoteReference? Vote { get; init; }

    /// <summary>Own amounts: the item.</summary>
    public Guid? ItemId { get; init; }

    /// <summary>Own amounts: what the item costs then.</summary>
    public long? ActualMinor { get; init; }

    /// <summary>Own amounts: each firm's, by ascending id.</summary>
    public List<FirmPart>? Parts { get; init; }

    /// <summary>Account of the manager.</summary>
    public required Guid By { get; init; }

    /// <summary>The accounts that could have made the manager's account alone.</summary>
    public List<Guid>? Controllers { get; init; }

    public required DateTime At { get; init; }

    /// <summary>Stands for the costs as its author read them: others are not what was proposed.</summary>
    public required long Fingerprint { get; init; }

    public CostProposalState State { get; private set; }

    /// <summary>Account of the second person, or of whoever took it back.</summary>
    public Guid? DecidedBy { get; private set; }

    public List<Guid>? DecidedByControllers { get; private set; }

    public DateTime? DecidedAt { get; private set; }

    /// <summary>No second person is needed.</summary>
    public void NeedsNobody() => State = CostProposalState.WithinRules;

    /// <summary>The second person approves it: never the author, nor an account behind which the same account stands.</summary>
    public Refusal? Approve(Caller person, DateTime now)
    {
        if (RefuseDecided() is { } decided)
        {
            return decided;
        }

        if (!person.IsTwoPeopleWith(By, Controllers ?? []))
        {
            return new(
                "SECOND_APPROVER_REQUIRED",
                "A second person must approve it (F-G3). You proposed it, or the same account stands behind yours and the one that did.");
        }

        Decide(CostProposalState.Approved, person, now);
        return null;
    }

    /// <summary>Whoever is in the clean team takes it back or refuses it.</summary>
    public Refusal? Drop(Caller person, DateTime now)
    {
        if (RefuseDecided() is { } decided)
        {
            return decided;
        }

        Decide(CostProposalState.Dropped, person, now);
        return null;
    }

    public void Replace(Caller person, DateTime now) => Decide(CostProposalState.Replaced, person, now);

    private Refusal? RefuseDecided() => State == CostProposalState.Open ? null : new("ALREADY_DECIDED", $"This is already {State}.");

    private void Decide(CostProposalState state, Caller person, DateTime now)
    {
        (State, DecidedBy, DecidedAt) = (state, person.UserId, now);
        DecidedByControllers = [.. person.Controllers];
    }
}
