using ExportConsortia.Portal.Api;

namespace ExportConsortia.Portal.Tests;

/// <summary>The market's pages: who asks for what, and who may use the brand.</summary>
public sealed class LeadPagesTests
{
    private static readonly Guid Id = new("0197a4c2-7d1e-7c55-9b2f-3f6f0f1a2b3c");
    private static readonly DateTime At = new(2027, 3, 1, 8, 0, 0, DateTimeKind.Utc);

    [Theory]
    [InlineData("en", "Nordhaus", "Firm One: has it", "USD\u00a01,200.50")]
    [InlineData("fr", "Nordhaus", "Firm One: le reçoit", "USD\u00a01\u202f200,50")]
    [InlineData("vi", "Nordhaus", "Firm One: được giao", "USD\u00a01.200,50")]
    public async Task The_manager_reads_why_a_lead_went_to_a_firm(string language, params string[] told)
    {
        await using var api = await StandInInterface.StartAsync();
        await using var portal = await RunningPortal.StartAsync(api);
        using var browser = portal.Open();
        api.OpenTo(Role.ConsortiumManager);
        api.On("GET", "/api/membership/members", 200, new[] { new ListMembersResponse(Id, "F1", "Firm One", "LA", "Active", At, null) });
        api.On("GET", "/api/marketing/lead-claims", 200, Array.Empty<object>());
        api.On("GET", $"/api/marketing/leads/{Id}", 200, Lead("Assigned"));
        await browser.SignInAsync();

        var page = await browser.GetAsync($"/leads/{Id}", language);

        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.All(told, text => Assert.Contains(text, page.Document.Body!.TextContent, StringComparison.Ordinal));
        Assert.NotNull(page.Document.QuerySelector($"form[action='/leads/{Id}/return']"));
    }

    [Fact]
    public async Task A_firm_reads_of_the_pool_what_is_asked_for()
    {
        await using var api = await StandInInterface.StartAsync();
        await using var portal = await RunningPortal.StartAsync(api);
        using var browser = portal.Open();
        api.OpenTo(Role.MemberUser);
        api.On("GET", "/api/marketing/leads", 200, new GetLeadsResponse([], null, "USD"));
        api.On("GET", "/api/marketing/leads/pool", 200, new[] { new GetLeadsPoolLine(Id, ["chairs"], "DE", 3) });
        api.On("POST", $"/api/marketing/leads/{Id}/claims", 409, new { code = "INVOICE_TOO_OLD", detail = "The invoice is too old." });
        await browser.SignInAsync();

        var page = await browser.GetAsync("/leads");
        Assert.Contains("chairs, Germany, since 3 days", page.Text, StringComparison.Ordinal);
        var refused = await browser.SendAsync(page, "/leads/claims", ("lead", $"{Id}"), ("buyerName", "Nordhaus"), ("invoiceNumber", "7"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("The invoice is too old.", refused.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_firm_registers_a_customer_and_declares_a_sale_in_the_currency_of_the_books()
    {
        await using var api = await StandInInterface.StartAsync();
        await using var portal = await RunningPortal.StartAsync(api);
        using var browser = portal.Open();
        api.OpenTo(Role.MemberUser);
        var sale = new DeclareSaleResponse(Id, Id, "Nordhaus", new(2027, 2, 1), 1_200_050, "2027-0042", At, false, null);
        api.On("GET", "/api/marketing/leads", 200, new GetLeadsResponse([], null, "USD"));
        api.On("GET", "/api/marketing/prior-customers", 200, new[] { new ProtectLeadsCustomerView(Id, Id, "Nordhaus", "nordhaus.example", At) });
        api.On("GET", "/api/marketing/direct-sales", 200, new[] { sale });
        api.On("POST", "/api/marketing/prior-customers", 201, new ProtectLeadsCustomerView(Id, Id, "Nordhaus", null, At));
        api.On("POST", "/api/marketing/direct-sales", 201, sale);
        await browser.SignInAsync();

        var page = await browser.GetAsync("/customers");
        Assert.Contains("USD\u00a012,000.50", page.Document.Body!.TextContent, StringComparison.Ordinal);
        var wrong = await browser.SendAsync(
            page, "/customers/sales", ("buyerName", "Nordhaus"), ("soldOn", "2027-02-01"), ("invoiceNumber", "2027-0042"), ("value", "12.000,50"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.Status);
        await browser.SendAsync(
            page, "/customers/sales", ("buyerName", "Nordhaus"), ("soldOn", "2027-02-01"), ("invoiceNumber", "2027-0042"), ("value", "12,000.50"));
        await browser.SendAsync(page, "/customers", ("name", "Nordhaus"));

        Assert.Contains(
            "1200050", Assert.Single(api.Sent, sent => sent is ("POST", "/api/marketing/direct-sales", _)).Text, StringComparison.Ordinal);
        Assert.Single(api.Sent, sent => sent.Path == "/api/marketing/prior-customers");
    }

    [Fact]
    public async Task The_manager_notes_a_lead_with_who_asked_and_the_days_without_work()
    {
        await using var api = await StandInInterface.StartAsync();
        await using var portal = await RunningPortal.StartAsync(api);
        using var browser = portal.Open();
        api.OpenTo(Role.ConsortiumManager);
        api.On("GET", "/api/marketing/leads", 200, new GetLeadsResponse([], null, "USD"));
        api.On("GET", "/api/membership/products", 200, Array.Empty<object>());
        api.On("POST", "/api/marketing/leads", 201, new CaptureLeadResponse(Id, "Pool"));
        api.On("GET", "/api/marketing/working-days", 200, new KeepWorkingDaysResponse(["Saturday", "Sunday"], [new(2027, 4, 14)], 1));
        api.On("PUT", "/api/marketing/working-days", 200, new KeepWorkingDaysResponse(["Sunday"], [], 2));
        await browser.SignInAsync();

        var page = await browser.GetAsync("/leads/new");
        var nameless = await browser.SendAsync(page, "/leads/new", ("buyerName", "Nordhaus"), ("email", "a@nordhaus.example"), ("value", "24000"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, nameless.Status);
        await browser.SendAsync(page, "/leads/new", ("buyerName", "Nordhaus"), ("person", "Anna Braun"), ("value", "24000"), ("source", "Fair"));
        var days = await browser.GetAsync("/working-days");
        Assert.Equal("2027-04-14", days.Document.QuerySelector("textarea")!.TextContent.Trim());
        var wrong = await browser.SendAsync(days, "/working-days", ("weekend", "Sunday"), ("holidays", "14 April"));
        Assert.Contains("April", wrong.Text, StringComparison.Ordinal);
        await browser.SendAsync(days, "/working-days", ("weekend", "Sunday"), ("holidays", "2027-04-14\n2027-04-15"));

        Assert.Contains("2400000", Assert.Single(api.Sent, sent => sent is ("POST", "/api/marketing/leads", _)).Text, StringComparison.Ordinal);
        Assert.Contains(
            "2027-04-15", Assert.Single(api.Sent, sent => sent is ("PUT", "/api/marketing/working-days", _)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_links_token_is_shown_once_and_a_licence_can_be_suspended()
    {
        await using var api = await StandInInterface.StartAsync();
        await using var portal = await RunningPortal.StartAsync(api);
        using var browser = portal.Open();
        api.OpenTo(Role.ConsortiumManager);
        var buyer = new BuyerView(Id, "Nordhaus", null, null, "DE",
            [new(Id, "Anna Braun", "a@nordhaus.example", null, "de", [new("Campaigns", "1", true, At)], null, null)], null, At);
        var link = new KeepLinksResponse(Id, "Letter", At, At, null, 0, null, []);
        api.On("GET", $"/api/marketing/buyers/{Id}", 200, new GetBuyersDetails(buyer, [new(Id, "Nordhaus AG", "Name")], [], 1));
        api.On("GET", $"/api/marketing/buyers/{Id}/links", 200, new[] { link });
        api.On("POST", $"/api/marketing/buyers/{Id}/links", 201, new KeepLinksNewLink("the-token", "/c/VTF/catalogue?b=the-token", link));
        api.On("GET", "/api/membership/members", 200, Array.Empty<object>());
        api.On("GET", $"/api/marketing/brand/licences/{Id}", 200, new LicenceView(Id, Id, "TK-12", 1, new(2027, 1, 1), null, "Active", null, []));
        await browser.SignInAsync();

        var page = await browser.GetAsync($"/buyers/{Id}");
        Assert.DoesNotContain("the-token", page.Text, StringComparison.Ordinal);
        var made = await browser.SendAsync(page, $"/buyers/{Id}/links", ("label", "Letter"), ("days", "30"));
        Assert.Matches("^https?://[^/]+/c/VTF/catalogue\\?b=the-token$", made.Document.QuerySelector("#buyer-link")!.TextContent);
        Assert.NotNull((await browser.GetAsync($"/brand/{Id}")).Document.QuerySelector($"form[action='/brand/{Id}/suspension'] input[name=until]"));
    }

    [Fact]
    public async Task An_auditor_reads_what_waits_for_a_second_person_and_approves_or_refuses_it()
    {
        await using var api = await StandInInterface.StartAsync();
        await using var portal = await RunningPortal.StartAsync(api);
        using var browser = portal.Open();
        api.OpenTo(Role.Auditor);
        var (manager, day) = (Guid.CreateVersion7(), new DateOnly(2027, 4, 1));
        var licence = new LicenceView(
            Id, Id, "TK-12", 1, new(2027, 1, 1), null, "Active", null, [], [new("Granted", At, "Inspected.", null)],
            new("Withdrawal", "Goods without a licence.", day, null, manager));
        var campaign = new CampaignView(
            Id, "Spring", "Spring", "Spring.", [], null, "Draft", 1200, "Equal", At, null, [], 3, [], true, new(manager, "Board, item 3.", null));
        var home = new StateHomeMarketResponse(["LA", "VN"], 3, [], new(["LA"], "No member there.", manager, At));
        api.On("GET", "/api/membership/members", 200, Array.Empty<object>());
        api.On("GET", $"/api/marketing/brand/licences/{Id}", 200, licence);
        api.On("POST", $"/api/marketing/brand/licences/{Id}/approval", 200, licence);
        api.On("GET", $"/api/marketing/campaigns/{Id}", 200, campaign);
        api.On("POST", $"/api/marketing/campaigns/{Id}/budget/approval", 200, campaign);
        api.On("GET", "/api/marketing/quotations", 200, new QuotationPage([], null));
        api.On("GET", "/api/marketing/home-market", 200, home);
        api.On("POST", "/api/marketing/home-market/approval", 200, home);
        await browser.SignInAsync();

        foreach (var (path, form, reason) in ((string, string, string)[])
        [
            ($"/brand/{Id}", $"/brand/{Id}", "Goods without a licence."), ($"/campaigns/{Id}", $"/campaigns/{Id}/budget", "Board, item 3."),
            ("/quotations", "/quotations/home-market", "No member there."),
        ])
        {
            var page = await browser.GetAsync(path);
            Assert.Contains(reason, page.Document.Body!.TextContent, StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.SeeOther, (await browser.SendAsync(page, $"{form}/approval")).Status);
            if (!path.StartsWith("/campaigns", StringComparison.Ordinal))
            {
                Assert.Equal(HttpStatusCode.UnprocessableEntity, (await browser.SendAsync(page, $"{form}/refusal", ("reason", ""))).Status);
            }
        }
    }

    [Fact]
    public async Task A_quotation_of_a_lead_has_its_buyer_and_products_and_any_other_buyer_is_found_by_name()
    {
        await using var api = await StandInInterface.StartAsync();
        await using var portal = await RunningPortal.StartAsync(api);
        using var browser = portal.Open();
        api.OpenTo(Role.ConsortiumManager);
        var buyer = new BuyerView(Id, "Nordhaus", "nordhaus.example", null, "DE", [], null, At);
        api.On("GET", "/api/marketing/buyers", 200, new GetBuyersResponse([buyer], null));
        api.On("GET", $"/api/marketing/buyers/{Id}", 200, new GetBuyersDetails(buyer, [], [], 1));
        api.On("GET", $"/api/marketing/leads/{Id}", 200, Lead("Contacted"));
        Product[] products = [new("TK-12", "Chair", "chairs", "C62"), new("TB-03", "Table", "tables", "C62")];
        api.On("GET", "/api/allocation/products", 200, products);
        api.On("POST", "/api/marketing/quotations", 400, new
        {
            code = "INVALID_INPUT", errors = new Dictionary<string, string[]> { ["terms.lines[1].quantity"] = ["Must be less."] },
        });
        await browser.SignInAsync();

        var search = await browser.GetAsync("/quotations/new?name=nord");
        Assert.Contains(api.Asked, asked => asked.Path == "/api/marketing/buyers?limit=20&name=nord");
        Assert.NotNull(search.Document.QuerySelector($"a[href='/quotations/new?buyer={Id}']"));
        var page = await browser.GetAsync($"/quotations/new?lead={Id}");
        Assert.Equal("TK-12", page.Document.QuerySelector("select[name=product1] option[selected]")!.GetAttribute("value"));
        Assert.Equal($"{Id}", page.Document.QuerySelector("input[name=buyer]")!.GetAttribute("value"));
        var refused = await browser.SendAsync(
            page, "/quotations", ("lead", $"{Id}"), ("buyer", $"{Id}"), ("currency", "EUR"), ("product1", "TK-12"), ("quantity1", "10"),
            ("product3", "TB-03"), ("quantity3", "20"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Equal("true", refused.Document.QuerySelector("input[name=quantity3]")!.GetAttribute("aria-invalid"));
        Assert.Equal("20", refused.Document.QuerySelector("input[name=quantity3]")!.GetAttribute("value"));
    }

    private static LeadView Lead(string state) => new(
        Id, state, "Fair", Id, "Nordhaus", "DE", ["TK-12"], "500 chairs?", 120_050, null, null, Id, At, At, null, At, At, false,
        [new(Id, "Anna Braun", "a@nordhaus.example", null, "de", false)], [new("Captured", At, null, "500 chairs?", "Fair")],
        [new(Id, "Rotation", At, null, 100, [new(Id, "F1", "Assigned", 0, null)])], "USD");
}
