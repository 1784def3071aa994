using System.Text.Json.Nodes;

namespace ExportConsortia.Marketing.Tests.Missions;

public sealed class MissionTests(MarketingServices services)
{
    [Theory, EachShape]
    public async Task Nobody_is_in_two_meetings_at_once_and_firms_read_their_own(Shape shape)
    {
        var service = await services.In(shape);
        var desk = await Desk.OpenAsync(service);
        var id = (await service.Post(desk.Manager, "missions", Plan(service, places: 2))).Expect(HttpStatusCode.Created)["id"]!.GetValue<Guid>();
        foreach (var firm in new[] { "F1", "F2", "F3" })
        {
            (await service.Put(desk[firm], $"missions/{id}/registration", new { note = $"From {firm}." })).Expect(HttpStatusCode.OK);
        }

        var decisions = await Task.WhenAll(new[] { "F1", "F2", "F3" }.Select(firm =>
            service.Post(desk.Manager, $"missions/{id}/firms/{desk[firm].Member}/decision", new { confirmed = true })));
        Assert.Equal(1, decisions.Count(d => d.Status == HttpStatusCode.Conflict));   // two places
        var declined = await service.Post(desk.Manager, $"missions/{id}/firms/{desk["F1"].Member}/decision", new { confirmed = false });
        Assert.Equal(["reason"], declined.ExpectProblem(400, "INVALID_INPUT").WrongFields);
        var confirmed = (await service.Get(desk.Manager, $"missions/{id}")).Ok["firms"]!.AsArray()
            .Where(f => f!["state"]!.GetValue<string>() == "Confirmed").Select(f => f!["memberId"]!.GetValue<Guid>()).ToList();
        var buyers = new List<Guid>();
        foreach (var name in new[] { "Nordhaus", "Hansen" })
        {
            buyers.Add((await service.Post(desk.Manager, "buyers", new { name })).Read<JsonNode>()["id"]!.GetValue<Guid>());
            (await service.Put(desk.Manager, $"missions/{id}/buyers/{buyers[^1]}", null)).Expect(HttpStatusCode.OK);
        }

        var booked = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => service.Post(
            desk.Manager, $"missions/{id}/meetings", new { slot = 1, memberId = confirmed[i % 2], buyerId = buyers[0] })));

        Assert.Equal(1, booked.Count(b => b.Status == HttpStatusCode.OK));
        var meeting = Assert.Single((await service.Get(desk.Manager, $"missions/{id}")).Ok["meetings"]!.AsArray())!;
        var meets = meeting["memberId"]!.GetValue<Guid>();
        await service.Post(desk.Manager, $"missions/{id}/meetings", new { slot = 1, memberId = meets, buyerId = buyers[1] })
            .IsRefused("DOUBLE_BOOKED");
        (await service.Post(desk.Manager, $"missions/{id}/meetings", new { slot = 2, memberId = meets, buyerId = buyers[0] }))
            .Expect(HttpStatusCode.OK);
        await service.Put(desk.Manager, $"missions/{id}", Plan(service, places: 2, slots: 1), "\"1\"").IsRefused("SLOT_BOOKED");

        var own = (await service.Get(desk.FirmOf(meets), $"missions/{id}")).Ok;
        Assert.Equal((1, 0, 2), (own["firms"]!.AsArray().Count, own["buyers"]!.AsArray().Count, own["meetings"]!.AsArray().Count));
        Assert.Equal("Nordhaus", own["meetings"]![0]!["buyerName"]!.GetValue<string>());
        var others = (await service.Get(desk.FirmOf(confirmed.Single(f => f != meets)), $"missions/{id}")).Ok.ToJsonString();
        Assert.DoesNotContain("Nordhaus", others, StringComparison.Ordinal);
        Assert.DoesNotContain($"{meets}", others, StringComparison.Ordinal);
        await service.Send(desk.FirmOf(meets), HttpMethod.Delete, $"missions/{id}/registration").IsRefused("MEETINGS_BOOKED");
        var other = await Desk.OpenAsync(service);
        await service.Put(other["F1"], $"missions/{id}/registration", new { }).IsNotFound();
        await service.Post(other.Manager, $"missions/{id}/meetings", new { slot = 2, memberId = meets, buyerId = buyers[1] }).IsNotFound();
    }

    [Theory, EachShape]
    public async Task Parts_of_a_programme_do_not_overlap(Shape shape)
    {
        var service = await services.In(shape);
        var desk = await Desk.OpenAsync(service);
        var plan = Plan(service, places: 1);
        plan["slots"]![1]!["from"] = "09:10:00";

        var answer = await service.Post(desk.Manager, "missions", plan);

        answer.ExpectProblem(400, "INVALID_INPUT");
        Assert.Contains("overlap", answer.Json.ToJsonString(), StringComparison.Ordinal);
    }

    internal static JsonObject Plan(RunningService service, int places, int slots = 2)
    {
        var day = DateOnly.FromDateTime(service.Clock.Now()).AddDays(60).ToString("O");
        return new()
        {
            ["direction"] = "Outgoing", ["title"] = "Buyers in Hamburg", ["country"] = "DE", ["place"] = "Hamburg", ["startsOn"] = day,
            ["endsOn"] = day, ["registerUntil"] = day, ["places"] = places,
            ["slots"] = new JsonArray([.. Enumerable.Range(1, slots).Select(i => (JsonNode)new JsonObject
            {
                ["number"] = i, ["day"] = day, ["from"] = $"{8 + i:00}:00:00", ["until"] = $"{8 + i:00}:30:00", ["title"] = "Meetings",
            })]),
        };
    }
}
