using ExportConsortia.Contracts;
using ExportConsortia.TradeFairs.Participation;
using Microsoft.EntityFrameworkCore;

namespace ExportConsortia.TradeFairs.Tests.Stand;

public sealed class LeavingTests(TradeFairsServices services)
{
    [Theory, EachShape]
    public async Task A_firm_that_withdraws_leaves_nobody_and_nothing_at_the_stand(Shape shape)
    {
        var service = await services.In(shape);
        var stand = await AtTheFair.Stand.OpenAsync(service, Fairs.FairState.Contracted);
        await using (var db = service.Data.Open<TradeFairsDb>())
        {
            // The fair is to come, whatever day the other tests have reached.
            var edition = await db.Editions.SingleAsync(e => e.Id == stand.Edition);
            (edition.OpensOn, edition.ClosesOn) = (Day(60), Day(63));
            await db.SaveChangesAsync();
        }

        var slot = new { number = 1, day = Day(60), from = "09:00:00", until = "09:20:00" };
        _ = (await service.Put(stand.Manager, stand.Path("meeting-schedule"), new
        {
            slots = new[] { slot, slot with { number = 2, from = "10:00:00", until = "10:20:00" } },
            buyers = new[] { new { number = 1, name = "Nordhaus" } },
        }, "\"0\"")).Ok;
        foreach (var firm in (string[])["F1", "F2"])
        {
            (await service.Post(stand[firm], stand.Path("staff"), new { name = $"Person of {firm}" })).Expect(HttpStatusCode.Created);
            (await service.Post(stand[firm], stand.Path("exhibits"), Goods("Leaflets", false))).Expect(HttpStatusCode.Created);
            (await service.Post(stand[firm], stand.Path("exhibits"), Goods("Chair", true))).Expect(HttpStatusCode.Created);
            _ = (await service.Put(stand[firm], stand.Path("meeting-wishes"), new { buyers = new[] { 1 } })).Ok;
        }

        Assert.Equal(2, (int)(await service.Post(stand.Manager, stand.Path("meeting-plan"), new { })).Ok["meetings"]!);
        _ = (await service.Post(stand.Manager, stand.Path("main-exhibitor"), new { memberId = stand["F1"].Member })).Ok;
        _ = (await service.Put(stand["F1"], stand.Path("declaration"), new
        {
            legalName = "F1", address = "Vientiane", country = "LA", contactName = "Noy", contactEmail = "noy@sombath.example", products = "Chairs",
        }, "\"0\"")).Ok;

        _ = (await service.Post(stand["F1"], stand.Path("withdrawals"), new { expectedPenaltyMinor = 0 })).Ok;

        Assert.Equal(["Person of F2"], await ListAsync("staff", "staff", "name"));
        Assert.Equal(["Chair", "Chair", "Leaflets"], await ListAsync("exhibits", "exhibits", "description"));   // customs know of the carnet
        Assert.Equal([$"{stand["F2"].Member}"], await ListAsync("meetings", "meetings", "memberId"));
        Assert.Equal([$"{stand["F2"].Member}"], await ListAsync("meetings", "firms", "memberId"));
        var commitments = (await service.Get(stand.Manager, $"editions/{stand.Edition}")).Ok["commitments"]!.AsArray();
        Assert.DoesNotContain(commitments, c => (bool)c!["isMainExhibitor"]!);
        await using (var db = service.Data.Open<TradeFairsDb>())
        {
            Assert.False(await db.Declarations.AnyAsync(d => d.EditionId == stand.Edition));
        }

        Assert.Equal(1, (int)(await service.Post(stand.Manager, stand.Path("meeting-plan"), new { })).Ok["meetings"]!);

        async Task<List<string>> ListAsync(string path, string list, string field) =>
            [.. (await service.Get(stand.Manager, stand.Path(path))).Ok[list]!.AsArray().Select(one => $"{one![field]}")
                .Order(StringComparer.Ordinal)];

        DateOnly Day(int days) => DateOnly.FromDateTime(service.Clock.Now()).AddDays(days);
    }

    [Theory, EachShape]
    public async Task A_firm_that_has_left_the_consortium_gets_no_area(Shape shape)
    {
        var service = await services.Fresh(shape);
        var office = await Office.OpenAsync(service);
        var edition = await office.Propose(1700, 400);
        await office.Call(edition, service.Clock.Now().AddDays(1));
        foreach (var firm in (string[])["F1", "F2", "F3", "F4", "F5"])
        {
            (await office.Commit(firm, edition, 500)).Expect(HttpStatusCode.OK);   // there is room for three
            service.Clock.MoveOn(TimeSpan.FromSeconds(1));
        }

        service.Clock.MoveOn(TimeSpan.FromDays(1));
        await LeaveAsync("F3");
        var refused = (await service.Post(office.Manager, $"editions/{edition}/allotment")).ExpectProblem(409, "MEMBER_LEFT");
        Assert.Contains("Firm F3", $"{refused.Json["detail"]}", StringComparison.Ordinal);
        // Whoever gives its people tokens: they read nothing any more, and others withdraw the firm.
        await Eventually.Holds("a firm that left is refused", async () =>
            await service.Get(office["F3"], "editions") is { Status: HttpStatusCode.Unauthorized, Code: "TOKEN_ENDED" });
        (await service.Get(office["F2"], "editions")).Expect(HttpStatusCode.OK);
        var proposal = $"editions/{edition}/withdrawal-proposals/{office["F3"].Member}";
        (await service.Put(office.Manager, proposal, new { reason = "It left." })).Expect(HttpStatusCode.OK);
        var auditor = new Person(Guid.CreateVersion7(), Role.Auditor, office.Id);
        _ = (await service.Post(auditor, $"{proposal}/approval", new { expectedPenaltyMinor = 0 })).Ok;
        (await service.Post(office.Manager, $"editions/{edition}/allotment")).Expect(HttpStatusCode.OK);
        Assert.Equal("Waiting", (await office.Area("F5", edition)).State);

        // Nobody is passed over by who gets what a firm that has left waited for.
        _ = (await service.Post(office["F1"], $"editions/{edition}/withdrawals", new { expectedPenaltyMinor = 0 })).Ok;
        await LeaveAsync("F5");
        await service.Post(office.Manager, $"editions/{edition}/areas", new { memberId = office["F5"].Member, areaDm2 = 400 })
            .IsRefused("MEMBER_LEFT");
        _ = (await service.Post(office.Manager, $"editions/{edition}/areas", new { memberId = office["F2"].Member, areaDm2 = 500 })).Ok;

        Task LeaveAsync(string firm) => service.Deliver(new MemberStandingChanged(
            office.Id, office[firm].Member!.Value, firm, $"Firm {firm}", "Left", 2, service.Clock.Now()));
    }

    [Theory, EachShape]
    public async Task Meetings_of_more_firms_than_can_be_planned_are_refused_and_none_is_left_out_in_silence(Shape shape)
    {
        var service = await services.In(shape);
        var stand = await AtTheFair.Stand.OpenAsync(service);
        var wanted = Enumerable.Range(0, 41).Select(_ => Guid.CreateVersion7()).ToList();
        await using (var db = service.Data.Open<TradeFairsDb>())
        {
            db.AddRange(wanted.Select(firm => new FairCommitment
            {
                Id = Guid.CreateVersion7(), ConsortiumId = stand.Id, EditionId = stand.Edition, MemberId = firm, State = CommitmentState.Committed,
                CreatedAt = service.Clock.Now(),
            }));
            await db.SaveChangesAsync();
        }

        var tag = "\"0\"";
        foreach (var (firms, isTooMany) in ((int, bool)[])[(0, false), (40, false), (41, true)])
        {
            // Forty are planned though more are at the stand: of the others there is nothing to plan.
            var schedule = new
            {
                slots = new[] { new { number = 1, day = "2027-01-18", from = "09:00:00", until = "09:20:00" } },
                buyers = new[]
                {
                    new { number = 1, name = "Nordhaus", wants = wanted.Take(Math.Min(firms, 40)) },
                    new { number = 2, name = "Sundby", wants = wanted.Take(firms).Skip(40) },
                },
            };
            _ = (await service.Put(stand.Manager, stand.Path("meeting-schedule"), schedule, tag)).Ok;
            var plan = await service.Post(stand.Manager, stand.Path("meeting-plan"), new { });
            _ = isTooMany ? plan.ExpectProblem(409, "FIRM_LIMIT").Json : plan.Ok;
            tag = (await service.Get(stand.Manager, stand.Path("meetings"))).ETag!;
        }
    }

    private static object Goods(string description, bool onCarnet) => new
    {
        description, onCarnet, pieces = 4, weightGrams = 38_000, valueMinor = 19_200, origin = "LA",
    };
}
