using System.Diagnostics;
using System.Globalization;
using Microsoft.Playwright;

namespace ExportConsortia.Benchmarks;

/// <summary>
/// How long pages take: at the server, as a ratio to a page that asks no service, and on a phone with a poor line (400 kbit/s, 400 ms), as a ratio to
/// an address of the same server that is one word of text. All in one run, page after page in turn.
/// </summary>
internal static class PagesBenchmark
{
    private const int Orders = 12;

    private const int PaintRounds = 5;

    // The page without a session: the frame and a form, but no call to a service.
    private const string Empty = "/sign-in";

    private const string OneWord = "/health/live";

    public static async Task RunAsync(string[] options)
    {
        var rounds = options is ["--rounds", var number] ? int.Parse(number, CultureInfo.InvariantCulture) : 100;
        var capacities = new Dictionary<string, long> { ["F1"] = 60_000, ["F2"] = 50_000, ["F3"] = 40_000, ["F5"] = 30_000 };
        await using var platform = await Deployment.StartAsync(Shape.Embedded, observed: false);
        using var consortium = await FurnitureConsortium.FoundAsync(platform, capacities);
        var order = Guid.Empty;
        for (var placed = 0; placed < Orders; placed++)
        {
            order = await consortium.PlaceAsync();
            await consortium.ClearAsync(order);
            await consortium.AcceptAsync(order);
        }

        var offers = await consortium.OffersAsync(order, 1);
        var (catalogue, product) = await PublishAsync(consortium);
        await using var browser = await Browser.StartAsync(platform.Address);
        var manager = await browser.SignInAsync($"sales@{consortium.Domain}", phone: false);
        var firm = await browser.SignInAsync($"f1@{consortium.Domain}", phone: true);

        await MeasureServerAsync(platform.Address, rounds,
        [
            (Empty, null), (catalogue, null), (product, null),
            ("/today", manager), ("/orders", manager), ($"/orders/{order}", manager), ("/members", manager), ("/rulebook", manager),
            ("/offers", firm), ($"/offers/{offers["F1"].Id}", firm), ("/capacity", firm), ("/fairness", firm),
        ]);
        Console.WriteLine();
        await MeasurePhoneAsync(firm);
    }

    // The addresses of the public catalogue and of its first product, which a firm described and the manager approved.
    private static async Task<(string Catalogue, string Product)> PublishAsync(FurnitureConsortium consortium)
    {
        const string Api = "/api/marketing";
        var firm = consortium["F1"];
        var sheet = Guid.Empty;
        var content = new
        {
            texts = new Dictionary<string, object>
            {
                ["en"] = new { name = "Teak garden chair", text = "Folding, oiled." }, ["fr"] = new { name = "Chaise en teck", text = "Pliante." },
            },
            hsCode = "940169", leadTimeDays = 45, minimumOrder = 50, origin = "LA", attributes = new Dictionary<string, string> { ["wood"] = "teak" },
        };
        await Eventually.Holds("Marketing knows what the firm makes", async () =>
        {
            var saved = await firm.PutAsync($"{Api}/sheets/TK-12", content, null);
            sheet = saved.Status is HttpStatusCode.Created or HttpStatusCode.OK ? saved.Ok["id"]!.GetValue<Guid>() : Guid.Empty;
            return sheet != Guid.Empty;
        });
        _ = (await firm.PostAsync($"{Api}/sheets/{sheet}/submission", new { })).Ok;
        var version = (await consortium.Manager.GetAsync($"{Api}/sheets/{sheet}")).Ok["version"]!.GetValue<long>();
        _ = (await consortium.Manager.SendAsync(HttpMethod.Post, $"{Api}/sheets/{sheet}/approval", new { }, ifMatch: $"\"{version}\"")).Ok;
        _ = (await consortium.Manager.PostAsync($"{Api}/editions", new { })).Ok;
        var code = (await consortium.Manager.GetAsync($"{Api}/catalogue/hidden")).Ok["code"]!.GetValue<string>();
        var slug = "";
        await Eventually.Holds("the public reads the edition", async () =>
        {
            var items = (await consortium.Manager.GetAsync($"{Api}/public/{code}/items")).Ok["items"]!.AsArray();
            slug = items is [{ } first, ..] ? first["slug"]!.GetValue<string>() : "";
            return slug.Length > 0;
        });
        return ($"/c/{code}/catalogue", $"/c/{code}/catalogue/{slug}");
    }

    private static async Task MeasureServerAsync(Uri address, int rounds, (string Page, IBrowserContext? Who)[] pages)
    {
        var people = new List<(string Page, HttpClient Http, List<double> Times)>();
        foreach (var (page, who) in pages)
        {
            var http = new HttpClient { BaseAddress = address, DefaultRequestHeaders = { { "Accept", "text/html" } } };
            if (who is not null)
            {
                http.DefaultRequestHeaders.Add("Cookie", string.Join("; ", (await who.CookiesAsync()).Select(one => $"{one.Name}={one.Value}")));
            }

            people.Add((page, http, []));
        }

        for (var round = -20; round < rounds; round++)   // the first ones compile
        {
            foreach (var (page, http, times) in people)
            {
                var start = Stopwatch.GetTimestamp();
                using var answer = await http.GetAsync(page);
                _ = await answer.Content.ReadAsByteArrayAsync();
                if (answer.EnsureSuccessStatusCode().RequestMessage?.RequestUri?.AbsolutePath != page)
                {
                    throw new InvalidOperationException($"{page} leads to {answer.RequestMessage?.RequestUri}.");
                }

                if (round >= 0)
                {
                    times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                }
            }
        }

        var empty = Figures.Median(people[0].Times);
        Console.WriteLine($"{"Page at the server, median of " + rounds,-60} {"ms",8} {"ratio",8}");
        foreach (var (page, http, times) in people)
        {
            http.Dispose();
            Console.WriteLine($"  {page,-58} {Figures.Median(times),8:0.0} {Figures.Median(times) / empty,8:0.0}");
        }
    }

    private static async Task MeasurePhoneAsync(IBrowserContext firm)
    {
        var page = firm.Pages[0];
        var line = await firm.NewCDPSessionAsync(page);
        _ = await line.SendAsync("Network.enable");
        _ = await line.SendAsync("Network.emulateNetworkConditions", new()
        {
            ["offline"] = false, ["latency"] = 400, ["downloadThroughput"] = 400_000 / 8, ["uploadThroughput"] = 400_000 / 8,
        });
        var rows = new (string Name, Func<Task<double>> MeasureAsync, List<double> Times)[]
        {
            ("one word of text", () => PaintAsync(OneWord, cached: false), []),
            ("first visit: first paint", () => PaintAsync("/offers", cached: false), []),
            ("first visit: scripts are there", () => page.EvaluateAsync<double>(
                "Math.max(...performance.getEntriesByType('resource').filter(one => one.initiatorType === 'script')"
                + ".map(one => one.responseEnd))"), []),
            ("later: first paint", () => PaintAsync("/offers", cached: true), []),
            ("a link: the next page is there", FollowAsync, []),
        };
        for (var round = 0; round < PaintRounds; round++)
        {
            foreach (var row in rows)
            {
                row.Times.Add(await row.MeasureAsync());
            }
        }

        var word = Figures.Median(rows[0].Times);
        Console.WriteLine($"{"On a phone with a poor line, median of " + PaintRounds,-60} {"ms",8} {"ratio",8}");
        foreach (var (name, _, times) in rows)
        {
            Console.WriteLine($"  {name,-58} {Figures.Median(times),8:0} {Figures.Median(times) / word,8:0.0}");
        }

        async Task<double> PaintAsync(string address, bool cached)
        {
            _ = await line.SendAsync("Network.setCacheDisabled", new() { ["cacheDisabled"] = !cached });
            _ = await page.GotoAsync(address, new() { WaitUntil = WaitUntilState.NetworkIdle });
            return await page.EvaluateAsync<double>("""
                () => new Promise(done => new PerformanceObserver(list => done(list.getEntries().at(-1).startTime))
                    .observe({ type: 'paint', buffered: true }))
                """);
        }

        async Task<double> FollowAsync()
        {
            var start = Stopwatch.GetTimestamp();
            await page.ClickAsync(".tabs a[href='/capacity']");
            await page.Locator(".tabs a[href='/capacity'][aria-current=page]").First.WaitForAsync();
            return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }
    }

    /// <summary>A picture of the demonstration's order, as the manager sees it at a desk: the one in the README.</summary>
    public static async Task TakePictureAsync(Uri address, string file)
    {
        await using var browser = await Browser.StartAsync(address);
        var manager = await browser.SignInAsync("manager@vtf.example", phone: false, "Teak-and-rattan-12");
        var page = manager.Pages[0];
        _ = await page.GotoAsync("/orders");
        await page.Locator("main a[href^='/orders/']:not([href='/orders/import'])").First.ClickAsync();
        await page.WaitForURLAsync("**/orders/*-*");
        await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        _ = await page.ScreenshotAsync(new() { Path = file, Caret = ScreenshotCaret.Initial });
    }

    /// <summary>Chromium, with people who are signed in.</summary>
    private sealed class Browser(Uri address, IPlaywright playwright, IBrowser browser) : IAsyncDisposable
    {
        public static async Task<Browser> StartAsync(Uri address)
        {
            var playwright = await Playwright.CreateAsync();
            return new(address, playwright, await playwright.Chromium.LaunchAsync(
                new() { ExecutablePath = Installed.Chromium, Args = Installed.ChromiumArguments }));
        }

        public async Task<IBrowserContext> SignInAsync(string email, bool phone, string password = FurnitureConsortium.Password)
        {
            var context = await browser.NewContextAsync(new()
            {
                BaseURL = address.ToString(), IsMobile = phone, HasTouch = phone, Locale = "en-GB", TimezoneId = "Asia/Vientiane",
                ViewportSize = phone ? new() { Width = 390, Height = 844 } : new() { Width = 1280, Height = 800 },
            });
            var page = await context.NewPageAsync();
            _ = await page.GotoAsync("/sign-in");
            await page.FillAsync("input[name=email]", email);
            await page.FillAsync("input[name=password]", password);
            await page.ClickAsync("main button[type=submit]");
            await page.WaitForURLAsync(url => !url.Contains("sign-in", StringComparison.Ordinal));
            return context;
        }

        public async ValueTask DisposeAsync()
        {
            await browser.DisposeAsync();
            playwright.Dispose();
        }
    }
}
