using ExportConsortia.Contracts;
using MassTransit;

namespace ExportConsortia.Allocation.Members;

/// <summary>
/// Replaces brand licences and the catalogue's names with what Marketing knows: a licence that it has forgotten is withdrawn, a name is gone.
/// </summary>
internal sealed class KeepBrand(AllocationDb db) : IConsumer<BrandSnapshot>
{
    public Task Consume(ConsumeContext<BrandSnapshot> context)
    {
        var (part, ct) = (context.Message, context.CancellationToken);
        return db.ReplaceAsync(
            context, Copy.OfBrand, part.ConsortiumId, part.Epoch, part.Parts,
            async copy =>
            {
                foreach (var licence in part.Licences)
                {
                    copy.Count(await KeepLicences.KeepAsync(licence, Epoch.Rank(part.Epoch, licence.Version), db, ct));
                }

                foreach (var name in part.Names)
                {
                    copy.Count(await KeepProductNames.KeepAsync(name, Epoch.Rank(part.Epoch, name.Version), db, ct));
                }
            },
            async (copy, below) =>
            {
                foreach (var gone in await db.BrandLicences.Where(l => l.ConsortiumId == part.ConsortiumId && l.Version < below).ToListAsync(ct))
                {
                    copy.Count(gone.State == BrandLicence.Withdrawn ? Kept.AsItWas : Kept.Removed);
                    (gone.State, gone.Version) = (BrandLicence.Withdrawn, below);
                }

                foreach (var gone in await db.Products.Where(p => p.ConsortiumId == part.ConsortiumId && p.SheetNamesVersion < below).ToListAsync(ct))
                {
                    copy.Count(gone.SheetNames is null ? Kept.AsItWas : Kept.Removed);
                    (gone.SheetNames, gone.SheetNamesVersion) = (null, below);
                }
            });
    }
}
