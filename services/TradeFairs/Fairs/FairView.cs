namespace ExportConsortia.TradeFairs.Fairs;

/// <summary>A fair that takes place again and again.</summary>
/// <param name="Id">The fair.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Organiser">Who organises it.</param>
/// <param name="Place">The city or venue.</param>
/// <param name="Country">ISO 3166-1 alpha-2 code.</param>
/// <param name="TimeZone">IANA name of the zone in which its days are counted.</param>
/// <param name="Version">Grows by one with each change. Same as the <c>ETag</c>.</param>
public sealed record FairView(
    Guid Id, string Name, string Organiser, string Place, string Country, string TimeZone, long Version)
{
    internal static FairView Of(TradeFair f) => new(f.Id, f.Name, f.Organiser, f.Place, f.Country, f.TimeZone, f.Version);
}

/// <summary>Something that the organiser wants until an instant.</summary>
/// <param name="Number">Its number, which stays the same.</param>
/// <param name="Title">What is wanted.</param>
/// <param name="DueAt">Until when, UTC, exclusive.</param>
/// <param name="DueOn">The last day for it, in the fair's time zone.</param>
/// <param name="OfEachFirm">True: each firm at the stand has to do it; false: the manager does it for all.</param>
/// <param name="Imported">True: it came from the organiser's calendar.</param>
public sealed record DeadlineView(int Number, string Title, DateTime DueAt, DateOnly DueOn, bool OfEachFirm, bool Imported)
{
    // What is due at midnight is due on the day before.
    internal static DeadlineView Of(FairDeadline d, TimeZoneInfo zone) =>
        new(d.Number, d.Title, d.DueAt, zone.DayAt(d.DueAt.AddTicks(-1)), d.OfEachFirm, d.Uid is not null);
}
