namespace ExportConsortia.Membership.Products;

/// <summary>What other use cases ask the product list.</summary>
internal static class ProductList
{
    extension(MembershipDb db)
    {
        /// <summary>
        /// Each change to a consortium's list waits for the one before, until its transaction ends. Whoever only relies on the list shares the lock.
        /// </summary>
        public Task<int> LockProductListAsync(Guid consortiumId, CancellationToken ct, bool shared = false) =>
            db.LockAsync(db.Consortia.Where(c => c.Id == consortiumId).Select(c => c.Id).OrderBy(id => id), ct, shared);

        /// <summary>The whole list of a consortium by code, retired products included.</summary>
        public Task<Dictionary<string, Product>> ProductsByCodeAsync(Guid consortiumId, CancellationToken ct) =>
            db.Products.AsNoTracking().Where(p => p.ConsortiumId == consortiumId).ToDictionaryAsync(p => p.Code, StringComparer.Ordinal, ct);

        /// <summary>
        /// The unit of each listed family, retired products included: orders for them may still be open, and their capacity still has to be renewed.
        /// </summary>
        public async Task<Dictionary<string, string>> UnitsByFamilyAsync(Guid consortiumId, CancellationToken ct) =>
            (await db.Products.Where(p => p.ConsortiumId == consortiumId).Select(p => new { p.Family, p.Unit }).Distinct().ToListAsync(ct))
            .ToDictionary(f => f.Family, f => f.Unit, StringComparer.Ordinal);
    }
}
