namespace ExportConsortia.Allocation.SealedPrices;

/// <summary>How far a price round has come.</summary>
public enum PriceRoundState
{
    /// <summary>Prices may be handed in, replaced and taken back.</summary>
    Open,

    /// <summary>The deadline has passed, or every invited firm has answered: the prices are about to be opened.</summary>
    Closed,

    /// <summary>The prices were opened, and the run went on with them.</summary>
    Opened,

    /// <summary>The order was given up, blocked or put on hold before: the prices stay sealed for ever.</summary>
    Cancelled,
}
