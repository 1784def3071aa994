namespace ExportConsortia.Allocation.Orders;

/// <summary>A line whose item is known but whose unit the product list can't convert: it waits until the manager adds a conversion.</summary>
/// <param name="Product">The product that the line names.</param>
/// <param name="Unit">The buyer's unit.</param>
/// <param name="ProductUnit">The unit in which the product is counted.</param>
internal sealed record WaitingLine(string Product, string Unit, string ProductUnit)
{
    public Refusal Refuse(string lineId) => new(
        "UNIT_UNKNOWN",
        $"Line {lineId} is in {Named(Unit)}, but {Product} is counted in {Named(ProductUnit)}, and the product list has no conversion: add one, "
        + "match the line to another product or close it short.");

    /// <summary>A unit as people read it: its code and its name.</summary>
    public static string Named(string unit) => UnitCode.Named(unit);
}
