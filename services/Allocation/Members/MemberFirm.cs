using ExportConsortia.Allocation.Engine;
using ExportConsortia.Contracts;

namespace ExportConsortia.Allocation.Members;

/// <summary>Our copy of what Membership said of a member firm: its standing and what it can make.</summary>
internal sealed class MemberFirm
{
    public required Guid Id { get; init; }

    public required Guid ConsortiumId { get; init; }

    public string Code { get; set; } = "";

    public string Name { get; set; } = "";

    /// <summary>Until Membership has said more than what the firm can make, it may not be asked.</summary>
    public MemberStanding Standing { get; set; } = MemberStanding.Suspended;

    public long StandingVersion { get; set; }

    public List<MemberCapability> Capabilities { get; set; } = [];

    public long CapabilitiesVersion { get; set; }
}

/// <summary>A capacity declaration and how much of it is reserved. Reservations never exceed it (F-Q4): they are taken in one conditional statement.</summary>
internal sealed class CapacityBucket
{
    /// <summary>The declaration's id.</summary>
    public required Guid Id { get; init; }

    public required Guid ConsortiumId { get; init; }

    public required Guid MemberId { get; init; }

    public required string Family { get; init; }

    public required DateOnly From { get; init; }

    /// <summary>First day after the period.</summary>
    public required DateOnly To { get; init; }

    public long Declared { get; set; }

    public long Reserved { get; set; }

    public DateTime DeclaredAt { get; set; }

    public long DeclarationVersion { get; set; }
}

/// <summary>A mark against a member firm: an offer it let expire.</summary>
internal sealed record Strike(Guid OfferId, Guid ConsortiumId, Guid MemberId, DateTime At);

/// <summary>Our copy of a version of the consortium's rulebook.</summary>
internal sealed class Rulebook
{
    public required Guid ConsortiumId { get; init; }

    public required int Version { get; init; }

    public required List<AllocationRule> Rules { get; init; }

    public required DateTime ActiveFrom { get; init; }

    /// <summary>The rule for a product family: its own, else the one for all.</summary>
    public AllocationRule RuleFor(string? family) =>
        Rules.Find(r => r.ProductFamily == family) ?? Rules.Find(r => r.ProductFamily == "*") ?? new AllocationRule { ProductFamily = "*" };

    /// <summary>The same rules with another policy for every product family.</summary>
    public Rulebook With(string policy) => new()
    {
        ConsortiumId = ConsortiumId,
        Version = Version,
        Rules = [.. Rules.Append(RuleFor("*")).DistinctBy(rule => rule.ProductFamily).Select(rule => rule with { Policy = policy })],
        ActiveFrom = ActiveFrom,
    };
}

/// <summary>Our copy of a consortium's name, which signs the answer to the buyer, and of the zone in which it counts its years.</summary>
internal sealed class Consortium(Guid id, string code, string name)
{
    public Guid Id { get; private init; } = id;

    public string Code { get; private init; } = code;

    public string Name { get; private init; } = name;

    /// <summary>IANA name; none if Membership spoke before this was kept: then years are counted in UTC.</summary>
    public string? TimeZone { get; set; }

    private TimeZoneInfo Zone => TimeZone is not null && TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out var known) ? known : TimeZoneInfo.Utc;

    /// <summary>The day that it is there at this instant.</summary>
    public DateOnly Day(DateTime now) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTimeFromUtc(now, Zone));

    /// <summary>The calendar year that this instant is in.</summary>
    public int CalendarYear(DateTime now) => Day(now).Year;

    /// <summary>The first instant, UTC, of a calendar year.</summary>
    public DateTime BeginningOf(int year) => TimeZoneInfo.ConvertTimeToUtc(new DateTime(year, 1, 1, 0, 0, 0, DateTimeKind.Unspecified), Zone);
}

/// <summary>
/// A member firm's place in the rotation of a product family: whoever was served longest ago is the pointer. A row appears when a firm is first served.
/// </summary>
internal sealed class RotationTurn
{
    public required Guid MemberId { get; init; }

    public required string Family { get; init; }

    public required Guid ConsortiumId { get; init; }

    /// <summary>When it was last offered pieces in its turn, or let them expire; none if it keeps the place it had before it was ever served.</summary>
    public DateTime? ServedAt { get; set; }

    /// <summary>The same before <see cref="OfferId"/>: a firm that declines with a reason keeps this place.</summary>
    public DateTime? ServedBefore { get; set; }

    /// <summary>The offer that moved it to the end of the queue.</summary>
    public Guid OfferId { get; set; }

    /// <summary>Two runs that serve the same firm at the same moment: one of them looks again.</summary>
    public long Version { get; set; }
}
