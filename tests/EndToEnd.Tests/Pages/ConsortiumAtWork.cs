using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace ExportConsortia.EndToEnd.Tests.Pages;

/// <summary>
/// A consortium in the middle of its work, so that its pages have something on them: an order split and answered, one whose sealed prices are opened
/// and whose offers wait, one that waits for prices, one that is short, and one that just came in. Its numbers match no others.
/// </summary>
public sealed class ConsortiumAtWork(Deployments deployments) : IAsyncLifetime
{
    private static readonly Dictionary<string, long> Capacities = new() { ["F1"] = 45_137, ["F2"] = 31_271, ["F3"] = 20_353, ["F5"] = 15_679 };

    private static readonly Dictionary<string, long> Prices = new()
    {
        ["F1"] = 39_990_803, ["F2"] = 42_713_011, ["F3"] = 47_170_507, ["F5"] = 48_336_209,
    };

    /// <summary>The platform that it works with.</summary>
    public Deployment Platform { get; private set; } = null!;

    /// <summary>Its people.</summary>
    public FurnitureConsortium People { get; private set; } = null!;

    /// <summary>Orders, by how far they are: taken, offered, priced, short, new.</summary>
    internal Dictionary<string, Guid> Orders { get; } = [];

    /// <summary>Addresses of pages that are one firm's alone.</summary>
    internal List<(string Firm, string Address)> Pages { get; } = [];

    /// <summary>Names, codes, prices and quantities of each firm.</summary>
    internal Dictionary<string, HashSet<string>> Secrets { get; } = [];

    public async ValueTask InitializeAsync()
    {
        if (!RandomCases.Thorough)
        {
            return;
        }

        Platform = await deployments.OfAsync(Shape.Embedded);
        var people = People = await FurnitureConsortium.FoundAsync(Platform, Capacities, lotSize: 1);
        foreach (var firm in people.Firms.Keys)
        {
            Secrets[firm] = [firm, $"Firm {firm} of {people.Domain}"];
        }

        foreach (var (firm, quantity) in Capacities)
        {
            Tell(firm, quantity);
        }

        var taken = await StartAsync("taken", () => people.PlaceAsync(12_347));
        foreach (var (firm, (offer, quantity)) in await OffersAsync(taken))
        {
            _ = (await people.TakeAsync(firm, offer, firm == "F2" ? quantity - 11 : null)).Ok;
        }

        _ = await people.OffersAsync(taken, 2);
        var shorted = await StartAsync("short", async () =>
            (await people.Manager.PostAsync("/api/allocation/orders", FurnitureConsortium.OrderOf(207, "TB-03"))).Ok["orderId"]!.GetValue<Guid>());
        _ = await people.UntilAsync(shorted, "Short", "Allocating");
        foreach (var (firm, (offer, _)) in await OffersAsync(shorted))
        {
            _ = (await people.TakeAsync(firm, offer)).Ok;
        }

        var rules = await Rules.ActivateAsync(people, new
        {
            productFamily = "chairs", lotSize = 1, minLot = 30, concentrationCapPercent = 100, policy = "SealedPrice", sources = 3,
            sealedOfferSeconds = 48 * 3600,
        });
        var offered = await StartAsync("offered", () => people.PlaceAsync(30_011, unitPriceMinor: 50_000_000), rules);
        foreach (var (firm, invitation) in await AskedAsync(offered))
        {
            _ = (await people[firm].SendAsync(
                HttpMethod.Put, $"/api/allocation/price-invitations/{invitation}/price",
                    JsonContent.Create(new { unitPriceMinor = Prices[firm] }))).Ok;
            Tell(firm, Prices[firm]);
        }

        var offers = await OffersAsync(offered);
        _ = (await people.LeaveAsync("F3", offers["F3"].Id)).Ok;
        var priced = await StartAsync("priced", () => people.PlaceAsync(9_001, unitPriceMinor: 50_000_000));
        _ = await AskedAsync(priced);
        Orders["new"] = (await people.Manager.PostXmlAsync("/api/allocation/orders/ubl", await FurnitureConsortium.OrderFileAsync()))
            .Ok["orderId"]!.GetValue<Guid>();
        _ = await people.UntilAsync(shorted, "Short");
    }

    public ValueTask DisposeAsync()
    {
        People?.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<Guid> StartAsync(string name, Func<Task<Guid>> placeAsync, int? rules = null)
    {
        var order = Orders[name] = await placeAsync();
        if (rules is { } version)
        {
            await Rules.AreKnownAsync(People, order, version);
        }

        await People.ClearAsync(order);
        await People.AcceptAsync(order);
        return order;
    }

    private async Task<Dictionary<string, (Guid Id, long Quantity)>> OffersAsync(Guid order)
    {
        var offers = await People.OffersAsync(order, 1);
        foreach (var (firm, (offer, quantity)) in offers)
        {
            Pages.Add((firm, $"/offers/{offer}"));
            Tell(firm, quantity);
        }

        return offers;
    }

    private async Task<Dictionary<string, Guid>> AskedAsync(Guid order)
    {
        JsonArray invitations = [];
        await Eventually.Holds("the firms are asked for prices", async () =>
        {
            invitations = (await People.Auditor.GetAsync($"/api/allocation/price-invitations?orderId={order}")).Ok["invitations"]!.AsArray();
            return invitations.Count > 0;
        });
        var codes = People.Firms.ToDictionary(firm => firm.Value, firm => firm.Key);
        var asked = invitations.ToDictionary(one => codes[one!["memberId"]!.GetValue<Guid>()], one => one!["invitationId"]!.GetValue<Guid>());
        Pages.AddRange(asked.Select(one => (one.Key, $"/prices/{one.Value}")));
        return asked;
    }

    private void Tell(string firm, long number) => Secrets[firm].Add($"{number}");
}
