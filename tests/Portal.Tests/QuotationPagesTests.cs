using System.Collections.Concurrent;
using ExportConsortia.Portal.Api;
using Microsoft.Extensions.Logging;

namespace ExportConsortia.Portal.Tests;

/// <summary>The pages of quotations: the buyer's, who has no account, the firm's and the manager's.</summary>
public sealed class QuotationPagesTests
{
    private const string Token = "abc";
    private const string Page = $"/c/VTF/quotations/{Token}";
    private const string Api = $"/api/marketing/public/quotations/{Token}";

    private static readonly QuotationContent Content = new(
        "Q-2027-0001", 2, "Vientiane Teak Furniture", "Nordhaus Möbel GmbH", "EUR", "FOB", "Laem Chabang", null, new(2027, 5, 31),
        new(2027, 3, 31, 16, 0, 0, DateTimeKind.Utc), [new("1", "TK-12", "Garden chair", 1000, "C62", 4568, 4_568_000)], 4_568_000, "30 days net.");

    [Fact]
    public async Task A_buyer_reads_and_accepts_without_an_account_and_learns_what_happens_next()
    {
        await using var api = await StandInInterface.StartAsync();
        await using var portal = await RunningPortal.StartAsync(api);
        using var browser = portal.Open();
        api.On("GET", Api, 200, View("Issued"));
        api.On("POST", $"{Api}/acceptance", 200, View("Accepted"));

        var page = await browser.GetAsync(Page, "fr");
        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Contains("45 680,00", page.Document.Body!.TextContent.Replace('\u202f', ' ').Replace('\u00a0', ' '), StringComparison.Ordinal);
        Assert.Contains("Prix unitaire", page.Document.Body.TextContent, StringComparison.Ordinal);
        Assert.Equal(new string('a', 64), page.Document.QuerySelector("input[name=hash]")!.GetAttribute("value"));
        Assert.Null(page.Document.QuerySelector("nav"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await browser.SendAsync(page, $"{Page}/acceptance", ("name", ""))).Status);
        Assert.DoesNotContain(api.Asked, asked => asked.Method == "POST");

        var accepted = await browser.SendAsync(page, $"{Page}/acceptance", ("name", "Anna Nord"));
        Assert.Equal((HttpStatusCode.SeeOther, Page), (accepted.Status, accepted.Location));
        api.On("GET", Api, 200, View("Accepted"));
        var after = await browser.GetAsync(Page);
        Assert.Contains("It is an order now", after.Document.Body!.TextContent, StringComparison.Ordinal);
        Assert.Empty(after.Document.QuerySelectorAll("form"));
    }

    [Fact]
    public async Task The_manager_reads_steps_and_difference_and_a_price_that_is_sealed_is_not_there()
    {
        await using var api = await StandInInterface.StartAsync();
        await using var portal = await RunningPortal.StartAsync(api);
        using var browser = portal.Open();
        api.OpenTo(Role.ConsortiumManager);
        await browser.SignInAsync();
        var (id, firm) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var now = DateTime.SpecifyKind(new(2027, 3, 1), DateTimeKind.Utc);
        QuotationViewPriceView[] opened = [new(Guid.CreateVersion7(), firm, "Firm 1", "TK-12", true, 4100, 1, "C62")];
        QuotationViewPriceView[] sealed_ = [new(Guid.CreateVersion7(), firm, "Firm 1", "TK-12", true, null, null, "C62")];
        var composition = new Composition("Cheapest", 1, 500, 400, [new(
            "1", "TK-12", "C62", [new(firm, 4100, 1, "C62", true)], "4100", "4305", "35875/8", 4484)]);
        api.On("GET", $"/api/marketing/quotations/{id}", 200, new QuotationView(
            id, "Q-2027-0001", "Issued", Guid.CreateVersion7(), "Nordhaus", "DE", null, "EUR", "FOB", "Laem Chabang", null, null,
            [new("1", "TK-12", "Garden chair", 1000, "C62")],
            [
                new(Guid.CreateVersion7(), "Opened", now, now, now, true, opened),
                new(Guid.CreateVersion7(), "Open", now, now.AddYears(10), null, false, sealed_),
            ],
            [new(2, "Issued", now, now.AddYears(10), null, null, null, Content, new string('a', 64),
                [new("unitPriceMinor", "TK-12", "4600", "4568")], composition)],
            now, 7));

        var page = await browser.GetAsync($"/quotations/{id}");

        Assert.Equal(HttpStatusCode.OK, page.Status);
        var text = page.Document.Body!.TextContent;
        Assert.Contains("EUR\u00a041.00; with the margin EUR\u00a043.05; with the commission EUR\u00a044.84375", text, StringComparison.Ordinal);
        Assert.Contains("EUR\u00a046.00 → EUR\u00a045.68", text, StringComparison.Ordinal);
        Assert.Contains("Firm 1 · TK-12: has answered", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Asking_for_prices_again_waits_for_a_second_person_who_reads_why()
    {
        await using var api = await StandInInterface.StartAsync();
        await using var portal = await RunningPortal.StartAsync(api);
        using var browser = portal.Open();
        api.OpenTo(Role.Auditor);
        await browser.SignInAsync();
        var (id, firm) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var now = DateTime.SpecifyKind(new(2027, 3, 1), DateTimeKind.Utc);
        var proposal = new QuotationViewProposalView(Guid.CreateVersion7(), now.AddYears(10), "The drawing was wrong.", Guid.CreateVersion7(), now);
        var quotation = new QuotationView(
            id, "Q-2027-0001", "Priced", Guid.CreateVersion7(), "Nordhaus", "DE", null, "EUR", null, null, null, null,
            [new("1", "TK-12", "Garden chair", 1000, "C62")],
            [new(Guid.CreateVersion7(), "Opened", now, now, now, true, [new(Guid.CreateVersion7(), firm, "Firm 1", "TK-12", true, 4100, 1, "C62")])],
            [], now, 7, proposal);
        var path = $"/quotations/{id}/price-rounds/{proposal.RoundId}";
        api.On("GET", $"/api/marketing/quotations/{id}", 200, quotation);
        api.On("POST", $"/api/marketing{path}/approval", 200, quotation);

        var page = await browser.GetAsync($"/quotations/{id}");
        Assert.Contains("The drawing was wrong.", page.Document.QuerySelector("#again")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await browser.SendAsync(page, $"{path}/refusal", ("reason", ""))).Status);
        Assert.NotNull(page.Document.QuerySelector($"form[action='{path}/approval'] input[name=tag]"));   // what is approved is what was read
        var sent = await browser.SendAsync(page, $"{path}/approval");

        Assert.Equal((HttpStatusCode.SeeOther, $"/quotations/{id}?done=asked"), (sent.Status, sent.Location));
    }

    [Fact]
    public async Task No_line_of_the_log_has_the_token_of_a_buyers_link()
    {
        await using var api = await StandInInterface.StartAsync();
        await using var portal = await RunningPortal.StartAsync(api);
        using var browser = portal.Open();
        using var lines = new LogLines();
        portal.LogTo(lines).LogInformation("The log is read");
        var token = new string('t', 43);
        api.On("GET", $"/api/marketing/public/quotations/{token}", 200, View("Accepted"));

        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync($"/c/VTF/quotations/{token}")).Status);

        Assert.Contains("The log is read", lines.All);
        Assert.DoesNotContain(lines.All, line => line.Contains(token, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_firm_hands_in_its_price()
    {
        await using var api = await StandInInterface.StartAsync();
        await using var portal = await RunningPortal.StartAsync(api);
        using var browser = portal.Open();
        api.OpenTo(Role.MemberUser);
        await browser.SignInAsync();
        var now = DateTime.SpecifyKind(new(2027, 3, 1), DateTimeKind.Utc);
        var asked = new HandInPricePriceView(
            Guid.CreateVersion7(), "Open", "Awaited", now, now.AddYears(10), null, null, "C62", null, null,
            new("Q-2027-0001", "TK-12", "Garden chair", "C62", 1000, "EUR", "FOB", "Laem Chabang", null, null));
        api.On("GET", "/api/marketing/quotation-prices", 200, new PricePage([asked], null));
        api.On("PUT", $"/api/marketing/quotation-prices/{asked.PriceId}/price", 200, asked);

        var page = await browser.GetAsync("/quotations/prices");
        var form = $"/quotations/prices/{asked.PriceId}/price";
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await browser.SendAsync(page, form, ("price", "41,5x"))).Status);
        var done = await browser.SendAsync(page, form, ("price", "41.50"));

        Assert.Equal((HttpStatusCode.SeeOther, $"/quotations/prices?answered={asked.PriceId}"), (done.Status, done.Location));
    }

    private static BuyersView View(string state) => new(
        "Q-2027-0001", 2, state, Content, new string('a', 64), [new("unitPriceMinor", "TK-12", "4600", "4568")], null, null);

    private sealed class LogLines : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> All { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            All.Enqueue($"{formatter(state, exception)}{exception}");

        public void Dispose()
        {
        }
    }
}
