namespace ExportConsortia.Allocation.SealedPrices;

/// <summary>The state of a price round.</summary>
public enum PriceRoundState
{
    /// <summary>Prices may be handed in, replaced and withdrawn.</summary>
    Open,

    /// <summary>The deadline has passed or every invited firm has answered; the prices are about to be opened.</summary>
    Closed,

    /// <summary>The prices were opened and the run has continued with them.</summary>
    Opened,

    /// <summary>The run was given up, or the order cancelled, blocked or put on hold: the prices are never opened.</summary>
    Cancelled,
}
