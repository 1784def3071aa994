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
internal sealed record Sanction(SanctionKind Kind, DateTime At, Guid? By, string? Reason, DateOnly? AppealUntil, DateOnly? Until);

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

    public DateTime ChangedAt { get; set; }

    /// <summary>Grows by one with each change.</summary>
    public long Version { get; set; }

    private const int MostSanctions = 200;

    /// <summary>Imposes a step, or says why not: the ladder is climbed step by step unless the matter is grave.</summary>
    public Refusal? Impose(Sanction sanction, bool grave, DateTime? resumesAt)
    {
        if (State == LicenceState.Withdrawn)
        {
            return new("ALREADY_DECIDED", "This licence was withdrawn.");
        }

        if (Sanctions.Count >= MostSanctions && sanction.Kind != SanctionKind.Withdrawal)
        {
            return new("SANCTION_LIMIT", "This licence has as many sanctions as it can: withdraw it.");
        }

        if (sanction.Kind == SanctionKind.Suspension && State == LicenceState.Suspended)
        {
            return new("ALREADY_DECIDED", "This licence is suspended.");
        }

        var before = sanction.Kind switch
        {
            SanctionKind.Suspension => SanctionKind.Warning,
            SanctionKind.Withdrawal => SanctionKind.Suspension,
            _ => default(SanctionKind?),
        };
        if (!grave && before is { } needed && !Sanctions.Exists(s => s.Kind == needed))
        {
            return new("LADDER", $"A {needed} comes before a {sanction.Kind}, unless the matter is grave.");
        }

        (State, SuspendedUntil, ResumesAt) = sanction.Kind switch
        {
            SanctionKind.Suspension => (LicenceState.Suspended, sanction.Until, resumesAt),
            SanctionKind.Withdrawal => (LicenceState.Withdrawn, null, null),
            _ => (State, SuspendedUntil, ResumesAt),
        };
        Add(sanction);
        return null;
    }

    /// <summary>The licence holds again.</summary>
    public Refusal? Restore(Guid? by, string? reason, DateTime now)
    {
        if (State == LicenceState.Active)
        {
            return new("ALREADY_DECIDED", "This licence holds.");
        }

        (State, SuspendedUntil, ResumesAt) = (LicenceState.Active, null, null);
        Add(new(SanctionKind.Restoration, now, by, reason, null, null));
        return null;
    }

    /// <summary>Another last day.</summary>
    public void MoveEnd(DateOnly? until, DateTime now)
    {
        Until = until;
        ChangedAt = now;
        Version++;
    }

    public BrandLicenceChanged ToEvent() =>
        new(ConsortiumId, MemberId, Id, ProductCode, State.ToString(), From, Until, Version, ChangedAt);

    private void Add(Sanction sanction)
    {
        Sanctions = [.. Sanctions, sanction];
        ChangedAt = sanction.At;
        Version++;
    }
}
