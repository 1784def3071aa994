namespace ExportConsortia.Allocation.Engine;

/// <summary>Whom a run asks .</summary>
internal enum AllocationStage
{
    /// <summary>Active members, within all caps.</summary>
    Normal,

    /// <summary>Active members, above the concentration cap: the first step of the shortage procedure, after a board vote.</summary>
    OverConcentration,

    /// <summary>Members on probation, each up to its cap: the second step.</summary>
    Probation,
}
