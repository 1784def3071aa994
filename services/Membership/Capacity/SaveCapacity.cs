using ExportConsortia.Contracts;
using ExportConsortia.Membership.Products;

namespace ExportConsortia.Membership.Capacity;

/// <summary>Keeps declarations in the units of the product list, and publishes many of them together.</summary>
internal static class SaveCapacity
{
    /// <summary>A longer message would hold up its queue.</summary>
    private const int PeriodsPerMessage = 5000;

    extension(MembershipDb db)
    {
        /// <summary>
        /// Saves what was declared, in a few statements however much it is. A change to the product list waits until this is saved, and then sees the
        /// declarations; if it came first, nothing is saved, and the request is retried with the units as they are now. The firms' own versions are
        /// saved first: of two changes to one firm's declarations the second is retried.
        /// </summary>
        public Task SaveDeclarationsAsync(
            Guid consortiumId, IReadOnlyCollection<CapacityDeclaration> declared, IReadOnlyCollection<Guid> dropped, CancellationToken ct) =>
            db.InOneTransactionAsync(
                async () =>
                {
                    await db.LockProductListAsync(consortiumId, ct, shared: true);
                    var units = await db.UnitsByFamilyAsync(consortiumId, ct);
                    if (declared.Any(c => units.GetValueOrDefault(c.ProductFamily) != c.Unit))
                    {
                        throw new DbUpdateConcurrencyException("The product list has another unit for a family by now.");
                    }

                    await db.SaveChangesAsync(ct);
                    foreach (var ids in dropped.Chunk(1000))
                    {
                        await db.CapacityDeclarations.Where(c => ids.Contains(c.Id)).ExecuteDeleteAsync(ct);
                    }

                    await db.WriteManyAsync(
                        declared, ct, newer: null, nameof(CapacityDeclaration.ConsortiumId), nameof(CapacityDeclaration.MemberId),
                        nameof(CapacityDeclaration.ProductFamily), nameof(CapacityDeclaration.From), nameof(CapacityDeclaration.To));
                    return true;
                },
                ct);
    }

    /// <summary>Declarations by firm and family, in portions that fit into a message.</summary>
    public static IReadOnlyList<IReadOnlyList<FamilyCapacity>> ToFamilies(IEnumerable<CapacityDeclaration> declarations) =>
    [
        .. declarations.OrderBy(c => c.MemberId).ThenBy(c => c.ProductFamily, StringComparer.Ordinal).ThenBy(c => c.From).Chunk(PeriodsPerMessage)
            .Select(some => some.GroupBy(c => (c.MemberId, c.ProductFamily, Unit: c.Unit ?? UnitCode.Piece))
                .Select(family => new FamilyCapacity(family.Key.MemberId, family.Key.ProductFamily, family.Key.Unit, [.. family.Select(c =>
                    new PeriodCapacity(c.Id, c.From, c.To, c.Quantity, c.Version, c.DeclaredAt))])).ToList()),
    ];
}
