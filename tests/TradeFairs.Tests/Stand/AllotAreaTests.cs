using System.Text.Json;
using ExportConsortia.TradeFairs.Stand;

namespace ExportConsortia.TradeFairs.Tests.Stand;

public sealed class AllotAreaTests
{
    private static readonly DateTime s_noon = new(2026, 9, 1, 12, 0, 0, DateTimeKind.Utc);

    [Theory]
    [InlineData(4800, "1800 1200 900 900", "1800 1200 900 900")]   // scenario A3: enough for all
    [InlineData(4000, "1800 1200 900 900", "1500 1000 750 750")]
    [InlineData(1000, "900 900 900", "500 500 0")]                 // not even 4 m² for all: the last waits
    [InlineData(2001, "3000 3000 3000", "667 667 667")]
    [InlineData(2000, "3000 3000 3000", "667 667 666")]            // the odd square decimetres go to the lower ids
    [InlineData(2000, "8000 600 500", "1200 400 400")]             // small firms get the least area, the large one what is left
    [InlineData(399, "400", "0")]
    public void The_stand_is_divided_by_the_rule(long available, string requested, string expected) => Assert.Equal(
        expected,
        string.Join(' ', AllotArea.Of(available, Requests(requested.Split(' ').Select(long.Parse))).Select(p => p.AllottedDm2)));

    [Fact]
    public void Who_asks_for_more_than_there_is_gets_no_more_by_that()
    {
        var requests = Requests([1_000_000, 1_000]);

        Assert.Equal([4_400L, 400L], AllotArea.Of(4_800, requests).Select(p => p.AllottedDm2));   // as it was divided before
        var capped = requests.ConvertAll(r => r with { MostDm2 = 4_800 });
        Assert.Equal([3_972L, 828L], AllotArea.Of(4_800, capped).Select(p => p.AllottedDm2));
        Assert.Equal(capped, JsonSerializer.Deserialize<List<AreaRequest>>(JsonSerializer.Serialize(capped))!);
    }

    [Fact]
    public void Any_stand_is_divided_fairly() => RandomCases.Each(RandomCases.Of(100_000), seed =>
    {
        var random = new Random(seed);
        var requests = Requests(Enumerable.Range(0, random.Next(1, 41)).Select(_ => random.Next(5) switch
        {
            0 => 400L,
            1 => random.NextInt64(400, 1_000_001),
            _ => random.NextInt64(400, 3000),
        })).ConvertAll(r => r with { CommittedAt = s_noon.AddSeconds(random.Next(3)) });
        var sum = requests.Sum(r => r.RequestedDm2);
        var available = random.Next(4) == 0 ? random.NextInt64(0, 400 * requests.Count) : random.NextInt64(0, sum + (sum / 5) + 1);
        if (random.Next(2) == 0)
        {
            requests = requests.ConvertAll(r => r with { MostDm2 = available });
        }

        var parts = AllotArea.Of(available, requests);

        var of = parts.ToDictionary(p => p.MemberId);
        var comes = requests.Where(r => of[r.MemberId].AllottedDm2 > 0).ToList();
        Assert.Equal(requests.Select(r => r.MemberId).Order(), parts.Select(p => p.MemberId).Order());
        Assert.Equal(
            comes.Sum(r => r.RequestedDm2) > available ? available : comes.Sum(r => r.RequestedDm2), parts.Sum(p => p.AllottedDm2));
        Assert.All(comes, r => Assert.InRange(of[r.MemberId].AllottedDm2, 400, r.RequestedDm2));
        // Who waits committed itself after everybody who comes, and there is no place of 4 m² for it.
        Assert.Equal(Math.Min(requests.Count, available / 400), comes.Count);
        Assert.All(requests.Except(comes), late => Assert.All(comes, r =>
            Assert.True((r.CommittedAt, r.MemberId.ToString("N")).CompareTo((late.CommittedAt, late.MemberId.ToString("N"))) < 0)));
        // Who asks for more never gets less, and who asks for the same differs by at most one.
        foreach (var (less, more) in comes.OrderBy(r => r.CountedDm2).Zip(comes.OrderBy(r => r.CountedDm2).Skip(1)))
        {
            var difference = of[more.MemberId].AllottedDm2 - of[less.MemberId].AllottedDm2;
            Assert.True(more.CountedDm2 == less.CountedDm2 ? difference is >= -1 and <= 1 : difference >= 0, $"{less} {more} {difference}");
        }

        // The order of input doesn't matter, and what is stored gives the same again.
        var shuffled = requests.ToArray();
        random.Shuffle(shuffled);
        Assert.Equal(parts, AllotArea.Of(available, shuffled));
        Assert.Equal(parts, AllotArea.Of(available, JsonSerializer.Deserialize<List<AreaRequest>>(JsonSerializer.Serialize(requests))!));
    });

    // Ids ascend: an earlier one is the lower.
    private static List<AreaRequest> Requests(IEnumerable<long> requested) =>
        [.. requested.Select((r, i) => new AreaRequest(new Guid($"00000000-0000-0000-0000-{i + 1:x12}"), r, s_noon))];
}
