namespace ExportConsortia.Allocation.Orders;

/// <summary>What was decided about an order by discretion.</summary>
public enum OrderDecisionKind
{
    /// <summary>Firms are asked above the concentration cap, by a vote of the board .</summary>
    OverConcentration,

    /// <summary>Firms on probation are asked .</summary>
    Probation,

    /// <summary>A subcontractor makes pieces under a firm's responsibility .</summary>
    Subcontract,

    /// <summary>Pieces of a line will not be delivered, or a line is rejected.</summary>
    ShortClosed,

    /// <summary>Firms are asked for sealed prices again .</summary>
    NewPrices,

    /// <summary>A run was given up while it was calculated or waited for prices.</summary>
    RunGivenUp,

    /// <summary>The order was cancelled.</summary>
    Cancelled,
}
