namespace ExportConsortia.Allocation.SplitsByHand;

/// <summary>What became of a split by hand.</summary>
public enum SplitState
{
    /// <summary>The manager has set the parts; nothing is offered before a second person approves them.</summary>
    Proposed,

    /// <summary>A second person of another organisation approved them: a run over the line offers them.</summary>
    Approved,

    /// <summary>A second person refused them, or the manager took them back.</summary>
    Refused,

    /// <summary>The manager set other parts before anybody decided on these.</summary>
    Replaced,
}
