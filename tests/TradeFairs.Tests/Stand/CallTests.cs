using System.Text.Json.Nodes;
using ExportConsortia.Contracts;
using ExportConsortia.Platform;
using ExportConsortia.TradeFairs.Charges;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ExportConsortia.TradeFairs.Tests.Stand;

public sealed class CallTests(TradeFairsServices services)
{
    private const int Firms = 200;

    [Theory, EachShape]
    public async Task Of_200_answers_in_the_last_second_each_is_in_or_late_and_none_is_lost(Shape shape)
    {
        var service = await services.Fresh(shape);
        var office = await Office.OpenAsync(service, Firms);
        var edition = await office.Propose(standAreaDm2: 200_000, commonAreaDm2: 0);
        var deadline = service.Clock.Now().AddDays(1);
        await office.Call(edition, deadline);
        service.Clock.StandAt(deadline.AddSeconds(-1));

        // The last second passes while answers come in, 20 ms with each; meanwhile the manager tries again and again to divide the stand.
        var closing = Task.Run(async () =>
        {
            while (true)
            {
                if (await service.Post(office.Manager, $"editions/{edition}/allotment") is { Status: HttpStatusCode.OK } allotted)
                {
                    return allotted.Ok;
                }
            }
        });
        var answers = await Task.WhenAll(Enumerable.Range(1, Firms).Select(async i =>
        {
            var answer = await office.Commit($"F{i}", edition, areaDm2: 400 + i);
            service.Clock.MoveOn(TimeSpan.FromMilliseconds(20));
            return (Member: office[$"F{i}"].Member!.Value, Answer: answer);
        }));
        var allotment = await closing;

        var (inTime, late) = (answers.Where(a => a.Answer.Status == HttpStatusCode.OK).Select(a => a.Member).ToHashSet(),
            answers.Where(a => a.Answer.Code == "CALL_CLOSED").Select(a => a.Member).ToHashSet());
        TestContext.Current.TestOutputHelper?.WriteLine($"{shape}: {inTime.Count} in time, {late.Count} late");
        Assert.Equal(Firms, inTime.Count + late.Count);
        Assert.NotEmpty(inTime);
        Assert.NotEmpty(late);
        var committed = (await office.Edition(edition))["commitments"]!.AsArray().ToDictionary(c => c!["memberId"]!.GetValue<Guid>(), c => c!);
        Assert.Equal(inTime, committed.Keys.ToHashSet());
        Assert.All(committed.Values, c => Assert.True(c["committedAt"]!.GetValue<DateTime>() < deadline, c.ToJsonString()));
        Assert.Equal(inTime, allotment["parts"]!.AsArray().Select(p => p!["memberId"]!.GetValue<Guid>()).ToHashSet());
        Assert.True((await service.Get(office.Manager, $"editions/{edition}/allotment")).Ok["reproduced"]!.GetValue<bool>());
        await Eventually.Holds("each is told once", () => service.Published<FairCommitmentMade>(m => m.EditionId == edition).Count == inTime.Count);
        Assert.Equal(inTime, service.Published<FairCommitmentMade>(m => m.EditionId == edition).Select(m => m.MemberId).ToHashSet());
    }

    [Theory, EachShape]
    public async Task The_deadline_is_exclusive_and_an_exception_is_one_firms_for_one_change_until_it_expires(Shape shape)
    {
        var service = await services.Fresh(shape);
        var office = await Office.OpenAsync(service);
        var edition = await office.Propose();
        await office.Commit("F1", edition).IsRefused("CALL_CLOSED");   // nobody has been asked
        var deadline = service.Clock.Now().AddDays(1);
        await office.Call(edition, deadline);
        await service.Post(office.Manager, $"editions/{edition}/call", new { commitUntil = deadline.AddHours(-1) }).IsRefused("CALL_SHORTENED");
        await service.Post(office["F2"], $"editions/{edition}/exceptions", new { reason = "Just in case." }).IsRefused("CALL_OPEN");
        (await service.Put(office["F2"], $"editions/{edition}/interest", null)).Expect(HttpStatusCode.OK);
        (await office.Commit("F1", edition)).Expect(HttpStatusCode.OK);
        (await office.Commit("F1", edition, areaDm2: 1800)).Expect(HttpStatusCode.OK);   // until the deadline it may change
        (await office.Commit("F1", edition, areaDm2: 399)).ExpectProblem(400, "INVALID_INPUT");

        service.Clock.StandAt(deadline);   // exclusive: this instant is late
        // With the answers read, it isn't opened again for one of them.
        await service.Post(office.Manager, $"editions/{edition}/call", new { commitUntil = deadline.AddDays(1) }).IsRefused("CALL_OVER");
        await office.Commit("F2", edition).IsRefused("CALL_CLOSED");
        await office.Commit("F1", edition, areaDm2: 1900).IsRefused("CALL_CLOSED");
        (await office.Commit("F1", edition, areaDm2: 1800)).Expect(HttpStatusCode.OK);   // the same again is no change

        async Task<Guid> Ask(string firm) => (await service.Post(office[firm], $"editions/{edition}/exceptions", new { reason = "A fire." }))
            .Expect(HttpStatusCode.Created)["id"]!.GetValue<Guid>();
        Task<Answer> Decide(Guid id, bool approved, DateTime? until) =>
            service.Post(office.Manager, $"exceptions/{id}/decision", new { approved, reason = "It did burn.", until });
        var (asked, others) = (await Ask("F2"), await Ask("F3"));
        await service.Post(office["F2"], $"editions/{edition}/exceptions", new { reason = "Again." }).IsRefused("EXCEPTION_ASKED");
        Assert.Equal(2, (await service.Get(office.Manager, "late-tasks")).Ok["exceptions"]!.GetValue<int>());
        (await Decide(asked, true, until: null)).ExpectProblem(400, "INVALID_INPUT");
        Assert.Equal((int)HttpStatusCode.NotFound, (int)(await service.Post(office["F2"], $"exceptions/{asked}/decision",
            new { approved = true, reason = "Me.", until = deadline.AddDays(1) })).Status);
        var holds = (await Decide(asked, true, deadline.AddDays(2))).Expect(HttpStatusCode.OK);
        Assert.Equal(office.Manager.Id, holds["decidedBy"]!.GetValue<Guid>());
        (await Decide(others, false, until: null)).Expect(HttpStatusCode.OK);
        await Decide(others, true, deadline.AddDays(2)).IsRefused("ALREADY_DECIDED");

        await office.Commit("F3", edition).IsRefused("CALL_CLOSED");   // its door stays closed
        await office.Commit("F4", edition).IsRefused("CALL_CLOSED");
        (await office.Commit("F2", edition)).Expect(HttpStatusCode.OK);
        await office.Commit("F2", edition, areaDm2: 1000).IsRefused("CALL_CLOSED");   // it is used up
        var own = Assert.Single((await service.Get(office["F2"], $"editions/{edition}/exceptions")).Ok.AsArray())!;
        Assert.NotNull(own["usedAt"]);
        Assert.Null(own["decidedBy"]);

        var expires = await Ask("F5");
        (await Decide(expires, true, deadline.AddDays(1))).Expect(HttpStatusCode.OK);
        service.Clock.StandAt(deadline.AddDays(1));
        await office.Commit("F5", edition).IsRefused("CALL_CLOSED");
    }

    [Theory, EachShape]
    public async Task A_stand_that_is_too_small_is_divided_and_who_waits_moves_up_in_turn(Shape shape)
    {
        var service = await services.Fresh(shape);
        var office = await Office.OpenAsync(service);
        // 12 m² for four firms: three places of 4 m².
        var edition = await office.Stand(1500, 300, [("F4", 900), ("F1", 700), ("F3", 500), ("F2", 400), ("F5", 400)]);

        Assert.Equal([("Committed", 400L), ("Committed", 400L), ("Committed", 400L)],
            [await office.Area("F4", edition), await office.Area("F1", edition), await office.Area("F3", edition)]);
        Assert.Equal([("Waiting", 0L), ("Waiting", 0L)], [await office.Area("F2", edition), await office.Area("F5", edition)]);
        await service.Post(office.Manager, $"editions/{edition}/allotment").IsRefused("WRONG_STATE");

        // A firm reads its own part and its place in the waiting list, nothing of others.
        var own = await office.Edition(edition, office["F5"]);
        Assert.Equal(2, Assert.Single(own["commitments"]!.AsArray())!["waitingPlace"]!.GetValue<int>());
        var ownPart = (await service.Get(office["F1"], $"editions/{edition}/allotment")).Ok;
        Assert.Equal("LeastArea", Assert.Single(ownPart["parts"]!.AsArray())!["why"]!.GetValue<string>());
        Assert.Null(ownPart["decidedBy"]);
        // 12 m² less its own are the others': neither the allotment nor the edition says how much there was.
        foreach (var read in (JsonNode[])[ownPart, own])
        {
            Assert.All((string[])["availableDm2", "scarce", "standAreaDm2", "commonAreaDm2"], total => Assert.Null(read[total]));
        }

        Assert.All((string[])["F2", "F3", "F4", "F5"], other =>
            Assert.DoesNotContain($"{office[other].Member}", ownPart.ToJsonString(), StringComparison.Ordinal));
        var stranger = await Office.OpenAsync(service);
        foreach (var path in (string[])["", "/allotment", "/exceptions", "/checklist", "/plan", "/charges"])
        {
            await service.Get(stranger.Manager, $"editions/{edition}{path}").IsNotFound();
            await service.Get(stranger["F1"], $"editions/{edition}{path}").IsNotFound();
        }

        Task<Answer> Give(string firm, long areaDm2, string? reason = null) =>
            service.Post(office.Manager, $"editions/{edition}/areas", new { memberId = office[firm].Member, areaDm2, reason });
        await Give("F2", 400).IsRefused("NO_FREE_AREA");
        var larger = (await service.Get(office.Manager, $"editions/{edition}")).ETag;
        var put = await service.Put(office.Manager, $"editions/{edition}", office.Plan(2000, 300, 119), larger);
        put.Expect(HttpStatusCode.OK);
        await Give("F5", 400).IsRefused("NOT_NEXT");
        await Give("F2", 401).IsRefused("MORE_THAN_REQUESTED");
        (await Give("F2", 399)).ExpectProblem(400, "INVALID_INPUT");
        (await Give("F2", 400)).Expect(HttpStatusCode.OK);
        Assert.Equal(("Committed", 400L), await office.Area("F2", edition));
        await service.Put(office.Manager, $"editions/{edition}", office.Plan(1800, 300, 119), put.ETag).IsRefused("STALE_VERSION", 412);

        // Two managers give the rest at the same moment: there is only one rest.
        var gifts = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => Give(i % 2 == 0 ? "F4" : "F1", 500, "They have the tables.")));
        Assert.All(gifts.Where(g => g.Status != HttpStatusCode.OK), g => g.ExpectProblem(409, "NO_FREE_AREA"));
        Assert.Equal(900, (await office.Area("F4", edition)).AreaDm2 + (await office.Area("F1", edition)).AreaDm2);
        // The same again is no gift.
        Assert.Equal(2, (await service.Get(office.Manager, $"editions/{edition}/allotment")).Ok["later"]!.AsArray().Count);
    }

    [Theory, EachShape]
    public async Task Who_is_late_or_asks_for_more_than_there_is_takes_nothing_of_the_others(Shape shape)
    {
        var service = await services.Fresh(shape);
        var office = await Office.OpenAsync(service);
        var edition = await office.Propose(6_000, 1_200);
        await office.Call(edition, service.Clock.Now().AddDays(1));
        (await office.Commit("F1", edition, areaDm2: 100_000)).Expect(HttpStatusCode.OK);
        (await office.Commit("F2", edition, areaDm2: 1_000)).Expect(HttpStatusCode.OK);
        service.Clock.MoveOn(TimeSpan.FromDays(1));
        foreach (var firm in (string[])["F2", "F3", "F4"])
        {
            var asked = (await service.Post(office[firm], $"editions/{edition}/exceptions", new { reason = "A fire." }))
                .Expect(HttpStatusCode.Created)["id"]!.GetValue<Guid>();
            (await service.Post(office.Manager, $"exceptions/{asked}/decision", new
            {
                approved = true, reason = "It did burn.", until = service.Clock.Now().AddDays(1),
            })).Expect(HttpStatusCode.OK);
        }

        await office.Commit("F2", edition, areaDm2: 4_800).IsRefused("AREA_ASKED_LATE");
        (await office.Commit("F2", edition, areaDm2: 1_000, volumeLitres: 2_000)).Expect(HttpStatusCode.OK);   // it was not used up
        (await office.Commit("F3", edition)).Expect(HttpStatusCode.OK);
        service.Clock.MoveOn(TimeSpan.FromSeconds(1));
        (await office.Commit("F4", edition)).Expect(HttpStatusCode.OK);
        var allotment = (await service.Post(office.Manager, $"editions/{edition}/allotment")).Ok;

        // A request counts as 48 m², which is all there is; late firms wait for what is free.
        Assert.Equal([3_972L, 828L], allotment["parts"]!.AsArray().Select(p => p!["allottedDm2"]!.GetValue<long>()));
        Assert.True(allotment["reproduced"]!.GetValue<bool>());
        Assert.Equal(100_000, (await service.Get(office["F1"], $"editions/{edition}/allotment")).Ok["parts"]![0]!["requestedDm2"]!.GetValue<long>());
        Assert.Equal([("Waiting", 0L), ("Waiting", 0L)], [await office.Area("F3", edition), await office.Area("F4", edition)]);

        // Who is passed over reads why.
        var tag = (await service.Get(office.Manager, $"editions/{edition}")).ETag;
        (await service.Put(office.Manager, $"editions/{edition}", office.Plan(7_000, 1_200, 119), tag)).Expect(HttpStatusCode.OK);
        Task<Answer> Give(string? reason) =>
            service.Post(office.Manager, $"editions/{edition}/areas", new { memberId = office["F4"].Member, areaDm2 = 400, reason });
        await Give(null).IsRefused("NOT_NEXT");
        (await Give("It has the tables.")).Expect(HttpStatusCode.OK);
        Assert.Contains(await Traces("F3"), t => (t.What, t.Reason) == ("AREA_PASSED_OVER", "It has the tables."));
        Assert.DoesNotContain((await Traces("F1")).Concat(await Traces("F4")), t => t.What == "AREA_PASSED_OVER");

        async Task<List<(string What, string? Reason)>> Traces(string firm) =>
            [.. (await service.Get(office[firm], "traces")).Ok["traces"]!.AsArray()
                .Select(t => (t!["what"]!.GetValue<string>(), t["reason"]?.GetValue<string>()))];
    }

    [Theory, EachShape]
    public async Task A_participation_moves_only_as_it_can(Shape shape)
    {
        var service = await services.Fresh(shape);
        var office = await Office.OpenAsync(service);
        var edition = await office.Propose(opensInDays: 10);
        Task<Answer> Move(string state) => service.Post(
            office.Manager, $"editions/{edition}/state", new { state, reason = state == "Cancelled" ? "The hall has burnt down." : null });
        await Move("Contracted").IsRefused("WRONG_STATE");
        (await Move("Closed")).ExpectProblem(400, "INVALID_INPUT");   // the settlement closes it
        await office.Call(edition, service.Clock.Now().AddDays(1));
        await service.Post(office.Manager, $"editions/{edition}/allotment").IsRefused("CALL_OPEN");
        Assert.True((await service.Post(office.Manager, $"editions/{edition}/allotment?trial=true")).Ok["reproduced"]!.GetValue<bool>());
        service.Clock.MoveOn(TimeSpan.FromDays(1));
        await service.Post(office.Manager, $"editions/{edition}/allotment").IsRefused("NOBODY_COMMITTED");
        await office.Call(edition, service.Clock.Now().AddDays(1));   // more time, for all alike
        (await office.Commit("F1", edition)).Expect(HttpStatusCode.OK);
        service.Clock.MoveOn(TimeSpan.FromDays(1));
        (await service.Post(office.Manager, $"editions/{edition}/allotment")).Expect(HttpStatusCode.OK);
        (await Move("Contracted")).Expect(HttpStatusCode.OK);
        await Move("Running").IsRefused("TOO_EARLY");
        service.Clock.MoveOn(TimeSpan.FromDays(9));
        (await Move("Running")).Expect(HttpStatusCode.OK);
        await Move("Cancelled").IsRefused("WRONG_STATE");
        await Move("Settling").IsRefused("TOO_EARLY");
        service.Clock.MoveOn(TimeSpan.FromDays(6));
        (await Move("Settling")).Expect(HttpStatusCode.OK);
        var other = await office.Propose();
        (await service.Post(office.Manager, $"editions/{other}/state", new { state = "Cancelled" })).ExpectProblem(400, "INVALID_INPUT");
        (await service.Post(office.Manager, $"editions/{other}/state", new { state = "Cancelled", reason = "Too dear." })).Expect(HttpStatusCode.OK);
        var told = await office.Edition(other, office["F1"]);
        Assert.Equal(
            ("Too dear.", office.Manager.Id), (told["cancelReason"]!.GetValue<string>(), told["cancelledBy"]!.GetValue<Guid>()));
        await service.Post(office.Manager, $"editions/{other}/call", new { commitUntil = service.Clock.Now().AddDays(1) }).IsRefused("WRONG_STATE");
        await office.Commit("F1", other).IsRefused("EDITION_ENDED");
    }

    [Theory, EachShape]
    public async Task Money_is_asked_for_once_and_in_whole_minor_units(Shape shape)
    {
        Assert.Equal([0L, 0L, 1L, 276_845L, 183_303L],
            new long[] { -5, 1, 2, 922_816, 611_010 }.Select(AskForDeposits.Deposit));   // 30 % of 9,228.16 and of 6,110.14, half a cent up
        var service = await services.In(shape);
        var office = await Office.OpenAsync(service);
        var id = await office.Propose();
        var charge = ChargeFirms.IdOf(FairChargeKind.Deposit, id);
        for (var i = 0; i < 2; i++)
        {
            await using var scope = service.Scopes.CreatePlatformScope();
            var db = scope.ServiceProvider.GetRequiredService<TradeFairsDb>();
            var edition = await db.Editions.SingleAsync(e => e.Id == id, TestContext.Current.CancellationToken);
            await db.AskForAsync(edition, office["F1"].Member!.Value, FairChargeKind.Deposit, charge, 276_845, new(2027, 1, 1),
                service.Clock.Now(), TestContext.Current.CancellationToken);
            await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        }

        var asked = await service.UntilPublished<ChargeRequested>(c => c.ChargeId == charge);
        Assert.Equal(("FairDeposit", 276_845L, "EUR"), (asked.Kind, asked.AmountMinor, asked.Currency));
        Assert.Single(service.Published<ChargeRequested>(c => c.ChargeId == charge));
        Assert.Single((await service.Get(office["F1"], $"editions/{id}/charges")).Ok["charges"]!.AsArray());
        Assert.Empty((await service.Get(office["F2"], $"editions/{id}/charges")).Ok["charges"]!.AsArray());
    }
}
