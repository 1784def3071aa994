namespace ExportConsortia.Allocation.Engine.Balanced;

/// <summary>How a search cools: so many steps in all, from the hottest temperature, which is halved so often on the way.</summary>
internal readonly record struct Cooling(long Steps, long Hottest, int Halvings);
