using ExportConsortia.Membership.Members;
using ExportConsortia.Membership.Products;

namespace ExportConsortia.Membership.Capacity;

/// <summary>Keeps declarations in the units of the product list.</summary>
internal static class SaveCapacity
{
    extension(MembershipDb db)
    {
        /// <summary>
        /// The declaration to state a period's capacity in: the one that there is or, if that is in another unit, a new one in its place. What is
        /// reserved of the old one stays counted in its own unit.
        /// </summary>
        public CapacityDeclaration DeclarationIn(
            string unit, CapacityDeclaration? known, MemberFirm member, string family, DateOnly from, DateOnly to)
        {
            if (known is not null && known.IsIn(unit))
            {
                return known;
            }

            if (known is not null)
            {
                db.Remove(known);
            }

            return db.Add(CapacityDeclaration.For(member, family, from, to)).Entity;
        }

        /// <summary>
        /// Saves what was declared. A change to the product list waits until this is saved, and then sees the declarations; if it came first, nothing
        /// is saved, and the request is retried with the units as they are now.
        /// </summary>
        public Task SaveDeclarationsAsync(Guid consortiumId, CancellationToken ct) => db.InOneTransactionAsync(
            async () =>
            {
                await db.LockProductListAsync(consortiumId, ct, shared: true);
                var units = await db.UnitsByFamilyAsync(consortiumId, ct);
                var declared = db.ChangeTracker.Entries<CapacityDeclaration>().Where(c => c.State is EntityState.Added or EntityState.Modified);
                if (declared.Any(c => units.GetValueOrDefault(c.Entity.ProductFamily) != c.Entity.Unit))
                {
                    throw new DbUpdateConcurrencyException("The product list has another unit for a family by now.");
                }

                await db.SaveChangesAsync(ct);
                return true;
            },
            ct);
    }
}
