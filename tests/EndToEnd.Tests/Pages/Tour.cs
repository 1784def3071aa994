using System.Text.RegularExpressions;
using Xunit.Sdk;

namespace ExportConsortia.EndToEnd.Tests.Pages;

/// <summary>Everybody goes through all pages that lead on from their menu, at a desk and on a phone.</summary>
public sealed partial class Tour(ConsortiumAtWork work, Chromium chromium) : IClassFixture<ConsortiumAtWork>
{
    /// <summary>Pages that the tour must have come by, so that a link that goes missing is noticed.</summary>
    private static readonly Dictionary<string, string[]> Known = new()
    {
        ["sales"] =
        [
            "/today", "/orders", "/orders/import", "/orders/*", "/orders/*/document", "/orders/*/what-if", "/orders/*/lines/*/by-hand",
            "/members", "/members/*",
            "/members/*/products", "/members/*/ratings", "/members/*/work", "/capacity", "/fairness", "/rulebook", "/rulebook/edit",
            "/products", "/products/*",
            "/accounts", "/traces", "/party", "/account",
        ],
        ["auditor"] = ["/orders", "/orders/*", "/members",
            "/members/*", "/capacity", "/fairness", "/rulebook", "/products", "/accounts", "/traces",
            "/party", "/account"],
        ["f1"] =
        [
            "/offers", "/offers/*", "/prices/*", "/open-calls", "/passed-over", "/capacity", "/capacity/file", "/capacity/products", "/fairness",
            "/our-firm", "/traces",
            "/rulebook", "/products", "/account",
        ],
        ["operator"] = ["/operations", "/consortia", "/accounts", "/traces", "/account"],
    };

    /// <summary>Every page: no violation of accessibility rules, nothing wider than the screen, no complaint of the browser.</summary>
    [Theory]
    [InlineData("sales", false)]
    [InlineData("sales", true)]
    [InlineData("f1", true)]
    [InlineData("f1", false)]
    [InlineData("operator", false)]
    [InlineData("auditor", false)]
    public async Task Every_page_can_be_read_by_everybody_on_every_screen(string who, bool phone)
    {
        Required.Thorough();
        await using var visitor = await chromium.OpenAsync(work.Platform.Address, phone);
        await (who == "operator" ? visitor.SignInAsync(Deployment.OperatorEmail, Deployment.OperatorPassword)
            : visitor.SignInAsync($"{who}@{work.People.Domain}", FurnitureConsortium.Password));
        string[] first = who == "sales" ? [.. work.Orders.Values.Select(order => $"/orders/{order}")] : [];
        var (faults, seen) = (new List<string>(), new Dictionary<string, int>());

        await foreach (var (address, kind) in PagesAsync(visitor, Kind, first))
        {
            var number = seen[kind] = seen.GetValueOrDefault(kind) + 1;
            var name = kind.Replace('/', '-').Replace("*", "one", StringComparison.Ordinal);
            await LookAsync($"{who}{name}{(number == 1 ? "" : $"-{number}")}", address);
        }

        await visitor.Page.GotoAsync($"/offers/{Guid.Empty}");
        await LookAsync($"{who}-none", "a page that is not there");
        await visitor.PressAsync(".menu summary");
        await LookAsync($"{who}-menu", "the menu");

        faults.AddRange(Known[who].Except(seen.Keys).Select(missing => $"no way leads to {missing}"));
        Assert.True(faults.Count == 0, string.Join("\n", faults));

        // As it comes, for the picture; then with everything open that opens.
        async Task LookAsync(string name, string address)
        {
            try
            {
                if (await visitor.Page.Locator("main details").CountAsync() > 0)
                {
                    await visitor.PictureAsync(name);
                    name += "-open";
                    await visitor.Page.EvaluateAsync(
                        "document.querySelectorAll('main details').forEach(one => { one.removeAttribute('name'); one.open = true; })");
                }

                await visitor.LookAsync(name);
            }
            catch (Exception fault) when (fault is XunitException or Microsoft.Playwright.PlaywrightException or TimeoutException)
            {
                faults.Add($"{address}: {fault.Message}");
            }
        }
    }

    /// <summary>No page of a firm tells anything of another; what belongs to others looks like what is not there.</summary>
    [Fact]
    public async Task The_pages_of_a_firm_tell_nothing_of_another()
    {
        Required.Thorough();
        await using var firm = await chromium.OpenAsync(work.Platform.Address, phone: true);
        await firm.SignInAsync($"f1@{work.People.Domain}", FurnitureConsortium.Password);
        string[] foreign = [.. work.Secrets.Where(one => one.Key != "F1").SelectMany(one => one.Value).Except(work.Secrets["F1"])];
        Assert.True(foreign.Length >= 20, $"{foreign.Length} numbers and names of others");

        var told = new List<string>();
        await foreach (var (address, _) in PagesAsync(firm, address => address))
        {
            var body = await BodyAsync(firm, address);
            told.AddRange(foreign.Where(secret => Says(body, secret)).Select(secret => $"{address} says {secret}"));
        }

        Assert.Empty(told);
        var none = await MainAsync(firm, $"/offers/{Guid.CreateVersion7()}");
        foreach (var address in work.Pages.Where(page => page.Firm != "F1").Select(page => page.Address)
            .Concat(work.Orders.Values.Select(order => $"/orders/{order}")).Append($"/members/{work.People.Firms["F2"]}"))
        {
            Assert.Equal(none, await MainAsync(firm, address));
        }
    }

    /// <summary>One person signs out and another signs in, in the same browser: going back shows no page of the first.</summary>
    [Fact]
    public async Task Nobody_sees_the_pages_of_who_used_the_browser_before()
    {
        Required.Thorough();
        await using var browser = await chromium.OpenAsync(work.Platform.Address, phone: true);
        await browser.SignInAsync($"f1@{work.People.Domain}", FurnitureConsortium.Password);
        foreach (var page in work.Pages.Where(page => page.Firm == "F1").Select(page => page.Address).Append("/our-firm").Append("/capacity"))
        {
            await browser.Page.GotoAsync(page);
        }

        await browser.PressAsync(".tabs a[href='/offers']");
        await browser.Page.WaitForURLAsync("**/offers");
        var before = await browser.Page.ContentAsync();
        Assert.Contains(work.Secrets["F1"], secret => Says(before, secret));
        await browser.PressAsync(".menu summary");
        await browser.PressAsync("form[action='/sign-out'] button");
        await browser.Page.WaitForURLAsync("**/sign-in*");
        await browser.SignInAsync($"f3@{work.People.Domain}", FurnitureConsortium.Password);

        for (var back = 0; back < 8; back++)
        {
            await browser.Page.GoBackAsync();
            await browser.Page.Locator("main").WaitForAsync();
            var body = await browser.Page.ContentAsync();
            Assert.DoesNotContain(work.Secrets["F1"].Except(work.Secrets["F3"]), secret => Says(body, secret));
        }
    }

    // Every page to which the menu and the links on pages lead, once for all addresses that count as the same; then the browser is there.
    private static async IAsyncEnumerable<(string Address, string Kind)> PagesAsync(Visitor visitor, Func<string, string> same, params string[] first)
    {
        var (seen, ahead) = (new HashSet<string>(), new Queue<string>([.. first, "/account"]));
        while (ahead.TryDequeue(out var address))
        {
            if (seen.Add(first.Contains(address) ? address : same(address)))
            {
                await visitor.Page.GotoAsync(address);
                foreach (var link in await visitor.Page.EvaluateAsync<string[]>(
                    "[...document.querySelectorAll('a[href]:not([download])')].map(one => one.getAttribute('href').split('#')[0])"))
                {
                    if (link.StartsWith('/') && !link.StartsWith("/language/", StringComparison.Ordinal))
                    {
                        ahead.Enqueue(link);
                    }
                }

                yield return (address, Kind(new Uri(visitor.Page.Url).AbsolutePath));
            }
        }
    }

    private static async Task<string> BodyAsync(Visitor visitor, string address) =>
        await (await visitor.Page.APIRequest.GetAsync(address)).TextAsync();

    private static async Task<string> MainAsync(Visitor visitor, string address)
    {
        var answer = await visitor.Page.APIRequest.GetAsync(address);
        Assert.Equal(404, answer.Status);
        return Content().Match(await answer.TextAsync()).Value;
    }

    // As a word of its own; numbers also with their separators.
    private static bool Says(string body, string secret) =>
        Regex.IsMatch(NotSaid().Replace(body, ""), $@"(?<![\w-]){Regex.Escape(secret)}(?!\w)", RegexOptions.CultureInvariant);

    private static string Kind(string address) => Id().Replace(address.Split('?')[0], "*");

    [GeneratedRegex(@"[0-9a-f]{8}-[0-9a-f-]{27}|(?<=/lines/)\d+|(?<=/products/)[\w-]+")]
    private static partial Regex Id();

    // Between the digits of a number, and how long a field's text may be, which is no number of a firm's.
    [GeneratedRegex(@"(?<=\d)[,.\u00a0\u202f](?=\d)| maxlength=""\d+""")]
    private static partial Regex NotSaid();

    [GeneratedRegex("<main.*</main>", RegexOptions.Singleline)]
    private static partial Regex Content();
}
