using ExportConsortia.Contracts;

namespace ExportConsortia.Allocation.Members;

/// <summary>A product of the consortium's list that order lines can name.</summary>
/// <param name="Code">The consortium's product code, for example <c>TK-12</c>.</param>
/// <param name="Name">What it is called: in the catalogue, in English if it has an English name there; else in the product list.</param>
/// <param name="Family">The product family whose capacity it uses.</param>
/// <param name="Unit">UN/ECE code of the unit in which it is counted, made and reserved.</param>
/// <param name="Conversions">What other units are worth: one of them is numerator / denominator of the product's unit.</param>
/// <param name="Names">Its name in the catalogue by language, such as <c>fr</c>; absent: the catalogue has none.</param>
public sealed record Product(
    string Code, string Name, string Family, string Unit, IReadOnlyList<ProductUnitConversion> Conversions,
    IReadOnlyDictionary<string, string>? Names = null)
{
    /// <summary>What one of a unit is worth in the product's unit; null if the list does not say.</summary>
    internal ProductUnitConversion? Worth(string unit) => unit == Unit ? new(unit, 1, 1) : Conversions.FirstOrDefault(c => c.Unit == unit);

    /// <summary>
    /// Those of these codes that are in the list and not retired. Whether a firm can make them is another matter: a firm that is suspended or leaves
    /// changes nothing here.
    /// </summary>
    internal static async Task<IReadOnlyDictionary<string, Product>> KnownAsync(
        AllocationDb db, Guid consortiumId, IEnumerable<string> codes, CancellationToken ct)
    {
        var named = codes.Distinct(StringComparer.Ordinal).ToList();
        return (await Known(db, consortiumId).Where(p => named.Contains(p.Code)).ToListAsync(ct))
            .ToDictionary(p => p.Code, Of, StringComparer.Ordinal);
    }

    /// <summary>The whole list without retired products, by code.</summary>
    internal static async Task<IReadOnlyList<Product>> ListAsync(AllocationDb db, Guid consortiumId, CancellationToken ct) =>
        [.. (await Known(db, consortiumId).ToListAsync(ct)).Select(Of).OrderBy(p => p.Code, StringComparer.Ordinal)];

    /// <summary>
    /// The unit of each listed family, retired products included: its capacity and its fairness accounts are counted in it. A family that was never
    /// listed is counted in pieces.
    /// </summary>
    internal static async Task<Func<string, string>> UnitsByFamilyAsync(AllocationDb db, Guid consortiumId, CancellationToken ct)
    {
        var units = (await db.Products.AsNoTracking().Where(p => p.ConsortiumId == consortiumId).OrderBy(p => p.Code)
            .Select(p => new { p.Family, p.Unit }).ToListAsync(ct))
            .DistinctBy(p => p.Family).ToDictionary(p => p.Family, p => p.Unit, StringComparer.Ordinal);
        return family => units.GetValueOrDefault(family, UnitCode.Piece);
    }

    private static IQueryable<ListedProduct> Known(AllocationDb db, Guid consortiumId) =>
        db.Products.AsNoTracking().Where(p => p.ConsortiumId == consortiumId && !p.Retired);

    private static Product Of(ListedProduct p) => new(p.Code, NameOf(p), p.Family, p.Unit, p.Conversions, p.SheetNames);

    private static string NameOf(ListedProduct p) => p.SheetNames is not { Count: > 0 } names ? p.Name
        : names.TryGetValue("en", out var english) ? english
        : names.MinBy(name => name.Key, StringComparer.Ordinal).Value;
}
