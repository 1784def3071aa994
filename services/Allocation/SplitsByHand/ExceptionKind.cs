namespace ExportConsortia.Allocation.SplitsByHand;

/// <summary>What was done instead of following the policies.</summary>
public enum ExceptionKind
{
    /// <summary>The parts of a line were set by hand .</summary>
    Split,

    /// <summary>Chosen firms may claim pieces of a line, the first one gets them.</summary>
    OpenCall,

    /// <summary>Firms are asked above the concentration cap, by a vote of the board .</summary>
    OverConcentration,

    /// <summary>Firms are asked for sealed prices again, after prices were opened .</summary>
    NewPrices,
}
