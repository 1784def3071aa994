namespace ExportConsortia.Marketing.Missions;

/// <summary>A mission.</summary>
/// <param name="Id">The mission.</param>
/// <param name="Direction">Who travels.</param>
/// <param name="Title">What it is called.</param>
/// <param name="Country">ISO 3166-1 alpha-2 code.</param>
/// <param name="Place">Where.</param>
/// <param name="Text">What it is about.</param>
/// <param name="StartsOn">First day.</param>
/// <param name="EndsOn">Last day, inclusive.</param>
/// <param name="RegisterUntil">Last day on which firms register, inclusive.</param>
/// <param name="Places">How many firms can take part.</param>
/// <param name="Cancelled">True: it doesn't take place.</param>
/// <param name="Slots">The programme.</param>
/// <param name="Version">Grows by one with each change. Same as the <c>ETag</c>.</param>
/// <param name="Firms">Firms that registered: the clean team reads all, a firm itself; not in lists.</param>
/// <param name="Buyers">Buyers that take part: only for the clean team; not in lists.</param>
/// <param name="Meetings">Who meets whom: the clean team reads all, a firm its own; not in lists.</param>
public sealed record MissionView(
    Guid Id, MissionDirection Direction, string Title, string Country, string Place, string? Text, DateOnly StartsOn, DateOnly EndsOn,
    DateOnly RegisterUntil, int Places, bool Cancelled, IReadOnlyList<SlotView> Slots, long Version, IReadOnlyList<MissionFirmView>? Firms,
    IReadOnlyList<MissionBuyerView>? Buyers, IReadOnlyList<MeetingView>? Meetings)
{
    internal static MissionView Of(Mission m) => new(
        m.Id, m.Direction, m.Title, m.Country, m.Place, m.Text, m.StartsOn, m.EndsOn, m.RegisterUntil, m.Places, m.CancelledAt is not null,
        m.Slots.ConvertAll(s => new SlotView(s.Number, s.Day, s.From, s.Until, s.Title)), m.Version, null, null, null);

    internal static async Task<MissionView> OfAsync(Mission mission, MarketingDb db, CancellationToken ct)
    {
        var firms = await db.MissionFirms.AsNoTracking().Where(f => f.MissionId == mission.Id).OrderBy(f => f.RegisteredAt).ThenBy(f => f.MemberId)
            .ToListAsync(ct);
        var buyers = await db.MissionBuyers.Where(b => b.MissionId == mission.Id).Select(b => b.BuyerId).ToListAsync(ct);
        var meetings = await db.MissionMeetings.AsNoTracking().Where(m => m.MissionId == mission.Id).OrderBy(m => m.Slot).ThenBy(m => m.Id)
            .ToListAsync(ct);
        var named = buyers.Union(meetings.Select(m => m.BuyerId)).ToList();
        // A firm reads the name of the buyers that it meets, and nothing else of them.
        var names = await db.Buyers.AcrossMembers().Where(b => named.Contains(b.Id)).ToDictionaryAsync(b => b.Id, b => b.Name, ct);
        return Of(mission) with
        {
            Firms = firms.ConvertAll(f => new MissionFirmView(f.MemberId, f.State, f.Note, f.RegisteredAt, f.DecidedBy, f.DecidedBecause)),
            Buyers = [.. buyers.Select(b => new MissionBuyerView(b, names.GetValueOrDefault(b, ""))).OrderBy(b => b.Name, StringComparer.Ordinal)],
            Meetings = meetings.ConvertAll(m => new MeetingView(m.Id, m.Slot, m.MemberId, m.BuyerId, names.GetValueOrDefault(m.BuyerId, ""))),
        };
    }
}

/// <summary>A part of the programme.</summary>
/// <param name="Number">Its number, which stays the same.</param>
/// <param name="Day">The day.</param>
/// <param name="From">It begins then, in local time of the place.</param>
/// <param name="Until">It ends then.</param>
/// <param name="Title">What it is.</param>
public sealed record SlotView(int Number, DateOnly Day, TimeOnly From, TimeOnly Until, string Title);

/// <summary>A firm that registered.</summary>
/// <param name="MemberId">The firm.</param>
/// <param name="State">Whether it takes part.</param>
/// <param name="Note">What it wrote.</param>
/// <param name="RegisteredAt">When, UTC.</param>
/// <param name="DecidedBy">The account of the manager who decided whether it takes part; absent also if that was before this was kept.</param>
/// <param name="DecidedBecause">Why.</param>
public sealed record MissionFirmView(
    Guid MemberId, RegistrationState State, string? Note, DateTime RegisteredAt, Guid? DecidedBy, string? DecidedBecause);

/// <summary>A buyer that takes part.</summary>
/// <param name="BuyerId">The buyer.</param>
/// <param name="Name">Its name.</param>
public sealed record MissionBuyerView(Guid BuyerId, string Name);

/// <summary>A firm meets a buyer.</summary>
/// <param name="Id">The meeting.</param>
/// <param name="Slot">Number of the part of the programme.</param>
/// <param name="MemberId">The firm.</param>
/// <param name="BuyerId">The buyer.</param>
/// <param name="BuyerName">Its name.</param>
public sealed record MeetingView(Guid Id, int Slot, Guid MemberId, Guid BuyerId, string BuyerName);
