using ExportConsortia.Allocation.Engine;
using ExportConsortia.Allocation.Offers;
using ExportConsortia.Allocation.SealedPrices;

namespace ExportConsortia.Allocation.Orders;

/// <summary>What follows from an order's changes and is saved with them: whoever saves the order can't forget it.</summary>
internal sealed class OrderChanges
{
    /// <summary>What others are to hear.</summary>
    public List<object> News { get; } = [];

    /// <summary>Offers that were answered, expired or withdrawn: their members' own views say so too.</summary>
    public List<Offer> Ended { get; } = [];

    /// <summary>Price rounds that went on: their invitations say so too.</summary>
    public List<PriceRound> Rounds { get; } = [];

    /// <summary>Capacity that is free again.</summary>
    public List<CapacityDraw> Released { get; } = [];

    /// <summary>Something has happened that may change what firms are due or have received.</summary>
    public bool ToBook { get; set; }
}
