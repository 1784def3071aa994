namespace ExportConsortia.Allocation.Ratings;

/// <summary>What a firm is rated for.</summary>
public enum RatingKind
{
    /// <summary>What it made was as ordered.</summary>
    Quality,

    /// <summary>It came when it was due.</summary>
    Delivery,
}
