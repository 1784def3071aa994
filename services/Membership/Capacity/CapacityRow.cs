namespace ExportConsortia.Membership.Capacity;

/// <summary>A valid row of a <see cref="CapacityFile"/>.</summary>
internal sealed record CapacityRow(int Line, string Member, string Family, DateOnly From, DateOnly To, long Quantity);
