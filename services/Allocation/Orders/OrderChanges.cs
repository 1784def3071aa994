using ExportConsortia.Allocation.Engine;
using ExportConsortia.Allocation.Offers;
using ExportConsortia.Allocation.SealedPrices;

namespace ExportConsortia.Allocation.Orders;

/// <summary>What follows from an order's changes; saving the order saves it too.</summary>
internal sealed class OrderChanges
{
    /// <summary>Events to publish.</summary>
    public List<object> Events { get; } = [];

    /// <summary>Offers that were answered, expired or withdrawn: the member firms' views are updated.</summary>
    public List<Offer> Ended { get; } = [];

    /// <summary>Offers whose answers wait for the screening: the member firms' views are updated.</summary>
    public List<Offer> Waiting { get; } = [];

    /// <summary>Price rounds whose state has changed: their invitations are updated.</summary>
    public List<PriceRound> Rounds { get; } = [];

    /// <summary>Reservations to release.</summary>
    public List<CapacityDraw> Released { get; } = [];

    /// <summary>True if what firms are due or have received may have changed.</summary>
    public bool AffectsFairness { get; set; }

    /// <summary>True if what firms are due may have changed, of any line; else only of lines that a firm has accepted pieces of.</summary>
    public bool AffectsEntitlements { get; set; }
}
