using System.Text.Json.Nodes;

namespace ExportConsortia.EndToEnd.Tests;

/// <summary>What must be true of a consortium's orders at any time, read through the public interface.</summary>
public static class Invariants
{
    /// <summary>F-Q1 to F-Q6, over every order of the consortium and every capacity declaration.</summary>
    public static async Task HoldAsync(FurnitureConsortium consortium)
    {
        var drawn = new Dictionary<Guid, long>();
        var before = "";
        do
        {
            var page = (await consortium.Manager.GetAsync($"/api/allocation/orders?limit=200{before}")).Ok;
            foreach (var summary in page["orders"]!.AsArray())
            {
                Check(await consortium.OrderAsync(summary!["orderId"]!.GetValue<Guid>()), drawn);
            }

            before = page["before"] is { } more ? $"&before={Uri.EscapeDataString(more.GetValue<string>())}" : "";
        }
        while (before.Length > 0);

        foreach (var bucket in (await consortium.Manager.GetAsync("/api/allocation/capacity")).Ok.AsArray())
        {
            var (reserved, declared) = (bucket!["reserved"]!.GetValue<long>(), bucket["declared"]!.GetValue<long>());
            Assert.InRange(reserved, 0, declared);                                                            // F-Q4
            Assert.Equal(drawn.GetValueOrDefault(bucket["memberId"]!.GetValue<Guid>()), reserved);            // nothing is reserved for nobody
        }
    }

    /// <summary>Replays every run of an order; at least one, and each with the same result.</summary>
    public static async Task RunsReplayAsync(Session person, Guid order)
    {
        var runs = (await person.GetAsync($"/api/allocation/orders/{order}/allocation-runs?replay=true")).Ok.AsArray();
        Assert.NotEmpty(runs);
        Assert.All(runs, run => Assert.True(run!["replaysIdentically"]!.GetValue<bool>()));
    }

    private static void Check(JsonNode order, Dictionary<Guid, long> drawn)
    {
        foreach (var line in order["lines"]!.AsArray())
        {
            long Of(string name) => line![name]!.GetValue<long>();
            Assert.Equal(Of("ordered"), Of("accepted") + Of("offered") + Of("unallocated") + Of("shortClosed")); // F-Q1
            Assert.All(new[] { "accepted", "offered", "unallocated", "shortClosed" }, name => Assert.True(Of(name) >= 0, $"{name} is negative"));
            var offers = line!["offers"]!.AsArray();
            var open = offers.Where(o => o!["state"]!.GetValue<string>() == "Proposed");
            Assert.All(open.GroupBy(o => o!["memberId"]!.GetValue<Guid>()), g => Assert.Single(g));             // F-Q3: one open offer a firm
            Assert.Equal(Of("accepted"), offers.Sum(o => o!["accepted"]!.GetValue<long>()));                    // F-Q3: each piece once
            foreach (var offer in offers)
            {
                var (quantity, accepted) = (offer!["quantity"]!.GetValue<long>(), offer["accepted"]!.GetValue<long>());
                Assert.InRange(accepted, 0, quantity);
                var state = offer["state"]!.GetValue<string>();
                Assert.Equal(state, accepted == quantity ? "Accepted" : accepted > 0 ? "PartiallyAccepted" : state);
                if (offer["kind"]!.GetValue<string>() != "Subcontract")
                {
                    var member = offer["memberId"]!.GetValue<Guid>();
                    drawn[member] = drawn.GetValueOrDefault(member) + (state == "Proposed" ? quantity : accepted);
                }
            }
        }
    }
}
