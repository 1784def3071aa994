using ExportConsortia.Marketing.Leads;

namespace ExportConsortia.Marketing.Tests.Leads;

public static class DistributeTests
{
    [Fact]
    public static void Values_are_as_even_as_the_sizes_of_the_leads_allow()
    {
        var random = new Random(2027);
        for (var round = 0; round < 150; round++)
        {
            var firms = Enumerable.Range(0, random.Next(2, 4)).Select(_ => new DistributeLeads.Load(random.Next(0, 3) * 400, null)).ToList();
            var leads = Enumerable.Range(0, random.Next(1, 9)).Select(_ => new DistributeLeads.Item(
                random.Next(1, 1000), [.. Enumerable.Range(0, firms.Count).Where(f => f == 0 || random.Next(4) > 0)])).ToList();

            var found = DistributeLeads.Among(firms, leads);

            Assert.All(found.Index(), f => Assert.Contains(f.Item, leads[f.Index].Firms));
            Assert.Equal(Best(firms, leads), Unevenness(firms, leads, found));
            Assert.Equal(found, DistributeLeads.Among(firms, leads));
        }
    }

    [Fact]
    public static void Leads_without_value_go_round_and_the_firm_that_waited_longest_comes_first()
    {
        var day = new DateTime(2027, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        DistributeLeads.Load[] firms = [new(0, day.AddDays(2)), new(0, day), new(0, day.AddDays(1))];
        Assert.Equal([1, 2, 0, 1], DistributeLeads.Among(firms, [.. Enumerable.Repeat(new DistributeLeads.Item(0, [0, 1, 2]), 4)]));
        Assert.Equal([-1], DistributeLeads.Among(firms, [new(5, [])]));
    }

    private static Int128 Best(List<DistributeLeads.Load> firms, List<DistributeLeads.Item> leads)
    {
        var (ways, least) = (leads.Aggregate(1, (product, lead) => product * lead.Firms.Count), Int128.MaxValue);
        for (var way = 0; way < ways; way++)
        {
            var (rest, chosen) = (way, new int[leads.Count]);
            foreach (var (i, lead) in leads.Index())
            {
                chosen[i] = lead.Firms[rest % lead.Firms.Count];
                rest /= lead.Firms.Count;
            }

            least = Int128.Min(least, Unevenness(firms, leads, chosen));
        }

        return least;
    }

    private static Int128 Unevenness(List<DistributeLeads.Load> firms, List<DistributeLeads.Item> leads, int[] firmOf) => DistributeLeads.Unevenness(
        firms.Select((firm, f) => firm.Value + leads.Index().Where(lead => firmOf[lead.Index] == f).Sum(lead => lead.Item.Value)));
}
