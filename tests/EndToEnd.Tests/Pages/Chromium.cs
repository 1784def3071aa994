using ExportConsortia.EndToEnd.Tests.Pages;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(Chromium))]

namespace ExportConsortia.EndToEnd.Tests.Pages;

/// <summary>One real browser for all tests; the first that needs it starts it. Each visitor has cookies of its own.</summary>
public sealed class Chromium : IAsyncDisposable
{
    private readonly Lazy<Task<(IPlaywright Playwright, IBrowser Browser)>> _started = new(async () =>
    {
        var playwright = await Playwright.CreateAsync();
        return (playwright, await playwright.Chromium.LaunchAsync(
            new() { ExecutablePath = Installed.Chromium, Args = Installed.ChromiumArguments }));
    });

    /// <summary>Somebody opens a browser: on a phone, or at a desk.</summary>
    /// <param name="address">The platform.</param>
    /// <param name="phone">A phone of 390 × 844 points with a touch screen; else a desk of 1280 × 800.</param>
    /// <param name="language">What the browser asks for.</param>
    /// <param name="script">False: scripts are turned off.</param>
    /// <param name="byKeyboard">True: without mouse and finger.</param>
    public async Task<Visitor> OpenAsync(
        Uri address, bool phone = false, string language = "en-GB", bool script = true, bool byKeyboard = false)
    {
        Required.Chromium();
        var (_, browser) = await _started.Value;
        var context = await browser.NewContextAsync(new()
        {
            BaseURL = address.ToString(),
            ViewportSize = phone ? new() { Width = 390, Height = 844 } : new() { Width = 1280, Height = 800 },
            DeviceScaleFactor = phone ? 2 : 1,
            IsMobile = phone,
            HasTouch = phone,
            Locale = language,
            TimezoneId = "Asia/Vientiane",
            JavaScriptEnabled = script,
        });
        return await Visitor.OfAsync(context, phone, script, byKeyboard);
    }

    /// <summary>
    /// Somebody opens a browser of its own on a phone, which keeps everything in a folder: closed and opened again it is as after a restart of the
    /// phone.
    /// </summary>
    public async Task<Visitor> OpenKeptAsync(Uri address, string folder)
    {
        Required.Chromium();
        var (playwright, _) = await _started.Value;
        var context = await playwright.Chromium.LaunchPersistentContextAsync(folder, new()
        {
            ExecutablePath = Installed.Chromium, Args = Installed.ChromiumArguments, BaseURL = address.ToString(), Locale = "en-GB",
            ViewportSize = new() { Width = 390, Height = 844 }, DeviceScaleFactor = 2, IsMobile = true, HasTouch = true,
            TimezoneId = "Europe/Berlin",
        });
        return await Visitor.OfAsync(context, phone: true, script: true, byKeyboard: false);
    }

    public async ValueTask DisposeAsync()
    {
        if (_started.IsValueCreated)
        {
            var (playwright, browser) = await _started.Value;
            await browser.DisposeAsync();
            playwright.Dispose();
        }
    }
}
