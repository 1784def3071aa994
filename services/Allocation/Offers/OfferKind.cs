namespace ExportConsortia.Allocation.Offers;

/// <summary>Where an offer comes from.</summary>
public enum OfferKind
{
    /// <summary>A run over eligible members .</summary>
    Normal,

    /// <summary>Shortage procedure, first step: over the concentration cap, after a board vote .</summary>
    OverConcentration,

    /// <summary>Shortage procedure, second step: members on probation up to their cap .</summary>
    Probation,

    /// <summary>Shortage procedure, third step: an approved subcontractor makes it under this firm's responsibility .</summary>
    Subcontract,

    /// <summary>The firm was the first to claim from an open call.</summary>
    OpenCall,

    /// <summary>The manager set the parts of the line by hand, and a second person of another organisation approved them .</summary>
    ByHand,
}
