using System.Globalization;
using System.Text.Json.Nodes;
using ExportConsortia.Portal.Api;
using ExportConsortia.Portal.Pages.Account;
using ExportConsortia.Portal.Pages.Capacity;
using ExportConsortia.Portal.Parts;
using ExportConsortia.Portal.Web;
using Microsoft.AspNetCore.Http;

namespace ExportConsortia.Portal.Tests;

/// <summary>What a member firm does on its pages.</summary>
public sealed class MemberPagesTests
{
    private static readonly Guid Id = Guid.CreateVersion7();

    [Theory]
    [InlineData("en", "41.50", 4150)]
    [InlineData("en", "41", 4100)]
    [InlineData("en", "1,205.5", 120550)]
    [InlineData("en", "41,50", null)]
    [InlineData("en", "41.505", null)]
    [InlineData("en", "1,2", null)]
    [InlineData("en", "", null)]
    [InlineData("en", "-5", null)]
    [InlineData("en", "41.", null)]
    [InlineData("fr", "41,50", 4150)]
    [InlineData("fr", "41.50", 4150)]
    [InlineData("fr", "1 205,50", 120550)]
    [InlineData("vi", "1.205,50", 120550)]
    [InlineData("vi", "41.50", null)]
    public void A_price_is_read_as_the_language_writes_it_and_never_as_another_one(string language, string typed, int? minor)
    {
        CultureInfo.CurrentCulture = Language.Find(language)!.Culture;

        Assert.Equal(minor, Money.Read(typed, "EUR"));
    }

    [Theory]
    [InlineData("EUR", 4150, "41.50")]
    [InlineData("EUR", 5, "0.05")]
    [InlineData("VND", 4150, "4150")]
    public void A_price_is_written_so_that_it_can_be_read_again(string currency, long minor, string typed)
    {
        CultureInfo.CurrentCulture = Language.Find("en")!.Culture;

        Assert.Equal(typed, Money.Written(minor, currency));
        Assert.Equal(minor, Money.Read(typed, currency));
    }

    [Fact]
    public void A_price_that_is_no_whole_number_of_minor_units_is_told_for_as_many_as_it_is_for()
    {
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = Language.Find("en")!.Culture;
        var words = new Words();

        Assert.Equal("EUR\u00a048.00 per piece", words.Price(new(48_000, 10), "EUR", "C62"));
        Assert.Equal("EUR\u00a012.55 per 1,000 g", words.Price(new(1255, 1000), "EUR", "GRM"));
        Assert.Equal("EUR\u00a02.51", Money.Of(new UnitPrice(1255, 1000), "EUR", 200));
    }

    [Fact]
    public void A_reason_is_told_in_the_reader_s_language_or_not_at_all()
    {
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = Language.Find("fr")!.Culture;
        var words = new Words();
        var share = new ExplanationStep(
            "R-607", "Your firm's share …", [new("lots", 41), new("lotsPieces", 41_000)], "Share", [new("policy", "CapacityProRata")], "GRM");

        Assert.Equal($"Votre part {words.Of("policy", "CapacityProRata")} est de 41 lots, {words.Number(41_000)} g.", words.Reason(share));
        Assert.Null(words.Reason(share with { Names = null }));
        Assert.Null(words.Reason(share with { Key = null }));
        Assert.Null(words.Reason(share with { Key = "SaidByNobody" }));
    }

    [Theory]
    [InlineData("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36", "Chrome, Android")]
    [InlineData("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge, Windows")]
    [InlineData("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 Version/18.0 Safari/604.1", "Safari, iPhone")]
    [InlineData("curl/8.5.0", "curl/8.5.0")]
    [InlineData("", null)]
    public void A_browser_is_named_as_a_person_would(string userAgent, string? name) => Assert.Equal(name, Device.Of(userAgent));

    [Fact]
    public void Numbers_that_were_changed_are_declared_and_what_somebody_else_changed_meanwhile_is_not_overwritten()
    {
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = Language.Find("en")!.Culture;
        ListCapacityResponse[] now = [Declared(1200), Declared(800), Declared(300)];
        var form = new FormState("numbers", new FormCollection(new()
        {
            [$"was-{now[0].Id:N}"] = "1,200", [$"quantity-{now[0].Id:N}"] = "1,300",
            [$"was-{now[1].Id:N}"] = "700", [$"quantity-{now[1].Id:N}"] = "750",   // 800 since the page was shown
            [$"was-{now[2].Id:N}"] = "250", [$"quantity-{now[2].Id:N}"] = "250",   // not touched
        }));

        var changed = KeepCapacity.Changed(form, now, new Words());

        Assert.Equal([1300, 750], changed.Select(c => c.Quantity));
        Assert.Equal([$"quantity-{now[1].Id:N}"], form.Errors.Select(e => e.Field));
    }

    [Fact]
    public void A_file_of_declarations_quotes_what_would_end_a_cell()
    {
        var firm = Guid.CreateVersion7();
        var declared = Declared(5) with { MemberId = firm, ProductFamily = "chairs; \"high\"" };

        var file = CapacityFile.Of([declared], new Dictionary<Guid, string> { [firm] = "F1" });

        Assert.Equal("member;family;from;to;quantity;unit\r\nF1;\"chairs; \"\"high\"\"\";2026-09-01;2026-10-01;5;C62\r\n", file);
    }

    [Fact]
    public async Task An_answer_after_the_deadline_is_refused_on_the_offer_itself()
    {
        await using var api = await StandInInterface.StartAsync();
        await using var portal = await RunningPortal.StartAsync(api);
        using var browser = portal.Open();
        api.OpenTo(Role.MemberUser);
        await browser.SignInAsync();
        api.On("GET", $"/api/allocation/offers/{Id}", 200, Offer("Proposed"));
        var page = await browser.GetAsync($"/offers/{Id}");
        api.On("GET", $"/api/allocation/offers/{Id}", 200, Offer("Expired"));
        api.On("POST", $"/api/allocation/offers/{Id}/acceptance", 409, new { status = 409, code = "OFFER_EXPIRED", detail = "Late." });

        var late = await browser.SendAsync(page, $"/offers/{Id}/acceptance");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, late.Status);
        Assert.Contains("The deadline is over", late.Document.QuerySelector(".notice-bad")!.TextContent, StringComparison.Ordinal);
        Assert.Empty(late.Document.QuerySelectorAll("form[action*=acceptance]"));
    }

    [Fact]
    public async Task Several_offers_of_an_order_are_accepted_with_one_request_and_each_says_what_became_of_it()
    {
        await using var api = await StandInInterface.StartAsync();
        await using var portal = await RunningPortal.StartAsync(api);
        using var browser = portal.Open();
        api.OpenTo(Role.MemberUser);
        await browser.SignInAsync();
        var (order, late) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        api.On("GET", "/api/allocation/offers", 200, new { offers = new[] { Offer("Proposed", order: order), Offer("Proposed", late, order) } });
        api.On("POST", $"/api/allocation/orders/{order}/offer-answers", 409, new
        {
            status = 409, code = "OFFER_EXPIRED", detail = "Late.", answers = new[] { new { answer = 1, offerId = late, code = "OFFER_EXPIRED" } },
        });

        var sent = await browser.SendAsync(await browser.GetAsync("/offers/several?all=true"), "/offers/several");
        api.On("GET", "/api/allocation/offers", 200, new { offers = new[] { Offer("Accepted", order: order), Offer("Expired", late, order) } });
        var told = await browser.GetAsync(sent.Location!);

        Assert.Equal((HttpStatusCode.SeeOther, $"/offers/several/answered?offer={Id}&offer={late}"), (sent.Status, sent.Location));
        Assert.Contains("You accepted 1 offer", told.Document.QuerySelector(".notice-good")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("1 could not be accepted", told.Document.QuerySelector(".notice-warn")!.TextContent, StringComparison.Ordinal);
        // All at once; and since one came too late, once more without it.
        Assert.Equal(
            [$"{Id} {late}", $"{Id}"],
            api.Sent.Where(one => one.Path == $"/api/allocation/orders/{order}/offer-answers").Select(one => string.Join(
                ' ', JsonNode.Parse(one.Text)!["answers"]!.AsArray().Select(answer => answer!["offerId"]!.GetValue<Guid>()))));
    }

    [Fact]
    public async Task An_answer_that_waits_for_the_screening_shows_as_given_and_cannot_be_given_again()
    {
        await using var api = await StandInInterface.StartAsync();
        await using var portal = await RunningPortal.StartAsync(api);
        using var browser = portal.Open();
        api.OpenTo(Role.MemberUser);
        await browser.SignInAsync();
        api.On("GET", $"/api/allocation/offers/{Id}", 200, new
        {
            offerId = Id, orderId = Guid.CreateVersion7(), kind = "Normal", state = "Proposed", quantity = 410, accepted = 0,
            issuedAt = DateTime.UnixEpoch, expiresAt = DateTime.UnixEpoch, explanation = Array.Empty<object>(), terms = Terms(),
            waitingSince = DateTime.UnixEpoch, waitingQuantity = 300,
        });

        var page = await browser.GetAsync($"/offers/{Id}");

        Assert.Contains("Your answer waits: 300 pieces", page.Document.QuerySelector(".notice")!.TextContent, StringComparison.Ordinal);
        Assert.Empty(page.Document.QuerySelectorAll("form[action*=acceptance]"));
    }

    [Fact]
    public async Task That_others_were_faster_is_news_and_no_error_page()
    {
        await using var api = await StandInInterface.StartAsync();
        await using var portal = await RunningPortal.StartAsync(api);
        using var browser = portal.Open();
        api.OpenTo(Role.MemberUser);
        await browser.SignInAsync();
        api.On("GET", "/api/allocation/open-calls", 200, Calls());
        var page = await browser.GetAsync("/open-calls");
        api.On("POST", $"/api/allocation/open-calls/{Id}/claims", 409, new { status = 409, code = "QUANTITY_GONE", detail = "Gone." });

        var late = await browser.SendAsync(page, $"/open-calls/{Id}/claims", ("quantity", "70"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, late.Status);
        Assert.Contains("So much is not left", late.Document.QuerySelector(".notice-warn")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("Open calls", late.Document.QuerySelector("h1")!.TextContent);
    }

    [Fact]
    public async Task A_file_is_checked_before_it_is_declared_and_both_ask_the_same()
    {
        await using var api = await StandInInterface.StartAsync();
        await using var portal = await RunningPortal.StartAsync(api);
        using var browser = portal.Open();
        api.OpenTo(Role.MemberUser);
        await browser.SignInAsync();
        const string File = "family;from;to;quantity\nchairs;2027-04-01;2027-05-01;10\n";
        var empty = await browser.GetAsync("/capacity/file");

        api.On("POST", "/api/membership/capacity-declarations/csv", 200, new { rows = 1, created = 1, dryRun = true });
        var check = await browser.SendAsync(empty, "/capacity/file", ("text", File), ("name", "ours.csv"), ("do", "check"));
        api.On("POST", "/api/membership/capacity-declarations/csv", 200, new { rows = 1, created = 1, dryRun = false });
        var declared = await browser.SendAsync(check, "/capacity/file", ("do", "declare"));

        Assert.Equal(HttpStatusCode.OK, check.Status);
        Assert.Contains("Nothing is changed yet", check.Document.QuerySelector(".notice-info")!.TextContent, StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.SeeOther, "/capacity?declared=1"), (declared.Status, declared.Location));
        Assert.Equal(
            ["?dryRun=true&renew=false", "?dryRun=false&renew=false"],
            api.Asked.Select(asked => asked.Path.Split("/csv")).Where(parts => parts.Length == 2).Select(parts => parts[1]));
    }

    private static ListCapacityResponse Declared(long quantity) =>
        new(Guid.CreateVersion7(), Guid.Empty, "chairs", new(2026, 9, 1), new(2026, 10, 1), quantity, DateTime.UnixEpoch, "C62");

    private static object Offer(string state, Guid? id = null, Guid? order = null) => new
    {
        offerId = id ?? Id, orderId = order ?? Guid.CreateVersion7(), kind = "Normal", state, quantity = 410,
        accepted = state == "Accepted" ? 410 : 0, issuedAt = DateTime.UnixEpoch, expiresAt = new DateTime(2999, 1, 1),
        explanation = Array.Empty<object>(), terms = Terms(),
    };

    private static object Terms() => new
    {
        lineId = "1", product = "TK-12", unit = "C62", piecesPerUnit = 1, lotSize = 10, minLot = 30, currency = "EUR",
        price = new { minorUnits = 4800, perQuantity = 1 },
    };

    private static object[] Calls() =>
    [
        new
        {
            callId = Id, product = "TK-12", quantity = 70, expiresAt = new DateTime(2999, 1, 1), lotSize = 10, minLot = 30, unit = "C62",
            terms = Terms(),
        },
    ];
}
