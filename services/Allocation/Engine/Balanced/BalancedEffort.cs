namespace ExportConsortia.Allocation.Engine.Balanced;

/// <summary>How much work a run does, counted in search steps.</summary>
internal enum BalancedEffort
{
    /// <summary>For a quick look.</summary>
    Quick,

    /// <summary>For a run of the service.</summary>
    Standard,

    /// <summary>For overnight runs, or to see what standard effort misses.</summary>
    Thorough,
}
