namespace ExportConsortia.Allocation.Orders;

/// <summary>How far a buyer's order has come.</summary>
public enum OrderState
{
    /// <summary>Taken in; nobody has screened it.</summary>
    Received,

    /// <summary>Screening has begun; two people must clear it .</summary>
    Screening,

    /// <summary>Screening is clear and the manager took the order on; no run was begun yet, or what is open waits for a split by hand .</summary>
    Accepted,

    /// <summary>A run is being calculated or its offers are out.</summary>
    Allocating,

    /// <summary>Every piece is allocated or short-closed.</summary>
    Allocated,

    /// <summary>Pieces are open and the rounds are used up: the shortage procedure runs .</summary>
    Short,

    /// <summary>Screening found a true hit: everything is frozen .</summary>
    Blocked,

    /// <summary>The consortium did not take the order on, or buyer and consortium gave it up.</summary>
    Cancelled,
}
