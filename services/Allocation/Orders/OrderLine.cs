using ExportConsortia.Allocation.Documents;

namespace ExportConsortia.Allocation.Orders;

/// <summary>One line of the order, as allocation needs it; what the buyer wrote is in the <see cref="OrderDocument"/>.</summary>
internal sealed class OrderLine
{
    public required string LineId { get; init; }

    /// <summary>The consortium's product code; null while nobody has matched the buyer's item.</summary>
    public string? Product { get; set; }

    public string? Family { get; set; }

    public required long Ordered { get; init; }

    /// <summary>First day of the delivery window, if the buyer named one.</summary>
    public DateOnly? From { get; init; }

    /// <summary>First day after the delivery window, if the buyer named one.</summary>
    public DateOnly? Due { get; init; }

    public long ShortClosed { get; set; }

    public string? ShortCloseReason { get; set; }

    /// <summary>Its parts are set by hand: runs skip it, and its open pieces wait for the manager.</summary>
    public bool ByHand { get; set; }
}
