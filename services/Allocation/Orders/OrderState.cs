namespace ExportConsortia.Allocation.Orders;

/// <summary>The state of a buyer's order.</summary>
public enum OrderState
{
    /// <summary>Placed; not screened yet.</summary>
    Received,

    /// <summary>Screening has begun; two people must clear it .</summary>
    Screening,

    /// <summary>
    /// The order is cleared and the manager has accepted it; no run was started yet, or its open pieces wait for a split by hand.
    /// </summary>
    Accepted,

    /// <summary>A run is being calculated or its offers are out.</summary>
    Allocating,

    /// <summary>Every piece is allocated or short-closed.</summary>
    Allocated,

    /// <summary>Pieces are open and no rounds are left: the shortage procedure applies .</summary>
    Short,

    /// <summary>Screening found a true hit: everything is frozen .</summary>
    Blocked,

    /// <summary>The consortium rejected the order, or buyer and consortium gave it up.</summary>
    Cancelled,
}
