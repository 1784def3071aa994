namespace ExportConsortia.Allocation.Members;

/// <summary>A product of the consortium: known as soon as one member firm can make it.</summary>
/// <param name="Code">The consortium's product code, for example <c>TK-12</c>.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Family">The product family whose capacity it uses.</param>
public sealed record Product(string Code, string Name, string Family)
{
    /// <summary>All products that a member firm can make, by code; firms that have left don't count.</summary>
    internal static async Task<IReadOnlyDictionary<string, Product>> KnownAsync(AllocationDb db, Guid consortiumId, CancellationToken ct)
    {
        var firms = await db.Members.AsNoTracking()
            .Where(m => m.ConsortiumId == consortiumId && m.Standing != MemberStanding.Left).Select(m => m.Capabilities).ToListAsync(ct);
        return firms.SelectMany(capabilities => capabilities)
            .GroupBy(c => c.ProductCode)
            .Select(g => g.OrderBy(c => c.ProductFamily, StringComparer.Ordinal).ThenBy(c => c.ProductName, StringComparer.Ordinal).First())
            .ToDictionary(c => c.ProductCode, c => new Product(c.ProductCode, c.ProductName, c.ProductFamily), StringComparer.Ordinal);
    }
}
