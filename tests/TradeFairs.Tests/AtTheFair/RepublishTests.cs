using ExportConsortia.Contracts;
using Microsoft.EntityFrameworkCore;

namespace ExportConsortia.TradeFairs.Tests.AtTheFair;

/// <summary>After a backup was restored: what the fairs tell others anew, and what they let themselves be told.</summary>
public sealed class RepublishTests(TradeFairsServices services)
{
    private static readonly Person Operator = new(Guid.CreateVersion7(), Role.Operator);

    [Theory, EachShape]
    public async Task A_republication_lists_the_fairs_that_firms_go_to(Shape shape)
    {
        var service = await services.In(shape);
        var stand = await Stand.OpenAsync(service);

        (await service.Post(Operator, "republications", new { })).Expect(HttpStatusCode.Accepted);

        var listed = await service.UntilPublished<FairsListed>(one => one.ConsortiumId == stand.Id);
        Assert.Equal([stand.Edition], listed.Editions);
        (await service.Post(stand.Manager, "republications", new { })).ExpectProblem(403, "NOT_ALLOWED");
    }

    [Theory, EachShape]
    public async Task What_Marketing_has_forgotten_of_leads_is_gone_here_too(Shape shape)
    {
        var service = await services.In(shape);
        var stand = await Stand.OpenAsync(service);
        var (f1, f2) = (stand["F1"].Member!.Value, stand["F2"].Member!.Value);
        var (kept, lost, fresh) = (Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
        var (epoch, now) = (200_000_000L, service.Clock.Now());
        foreach (var lead in (Guid[])[kept, lost])
        {
            await stand.Keep(Guid.CreateVersion7(), lead);
            await service.Deliver(new LeadAssigned(stand.Id, lead, f2, now.AddDays(2)));
            await service.Deliver(new LeadWon(stand.Id, lead, f2, 900_000, "EUR", now.AddDays(3)));
        }

        // Restored, Marketing knows one lead, as it was earlier; what it says since comes before its snapshot or after it.
        await service.Deliver(new LeadAssigned(stand.Id, fresh, f1, now.AddDays(5)), epoch: epoch);
        LeadNow Now(Guid lead, Guid? edition) => new(lead, edition, now, f1, now.AddDays(1), null, null, null);
        await service.Deliver(new LeadsSnapshot(stand.Id, epoch, 2, 2, [Now(fresh, null)], now));
        await service.Deliver(new LeadsSnapshot(stand.Id, epoch, 1, 2, [Now(kept, stand.Edition)], now));
        await service.Deliver(new LeadWon(stand.Id, lost, f2, 900_000, "EUR", now.AddDays(3)));   // on its way since before

        Assert.Equal([(kept, stand.Edition, f1, null), (fresh, null, f1, null)], await TracesAsync());
        await service.Deliver(new LeadWon(stand.Id, kept, f1, 500_000, "EUR", now.AddDays(6)), epoch: epoch);
        Assert.Equal([(kept, stand.Edition, f1, 500_000L), (fresh, null, f1, null)], await TracesAsync());
        var copy = (await service.Get(Operator, "copies")).Ok.AsArray()
            .Single(one => $"{one!["consortiumId"]}" == $"{stand.Id}" && $"{one["kind"]}" == "leads")!;
        Assert.Equal((0, 1, 1), ((int)copy["added"]!, (int)copy["changed"]!, (int)copy["removed"]!));

        async Task<List<(Guid, Guid?, Guid?, long?)>> TracesAsync()
        {
            await using var db = service.Data.Open<TradeFairsDb>();
            return [.. (await db.LeadTraces.AsNoTracking().Where(t => t.ConsortiumId == stand.Id).ToListAsync())
                .Select(t => (t.LeadId, t.EditionId, t.MemberId, t.WonMinor)).OrderBy(t => t.LeadId == kept ? 0 : 1)];
        }
    }
}
