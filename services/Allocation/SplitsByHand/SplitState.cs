namespace ExportConsortia.Allocation.SplitsByHand;

/// <summary>The state of a split by hand.</summary>
public enum SplitState
{
    /// <summary>The manager has set the parts; nothing is offered until a second person approves them.</summary>
    Proposed,

    /// <summary>A second person of another organisation approved them: a run over the line offers them.</summary>
    Approved,

    /// <summary>A second person refused them, or the manager withdrew them.</summary>
    Refused,

    /// <summary>The manager set other parts before these were decided on.</summary>
    Replaced,

    /// <summary>An open call of short pieces within the concentration cap: it needed no second person .</summary>
    WithinRules,
}
