namespace ExportConsortia.Allocation.Engine.Balanced;

/// <summary>Whether a member can get a part of a line, or why not.</summary>
internal enum PairReason
{
    Eligible,

    /// <summary>It has not declared that it can make the product.</summary>
    NotCapable,

    /// <summary>It declined the line or is excluded from it.</summary>
    Excluded,

    /// <summary>It isn't certified for the destination.</summary>
    NotCertified,

    /// <summary>Its first possible week is after the due week.</summary>
    TooLate,

    /// <summary>Its smallest part is more than the line takes or its resource has capacity for.</summary>
    LotTooLarge,
}
