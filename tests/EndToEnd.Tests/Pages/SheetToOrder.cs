using System.Globalization;
using Microsoft.Playwright;
using Xunit.Sdk;

namespace ExportConsortia.EndToEnd.Tests.Pages;

/// <summary>
/// From a firm's spreadsheet to the offers of what a buyer ordered, by people with browsers: 40 sheets are imported, approved and published; a buyer
/// without an account finds one in French and asks for it; the lead is assigned and quoted from the firms' sealed prices; the buyer accepts by the
/// link, and what it ordered is split among the firms.
/// </summary>
public sealed class SheetToOrder(Deployments deployments, Chromium chromium)
{
    private const string Marketing = "/api/marketing";
    private const int Sheets = 40;

    // Eight by six brown pixels.
    private static readonly byte[] Png = Convert.FromBase64String(
        "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAGCAIAAABxZ0isAAAAEUlEQVR42mPoitLG"
        + "ihgGUgIA9igy0c84XjcAAAAASUVORK5CYII=");

    private static readonly Dictionary<string, long> Chairs = new() { ["F1"] = 800, ["F2"] = 600, ["F3"] = 400, ["F5"] = 600 };

    private static readonly Dictionary<string, string> Prices = new() { ["F1"] = "41.50", ["F2"] = "42.25", ["F3"] = "43", ["F5"] = "47.90" };

    private static readonly string[] Products = [.. Enumerable.Range(0, Sheets).Select(i => i == 0 ? "TK-12" : $"TK-{100 + i}")];

    [Theory, InlineData(Shape.Embedded), InlineData(Shape.Distributed)]
    public async Task From_forty_sheets_to_the_offers_of_what_a_buyer_found(Shape shape)
    {
        Required.TurnOf((int)shape);
        var deployment = await deployments.OfAsync(shape);
        using var vtf = await FurnitureConsortium.FoundAsync(deployment, Chairs);
        var faults = new List<string>();
        var code = vtf.Domain.Split('.')[0].ToUpperInvariant();
        await PrepareAsync(vtf);
        await using var manager = await SignInAsync("sales");

        await ImportAsync();
        await ApproveAsync();
        await PublishAsync();
        var lead = await AskAsync();
        await AssignAsync(lead);
        var (quotation, link) = await QuoteAsync(lead);
        await AcceptAsync(link);

        // It is an order, once; two people clear the buyer, and every piece is offered.
        await vtf.UntilAsync(quotation, "Received", "Screening");
        Assert.Single((await vtf.Manager.GetAsync("/api/allocation/orders")).Ok["orders"]!.AsArray());
        await vtf.ClearAsync(quotation);
        await vtf.AcceptAsync(quotation);
        Assert.Equal(1000, (await vtf.OffersAsync(quotation, 1)).Values.Sum(offer => offer.Quantity));

        // (41.50 + 42.25 + 43.00) / 3 = 42.25; with 5 % margin 44.3625; with 4 % commission 46.2109375.
        var won = (await vtf.Manager.GetAsync($"{Marketing}/leads/{lead}")).Ok;
        Assert.Equal(("Won", 4_621_000, "EUR"), ($"{won["state"]}", won["wonMinor"]!.GetValue<long>(), $"{won["wonCurrency"]}"));
        await manager.Page.GotoAsync($"/leads/{lead}");
        await SeeAsync(manager, "lead-won");
        Assert.True(faults.Count == 0, string.Join('\n', faults));

        async Task ImportAsync()
        {
            await using var firm = await SignInAsync("f1");
            await firm.Page.GotoAsync("/sheets/file");
            await firm.Page.Locator("input[name=file]").SetInputFilesAsync(new FilePayload
            {
                Name = "sheets.csv", MimeType = "text/csv", Buffer = Encoding.UTF8.GetBytes(Table()),
            });
            await firm.PressAsync("button[value=check]");
            await firm.Page.Locator("button[value=import]").WaitForAsync();
            await SeeAsync(firm, "sheets-checked");
            await firm.PressAsync("button[value=import]");
            await firm.Page.WaitForURLAsync($"**?done={Sheets}");
            await SeeAsync(firm, "sheets-imported");

            // One gets its picture and is submitted.
            await firm.Page.GotoAsync("/sheets");
            await SeeAsync(firm, "sheets");
            await firm.PressAsync("a[href='/sheets/TK-12']");
            await firm.Page.Locator("input[name=file]").SetInputFilesAsync(new FilePayload
            {
                Name = "chair.png", MimeType = "image/png", Buffer = Png,
            });
            await SeeAsync(firm, "sheet");
            await firm.PressAsync("button[value=submit]");
            await firm.Page.WaitForURLAsync("**?done=submitted");
            await SeeAsync(firm, "sheet-submitted");
            await firm.Page.GotoAsync("/sheets");
            await firm.PressAsync("form[action='/sheets/submissions'] button");
            await firm.Page.WaitForURLAsync($"**?submitted={Sheets - 1}");
            await SeeAsync(firm, "sheets-submitted");
        }

        async Task ApproveAsync()
        {
            await manager.Page.GotoAsync("/sheets");
            await SeeAsync(manager, "sheets-to-approve");
            await manager.PressAsync("a[href$='/approval']:has(.soft:text-is('TK-12'))");
            await manager.Page.Locator("form[action$='/approval']").WaitForAsync();
            await SeeAsync(manager, "sheet-approval");
            await manager.PressAsync("form[action$='/approval'] button");
            await manager.Page.WaitForURLAsync("**?done=approval");
            await SeeAsync(manager, "sheet-approved");

            foreach (var sheet in (await vtf.Manager.GetAsync($"{Marketing}/sheets?limit=100&state=Submitted")).Ok["sheets"]!.AsArray())
            {
                var path = $"{Marketing}/sheets/{sheet!["id"]}";
                _ = (await vtf.Manager.SendAsync(
                    HttpMethod.Post, $"{path}/approval", new { }, ifMatch: (await vtf.Manager.GetAsync(path)).ETag)).Ok;
            }
        }

        async Task PublishAsync()
        {
            await manager.Page.GotoAsync("/catalogue");
            await SeeAsync(manager, "catalogue-before");
            await manager.PressAsync("form[action='/catalogue/editions'] button");
            await manager.Page.WaitForURLAsync("**?done=published");
            Assert.Equal(Sheets, (await vtf.Manager.GetAsync($"{Marketing}/editions")).Ok[0]!["items"]!.GetValue<int>());
            await SeeAsync(manager, "catalogue-published");
        }

        async Task<Guid> AskAsync()
        {
            await using var buyer = await chromium.OpenAsync(deployment.Address, phone: true, language: "fr-FR");
            await buyer.Page.GotoAsync($"/c/{code}/catalogue");
            await buyer.UntilAsync("ul.items a");
            await SeeAsync(buyer, "public-search");
            await buyer.TypeAsync("#q", "theatre");
            await buyer.PressAsync("form.search button");
            await buyer.Page.WaitForURLAsync("**q=theatre*");
            var found = Assert.Single(await buyer.Page.Locator("ul.items h2 a").AllInnerTextsAsync());
            Assert.Equal("Fauteuil de théâtre", found);
            await SeeAsync(buyer, "public-found");
            await buyer.PressAsync("ul.items h2 a");
            await buyer.Page.Locator("h1[itemprop=name]").WaitForAsync();
            Assert.True(await buyer.Page.Locator("img[itemprop=image]").EvaluateAsync<bool>(
                "async one => { await one.decode(); return one.naturalWidth > 0; }"));
            await SeeAsync(buyer, "public-product");
            await using var first = await chromium.OpenAsync(deployment.Address, phone: true, language: "fr-FR");
            var load = await Weight.LoadAsync(first, buyer.Page.Url);
            Assert.True(load.Bytes is > 0 and <= 150 * 1024 && load.Requests <= 12, $"{buyer.Page.Url}, first visit: {load}");
            await buyer.PressAsync("a.button-main");
            await buyer.Page.Locator("input[name=firm]").WaitForAsync();
            await SeeAsync(buyer, "public-request");
            await buyer.TypeAsync("input[name=name]", "Hélène Faure");
            await buyer.TypeAsync("input[name=firm]", "Maison Dupré SARL");
            await buyer.TypeAsync("input[name=country]", "fr");
            await buyer.TypeAsync("input[name=email]", "helene@maison-dupre.example");
            await buyer.TypeAsync("textarea[name=message]", "1 000 fauteuils pour un théâtre en plein air, au printemps ?");
            await buyer.PressAsync("form.form button[type=submit]");
            await buyer.Page.Locator(".errors").WaitForAsync();
            await SeeAsync(buyer, "public-request-wrong");
            await buyer.PressAsync("input[name=consent]");
            await buyer.PressAsync("form.form button[type=submit]");
            await buyer.Page.WaitForURLAsync("**sent=yes*");
            await SeeAsync(buyer, "public-request-sent");
            return Assert.Single((await vtf.Manager.GetAsync($"{Marketing}/leads")).Ok["leads"]!.AsArray())!["id"]!.GetValue<Guid>();
        }

        async Task AssignAsync(Guid lead)
        {
            await manager.Page.GotoAsync("/leads");
            await SeeAsync(manager, "leads");
            await manager.PressAsync($"a[href='/leads/{lead}']");
            await manager.PressAsync("form[action$='/assignment'] button");
            await manager.Page.WaitForURLAsync("**?done=true*");
            await SeeAsync(manager, "lead-assigned");
            var assigned = (await vtf.Manager.GetAsync($"{Marketing}/leads/{lead}")).Ok["memberId"]!.GetValue<Guid>();
            await using var firm = await SignInAsync(vtf.Firms.Single(one => one.Value == assigned).Key.ToLowerInvariant(), phone: true);
            await firm.Page.GotoAsync("/leads");
            await SeeAsync(firm, "leads-of-firm");
            await firm.PressAsync($"a[href='/leads/{lead}']");
            await firm.Page.Locator("a[href='mailto:helene@maison-dupre.example']").WaitForAsync();
            await SeeAsync(firm, "lead-of-firm");
        }

        async Task<(Guid Quotation, string Link)> QuoteAsync(Guid lead)
        {
            await manager.Page.GotoAsync("/quotations");
            await manager.TypeAsync("input[name=countries]", "LA");
            await SeeAsync(manager, "quotations-home");
            await manager.PressAsync("form[action='/quotations/home-market'] button");
            await manager.Page.Locator("#home-title:has-text('LA')").WaitForAsync();
            await manager.Page.GotoAsync("/quotations/new?name=maison");
            await SeeAsync(manager, "quotation-buyer");
            await manager.Page.GotoAsync($"/leads/{lead}");
            await manager.PressAsync($"a[href='/quotations/new?lead={lead}']");
            await manager.Page.Locator("form[action='/quotations']").WaitForAsync();
            Assert.Equal("TK-12", await manager.Page.Locator("select[name=product1]").InputValueAsync());
            await manager.PressAsync("form[action='/quotations'] button");
            await manager.Page.Locator(".errors").WaitForAsync();
            await SeeAsync(manager, "quotation-new-wrong");
            await manager.TypeAsync("input[name=quantity1]", "1000");
            await manager.TypeAsync("input[name=incoterm]", "fob");
            await manager.TypeAsync("input[name=place]", "Laem Chabang");
            await manager.PressAsync("form[action='/quotations'] button");
            await manager.Page.WaitForURLAsync("**?done=opened");
            var page = new Uri(manager.Page.Url).AbsolutePath;
            await SeeAsync(manager, "quotation-opened");
            await manager.PressAsync("form[action$='/price-rounds'] button");
            await manager.Page.WaitForURLAsync("**?done=asked");
            await SeeAsync(manager, "quotation-asked");
            foreach (var (firm, price) in Prices)
            {
                await HandInAsync(firm, price);
            }

            await manager.Page.GotoAsync(page);
            await manager.TypeAsync("input[name=margin]", "5");
            await manager.TypeAsync("input[name=commission]", "4");
            await manager.PressAsync("button[value=preview]");
            await manager.Page.GetByText("46.21").First.WaitForAsync();
            await SeeAsync(manager, "quotation-preview");
            await manager.PressAsync("button[value=issue]");
            var link = new Uri(await manager.Page.Locator("#quotation-link").InnerTextAsync()).AbsolutePath;
            await SeeAsync(manager, "quotation-issued");
            return (Guid.Parse(page.Split('/')[^1], CultureInfo.InvariantCulture), link);
        }

        async Task HandInAsync(string firm, string price)
        {
            await using var phone = await SignInAsync(firm.ToLowerInvariant(), phone: true);
            await phone.Page.GotoAsync("/quotations/prices");
            await phone.PressAsync(".answers summary");
            await phone.TypeAsync("input[name=price]", price);
            await SeeAsync(phone, $"quotation-price-{firm}");
            await phone.PressAsync("form[action$='/price'] button");
            await phone.Page.Locator(".notice-good").WaitForAsync();
        }

        async Task AcceptAsync(string link)
        {
            await using var buyer = await chromium.OpenAsync(deployment.Address, phone: true, language: "fr-FR");
            await buyer.Page.GotoAsync(link);
            var quoted = await buyer.Page.InnerTextAsync("main");
            Assert.Contains("46,21", quoted, StringComparison.Ordinal);
            Assert.Contains("Folding armchair", quoted, StringComparison.Ordinal);
            await SeeAsync(buyer, "public-quotation");
            await buyer.TypeAsync("input[name=name]", "Hélène Faure");
            await buyer.PressAsync("form[action$='/acceptance'] button");
            await buyer.Page.Locator(".notice-good").WaitForAsync();
            await SeeAsync(buyer, "public-quotation-accepted");
        }

        async Task<Visitor> SignInAsync(string person, bool phone = false)
        {
            var visitor = await chromium.OpenAsync(deployment.Address, phone);
            await visitor.SignInAsync($"{person}@{vtf.Domain}", FurnitureConsortium.Password);
            return visitor;
        }

        // What is wrong with pages is told together at the end: the story goes on.
        async Task SeeAsync(Visitor visitor, string name)
        {
            try
            {
                await (shape == Shape.Embedded ? visitor.LookAsync($"market-{name}") : Task.CompletedTask);
            }
            catch (XunitException wrong)
            {
                faults.Add(wrong.Message);
            }
        }
    }

    // The consortium's list has all 40 products, which F1 makes.
    private static async Task PrepareAsync(FurnitureConsortium vtf)
    {
        foreach (var product in Products[1..])
        {
            await vtf.ListAsync(product, "chairs");
        }

        var capabilities = $"/api/membership/members/{vtf.Firms["F1"]}/capabilities";
        _ = (await vtf["F1"].PutAsync(
            capabilities,
            new { capabilities = Products.Select(product => new { productCode = product, productName = product, productFamily = "chairs" }) },
            (await vtf["F1"].GetAsync(capabilities)).ETag)).Ok;
        await Eventually.Holds("Marketing knows what F1 makes", async () =>
            (await vtf["F1"].SendAsync(HttpMethod.Post, $"{Marketing}/sheets/file?trial=true", new StringContent(Table())))
                .Ok["created"]!.GetValue<int>() == Sheets);
    }

    private static string Table() => string.Join('\n', Products
        .Select((product, i) => i == 0
            ? $"{product};Folding armchair;\"Teak; folds, oiled.\";Fauteuil de théâtre;\"Teck huilé; se plie.\";940169;LA;45;50"
            : $"{product};Garden chair {i};Teak.;Chaise de jardin n° {i};Teck huilé.;940169;LA;45;50")
        .Prepend("product;name_en;text_en;name_fr;text_fr;hs;origin;lead_time_days;minimum_order"));
}
