using System.Text.Json;

namespace ExportConsortia.EndToEnd.Tests.Pages;

/// <summary>What a phone on a poor line has to load, as the browser counts it, headers included.</summary>
public sealed class Weight(Deployments deployments, Chromium chromium)
{
    private const long Kilobyte = 1024;

    // What the browser loaded for the page that it shows; what it had in its cache isn't loaded.
    private const string Loaded = """
        () => {
            const all = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
                .filter(one => one.transferSize > 0);
            const sum = some => some.reduce((total, one) => total + one.transferSize, 0);
            return {
                requests: all.length, bytes: sum(all),
                beforePaint: sum(all.filter(one => one.entryType === 'navigation' || one.renderBlockingStatus === 'blocking')),
                what: all.map(one => `${new URL(one.name).pathname} ${one.transferSize}`).join(', '),
            };
        }
        """;

    [Theory]
    [InlineData(Shape.Embedded)]
    [InlineData(Shape.Distributed)]
    public async Task Pages_weigh_little_at_the_first_visit_and_less_afterwards(Shape shape)
    {
        Required.Thorough();
        var deployment = await deployments.OfAsync(shape);
        using var consortium = await FurnitureConsortium.FoundAsync(deployment);
        var order = await consortium.PlaceAsync();
        await consortium.ClearAsync(order);
        await consortium.AcceptAsync(order);
        await consortium.OffersAsync(order, 1);

        await using var nobody = await chromium.OpenAsync(deployment.Address, phone: true);
        await WeighAsync(nobody, "/sign-in");
        await using var firm = await chromium.OpenAsync(deployment.Address, phone: true);
        await firm.SignInAsync($"f1@{consortium.Domain}", FurnitureConsortium.Password);
        await WeighAsync(firm, "/offers", "/capacity");
        await using var manager = await chromium.OpenAsync(deployment.Address);
        await manager.SignInAsync($"sales@{consortium.Domain}", FurnitureConsortium.Password);
        await WeighAsync(manager, "/orders", $"/orders/{order}");
    }

    private static async Task WeighAsync(Visitor visitor, params string[] pages)
    {
        var browser = await visitor.Page.Context.NewCDPSessionAsync(visitor.Page);
        await browser.SendAsync("Network.enable");
        foreach (var page in pages)
        {
            await browser.SendAsync("Network.setCacheDisabled", new() { ["cacheDisabled"] = true });
            var first = await LoadAsync(visitor, page);
            await browser.SendAsync("Network.setCacheDisabled", new() { ["cacheDisabled"] = false });
            _ = await LoadAsync(visitor, page);   // fills the cache
            var later = await LoadAsync(visitor, page);

            Assert.True(first.Bytes <= 70 * Kilobyte && first.Requests <= 6, $"{page}, first visit: {first}");
            Assert.True(first.BeforePaint <= 20 * Kilobyte, $"{page}, before the first paint: {first}");
            Assert.True(later.Bytes <= 12 * Kilobyte && later.Requests == 1, $"{page}, later: {later}");
        }
    }

    /// <summary>Opens a page, and says what the browser loaded for it.</summary>
    internal static async Task<Load> LoadAsync(Visitor visitor, string page)
    {
        var answer = await visitor.Page.GotoAsync(page, new() { WaitUntil = Microsoft.Playwright.WaitUntilState.NetworkIdle });
        Assert.Equal(200, answer!.Status);
        return JsonSerializer.Deserialize<Load>((await visitor.Page.EvaluateAsync(Loaded))!.Value, JsonSerializerOptions.Web)!;
    }

    /// <summary>What was loaded, in bytes.</summary>
    internal sealed record Load(int Requests, long Bytes, long BeforePaint, string What);
}
