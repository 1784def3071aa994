namespace ExportConsortia.TradeFairs.Fairs;

/// <summary>A fair that takes place again and again: where it is and who organises it. Everybody in the consortium reads it.</summary>
internal sealed class TradeFair
{
    public const int LongestName = 120;
    public const int LongestTimeZone = 60;

    public required Guid Id { get; init; }

    public required Guid ConsortiumId { get; init; }

    public string Name { get; set; } = "";

    public string Organiser { get; set; } = "";

    /// <summary>The city or venue.</summary>
    public string Place { get; set; } = "";

    /// <summary>ISO 3166-1 alpha-2 code.</summary>
    public string Country { get; set; } = "";

    /// <summary>IANA name of the zone in which the fair's days are counted, for example <c>Europe/Berlin</c>.</summary>
    public string TimeZone { get; set; } = "";

    public required DateTime CreatedAt { get; init; }

    public long Version { get; set; }
}
