using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace ExportConsortia.EndToEnd.Tests.Pages;

/// <summary>
/// The phone at the stand, with the network cut: what is captured is on the device, and comes in once each, whatever happens in between to the
/// browser, the server and the session.
/// </summary>
public sealed class LeadsAtTheStand(Chromium chromium)
{
    private const string Fairs = "/api/tradefairs";
    private const int Leads = 30;

    [Theory, InlineData(Shape.Embedded), InlineData(Shape.Distributed)]
    public async Task Thirty_leads_captured_without_a_network_come_in_once_each_though_browser_and_server_are_restarted(Shape shape)
    {
        Required.TurnOf((int)shape);
        await using var deployment = await Deployment.StartAsync(shape, onSharedServers: true);
        using var vtf = await FurnitureConsortium.FoundAsync(deployment);
        var edition = await GoToFairAsync(vtf, "F1");
        using var phone = new Profile();
        await using (var visitor = await chromium.OpenKeptAsync(deployment.Address, phone.Folder))
        {
            await visitor.SignInAsync($"f1@{vtf.Domain}", FurnitureConsortium.Password);
            await OpenAsync(visitor.Page, edition);
            await visitor.Page.Locator("html[data-ready=true]").WaitForAsync();
            await visitor.Page.Context.SetOfflineAsync(true);
            await CaptureAsync(visitor.Page, 1, 10);
            await ShowsUnsentAsync(visitor.Page, 10);
            await visitor.PressAsync("#lead button[type=submit]");   // empty: says what is missing
            await visitor.Page.Locator("#lead-errors:visible").WaitForAsync();
            await visitor.LookAsync("fair-capture-offline");
        }

        // The phone was off; there is still no network.
        await using (var visitor = await chromium.OpenKeptAsync(deployment.Address, phone.Folder))
        {
            await visitor.Page.Context.SetOfflineAsync(true);
            await OpenAsync(visitor.Page, edition);
            await ShowsUnsentAsync(visitor.Page, 10);
            await CaptureAsync(visitor.Page, 11, 20);
            await ShowsUnsentAsync(visitor.Page, 20);

            // The network comes back, and the server goes away while the leads come in.
            var restart = KillAsync(deployment);
            await visitor.Page.Context.SetOfflineAsync(false);
            await CaptureAsync(visitor.Page, 21, 25);
            await restart;
            await StartAsync(deployment);
            await CaptureAsync(visitor.Page, 26, Leads);
            await visitor.Page.Locator("#leads li[data-state=sent]").First.WaitForAsync();
            await KillAsync(deployment);
            await StartAsync(deployment);
            await ShowsUnsentAsync(visitor.Page, 0);
            await visitor.PictureAsync("fair-capture-sent");
        }

        await CameInOnceAsync(vtf, edition, Enumerable.Range(1, Leads).Select(i => $"Buyer {i}"));
    }

    [Theory, InlineData(Shape.Embedded), InlineData(Shape.Distributed)]
    public async Task Two_tabs_send_each_lead_once_though_browser_and_server_are_restarted_and_nobody_sends_what_another_captured(Shape shape)
    {
        Required.TurnOf(2 * (int)shape, of: 4);
        await using var deployment = await Deployment.StartAsync(shape, onSharedServers: true);
        using var vtf = await FurnitureConsortium.FoundAsync(deployment);
        var edition = await GoToFairAsync(vtf, "F1", "F2");
        using var phone = new Profile();
        await using (var before = await chromium.OpenKeptAsync(deployment.Address, phone.Folder))
        {
            await before.SignInAsync($"f1@{vtf.Domain}", FurnitureConsortium.Password);
            await OpenAsync(before.Page, edition);
            await before.Page.Locator("html[data-ready=true]").WaitForAsync();
            var other = await before.Page.Context.NewPageAsync();
            await OpenAsync(other, edition);
            await before.Page.Context.SetOfflineAsync(true);
            await CaptureAsync(before.Page, 1, 10);
            await CaptureAsync(other, 11, 20);
            await ShowsUnsentAsync(before.Page, 20);   // each tab shows what the other captured
            await ShowsUnsentAsync(other, 20);
        }

        // The phone was off; two tabs send when there is a network, and the server goes away meanwhile.
        await using var visitor = await chromium.OpenKeptAsync(deployment.Address, phone.Folder);
        var context = visitor.Page.Context;
        await context.SetOfflineAsync(true);
        var second = await context.NewPageAsync();
        await OpenAsync(visitor.Page, edition);
        await OpenAsync(second, edition);
        await CaptureAsync(second, 21, Leads);
        await ShowsUnsentAsync(visitor.Page, Leads);
        await context.SetOfflineAsync(false);
        await KillAsync(deployment);
        await StartAsync(deployment);
        await Task.WhenAll(ShowsUnsentAsync(visitor.Page, 0), ShowsUnsentAsync(second, 0));
        visitor.Forgive();
        await second.CloseAsync();
        await CameInOnceAsync(vtf, edition, Enumerable.Range(1, Leads).Select(i => $"Buyer {i}"));

        // The session ends with a lead on the device; a person of another firm signs in on it.
        await context.SetOfflineAsync(true);
        await CaptureAsync(visitor.Page, 31, 31);
        await context.ClearCookiesAsync(new() { Name = "session" });
        await context.SetOfflineAsync(false);
        await visitor.Page.Locator("#sign-in:visible").WaitForAsync();
        await ShowsUnsentAsync(visitor.Page, 1);
        await SignInHereAsync("f2");
        await ShowsUnsentAsync(visitor.Page, 0);
        await visitor.Page.Locator("#others:visible").WaitForAsync();
        Assert.DoesNotContain("Buyer 31", await visitor.Page.ContentAsync(), StringComparison.Ordinal);
        await CaptureAsync(visitor.Page, 32, 32);
        await ShowsUnsentAsync(visitor.Page, 0);
        await visitor.LookAsync("fair-capture-others");
        Assert.Equal(["Buyer 32"], await CompaniesAsync(vtf["F2"], edition));

        // The first person comes back: the lead goes out under the firm that captured it.
        await SignInHereAsync("f1");
        await ShowsUnsentAsync(visitor.Page, 0);
        await Eventually.Holds("the lead of F1 is in", async () => (await CompaniesAsync(vtf["F1"], edition)).Contains("Buyer 31"));
        Assert.Equal(["Buyer 32"], await CompaniesAsync(vtf["F2"], edition));

        async Task SignInHereAsync(string person)
        {
            await visitor.SignInAsync($"{person}@{vtf.Domain}", FurnitureConsortium.Password, $"/sign-in?to=/fairs/{edition}/capture");
            await visitor.Page.WaitForURLAsync("**/capture");
        }
    }

    // The stand is divided among these firms, and the fair can begin.
    private static async Task<Guid> GoToFairAsync(FurnitureConsortium vtf, params string[] firms)
    {
        var fair = (await vtf.Manager.PostAsync($"{Fairs}/fairs", new
        {
            name = "interzum", organiser = "Koelnmesse", place = "Cologne", country = "DE", timeZone = "Europe/Berlin",
        })).Ok["id"];
        var opens = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime).AddDays(30);
        var edition = (await vtf.Manager.PostAsync($"{Fairs}/fairs/{fair}/editions", new
        {
            name = "2027", opensOn = opens, closesOn = opens.AddDays(4), currency = "EUR", standAreaDm2 = 6000, commonAreaDm2 = 1200,
        })).Ok["id"]!.GetValue<Guid>();
        var until = TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(20);
        _ = (await vtf.Manager.PostAsync($"{Fairs}/editions/{edition}/call", new { commitUntil = until })).Ok;
        await Task.WhenAll(firms.Select(firm => Eventually.Holds(
            $"{firm} is known and commits itself",
            async () => (await vtf[firm].PutAsync($"{Fairs}/editions/{edition}/commitment", new { areaDm2 = 900 }, null)).Ok is not null)));
        await Eventually.Holds(
            "the call is over and the stand divided",
            async () => (await vtf.Manager.PostAsync($"{Fairs}/editions/{edition}/allotment", new { })).Ok is not null);
        return edition;
    }

    // Embedded it is the only process; distributed the service that keeps what is captured, and the pages that hand it on.
    private static IEnumerable<ServiceProcess> Servers(Deployment deployment) =>
        deployment.Shape == Shape.Embedded ? deployment.Processes : [deployment.TradeFairs, deployment.Portal];

    private static Task KillAsync(Deployment deployment) => Task.WhenAll(Servers(deployment).Select(process => process.Kill()));

    private static Task StartAsync(Deployment deployment) => Task.WhenAll(Servers(deployment).Select(process => process.Start()));

    private static async Task OpenAsync(IPage page, Guid edition)
    {
        await page.GotoAsync($"/fairs/{edition}/capture");
        await page.Locator("#lead:visible").WaitForAsync();
    }

    private static async Task CaptureAsync(IPage page, int first, int last)
    {
        for (var i = first; i <= last; i++)
        {
            await page.Locator("#lead-company").FillAsync($"Buyer {i}");
            await page.Locator("#lead-name").FillAsync($"Person {i}");
            await page.Locator("#lead-email").FillAsync($"person{i}@buyer{i}.example");
            await page.Locator("#lead-country").FillAsync("DE");
            await page.Locator("#lead-note").FillAsync("Wants chairs.");
            await page.Locator("#lead-consent").CheckAsync();
            await page.Locator("#lead button[type=submit]").ClickAsync();
            await page.Locator($"#saved:has-text('Buyer {i}:')").WaitForAsync();
        }
    }

    private static Task ShowsUnsentAsync(IPage page, int number) =>
        page.Locator($"#unsent[data-number='{number}']").WaitForAsync(new() { Timeout = 120_000 });

    private static async Task<List<string>> CompaniesAsync(Session person, Guid edition) =>
        [.. (await LeadsAsync(person, edition)).Select(lead => $"{lead["company"]}").Order(StringComparer.Ordinal)];

    private static async Task<List<JsonNode>> LeadsAsync(Session person, Guid edition) =>
        [.. (await person.GetAsync($"{Fairs}/editions/{edition}/leads?limit=200")).Ok["leads"]!.AsArray().Select(lead => lead!)];

    // Once each at the fair, and once each as a lead of the consortium with the person's consent.
    private static async Task CameInOnceAsync(FurnitureConsortium vtf, Guid edition, IEnumerable<string> companies)
    {
        var expected = companies.Order(StringComparer.Ordinal).ToList();
        Assert.Equal(expected, await CompaniesAsync(vtf.Manager, edition));
        Assert.All(await LeadsAsync(vtf.Manager, edition), lead => Assert.Equal("stand-en-1", $"{lead["consentTextVersion"]}"));
        await Eventually.Holds(
            "each is a lead of the consortium", async () => (await LeadsAsync(vtf.Manager, edition)).TrueForAll(lead => lead["leadId"] is not null));
        var leads = (await vtf.Manager.GetAsync("/api/marketing/leads?limit=200")).Ok["leads"]!.AsArray();
        Assert.Equal(expected, leads.Select(lead => $"{lead!["buyerName"]}").Order(StringComparer.Ordinal));
        Assert.All(leads, lead => Assert.Equal("Fair", $"{lead!["source"]}"));
        foreach (var lead in leads)
        {
            var buyer = (await vtf.Manager.GetAsync($"/api/marketing/leads/{lead!["id"]}")).Ok["buyerId"];
            var person = Assert.Single((await vtf.Manager.GetAsync($"/api/marketing/buyers/{buyer}")).Ok["buyer"]!["contacts"]!.AsArray())!;
            var consent = Assert.Single(person["consents"]!.AsArray())!;
            Assert.Equal(("stand-en-1", true), ($"{consent["textVersion"]}", (bool)consent["given"]!));
        }
    }

    private sealed class Profile : IDisposable
    {
        public string Folder { get; } = Directory.CreateTempSubdirectory("exportconsortia-phone-").FullName;

        public void Dispose() => Directory.Delete(Folder, recursive: true);
    }
}
