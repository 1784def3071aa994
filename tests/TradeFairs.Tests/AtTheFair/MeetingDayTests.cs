namespace ExportConsortia.TradeFairs.Tests.AtTheFair;

public sealed class MeetingDayTests(TradeFairsServices services)
{
    [Theory, EachShape]
    public async Task Wishes_become_meetings_and_when_a_buyer_cancels_the_others_stay(Shape shape)
    {
        var service = await services.In(shape);
        var stand = await Stand.OpenAsync(service);
        await service.Get(stand["F1"], stand.Path("meetings")).IsNotFound();
        Assert.Equal(428, (int)(await service.Put(stand.Manager, stand.Path("meeting-schedule"), Schedule([]))).Status);
        var schedule = await service.Put(stand.Manager, stand.Path("meeting-schedule"), Schedule([]), "\"0\"");
        Assert.Equal(4, schedule.Ok["slots"]!.AsArray().Count);
        await service.Put(stand["F4"], stand.Path("meeting-wishes"), new { buyers = new[] { 1 } }).IsRefused("NOT_TAKING_PART");
        Assert.Equal(
            ["buyers"], (await service.Put(stand["F1"], stand.Path("meeting-wishes"), new { buyers = new[] { 99 } })).WrongFields);
        foreach (var (firm, buyers, away) in new[] { ("F1", (int[])[1, 2, 3], (int[])[4]), ("F2", [1, 3], []), ("F3", [1, 2], []) })
        {
            _ = (await service.Put(stand[firm], stand.Path("meeting-wishes"), new { buyers, away })).Ok;
        }

        var plan = (await service.Post(stand.Manager, stand.Path("meeting-plan"), new { })).Ok;
        Assert.Equal((7, 7, 0, 1000), ((int)plan["meetings"]!, (int)plan["added"]!, (int)plan["notMet"]!, (int)plan["perMille"]!));
        var before = await MeetingsAsync(stand.Manager);
        Assert.Distinct(before.Select(m => (m.Slot, m.Firm)));
        Assert.Distinct(before.Select(m => (m.Slot, m.Buyer)));
        var own = await MeetingsAsync(stand["F1"]);
        Assert.Equal((3, 1), (own.Count, own.Select(m => m.Firm).Distinct().Count()));
        Assert.DoesNotContain(own, m => m.Slot == 4);

        // Buyer 2 cancels: all others stay where they were, and the firms read why the wish is not met.
        var tag = (await service.Get(stand.Manager, stand.Path("meetings"))).ETag;
        _ = (await service.Put(stand.Manager, stand.Path("meeting-schedule"), Schedule([1, 2, 3, 4]), tag)).Ok;
        var again = (await service.Post(stand.Manager, stand.Path("meeting-plan"), new { })).Ok;
        Assert.Equal((5, 5, 0, 2), ((int)again["meetings"]!, (int)again["kept"]!, (int)again["moved"]!, (int)again["dropped"]!));
        Assert.Equal(before.Where(m => m.Buyer != 2), await MeetingsAsync(stand.Manager));
        var seen = (await service.Get(stand["F1"], stand.Path("meetings"))).Ok;
        var notMet = Assert.Single(Assert.Single(seen["firms"]!.AsArray())!["notMet"]!.AsArray())!;
        Assert.Equal((2, "NeverThereAtOnce"), ((int)notMet["buyer"]!, $"{notMet["reason"]}"));
        Assert.Null(seen["bound"]);
        await service.Get(stand["F4"], stand.Path("meetings")).IsNotFound();

        // Two who plan at the same moment make one plan.
        var both = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => service.Post(stand.Manager, stand.Path("meeting-plan"), new { })));
        Assert.All(both, one => Assert.Equal(5, (int)one.Ok["kept"]!));
        Assert.Equal(5, (await MeetingsAsync(stand.Manager)).Count);

        async Task<List<(Guid Id, int Slot, Guid Firm, int Buyer)>> MeetingsAsync(Person person) =>
            [.. (await service.Get(person, stand.Path("meetings"))).Ok["meetings"]!.AsArray().Select(m =>
                (m!["id"]!.GetValue<Guid>(), (int)m["slot"]!, m["memberId"]!.GetValue<Guid>(), (int)m["buyer"]!))];
    }

    private static object Schedule(int[] secondAway) => new
    {
        slots = Enumerable.Range(1, 4).Select(i => new { number = i, day = "2027-01-18", from = $"{8 + i:00}:00:00", until = $"{8 + i:00}:20:00" }),
        buyers = new object[]
        {
            new { number = 1, name = "Nordhaus", country = "DE" }, new { number = 2, name = "Sundby", away = secondAway },
            new { number = 3, name = "Dupré" },
        },
    };
}
