using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ExportConsortia.Allocation.Engine;
using ExportConsortia.Allocation.Orders;
using ExportConsortia.Allocation.Tests.Running;
using ExportConsortia.Contracts;

namespace ExportConsortia.Allocation.Tests.Orders;

/// <summary>Members hand in sealed prices; when they are opened the cheapest get the line, each at its own price (R-615, F-C2, F-C4).</summary>
public abstract class SealedPriceStories(RunningAllocation host) : Story(host)
{
    [Theory]
    [InlineData(null, "F1 300, F2 700")]
    [InlineData(2, "F1 400, F2 600")]
    [InlineData(3, "F1 300, F2 500, F3 200")]
    public async Task The_cheapest_get_the_line_shared_by_as_many_sources_as_are_wanted(int? sources, string offered)
    {
        var vtf = await FoundWith(700, 700, 700);
        await vtf.Rule(Chairs with { Sources = sources });
        var order = await vtf.Ask(("TK-12", 1000));
        var asked = await vtf.Asked(order);
        await HandIn(vtf, asked, ("F1", 4200), ("F2", 3900));
        await vtf.StartRun(order).IsRefused("RUN_IN_PROGRESS");

        // F3 takes its time; the deadline is 48 hours after the firms were asked.
        Clock.StandAt(asked["F3"].ClosesAt.AddTicks(-10));
        await vtf.HandIn(asked["F3"], 4500).Gives<PriceInvitationView>();
        Clock.Run();
        await vtf.RunEnded(order);

        Assert.Equal(offered, await vtf.Offered(order));
        Assert.Equal(TimeSpan.FromHours(48), asked["F3"].ClosesAt - asked["F3"].AskedAt);
        var own = await vtf.OfferTo("F2", order);
        Assert.Equal((3900, 1, "EUR"), (own.Terms.Price!.MinorUnits, own.Terms.Price.PerQuantity, own.Terms.Currency));
        Assert.Contains(own.Explanation, step => step.Rule == "R-615");
        var steps = Assert.Single(await vtf.Runs(order)).Plan.GetProperty("lines")[0].GetProperty("managerSteps").EnumerateArray().Select(s => s.GetProperty("text").GetString());
        Assert.Equal(3, steps.Count(text => text!.Contains("minor units a piece, rank", StringComparison.Ordinal)));
        foreach (var firm in offered.Split(", "))
        {
            await vtf.Take(firm[..2], order);
        }

        Assert.Equal(offered, await vtf.Held(await vtf.Becomes(order, OrderState.Allocated)));
    }

    private static AllocationRule Chairs { get; } = new() { ProductFamily = "chairs", Policy = "SealedPrice", LotSize = 10, ConcentrationCapPercent = 100 };

    private static async Task HandIn(AllocationService vtf, IReadOnlyDictionary<string, PriceInvitationView> asked, params (string Firm, long Price)[] prices)
    {
        foreach (var (firm, price) in prices)
        {
            await vtf.HandIn(asked[firm], price).Gives<PriceInvitationView>();
        }
    }
}

[Collection(nameof(Embedded))]
public sealed class SealedPricesEmbedded(Embedded host) : SealedPriceStories(host);

[Collection(nameof(Distributed))]
public sealed class SealedPricesDistributed(Distributed host) : SealedPriceStories(host);
