namespace ExportConsortia.Membership.Capacity;

/// <summary>A valid row of a <see cref="CapacityFile"/>.</summary>
internal sealed record CapacityRow(int Line, string Member, string Family, DateOnly From, DateOnly To, long Quantity, string? Unit)
{
    public static string UnknownFamily(string family) => $"The consortium's product list has no family '{family}'.";

    public static string WrongUnit(string family, string? unit, string? given) => $"Capacity of {family} is declared in {unit}, not '{given}'.";
}
