namespace ExportConsortia.Allocation.Offers;

/// <summary>What became of an offer; every state but the first is final.</summary>
public enum OfferState
{
    /// <summary>The member may answer until the deadline.</summary>
    Proposed,

    /// <summary>The member took all of it.</summary>
    Accepted,

    /// <summary>The member took a part in whole lots; the rest is open again.</summary>
    PartiallyAccepted,

    /// <summary>The member said no, with a reason: no strike .</summary>
    Declined,

    /// <summary>The member was silent: one strike, never acceptance.</summary>
    Expired,

    /// <summary>The consortium took it back: the order was blocked or cancelled, or the firm may not be offered anything now.</summary>
    Withdrawn,
}
