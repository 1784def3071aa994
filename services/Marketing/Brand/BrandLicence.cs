using System.Text.Json.Serialization;
using ExportConsortia.Contracts;

namespace ExportConsortia.Marketing.Brand;

/// <summary>A version of the regulations of the collective brand; it never changes.</summary>
internal sealed class BrandRegulation
{
    public required Guid ConsortiumId { get; init; }

    /// <summary>1, 2, 3 …</summary>
    public required int Version { get; init; }

    public required string Text { get; init; }

    /// <summary>First day on which it holds.</summary>
    public required DateOnly EffectiveOn { get; init; }

    public required DateTime PublishedAt { get; init; }

    public required Guid PublishedBy { get; init; }
}

/// <summary>Where a licence stands.</summary>
public enum LicenceState
{
    /// <summary>The firm may use the brand.</summary>
    Active,

    /// <summary>It may not, until a day or until it is restored.</summary>
    Suspended,

    /// <summary>It may no longer.</summary>
    Withdrawn,
}

/// <summary>A step of the ladder of sanctions, or back.</summary>
public enum SanctionKind
{
    /// <summary>The first step: the licence stays.</summary>
    Warning,

    /// <summary>The second: the licence rests.</summary>
    Suspension,

    /// <summary>The last: the licence ends.</summary>
    Withdrawal,

    /// <summary>The licence holds again, as after an appeal.</summary>
    Restoration,
}

/// <summary>What was imposed on a licence.</summary>
/// <param name="Kind">Which step.</param>
/// <param name="At">When, UTC.</param>
/// <param name="By">The manager; null: a suspension ended on its day.</param>
/// <param name="Reason">Why.</param>
/// <param name="AppealUntil">Last day on which the firm can appeal.</param>
/// <param name="Until">Of a suspension: first day on which the licence holds again, if it has an end.</param>
internal sealed record Sanction(SanctionKind Kind, DateTime At, Guid? By, string? Reason, DateOnly? AppealUntil, DateOnly? Until)
{
    /// <summary>The second person who approved it; null: it needed none, or it was before this was kept.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Guid? ApprovedBy { get; init; }
}

/// <summary>A step that nobody takes alone: the withdrawal and back, one that passes over earlier ones, a suspension without notice or end.</summary>
/// <param name="Kind">Which step.</param>
/// <param name="Reason">Why.</param>
/// <param name="AppealUntil">Last day on which the firm can appeal; none of a restoration.</param>
/// <param name="Until">Of a suspension: first day on which the licence holds again, if it has an end.</param>
/// <param name="Grave">True: so grave that earlier steps are passed over.</param>
/// <param name="By">The manager.</param>
/// <param name="At">When, UTC.</param>
internal sealed record SanctionProposal(
    SanctionKind Kind, string Reason, DateOnly? AppealUntil, DateOnly? Until, bool Grave, Guid By, DateTime At)
{
    /// <summary>The accounts that could have made the manager's account alone.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Guid>? Controllers { get; init; }
}

/// <summary>What a manager did to a licence besides sanctions.</summary>
public enum LicenceChangeKind
{
    /// <summary>The firm was given it.</summary>
    Granted,

    /// <summary>It got another end.</summary>
    EndMoved,
}

/// <summary>A manager gave a licence, or moved its end.</summary>
/// <param name="Kind">What was done.</param>
/// <param name="At">When, UTC.</param>
/// <param name="By">The manager.</param>
/// <param name="Reason">Why.</param>
/// <param name="Until">First day after the licence from then on; null: no end.</param>
internal sealed record LicenceChange(LicenceChangeKind Kind, DateTime At, Guid By, string Reason, DateOnly? Until);

/// <summary>A firm's licence to use the collective brand, for one product or for all that it makes.</summary>
internal sealed class BrandLicence
{
    public required Guid Id { get; init; }

    public required Guid ConsortiumId { get; init; }

    public required Guid MemberId { get; init; }

    /// <summary>The product; null: all products of the firm.</summary>
    public string? ProductCode { get; init; }

    /// <summary>The version of the regulations that it was given under.</summary>
    public required int RegulationVersion { get; init; }

    public required DateOnly From { get; init; }

    /// <summary>First day after it; null: no end.</summary>
    public DateOnly? Until { get; set; }

    public LicenceState State { get; set; }

    /// <summary>First day on which a suspended one holds again by itself.</summary>
    public DateOnly? SuspendedUntil { get; set; }

    /// <summary>The instant, UTC, at which that day begins at the consortium's seat.</summary>
    public DateTime? ResumesAt { get; set; }

    public List<Sanction> Sanctions { get; set; } = [];

    /// <summary>Who gave it and who moved its end, and why; null: it was before this was kept.</summary>
    public List<LicenceChange>? Changes { get; set; }

    /// <summary>A step that waits for a second person; null: none does.</summary>
    public SanctionProposal? Proposal { get; private set; }

    public DateTime ChangedAt { get; set; }

    /// <summary>Grows by one with each change.</summary>
    public long Version { get; set; }

    /// <summary>
    /// So many days before it a licence's end may come nearer; what is to end sooner is a matter of the ladder. One manager alone suspends a licence
    /// so many days after a warning or later, and for so many or fewer.
    /// </summary>
    public const int NoticeDays = 30;

    private const int MostSanctions = 200;
    private const int MostChanges = 200;

    /// <summary>Why a step can't be imposed: the ladder is climbed step by step unless the matter is grave.</summary>
    public Refusal? CannotImpose(SanctionKind kind, bool grave) => (State, kind) switch
    {
        (LicenceState.Active, SanctionKind.Restoration) => new("ALREADY_DECIDED", "This licence holds."),
        (_, SanctionKind.Restoration) => null,
        (LicenceState.Withdrawn, _) => new("ALREADY_DECIDED", "This licence was withdrawn."),
        (_, not SanctionKind.Withdrawal) when Sanctions.Count >= MostSanctions =>
            new("SANCTION_LIMIT", "This licence has as many sanctions as it can: withdraw it."),
        (LicenceState.Suspended, SanctionKind.Suspension) => new("ALREADY_DECIDED", "This licence is suspended."),
        _ when !grave && Skipped(kind) is { } needed => new("LADDER", $"A {needed} comes before a {kind}, unless the matter is grave."),
        _ => null,
    };

    /// <summary>
    /// True: nobody takes the step alone. The firm loses the brand for good, or could not yet answer the warning, or is to be without the brand for
    /// long; or what two people decided is taken back.
    /// </summary>
    public bool NeedsSecond(SanctionKind kind, DateOnly? until, DateOnly today) => kind switch
    {
        SanctionKind.Withdrawal => true,
        SanctionKind.Suspension => until is null || until > today.AddDays(NoticeDays) || !Warnings().Any(w => HasRipened(w, today)),
        SanctionKind.Restoration => State == LicenceState.Withdrawn,
        _ => false,
    };

    /// <summary>Proposes a step in place of an earlier proposal; null: takes it back.</summary>
    public void Propose(SanctionProposal? proposal)
    {
        Proposal = proposal;
        Version++;
    }

    /// <summary>Takes a step, or says why not.</summary>
    public Refusal? Impose(Sanction sanction, bool grave, DateTime? resumesAt)
    {
        if (CannotImpose(sanction.Kind, grave) is { } refusal)
        {
            return refusal;
        }

        (State, SuspendedUntil, ResumesAt) = sanction.Kind switch
        {
            SanctionKind.Suspension => (LicenceState.Suspended, sanction.Until, resumesAt),
            SanctionKind.Withdrawal => (LicenceState.Withdrawn, null, null),
            SanctionKind.Restoration => (LicenceState.Active, null, null),
            _ => (State, SuspendedUntil, ResumesAt),
        };
        Add(sanction);
        return null;
    }

    /// <summary>Another last day. One that comes nearer comes with notice.</summary>
    public Refusal? MoveEnd(DateOnly? until, DateOnly today, Guid by, string reason, DateTime now)
    {
        if (State == LicenceState.Withdrawn)
        {
            return new("ALREADY_DECIDED", "This licence was withdrawn.");
        }

        if (until is { } end && (Until is null || end < Until) && end < today.AddDays(NoticeDays))
        {
            return new(
                "LADDER", $"An end that comes nearer is {NoticeDays} days away or more: else warn the firm, suspend the licence or withdraw it.");
        }

        (Until, ChangedAt) = (until, now);
        Changes = [.. (Changes ?? []).TakeLast(MostChanges - 1), new(LicenceChangeKind.EndMoved, now, by, reason, until)];
        Version++;
        return null;
    }

    public BrandLicenceChanged ToEvent() =>
        new(ConsortiumId, MemberId, Id, ProductCode, State.ToString(), From, Until, Version, ChangedAt);

    // What was before a restoration is settled: the ladder begins anew.
    private IEnumerable<Sanction> Warnings() =>
        Sanctions.Skip(Sanctions.FindLastIndex(s => s.Kind == SanctionKind.Restoration) + 1).Where(s => s.Kind == SanctionKind.Warning);

    private static bool HasRipened(Sanction warning, DateOnly today) =>
        warning.AppealUntil < today && DateOnly.FromDateTime(warning.At).AddDays(NoticeDays) <= today;

    // The step of the ladder that comes before this one and hasn't been.
    private SanctionKind? Skipped(SanctionKind kind) => kind switch
    {
        SanctionKind.Suspension when !Warnings().Any() => SanctionKind.Warning,
        SanctionKind.Withdrawal when !Sanctions.Exists(s => s.Kind == SanctionKind.Suspension) => SanctionKind.Suspension,
        _ => null,
    };

    private void Add(Sanction sanction)
    {
        Sanctions = [.. Sanctions, sanction];
        ChangedAt = sanction.At;
        Version++;
    }
}
