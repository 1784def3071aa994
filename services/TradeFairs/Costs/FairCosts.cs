using ExportConsortia.TradeFairs.Participation;

namespace ExportConsortia.TradeFairs.Costs;

/// <summary>A vote of an organ of the consortium, which is held elsewhere.</summary>
/// <param name="Body">Whose vote.</param>
/// <param name="Reference">Where to find it, such as the number of the resolution.</param>
/// <param name="HeldOn">The day of the vote.</param>
public sealed record VoteReference(VoteNeeded Body, string Reference, DateOnly HeldOn);

/// <summary>
/// The costs of an edition as a whole: by which rules, whether the plan is approved, whether everything is settled. Its version is that of all cost
/// items, grants and weights of the edition: whoever changes one of them changes the shares. What else they depend on stands in the entity tag of
/// <see cref="CostSheet"/>. Only the clean team reads it.
/// </summary>
internal sealed class FairCosts
{
    public required Guid EditionId { get; init; }

    public required Guid ConsortiumId { get; init; }

    public FairRules Rules { get; set; } = new();

    /// <summary>Number of the last <see cref="CostStepRow"/>.</summary>
    public int LastStep { get; set; }

    /// <summary>From then on the plan stays as it is.</summary>
    public DateTime? ApprovedAt { get; set; }

    public Guid? ApprovedBy { get; set; }

    /// <summary>
    /// The opening day when the plan was approved, in the fair's zone. Penalties count to it, also if the fair moves: nobody makes a
    /// withdrawal dearer or cheaper by moving a day.
    /// </summary>
    public DateOnly? PenaltiesCountTo { get; set; }

    /// <summary>The vote on the plan, if it took one .</summary>
    public VoteReference? PlanVote { get; set; }

    /// <summary>When the balances were asked for .</summary>
    public DateTime? BalancesAskedAt { get; set; }

    /// <summary>The vote on what is beyond the plan, if it took one .</summary>
    public VoteReference? OverrunVote { get; set; }

    public DateTime? SettledAt { get; set; }

    public Guid? SettledBy { get; set; }

    /// <summary>What the settlement was computed from: computed again, it gives the settled shares (F-M3).</summary>
    public CostInput? Settled { get; set; }

    public long Version { get; set; }

    /// <summary>What was agreed doesn't change.</summary>
    public Refusal? RefusePlanChange() => RefuseChange()
        ?? (ApprovedAt is null ? null : new("PLAN_APPROVED", "The plan is approved: planned amounts, keys and rules stay as they are."));

    /// <summary>What is settled doesn't change (F-M7).</summary>
    public Refusal? RefuseChange() => SettledAt is null ? null : new("COSTS_SETTLED", "The costs are settled and stay as they are.");
}

/// <summary>A cost item of an edition. Only the clean team reads it: it may say what another firm bears by itself.</summary>
internal sealed class CostItem
{
    public const int LongestName = 120;

    /// <summary>The most that an item may cost, in minor units.</summary>
    public const long MostMinor = 1_000_000_000_000;

    public required Guid Id { get; init; }

    public required Guid ConsortiumId { get; init; }

    public required Guid EditionId { get; init; }

    public string Name { get; set; } = "";

    public CostKey Key { get; set; }

    /// <summary>In minor units of the edition's currency; 0 for an item that came after the approval.</summary>
    public long PlannedMinor { get; set; }

    /// <summary>Direct: each firm's own amount. Custom: each firm's weight.</summary>
    public List<FirmPart> PlannedParts { get; set; } = [];

    /// <summary>What it costs according to invoices; null: not known yet.</summary>
    public long? ActualMinor { get; set; }

    /// <summary>The same parts according to invoices; for Custom only those of firms that came later.</summary>
    public List<FirmPart> ActualParts { get; set; } = [];

    /// <summary>The grant that pays for it.</summary>
    public Guid? GrantId { get; set; }

    public required DateTime CreatedAt { get; init; }

    /// <summary>
    /// What is known of it now: the invoice, else the plan. A firm's own amount counts from when it is in: what somebody in the waiting list would
    /// cost is nobody's cost.
    /// </summary>
    /// <param name="known">The firms that are in, or were.</param>
    public SharedItem Expected(IReadOnlySet<Guid> known)
    {
        FirmPart[] parts =
        [
            .. (ActualMinor is null || Key == CostKey.Custom ? PlannedParts : []).Concat(ActualParts).Where(p => known.Contains(p.MemberId)),
        ];
        return new(Id, Key, Key == CostKey.Direct ? parts.Sum(p => p.Value) : ActualMinor ?? PlannedMinor, parts, GrantId);
    }

    /// <summary>What was planned of it.</summary>
    /// <param name="known">The firms that are in, or were.</param>
    /// <param name="approved">Those of them whose own amounts are the ones that a second person has approved, if there are any.</param>
    public SharedItem Planned(IReadOnlySet<Guid> known, IReadOnlySet<Guid> approved)
    {
        var isApproved = Key == CostKey.Direct && ActualMinor is not null;
        FirmPart[] parts =
        [
            .. PlannedParts.Where(p => !isApproved || !approved.Contains(p.MemberId))
                .Concat(ActualParts.Where(p => Key == CostKey.Custom || approved.Contains(p.MemberId))).Where(p => known.Contains(p.MemberId)),
        ];
        return new(Id, Key, Key == CostKey.Direct ? parts.Sum(p => p.Value) : PlannedMinor, parts, GrantId);
    }
}

/// <summary>A grant on an edition's costs. Only the clean team reads it.</summary>
internal sealed class FairGrant
{
    /// <summary>What an undertaking may take in three years, in euro cents .</summary>
    public const long CeilingMinorByLaw = 30_000_000;

    /// <summary>10,000 euro, in euro cents.</summary>
    public const long TenThousandEuro = 1_000_000;

    public required Guid Id { get; init; }

    public required Guid ConsortiumId { get; init; }

    public required Guid EditionId { get; init; }

    public required string Name { get; init; }

    /// <summary>Who gives it: ISO 3166-1 alpha-2 code.</summary>
    public required string State { get; init; }

    public required int RatePercent { get; init; }

    public required long CapMinor { get; init; }

    /// <summary>In euro cents, whatever the edition's currency is: aid in several currencies is one sum (F-M13).</summary>
    public required long CeilingMinor { get; init; }

    /// <summary>What 10,000 euro are in minor units of the edition's currency.</summary>
    public required long TenThousandEuroMinor { get; init; }

    /// <summary>The day on which the firms get the right to it.</summary>
    public required DateOnly GrantedOn { get; init; }

    public required GrantOverflow Overflow { get; init; }

    public required DateTime CreatedAt { get; init; }

    /// <summary>Euro cents in minor units of the edition's currency, rounded down: nobody takes more than the ceiling by rounding.</summary>
    public long FromEuro(long euroMinor) => (long)Int128.Min(long.MaxValue, (Int128)euroMinor * TenThousandEuroMinor / TenThousandEuro);

    /// <summary>Minor units of the edition's currency in euro cents, rounded up.</summary>
    public long ToEuro(long minor) =>
        (long)Int128.Min(long.MaxValue, (((Int128)minor * TenThousandEuro) + TenThousandEuroMinor - 1) / TenThousandEuroMinor);
}

/// <summary>A firm's turnover and votes, where an item is shared by them; the manager states them. The firm reads its own.</summary>
internal sealed class CostWeight
{
    public required Guid EditionId { get; init; }

    public required Guid MemberId { get; init; }

    public required Guid ConsortiumId { get; init; }

    /// <summary>In minor units of the edition's currency.</summary>
    public long TurnoverMinor { get; set; }

    public int Votes { get; set; } = 1;
}

/// <summary>
/// What a firm was to bear when it was in: the base of its deposit and of its penalty. It never changes (F-M7): a firm that gets more area later has
/// another one from then on. The firm reads its own.
/// </summary>
internal sealed class FrozenShare
{
    public required Guid EditionId { get; init; }

    public required Guid MemberId { get; init; }

    public required Guid ConsortiumId { get; init; }

    /// <summary>1, 2, 3 …; the last one counts.</summary>
    public required int Number { get; init; }

    /// <summary>Before grants, in minor units of the edition's currency.</summary>
    public required long GrossMinor { get; init; }

    /// <summary>The area that the firm had, in square decimetres.</summary>
    public required long AreaDm2 { get; init; }

    public required DateTime At { get; init; }
}

/// <summary>A step in the history of an edition's costs, so that every change of a share can be explained. Only the clean team reads it.</summary>
internal sealed class CostStepRow
{
    public required Guid EditionId { get; init; }

    public required int Number { get; init; }

    public required Guid ConsortiumId { get; init; }

    public required ShareCause Cause { get; init; }

    /// <summary>Who withdrew or came.</summary>
    public Guid? MemberId { get; init; }

    public required DateTime At { get; init; }

    public CostInput? Before { get; init; }

    public required CostInput After { get; init; }

    public CostStep ToStep() => new(Number, Cause, Before, After);
}

/// <summary>A withdrawal with its penalty; it never changes (F-M7). The firm reads its own.</summary>
internal sealed class FairWithdrawal
{
    public required Guid EditionId { get; init; }

    public required Guid MemberId { get; init; }

    public required Guid ConsortiumId { get; init; }

    public required DateTime RequestedAt { get; init; }

    /// <summary>Account of the firm's person, or of the auditor who approved it.</summary>
    public required Guid RequestedBy { get; init; }

    /// <summary>Why the manager proposed it; null: the firm withdrew itself.</summary>
    public WithdrawalProposal? Proposal { get; init; }

    /// <summary>The day in the fair's zone.</summary>
    public required DateOnly On { get; init; }

    public required int DaysToOpening { get; init; }

    public required int Percent { get; init; }

    public required long PlannedShareMinor { get; init; }

    public required long PenaltyMinor { get; init; }

    /// <summary>The area that it gave up, in square decimetres.</summary>
    public required long FreedAreaDm2 { get; init; }
}

/// <summary>De minimis aid of a firm, in euro: of this consortium's grants, or as the firm declared it. The firm reads its own.</summary>
internal sealed class AidRecord
{
    public required Guid Id { get; init; }

    public required Guid ConsortiumId { get; init; }

    public required Guid MemberId { get; init; }

    /// <summary>Who gave it: ISO 3166-1 alpha-2 code.</summary>
    public required string State { get; init; }

    public required DateOnly GrantedOn { get; init; }

    /// <summary>In euro cents.</summary>
    public required long AmountMinor { get; set; }

    public string? Note { get; init; }

    /// <summary>The grant of an edition that it comes from; null: declared.</summary>
    public Guid? GrantId { get; init; }

    public required DateTime RecordedAt { get; init; }

    /// <summary>Account of the manager who recorded it; null: it follows a grant, or in older rows.</summary>
    public Guid? RecordedBy { get; init; }
}

/// <summary>Which firms are one single undertaking: they share one ceiling. The firm reads its own.</summary>
internal sealed class SingleUndertaking
{
    public required Guid MemberId { get; init; }

    public required Guid ConsortiumId { get; init; }

    /// <summary>The same for all firms of the undertaking.</summary>
    public required string Code { get; set; }
}

/// <summary>A firm's settled share; it never changes (F-M7). The firm reads its own.</summary>
internal sealed class SettledShare
{
    public required Guid EditionId { get; init; }

    public required Guid MemberId { get; init; }

    public required Guid ConsortiumId { get; init; }

    public required long ItemsMinor { get; init; }

    public required long PoolMinor { get; init; }

    public required long PenaltyMinor { get; init; }

    public required long GrantMinor { get; init; }

    public FirmShare ToShare() => new(MemberId, ItemsMinor, PoolMinor, PenaltyMinor, GrantMinor);
}
