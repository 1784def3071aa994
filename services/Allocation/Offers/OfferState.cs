namespace ExportConsortia.Allocation.Offers;

/// <summary>The state of an offer; every state but the first is final.</summary>
public enum OfferState
{
    /// <summary>The firm may answer until the deadline.</summary>
    Proposed,

    /// <summary>The firm accepted all of it.</summary>
    Accepted,

    /// <summary>The firm accepted a part in whole lots; the rest is open again.</summary>
    PartiallyAccepted,

    /// <summary>The firm declined with a reason: no strike .</summary>
    Declined,

    /// <summary>The firm did not answer: one strike, never acceptance.</summary>
    Expired,

    /// <summary>The consortium withdrew it: the order was blocked or cancelled, or the firm is no longer active.</summary>
    Withdrawn,
}
