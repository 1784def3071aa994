namespace ExportConsortia.TradeFairs.Calendar;

/// <summary>
/// The address under which a firm's calendar programs read its fairs: whoever has it reads that firm's dates and tasks, so it is as secret as a
/// password and can be replaced. Managers have one for the consortium.
/// </summary>
internal sealed class CalendarSubscription
{
    private const int DaysValid = 400;

    /// <summary>The firm, or the consortium: each has one address.</summary>
    public required Guid OwnerId { get; init; }

    public required Guid ConsortiumId { get; init; }

    /// <summary>The firm; null: the consortium's managers.</summary>
    public required Guid? MemberId { get; init; }

    public string TokenHash { get; set; } = "";

    public DateTime CreatedAt { get; set; }

    /// <summary>From then on it shows nothing: who once saw it doesn't read on for ever.</summary>
    public DateTime EndsAt => CreatedAt.AddDays(DaysValid);

    public long Version { get; set; }
}
