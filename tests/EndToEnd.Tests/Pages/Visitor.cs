using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace ExportConsortia.EndToEnd.Tests.Pages;

/// <summary>A person with a browser. Whatever the browser complains about is kept, and fails the test at the next look.</summary>
public sealed partial class Visitor : IAsyncDisposable
{
    private static readonly string[] Rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

    private static readonly string Pictures = Path.Combine(Checkout.Current.Root, "TestResults", "pages");

    private readonly IBrowserContext _context;
    private readonly bool _phone;
    private readonly bool _script;
    private readonly ConcurrentQueue<string> _complaints = new();

    private Visitor(IBrowserContext context, IPage page, bool phone, bool script) =>
        (_context, Page, _phone, _script) = (context, page, phone, script);

    /// <summary>True: the person uses no mouse and no finger.</summary>
    public bool ByKeyboard { get; init; }

    /// <summary>What the person sees.</summary>
    public IPage Page { get; }

    public static async Task<Visitor> OfAsync(IBrowserContext context, bool phone, bool script, bool byKeyboard)
    {
        context.SetDefaultTimeout(120_000);   // a busy machine is slow, not broken
        var visitor = new Visitor(context, await context.NewPageAsync(), phone, script) { ByKeyboard = byKeyboard };
        await visitor.ListenAsync();
        return visitor;
    }

    /// <summary>Opens the sign-in page, or the page <paramref name="to"/> that leads to it, and signs in.</summary>
    public async Task SignInAsync(string email, string password, string to = "/")
    {
        await Page.GotoAsync(to);
        await TypeAsync("input[name=email]", email);
        await TypeAsync("input[name=password]", password);
        await PressAsync("main button[type=submit]");
        // Not WaitForURLAsync: with WaitUntil Commit it waits for ever if the address has changed already.
        await Eventually.Holds($"{email} is signed in", () => !Page.Url.Contains("sign-in", StringComparison.Ordinal));
    }

    /// <summary>Presses a button, a link or what opens something; a choice or a box is chosen.</summary>
    public async Task PressAsync(string what)
    {
        var target = Page.Locator(what).First;
        if (!ByKeyboard)
        {
            await target.ClickAsync();
            return;
        }

        await ReachAsync(target);
        await Page.Keyboard.PressAsync(await target.EvaluateAsync<bool>("one => one.matches('input')") ? "Space" : "Enter");
    }

    /// <summary>Writes into a field, over what stands there.</summary>
    public async Task TypeAsync(string what, string text)
    {
        var field = Page.Locator(what).First;
        if (!ByKeyboard)
        {
            await field.FillAsync(text);
            return;
        }

        await ReachAsync(field);
        await Page.Keyboard.PressAsync("Control+A");
        await Page.Keyboard.TypeAsync(text);
    }

    /// <summary>Waits until something is there, and loads the page again now and then, as people do; not while a form is being sent.</summary>
    public Task UntilAsync(string what) => Eventually.Holds(
        $"{what} is at {Page.Url}",
        async () =>
        {
            if (await Page.Locator(what).First.IsVisibleAsync())
            {
                return true;
            }

            if (await Page.Locator("[aria-busy=true]").CountAsync() == 0)
            {
                await Page.ReloadAsync();
            }

            return false;
        });

    /// <summary>
    /// Looks at the page as it is: no violation of accessibility rules (WCAG 2.2 AA and best practice), nothing wider than the screen, also at 320
    /// points and with text at 200 %, and no complaint of the browser until now. A picture is kept in <c>TestResults/pages</c>.
    /// </summary>
    /// <param name="name">Name of the picture.</param>
    public async Task LookAsync(string name)
    {
        name = await PictureAsync(name);
        if (_script)
        {
            await IsNoWiderThanTheScreenAsync(name);
            var found = await Page.RunAxe(new AxeRunOptions { RunOnly = RunOnlyOptions.Tags(Rules) });
            Assert.True(found.Violations.Length == 0, $"{name}: " + string.Join("; ", found.Violations.Select(violation =>
                $"{violation.Id} ({violation.Help}): {string.Join(" | ", violation.Nodes.Take(3).Select(node => node.Html))}")));
        }

        string[] complaints = [.. _complaints];
        _complaints.Clear();
        Assert.True(complaints.Length == 0, $"{name}: {string.Join("; ", complaints)}");
    }

    /// <summary>Forgets what the browser complained about while the server was away on purpose.</summary>
    public void Forgive() => _complaints.Clear();

    /// <summary>Keeps a picture of the whole page in <c>TestResults/pages</c>; returns its name.</summary>
    public async Task<string> PictureAsync(string name)
    {
        Directory.CreateDirectory(Pictures);
        name = $"{(_phone ? "phone" : "desk")}-{name}";
        await Page.ScreenshotAsync(new() { Path = Path.Combine(Pictures, $"{name}.png"), FullPage = true, Caret = ScreenshotCaret.Initial });
        return name;
    }

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();

    // By the Tab key alone, as often as it takes: what can't be reached so can't be used without a mouse.
    private async Task ReachAsync(ILocator target)
    {
        await target.WaitForAsync();
        for (var steps = 0; steps < 150; steps++)
        {
            if (await target.EvaluateAsync<bool>("one => one === document.activeElement"))
            {
                return;
            }

            await Page.Keyboard.PressAsync("Tab");
        }

        Assert.Fail($"{target} can't be reached by the Tab key at {Page.Url}.");
    }

    private async Task IsNoWiderThanTheScreenAsync(string name)
    {
        await FitsAsync(name);
        if (!_phone)
        {
            return;
        }

        var usual = Page.ViewportSize!;
        try
        {
            await Page.SetViewportSizeAsync(320, usual.Height);
            await FitsAsync($"{name} on a screen of 320 points");
            await Page.SetViewportSizeAsync(usual.Width, usual.Height);
            await Page.EvaluateAsync("document.documentElement.style.fontSize = '200%'");
            await FitsAsync($"{name} with text at 200 %");
        }
        finally
        {
            await Page.SetViewportSizeAsync(usual.Width, usual.Height);
            await Page.EvaluateAsync("document.documentElement.style.fontSize = ''");
        }
    }

    private async Task FitsAsync(string name)
    {
        // What scrolls by itself may be wide inside, and what is fixed is as wide as the page.
        var tooWide = await Page.EvaluateAsync<string[]>("""
            () => {
                const width = document.documentElement.clientWidth;
                const apart = one => one && (getComputedStyle(one).position === 'fixed' || getComputedStyle(one).overflowX !== 'visible'
                    || apart(one.parentElement));
                return document.documentElement.scrollWidth <= width ? [] : ['the page',
                    ...[...document.querySelectorAll('body *')]
                        .filter(one => one.getBoundingClientRect().right > width + 1 && !apart(one))
                        .map(one => `${one.tagName}.${one.className} ${one.textContent.trim().slice(0, 30)}`).slice(-5)];
            }
            """);
        Assert.True(tooWide.Length == 0, $"{name} is wider than the screen: {string.Join("; ", tooWide)}");
    }

    private async Task ListenAsync()
    {
        await Page.AddInitScriptAsync(
            "document.addEventListener('securitypolicyviolation', e => "
            + "console.error('policy: ' + e.violatedDirective + ' ' + e.sourceFile + ' ' + e.sample))");
        Page.Console += (_, message) =>
        {
            // The browser notes answers that aren't 2xx as errors of its own: pages answer so where something is refused.
            if (message.Type is "error" or "warning" && !Refused().IsMatch(message.Text))
            {
                _complaints.Enqueue($"console: {message.Text}");
            }
        };
        Page.PageError += (_, error) => _complaints.Enqueue($"script: {error}");
        Page.WebSocket += (_, socket) => _complaints.Enqueue($"web socket: {socket.Url}");
        Page.Request += (_, request) =>
        {
            if (request.Url.Contains("_blazor", StringComparison.Ordinal))
            {
                _complaints.Enqueue($"request: {request.Url}");
            }
        };
    }

    [GeneratedRegex(@"status of (400|404|409|412|422|429|503)|ERR_INTERNET_DISCONNECTED")]
    private static partial Regex Refused();
}
