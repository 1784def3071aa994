namespace ExportConsortia.Allocation.Engine.Balanced;

/// <summary>How much work a run may do, counted in steps of the search.</summary>
internal enum BalancedEffort
{
    /// <summary>For a look.</summary>
    Quick,

    /// <summary>For a run of the service.</summary>
    Standard,

    /// <summary>For the night, or to see what was left lying.</summary>
    Thorough,
}
