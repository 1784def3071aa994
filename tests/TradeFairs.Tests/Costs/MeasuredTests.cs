namespace ExportConsortia.TradeFairs.Tests.Costs;

public sealed class MeasuredTests(TradeFairsServices services)
{
    [Theory, EachShape]
    public async Task Costs_follow_what_was_measured_and_not_what_a_firm_said_to_pay_less(Shape shape)
    {
        await using var service = await services.Fresh(shape);
        var desk = await CostDesk.OpenAsync(service, 3);
        var opens = DateOnly.FromDateTime(service.Clock.Now()).AddDays(200);
        var edition = await desk.Edition(opens, ("F1", 1_000, 1_000), ("F2", 1_000, 1_000));
        await desk.Plan(edition, "Freight", "ByVolume", 400_00);
        var costs = (await service.Get(desk.Manager, $"editions/{edition}/costs")).ETag;
        var measured = new { volumeLitres = 3_000, exhibitCount = 7, source = "Waybill 4711" };
        await Measure(desk["F1"], "F1", measured).IsNotFound();
        await Measure(desk.Manager, "F3", measured).IsNotFound();
        Assert.Equal(["source"], (await Measure(desk.Manager, "F1", new { volumeLitres = 3_000, exhibitCount = 7, source = " " })).WrongFields);
        _ = (await Measure(desk.Manager, "F1", measured)).Ok;
        await Measure(desk.Manager, "F1", measured, "\"1\"").IsRefused("STALE_VERSION", 412);

        var shares = await desk.Shares(edition, "netMinor");
        Assert.Equal((300_00, 100_00), (shares["F1"], shares["F2"]));
        Assert.NotEqual(costs, (await service.Get(desk.Manager, $"editions/{edition}/costs")).ETag);
        var own = (await service.Get(desk["F1"], $"editions/{edition}")).Ok["commitments"]![0]!;
        Assert.Equal((1_000, 3_000, 7, "Waybill 4711"), (
            (int)own["volumeLitres"]!, (int)own["measuredLitres"]!, (int)own["measuredExhibits"]!, $"{own["measuredFrom"]}"));
        Assert.DoesNotContain("4711", (await service.Get(desk["F2"], $"editions/{edition}")).Text, StringComparison.Ordinal);

        async Task<Answer> Measure(Person by, string firm, object body, string? version = null)
        {
            var commitment = (await service.Get(desk.Manager, $"editions/{edition}")).Ok["commitments"]!.AsArray()
                .SingleOrDefault(c => c!["memberId"]!.GetValue<Guid>() == desk.Member(firm));
            return await service.Put(
                by, $"editions/{edition}/commitments/{desk.Member(firm)}/measured", body, version ?? $"\"{commitment?["version"] ?? "1"}\"");
        }
    }
}
