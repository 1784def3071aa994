namespace ExportConsortia.TradeFairs.Staff;

/// <summary>A person at the stand: its badge and its hours. The person's firm and the clean team read it.</summary>
internal sealed class FairStaff
{
    public const int MostShifts = 60;

    public required Guid Id { get; init; }

    public required Guid ConsortiumId { get; init; }

    public required Guid EditionId { get; init; }

    /// <summary>The firm; null: the consortium's own.</summary>
    public Guid? MemberId { get; init; }

    public string Name { get; set; } = "";

    /// <summary>What the badge says beside the name.</summary>
    public string? Duty { get; set; }

    public bool NeedsBadge { get; set; }

    /// <summary>In order of time; they don't overlap.</summary>
    public List<StaffShift> Shifts { get; set; } = [];

    public required DateTime CreatedAt { get; init; }

    public long Version { get; set; }
}

/// <summary>Hours at the stand, in local time of the fair.</summary>
/// <param name="Day">The day.</param>
/// <param name="From">From then.</param>
/// <param name="Until">Until then, later the same day.</param>
internal sealed record StaffShift(DateOnly Day, TimeOnly From, TimeOnly Until);
