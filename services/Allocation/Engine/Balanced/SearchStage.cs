namespace ExportConsortia.Allocation.Engine.Balanced;

/// <summary>What a stage of the search minimises; the aims before it are limits.</summary>
internal enum SearchStage
{
    /// <summary>Z1, then Z2, together: a minor unit short weighs more than any fairness it could gain.</summary>
    ShortAndUnfair,

    /// <summary>Z1, then the number of open offers changed, then Z2.</summary>
    Replan,

    /// <summary>Z3, within Z1 and Z2 plus its slack.</summary>
    Cost,

    /// <summary>Z4, within Z1, Z2 and Z3 plus its slack.</summary>
    Splits,
}
