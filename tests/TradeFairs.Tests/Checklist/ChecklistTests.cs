using System.Text.Json.Nodes;

namespace ExportConsortia.TradeFairs.Tests.Checklist;

public sealed class ChecklistTests(TradeFairsServices services)
{
    [Theory, EachShape]
    public async Task Each_firm_at_the_stand_has_its_tasks_and_the_manager_learns_what_is_late(Shape shape)
    {
        var service = await services.Fresh(shape);
        var office = await Office.OpenAsync(service);
        var due = service.Clock.Now().AddDays(10);
        var edition = await office.Stand(6000, 1200, [("F1", 1800), ("F2", 1200)],
            new { number = 1, title = "Catalogue entry", dueAt = due, ofEachFirm = true },
            new { number = 2, title = "Sign the contract", dueOn = DateOnly.FromDateTime(due), ofEachFirm = false });
        Task<Answer> Note(string by, string firm, string state, string ifMatch, int number = 1) => service.Put(
            by == "M" ? office.Manager : office[by], $"editions/{edition}/checklist/{office[firm].Member}/{number}",
            new { state, owner = "Noy Sombath" }, ifMatch);
        async Task<JsonArray> Tasks(Person by) => (await service.Get(by, $"editions/{edition}/checklist")).Ok["tasks"]!.AsArray();
        async Task<List<string>> Late() =>
            [.. (await service.Get(office.Manager, "late-tasks")).Ok["late"]!.AsArray().Select(l => l!["task"]!["memberName"]!.GetValue<string>())];

        Assert.Equal(["Firm F1", "Firm F2"], (await Tasks(office.Manager)).Select(t => t!["memberName"]!.GetValue<string>()));
        var own = Assert.Single(await Tasks(office["F2"]))!;
        Assert.Equal(("Open", false, 0L), (own["state"]!.GetValue<string>(), own["isLate"]!.GetValue<bool>(), own["version"]!.GetValue<long>()));
        Assert.Empty(await Tasks(office["F3"]));   // it is not at the stand
        Assert.Empty(await Late());

        (await Note("F1", "F1", "Open", "\"0\"")).Expect(HttpStatusCode.OK);
        await Note("F1", "F1", "Done", "\"0\"").IsRefused("STALE_VERSION", 412);
        (await Note("F1", "F1", "Done", "\"1\"")).Expect(HttpStatusCode.OK);
        await Note("F1", "F2", "Done", "\"0\"").IsNotFound();
        await Note("F3", "F3", "Done", "\"0\"").IsNotFound();
        await Note("F2", "F2", "Done", "\"0\"", number: 2).IsNotFound();   // that is the manager's
        await Note("F2", "F2", "NotNeeded", "\"0\"").IsRefused("ONLY_MANAGER");

        service.Clock.StandAt(due);   // exclusive
        Assert.Equal(["Firm F2"], await Late());
        await service.Get(office["F2"], "late-tasks").IsRefused("NOT_ALLOWED", 403);
        (await Note("F2", "F2", "Done", "\"0\"")).Expect(HttpStatusCode.OK);
        Assert.Empty(await Late());
        Assert.True(Assert.Single(await Tasks(office["F2"]))!["isLate"]!.GetValue<bool>());   // done, but too late
        (await Note("M", "F2", "NotNeeded", "\"1\"")).Expect(HttpStatusCode.OK);
        await Note("F2", "F2", "Open", "\"2\"").IsRefused("ONLY_MANAGER");
    }

    [Theory, EachShape]
    public async Task A_firm_declares_itself_and_the_manager_registers_what_it_read(Shape shape)
    {
        var service = await services.Fresh(shape);
        var office = await Office.OpenAsync(service);
        var edition = await office.Stand(6000, 1200, [("F1", 1800), ("F2", 1200)]);
        Task<Answer> Declare(string firm, string ifMatch, string email = "noy@sombath.example", string products = "Chairs") => service.Put(
            office[firm], $"editions/{edition}/declaration",
            new { legalName = "Sombath Teak Co.", address = "Vientiane", country = "LA", contactName = "Noy", contactEmail = email, products },
            ifMatch);
        Task<Answer> Register(HttpMethod method, string? ifMatch) => service.Send(
            office.Manager, method, $"editions/{edition}/declarations/{office["F1"].Member}/registration", null, ("If-Match", ifMatch));

        (await Declare("F1", "\"0\"", email: "Noy <noy@sombath.example>")).ExpectProblem(400, "INVALID_INPUT");
        (await Declare("F1", "\"0\"")).Expect(HttpStatusCode.OK);
        await Declare("F3", "\"0\"").IsRefused("NOT_AT_STAND");
        (await Declare("F1", "\"1\"", products: "Chairs and tables")).Expect(HttpStatusCode.OK);
        await Register(HttpMethod.Post, "\"1\"").IsRefused("STALE_VERSION", 412);   // it was changed since the manager read it
        (await Register(HttpMethod.Post, "\"2\"")).Expect(HttpStatusCode.NoContent);
        await Declare("F1", "\"3\"").IsRefused("ALREADY_REGISTERED");

        var all = (await service.Get(office.Manager, $"editions/{edition}/checklist")).Ok;
        Assert.Equal("Chairs and tables", Assert.Single(all["declarations"]!.AsArray())!["products"]!.GetValue<string>());
        Assert.Equal("Firm F2", Assert.Single(all["undeclared"]!.AsArray())!["memberName"]!.GetValue<string>());
        Assert.Empty((await service.Get(office["F2"], $"editions/{edition}/checklist")).Ok["declarations"]!.AsArray());
        (await Register(HttpMethod.Delete, null)).Expect(HttpStatusCode.NoContent);
        (await Declare("F1", "\"4\"")).Expect(HttpStatusCode.OK);
    }

    internal static readonly byte[] Png = Convert.FromBase64String(
        "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAGCAIAAABxZ0isAAAAEUlEQVR42mPoitLGihgGUgIA9igy0c84XjcAAAAASUVORK5CYII=");

    [Theory, EachShape]
    public async Task A_plan_is_drawn_in_versions_and_nothing_lies_over_anything(Shape shape)
    {
        var service = await services.Fresh(shape);
        var office = await Office.OpenAsync(service);
        var edition = await office.Stand(6000, 1200, [("F1", 1800), ("F2", 1200)]);
        async Task<List<string>> SeenAsync(string firm, int number) =>
            [.. (await service.Get(office[firm], $"editions/{edition}/plan?number={number}")).Ok["booths"]!.AsArray()
                .Select(b => $"{b!["label"]} {b["widthCm"]}").Order(StringComparer.Ordinal)];
        Task<Answer> Draw(int replaces, params (string? Firm, int X, int Y, int W, int D)[] booths) => service.Post(
            office.Manager, $"editions/{edition}/plans", new
            {
                replaces, widthCm = 1000, depthCm = 600,
                booths = booths.Select(b => new
                {
                    label = b.Firm ?? "Common", xCm = b.X, yCm = b.Y, widthCm = b.W, depthCm = b.D,
                    memberId = b.Firm is null ? null : office[b.Firm].Member,
                }),
            });

        async Task<Answer> Picture(Person by, byte[] file)
        {
            using var content = new ByteArrayContent(file);
            return await service.Send(by, HttpMethod.Post, $"editions/{edition}/plan-picture", content);
        }

        await service.Get(office["F1"], $"editions/{edition}/plan").IsNotFound();
        (await Draw(0, ("F1", 0, 0, 600, 300), ("F2", 500, 0, 400, 300))).ExpectProblem(400, "INVALID_INPUT");   // over each other
        (await Draw(0, ("F1", 500, 0, 501, 300))).ExpectProblem(400, "INVALID_INPUT");                            // outside
        (await Draw(0, ("F1", 1, 0, int.MaxValue, 300))).ExpectProblem(400, "INVALID_INPUT");
        await Draw(0, ("F3", 0, 0, 100, 100)).IsRefused("NOT_COMMITTED");
        var first = (await Draw(0, ("F1", 0, 0, 600, 300), ("F2", 600, 0, 400, 200), (null, 600, 200, 400, 400))).Expect(HttpStatusCode.Created);
        Assert.Equal(80_000, Assert.Single(first["differences"]!.AsArray())!["drawnCm2"]!.GetValue<long>());   // F2: 8 m² drawn, 12 m² allotted
        var drawn = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Draw(1, ("F1", 0, 0, 600, 300), ("F2", 600, 0, 400, 300))));
        Assert.Equal(1, drawn.Count(d => d.Status == HttpStatusCode.Created));
        Assert.All(drawn.Where(d => d.Status != HttpStatusCode.Created), d => d.ExpectProblem(409, "PLAN_CHANGED"));

        var read = (await service.Get(office["F5"], $"editions/{edition}/plan")).Ok;
        Assert.Equal((2, 2), (read["number"]!.GetValue<int>(), read["booths"]!.AsArray().Count));
        Assert.Empty(read["differences"]!.AsArray());
        Assert.DoesNotContain($"{office["F1"].Member}", read.ToJsonString(), StringComparison.Ordinal);   // labels, not whose they are

        // A picture lies behind it, which all read; what is none isn't kept.
        await Picture(office.Manager, "GIF89a"u8.ToArray()).IsRefused("IMAGE_KIND", 400);
        await Picture(office["F1"], Png).IsNotFound();
        var picture = (await Picture(office.Manager, Png)).Ok["pictureId"]!.GetValue<Guid>();
        Assert.Equal(picture, (await service.Get(office["F5"], $"editions/{edition}/plan")).Ok["pictureId"]!.GetValue<Guid>());
        Assert.Equal(HttpStatusCode.OK, (await service.Get(office["F5"], $"editions/{edition}/plan-picture")).Status);
        Assert.NotEqual(picture, (await Picture(office.Manager, Png)).Ok["pictureId"]!.GetValue<Guid>());
        (await service.Send(office.Manager, HttpMethod.Delete, $"editions/{edition}/plan-picture")).Expect(HttpStatusCode.NoContent);
        await service.Get(office["F5"], $"editions/{edition}/plan-picture").IsNotFound();

        // Who is there, but not how large it is: also in an earlier version, and beside one's own booth and what all use.
        Assert.Equal(["Common 400", "F1 ", "F2 "], await SeenAsync("F5", 1));
        Assert.Equal(["Common 400", "F1 600", "F2 "], await SeenAsync("F1", 1));
        Assert.Equal(["F1 600", "F2 "], await SeenAsync("F1", 2));
        var opens = (await office.Edition(edition))["daysToOpening"]!.GetValue<int>();
        service.Clock.MoveOn(TimeSpan.FromDays(opens));
        Assert.Equal(["F1 600", "F2 400"], await SeenAsync("F1", 2));
        await service.Post(office["F1"], $"editions/{edition}/plans", new { replaces = 2, widthCm = 1, depthCm = 1, booths = Array.Empty<object>() })
            .IsNotFound();
    }
}
