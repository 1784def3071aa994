using ExportConsortia.Contracts;
using ExportConsortia.Marketing.Leads;
using ExportConsortia.Marketing.Sheets;
using Microsoft.Extensions.DependencyInjection;

namespace ExportConsortia.Marketing;

/// <summary>
/// Publishes a snapshot of what other services keep copies of: brand licences, names of products, and what became of leads. It replaces their copies,
/// as Membership's does.
/// </summary>
internal static class Republish
{
    /// <summary>How much is published.</summary>
    /// <param name="Messages">Number of messages added to the outbox.</param>
    public sealed record Response(int Messages);

    private const int PerMessage = 1000;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("republications", HandleAsync)
        .WithName("RepublishMarketing")
        .WithSummary("Publish licences, product names and leads again")
        .WithDescription("For operators, when another service is new, or when this or another one was restored from a backup: begins a new epoch and "
            + "sends a snapshot of all brand licences, of the names that the catalogue gives products, and of what became of leads. It replaces what "
            + "other services have kept (F-E3); `GET copies` of a service says what changed there. The response only contains the number of "
            + "messages.")
        .For(Role.Operator);

    private static async Task<Accepted<Response>> HandleAsync(
        MarketingDb db, IServiceScopeFactory scopes, TimeProvider clock, CancellationToken ct)
    {
        // As in Membership: a platform scope reads, and the epoch is saved before anything is read.
        await using var platform = scopes.CreatePlatformScope();
        var all = platform.ServiceProvider.GetRequiredService<MarketingDb>();
        var epoch = await all.BeginEpochAsync(ct);
        var (now, messages) = (clock.GetUtcNow().UtcDateTime, 0);
        foreach (var id in await all.Consortia.Select(c => c.Id).OrderBy(id => id).ToListAsync(ct))
        {
            var licences = (await all.BrandLicences.AsNoTracking().Where(l => l.ConsortiumId == id).OrderBy(l => l.Id).ToListAsync(ct))
                .ConvertAll(l => l.ToEvent()).Chunk(PerMessage).ToList();
            var names = (await NamesAsync(id, all, now, ct)).Chunk(PerMessage).ToList();
            var parts = Math.Max(1, Math.Max(licences.Count, names.Count));
            for (var i = 0; i < parts; i++)
            {
                Publish(id, new BrandSnapshot(
                    id, epoch, i + 1, parts, licences.ElementAtOrDefault(i) ?? [], names.ElementAtOrDefault(i) ?? [], now));
            }

            var leads = (await all.Leads.AsNoTracking().Where(l => l.ConsortiumId == id).OrderBy(l => l.Id).ToListAsync(ct))
                .Select(Now).OfType<LeadNow>().Chunk(PerMessage).DefaultIfEmpty([]).ToList();
            foreach (var (i, some) in leads.Index())
            {
                Publish(id, new LeadsSnapshot(id, epoch, i + 1, leads.Count, some, now));
            }

            await db.SaveChangesAsync(ct);
            db.ChangeTracker.Clear();
        }

        return TypedResults.Accepted((string?)null, new Response(messages));

        void Publish(Guid aggregate, object message)
        {
            db.Publish(aggregate, message, bulk: true);
            messages++;
        }
    }

    private static async Task<List<ProductNamed>> NamesAsync(Guid consortiumId, MarketingDb all, DateTime now, CancellationToken ct)
    {
        var names = await all.ProductNames.AsNoTracking().Where(n => n.ConsortiumId == consortiumId && n.Version > 0).OrderBy(n => n.ProductCode)
            .ToListAsync(ct);
        var ids = names.ConvertAll(n => n.SheetId);
        var sheets = await all.Sheets.AsNoTracking().Where(s => ids.Contains(s.Id)).ToDictionaryAsync(s => s.Id, ct);
        return [.. names.Where(n => sheets.ContainsKey(n.SheetId)).Select(n => ApproveSheet.ToEvent(n, sheets[n.SheetId], now))];
    }

    // Null: nobody was ever told of it.
    private static LeadNow? Now(Lead lead)
    {
        var came = lead.Captures.Find(c => c.Fair is not null);
        return came is null && lead.MemberId is null && lead.WonMinor is null ? null : new(
            lead.Id, came?.Fair!.EditionId, came?.At, lead.MemberId,
            lead.MemberId is null ? lead.Notes.FindLast(n => n.Kind == LeadNoteKind.Returned)?.At : lead.AssignedAt,
            lead.WonMinor, lead.WonCurrency, lead.WonMinor is null ? null : lead.Notes.FindLast(n => n.Kind == LeadNoteKind.Won)?.At);
    }
}
