namespace ExportConsortia.TradeFairs.Tests.AtTheFair;

public sealed class GoodsAndPeopleTests(TradeFairsServices services)
{
    [Theory, EachShape]
    public async Task The_carnet_lists_what_must_come_back_and_says_what_does_not(Shape shape)
    {
        var service = await services.In(shape);
        var stand = await Stand.OpenAsync(service);
        var chairs = await service.Post(stand["F1"], stand.Path("exhibits"), Goods("Folding armchair", 4, onCarnet: true));
        await service.Post(stand["F2"], stand.Path("exhibits"), Goods("Leaflets", 500, onCarnet: false));
        await service.Post(stand["F4"], stand.Path("exhibits"), Goods("Chair", 1, onCarnet: true)).IsRefused("NOT_TAKING_PART");
        var id = chairs.Expect(HttpStatusCode.Created)["id"]!.GetValue<Guid>();
        await service.Put(stand["F2"], $"exhibits/{id}/return", new { returned = 4 }, chairs.ETag).IsNotFound();
        await service.Send(stand["F2"], HttpMethod.Delete, $"exhibits/{id}").IsNotFound();

        var carnet = (await service.Get(stand.Manager, stand.Path("exhibits?carnet=true"))).Ok;
        Assert.Equal((4, 4, 0), ((int)carnet["pieces"]!, (int)carnet["unaccounted"]!, (int)carnet["dutyDue"]!));
        Assert.Equal(2, (await service.Get(stand.Manager, stand.Path("exhibits"))).Ok["exhibits"]!.AsArray().Count);
        Assert.Single((await service.Get(stand["F2"], stand.Path("exhibits"))).Ok["exhibits"]!.AsArray());

        Assert.Equal(
            ["returned"], (await service.Put(stand["F1"], $"exhibits/{id}/return", new { returned = 3, stayed = 2 }, chairs.ETag)).WrongFields);
        Assert.Equal(["lost"], (await service.Put(stand["F1"], $"exhibits/{id}/return", new { returned = 5, lost = -1 }, chairs.ETag)).WrongFields);
        var returned = (await service.Put(stand["F1"], $"exhibits/{id}/return", new { returned = 2, stayed = 1 }, chairs.ETag)).Ok;
        Assert.Equal((1, 1), ((int)returned["unaccounted"]!, (int)returned["dutyDue"]!));
        await service.Put(stand["F1"], $"exhibits/{id}", Goods("Armchair", 3, onCarnet: false), "\"2\"").IsRefused("ALREADY_RECONCILED");
        await service.Send(stand["F1"], HttpMethod.Delete, $"exhibits/{id}").IsRefused("ALREADY_RECONCILED");
    }

    [Theory, EachShape]
    public async Task What_the_manager_cleared_on_the_carnet_no_firm_writes_anew(Shape shape)
    {
        var service = await services.In(shape);
        var stand = await Stand.OpenAsync(service);
        var made = await service.Post(stand["F1"], stand.Path("exhibits"), Goods("Folding armchair", 4, onCarnet: true));
        var at = $"exhibits/{made.Ok["id"]!.GetValue<Guid>()}";

        // A firm corrects itself, but what was said once keeps the goods on the list, also when it says that nothing came back.
        _ = (await service.Put(stand["F1"], $"{at}/return", new { returned = 4 }, "\"1\"")).Ok;
        _ = (await service.Put(stand["F1"], $"{at}/return", new { returned = 0 }, "\"2\"")).Ok;
        await service.Put(stand["F1"], at, Goods("Armchair", 1, onCarnet: false), "\"3\"").IsRefused("ALREADY_RECONCILED");
        var cleared = (await service.Put(stand.Manager, $"{at}/return", new { returned = 3, lost = 1 }, "\"3\"")).Ok;
        Assert.True((bool)cleared["reconciledByManager"]!);
        await service.Put(stand["F1"], $"{at}/return", new { returned = 4 }, "\"4\"").IsRefused("RECONCILED_BY_MANAGER");
        await service.Send(stand["F1"], HttpMethod.Delete, at).IsRefused("ALREADY_RECONCILED");
        Assert.Equal(1, (int)(await service.Get(stand.Manager, stand.Path("exhibits?carnet=true"))).Ok["dutyDue"]!);
        Assert.Equal(2, (int)(await service.Put(stand.Manager, $"{at}/return", new { returned = 2, lost = 2 }, "\"4\"")).Ok["dutyDue"]!);
    }

    [Theory, EachShape]
    public async Task The_rota_has_everybody_once_at_a_time_and_a_firm_reads_its_own_people(Shape shape)
    {
        var service = await services.In(shape);
        var stand = await Stand.OpenAsync(service);
        await service.Post(stand["F1"], stand.Path("staff"), Worker("Somchai", ("2027-01-18", 9, 13), ("2027-01-20", 9, 13)));
        await service.Post(stand.Manager, stand.Path("staff"), Worker("Interpreter", ("2027-01-19", 9, 18)));
        Assert.Equal(["shifts"], (await service.Post(stand["F1"], stand.Path("staff"), Worker("Twin", ("2027-01-18", 9, 13), ("2027-01-18", 12, 14))))
            .WrongFields);
        Assert.Equal(["shifts[0].day"], (await service.Post(stand["F1"], stand.Path("staff"), Worker("Late", ("2027-03-01", 9, 13)))).WrongFields);

        var rota = (await service.Get(stand.Manager, stand.Path("staff"))).Ok;
        Assert.Equal((2, 2), (rota["staff"]!.AsArray().Count, (int)rota["badges"]!));
        Assert.Equal("2027-01-21", $"{Assert.Single(rota["empty"]!.AsArray())}");
        var own = (await service.Get(stand["F1"], stand.Path("staff"))).Ok;
        Assert.Equal("Somchai", $"{Assert.Single(own["staff"]!.AsArray())!["name"]}");
        Assert.Null(own["empty"]);
        Assert.Empty((await service.Get(stand["F2"], stand.Path("staff"))).Ok["staff"]!.AsArray());
    }

    private static object Goods(string description, int pieces, bool onCarnet) => new
    {
        description, pieces, onCarnet, weightGrams = 38_000, valueMinor = 19_200, origin = "LA",
    };

    private static object Worker(string name, params (string Day, int From, int Until)[] shifts) => new
    {
        name, shifts = shifts.Select(s => new { day = s.Day, from = $"{s.From:00}:00:00", until = $"{s.Until:00}:00:00" }),
    };
}
