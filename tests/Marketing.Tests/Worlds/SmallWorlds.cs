namespace ExportConsortia.Marketing.Tests.Worlds;

/// <summary>
/// Two worlds of two to four firms that differ in what a rival asks, knows, notes, sells or bears. As long as the firm itself does and gets the same,
/// everything that it can read at any moment is the same, and so is every answer that it can provoke. The routes are those of the interface document:
/// a new one is read without being named here. Both worlds live at the same instants, so their times are compared too.
/// </summary>
public sealed class SmallWorlds(MarketingServices services)
{
    // Lists of the rival's own: its secrets are in each of them, so that a test that compares nothing fails.
    private static readonly string[] s_secrets =
    [
        "quotation-prices", "sheets", "sheets/file", "sheets/images", "certificates", "brand/licences", "leads", "lead-claims", "prior-customers",
        "direct-sales", "campaign-costs",
    ];

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task A_firm_reads_nothing_that_depends_on_a_rivals_secret(int firms)
    {
        Required.TurnOf(firms, of: 3);

        // Embedded only: views come of the same code and queries in both shapes, and the other one would more than double the time.
        var service = await services.Fresh(Shape.Embedded);
        service.Clock.StandAt(new DateTime(2032, 3, 1, 3, 0, 0, DateTimeKind.Utc));
        var routes = Route.In(await service.InterfaceDocument());
        var one = await World.Founded(service, firms, new(4200, "Ulvaeus", 1));
        var other = await World.Founded(service, firms, new(3900, "Sommerfeld", 2));
        foreach (var (moment, lives, later) in Life.Moments())
        {
            service.Clock.MoveOn(later);
            await lives(one);
            await lives(other);
            await Compare(moment, one.Read(routes), other.Read(routes));
        }

        if (firms == 2)
        {
            // Whose an id is doesn't depend on how many firms there are.
            var all = one.Names.Union(other.Names).ToList();
            await Compare("in the end, by ids", one.TryIds(routes, all), other.TryIds(routes, all));
        }

        var (own, others) = (await one.Lists(one.F2, routes), await other.Lists(other.F2, routes));
        Assert.All(s_secrets, list => Assert.NotEqual(own[$"/api/marketing/{list}"], others[$"/api/marketing/{list}"]));

        async Task Compare(string moment, Task<IReadOnlyList<string>> here, Task<IReadOnlyList<string>> there)
        {
            var (read, also) = (await here, await there);
            foreach (var (a, b) in read.Zip(also))
            {
                Assert.True(a == b, $"{firms} firms, {moment}:\n{a}\n{b}");
            }

            Assert.Equal(read.Count, also.Count);
            Assert.True(read.Count >= 25, $"Only {read.Count} bodies were read.");
        }
    }
}
