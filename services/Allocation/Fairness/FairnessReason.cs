namespace ExportConsortia.Allocation.Fairness;

/// <summary>Why an entry was made in a fairness account.</summary>
public enum FairnessReason
{
    /// <summary>The first run over a line, or the first claim of it: firms become entitled to its pieces.</summary>
    LineTakenOn,

    /// <summary>The firm accepted pieces; it keeps them for good (F-Q6).</summary>
    Accepted,

    /// <summary>Pieces of the line won't be made: nobody is entitled to them any more.</summary>
    ShortClosed,

    /// <summary>The order was blocked or cancelled: its bookings are reversed.</summary>
    OrderEnded,
}
