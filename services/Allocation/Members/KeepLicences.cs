using ExportConsortia.Contracts;
using MassTransit;

namespace ExportConsortia.Allocation.Members;

/// <summary>Keeps the firms' brand licences from Marketing's events: they count where the rulebook asks for one .</summary>
internal sealed class KeepLicences(AllocationDb db) : IConsumer<BrandLicenceChanged>
{
    public Task Consume(ConsumeContext<BrandLicenceChanged> context) =>
        db.KeepOnceAsync(context, Copy.OfBrand, context.Message.ConsortiumId, () =>
            KeepAsync(context.Message, context.Rank(context.Message.Version), db, context.CancellationToken));

    public static async Task<Kept> KeepAsync(BrandLicenceChanged said, long rank, AllocationDb db, CancellationToken ct)
    {
        var licence = await db.BrandLicences.FindAsync([said.LicenceId], ct)
            ?? db.Add(new BrandLicence
            {
                Id = said.LicenceId,
                ConsortiumId = said.ConsortiumId,
                MemberId = said.MemberId,
                ProductCode = said.ProductCode,
            }).Entity;
        if (rank <= licence.Version)
        {
            return Kept.AsItWas;
        }

        var (isNew, before) = (licence.Version == 0, (licence.State, licence.From, licence.Until));
        (licence.State, licence.From, licence.Until, licence.Version) = (said.State, said.From, said.Until, rank);
        return isNew ? Kept.Added : before != (licence.State, licence.From, licence.Until) ? Kept.Changed : Kept.AsItWas;
    }
}
