namespace ExportConsortia.TradeFairs.Costs;

/// <summary>By which key the firms at a stand bear a cost item. Each item has exactly one.</summary>
public enum CostKey
{
    /// <summary>All alike.</summary>
    Equal,

    /// <summary>By the firm's own area; so the common area is carried by all in proportion to theirs .</summary>
    ByArea,

    /// <summary>By the volume of the firm's freight.</summary>
    ByVolume,

    /// <summary>By the number of its exhibits.</summary>
    ByExhibitCount,

    /// <summary>By its turnover, which the manager states.</summary>
    ByTurnover,

    /// <summary>By its votes, which the manager states; 1 unless stated .</summary>
    ByVotes,

    /// <summary>Each firm bears its own amount.</summary>
    Direct,

    /// <summary>By weights that the firms agreed on.</summary>
    Custom,
}
