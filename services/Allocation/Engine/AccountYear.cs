namespace ExportConsortia.Allocation.Engine;

/// <summary>A year of a member's account of a product family, in pieces.</summary>
/// <param name="Year">The calendar year at the consortium's seat.</param>
/// <param name="Carried">Balance carried over; negative: ahead.</param>
/// <param name="Entitled">Entitlement from this year's lines.</param>
/// <param name="Received">Accepted of this year's lines.</param>
internal sealed record AccountYear(int Year, long Carried, long Entitled, long Received)
{
    /// <summary>Pieces owed to the member; negative: it is ahead.</summary>
    public long Balance => Carried + Entitled - Received;
}
