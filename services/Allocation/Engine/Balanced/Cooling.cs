namespace ExportConsortia.Allocation.Engine.Balanced;

/// <summary>How a search cools: the number of steps, the initial temperature, and how often it is halved on the way.</summary>
internal readonly record struct Cooling(long Steps, long Hottest, int Halvings);
