using ExportConsortia.Portal.Api;

namespace ExportConsortia.Portal.Tests;

/// <summary>What a fair costs: everybody's shares for the manager, its own for a firm.</summary>
public sealed class FairCostPagesTests
{
    private const string Register = "/api/tradefairs/de-minimis";

    private static readonly Guid Id = new("0197a4c2-7d1e-7c55-9b2f-3f6f0f1a2b3c");
    private static readonly Guid Item = new("0197a4c2-7d1e-7c55-9b2f-3f6f0f1a2b3d");
    private static readonly Guid Agreed = new("0197a4c2-7d1e-7c55-9b2f-3f6f0f1a2b3e");
    private static readonly Guid Own = new("0197a4c2-7d1e-7c55-9b2f-3f6f0f1a2b3f");
    private static readonly Guid Grant = new("0197a4c2-7d1e-7c55-9b2f-3f6f0f1a2b40");
    private static readonly Guid Late = new("0197a4c2-7d1e-7c55-9b2f-3f6f0f1a2b41");
    private static readonly Guid Waits = new("0197a4c2-7d1e-7c55-9b2f-3f6f0f1a2b42");
    private static readonly Guid New = new("0197a4c2-7d1e-7c55-9b2f-3f6f0f1a2b43");
    private static readonly string Edition = $"/api/tradefairs/editions/{Id}";
    private static readonly DateTime At = new(2026, 12, 9, 8, 0, 0, DateTimeKind.Utc);

    [Theory]
    [InlineData("en", "by area", "EUR\u00a05,933.55")]
    [InlineData("fr", "selon la surface", "EUR\u00a05\u202f933,55")]
    [InlineData("vi", "theo diện tích", "EUR\u00a05.933,55")]
    public async Task A_firm_reads_its_share_and_why_and_withdraws_at_the_price_that_it_read(string language, string key, string share)
    {
        await using var api = await StandInInterface.StartAsync();
        await using var portal = await RunningPortal.StartAsync(api);
        using var browser = portal.Open();
        api.OpenTo(Role.MemberUser);
        api.On("GET", $"{Edition}/own-share", 200, new OwnShareView(
            Id, "imm 2027", "EUR", At, null, 922_816, [new(Item, "Space", "ByArea", false, 447_750, 1_800, 1_194_000, 4_800, true)], -76_388, 0,
            922_816,
            [new("Promotion", 329_461, 785_250, false)], 329_461, 593_355, 276_845, 1_194_000,
            [
                new("Plan", At, false, 922_816, [new(Item, "Space", "R-506", 922_816)]),
                new("Withdrawal", At, false, -76_388, [new(null, null, "R-503", -76_388)]),
            ],
            new(new(2026, 12, 9), 40, 50, 461_408),
            [new("Plan", "Approved", "It was cheap.", new("Board", "Item 4", new(2026, 10, 2)), null, null, At, Late, At)]));
        api.On("GET", $"{Edition}/own-share/risk", 200, new SimulateCostsRiskResponse("imm 2027", "EUR", 2, 922_816, 1_107_380, 20));
        api.On("POST", $"{Edition}/withdrawals", 409, new { code = "PENALTY_CHANGED", detail = "Changed." });
        await browser.SignInAsync();

        var page = await browser.GetAsync($"/fairs/{Id}/share", language);
        var text = page.Document.Body!.TextContent;
        Assert.Contains(key, text, StringComparison.Ordinal);
        Assert.Contains(share, text, StringComparison.Ordinal);
        Assert.Contains("R-503", text, StringComparison.Ordinal);
        Assert.Contains("Item 4", text, StringComparison.Ordinal);
        Assert.Contains("It was cheap.", text, StringComparison.Ordinal);
        var refused = await browser.SendAsync(page, $"/fairs/{Id}/share/withdrawal");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("461408", api.Sent.Last().Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_firm_that_is_not_at_the_stand_asks_what_it_would_cost()
    {
        await using var api = await StandInInterface.StartAsync();
        await using var portal = await RunningPortal.StartAsync(api);
        using var browser = portal.Open();
        api.OpenTo(Role.MemberUser);
        api.On("GET", $"{Edition}/own-share", 409, new { code = "NOT_ALLOTTED", detail = "Not yet." });
        api.On("GET", $"{Edition}/own-share/risk", 200, new SimulateCostsRiskResponse("imm 2027", "EUR", 1, 430_000, 490_000, 14));
        await browser.SignInAsync();

        var page = await browser.GetAsync($"/fairs/{Id}/share?area=5&volume=1");

        Assert.Contains("4,300.00", page.Text, StringComparison.Ordinal);
        Assert.Contains(api.Asked, asked => asked.Path.Contains("areaDm2=500&volumeLitres=1000", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_manager_reads_all_shares_records_invoices_and_removes_a_grant()
    {
        await using var api = await StandInInterface.StartAsync();
        await using var portal = await RunningPortal.StartAsync(api);
        using var browser = portal.Open();
        Show(api);
        api.On("PUT", $"{Edition}/cost-items/{Item}/actual", 200, new { });
        api.On("PUT", $"{Edition}/cost-items/{Agreed}/actual", 409, new { code = "WEIGHT_AGREED", detail = "Agreed." });
        api.On("DELETE", $"{Edition}/grants/{Grant}", 204);
        api.On("POST", $"{Edition}/cost-proposals/{Waits}/approval", 200, new { });
        api.On("POST", $"{Edition}/settlement", 409, new { code = "BOARD_VOTE_NEEDED", detail = "A vote." });
        await browser.SignInAsync();

        var page = await browser.GetAsync($"/fairs/{Id}/costs");
        Assert.Contains("Firm One", page.Text, StringComparison.Ordinal);
        Assert.Contains("10,284.93", page.Text, StringComparison.Ordinal);
        var recorded = await browser.SendAsync(page, $"/fairs/{Id}/costs/items/{Item}/actual", ("actual", "11,940.50"));
        Assert.Equal(HttpStatusCode.SeeOther, recorded.Status);
        Assert.Equal("""{"actualMinor":1194050}""", api.Sent.Last().Text);
        Assert.Contains("It broke the tables.", page.Text, StringComparison.Ordinal);
        var approved = await browser.SendAsync(page, $"/fairs/{Id}/costs/proposals/{Waits}/approval");
        Assert.Equal($"/fairs/{Id}/costs?done=true", approved.Location);
        Assert.Contains(api.Asked, asked => asked.Path.EndsWith($"/cost-proposals/{Waits}/approval", StringComparison.Ordinal));
        Assert.DoesNotContain($"proposals/{New}/approval", page.Text, StringComparison.Ordinal);   // it is decided
        var refused = await browser.SendAsync(page, $"/fairs/{Id}/costs/settlement");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("vote of the board", refused.Document.QuerySelector("[role=alert]")!.TextContent, StringComparison.Ordinal);

        // The plan is approved: what is added now comes without own amounts and weights.
        Assert.Empty(page.Document.QuerySelectorAll("form[action$='/costs/items'] [name^=part]"));
        // A weight that the firms agreed on can't be typed; that of the firm that came later can.
        Assert.Equal(
            [$"part-{Late}"],
            page.Document.QuerySelectorAll($"form[action$='{Agreed}/actual'] [name^=part]").Select(field => field.GetAttribute("name")));
        var weighed = await browser.SendAsync(
            page, $"/fairs/{Id}/costs/items/{Agreed}/actual", ("actual", "60"), ("firm", $"{Late}"), ($"part-{Late}", "3"));
        Assert.Equal($$"""{"actualMinor":6000,"parts":[{"memberId":"{{Late}}","value":3}]}""", api.Sent.Last().Text);
        Assert.Contains("agreed on this weight", weighed.Document.QuerySelector("[role=alert]")!.TextContent, StringComparison.Ordinal);

        Assert.Equal($"/fairs/{Id}/costs?done=true", (await browser.SendAsync(
            page, $"/fairs/{Id}/costs/grants/{Grant}/removal", ("reason", "It was refused."))).Location);
        Assert.Contains(api.Asked, asked => asked.Method == "DELETE" && asked.Path.EndsWith(
            $"/grants/{Grant}?reason=It%20was%20refused.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_manager_asks_what_if_one_firm_withdraws_and_others_come()
    {
        await using var api = await StandInInterface.StartAsync();
        await using var portal = await RunningPortal.StartAsync(api);
        using var browser = portal.Open();
        Show(api);
        api.On("POST", $"{Edition}/cost-simulations", 200, new SimulateCostsResponse(
            1_194_000, 1_200_000, -165_507, 0, [new(Id, 1_028_493, 777_777), new(Waits, 0, 422_223), new(New, 0, 0)]));
        await browser.SignInAsync();

        var page = await browser.GetAsync($"/fairs/{Id}/costs/what-if");
        Assert.Equal("7.25", page.Document.GetElementById($"whatif-area-{Waits}")!.GetAttribute("value"));   // as it asked for
        (string, string)[] both =
        [
            ("leave", $"{Id}"), ("on", "2026-12-09"), ("come", $"{Waits}"), ($"area-{Waits}", "7.25"), ($"volume-{Waits}", "1.9"),
            ($"exhibits-{Waits}", "5"), ($"own-{Own}-{Waits}", "12.50"), ("another", $"{New}"), ("area-another", "4"),
        ];
        var wrong = await browser.SendAsync(page, $"/fairs/{Id}/costs/what-if", [.. both, ("volume-another", "x")]);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.Status);
        Assert.Equal("true", wrong.Document.GetElementById("whatif-volume-another")!.GetAttribute("aria-invalid"));
        Assert.DoesNotContain(api.Sent, sent => sent.Path.EndsWith("/cost-simulations", StringComparison.Ordinal));

        var then = await browser.SendAsync(page, $"/fairs/{Id}/costs/what-if", both);
        Assert.Equal(HttpStatusCode.OK, then.Status);
        Assert.Equal(
            $$"""{"withdraw":["{{Id}}"],"on":"2026-12-09","come":["""
            + $$"""{"memberId":"{{Waits}}","areaDm2":725,"volumeLitres":1900,"exhibitCount":5,"own":[{"itemId":"{{Own}}","amountMinor":1250}]},"""
            + $$"""{"memberId":"{{New}}","areaDm2":400,"volumeLitres":0,"exhibitCount":0,"own":[]}]}""",
            api.Sent.Last().Text);
        var text = then.Document.Body!.TextContent;
        Assert.All(
            (string[])["7,777.77", "−EUR\u00a02,507.16", "Firm Waiting · comes"], part => Assert.Contains(part, text, StringComparison.Ordinal));
        Assert.Equal("4", then.Document.GetElementById($"whatif-area-{New}")!.GetAttribute("value"));   // now it stands with its name
    }

    [Theory]
    [InlineData("en", "More than 90 days")]
    [InlineData("fr", "Plus de 90 jours")]
    [InlineData("vi", "Trước khai mạc hơn 90 ngày")]
    public async Task The_manager_sets_the_rules_and_states_turnover_until_the_plan_is_approved(string language, string step)
    {
        await using var api = await StandInInterface.StartAsync();
        await using var portal = await RunningPortal.StartAsync(api);
        using var browser = portal.Open();
        Show(api, approved: false);
        api.On("PUT", $"{Edition}/cost-rules", 400, new
        {
            code = "INVALID", errors = new Dictionary<string, string[]> { ["penaltySteps[1].percent"] = ["Must be 0 to 100."] },
        });
        api.On("PUT", $"{Edition}/cost-weights", 200, new { });
        await browser.SignInAsync();

        var rules = await browser.GetAsync($"/fairs/{Id}/costs/rules", language);
        Assert.Contains(step, rules.Document.Body!.TextContent, StringComparison.Ordinal);
        var refused = await browser.SendAsync(
            rules, $"/fairs/{Id}/costs/rules", ("days0", "60"), ("percent0", "40"), ("days2", "20"), ("percent2", "900"), ("asked", "30"),
            ("due", "20"), ("board", "5"), ("boardAmount", "12.50"), ("assembly", "25"), ("firms", "7"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Equal("true", refused.Document.GetElementById("rules-percent2")!.GetAttribute("aria-invalid"));
        Assert.Equal(
            """{"balanceAskedDays":30,"balanceDueDays":20,"penaltySteps":[{"moreThanDays":60,"percent":40},{"moreThanDays":20,"percent":900}]"""
            + ""","boardAbovePercent":5,"boardAboveMinor":1250,"assemblyAbovePercent":25,"plannedFirms":7}""",
            api.Sent.Last().Text);

        var weights = await browser.GetAsync($"/fairs/{Id}/costs/weights", language);
        var stated = await browser.SendAsync(
            weights, $"/fairs/{Id}/costs/weights", ("firm", $"{Waits}"), ($"turnover-{Waits}", "12.50"), ($"votes-{Waits}", "0"));
        Assert.Equal($"/fairs/{Id}/costs/weights?done=true", stated.Location);
        Assert.Equal($$"""{"weights":[{"memberId":"{{Waits}}","turnoverMinor":1250,"votes":0}]}""", api.Sent.Last().Text);

        // Once the plan is approved: rules stay, and only a firm that came later is stated.
        Show(api);
        var fixedNow = await browser.GetAsync($"/fairs/{Id}/costs/rules");
        Assert.Empty(fixedNow.Document.QuerySelectorAll($"form[action='/fairs/{Id}/costs/rules']"));
        var late = await browser.GetAsync($"/fairs/{Id}/costs/weights");
        Assert.Equal([$"{Waits}"], late.Document.QuerySelectorAll("[name=firm]").Select(firm => firm.GetAttribute("value")));
    }

    [Fact]
    public async Task The_manager_keeps_the_register_of_aid_and_a_firm_reads_its_own()
    {
        await using var api = await StandInInterface.StartAsync();
        await using var portal = await RunningPortal.StartAsync(api);
        using var manager = portal.Open();
        using var firm = portal.Open();
        Show(api);
        api.On("GET", Register, 200, new KeepAidResponse(
            [
                new(Item, Id, "LA", new(2025, 6, 1), 29_800_000, "EUR", "Export credit", null),
                new(Own, Id, "LA", new(2025, 7, 1), 1, "EUR", null, Grant),
            ],
            [new(Id, "teak-holding")]));
        api.On("POST", Register, 200, new { });
        api.On("DELETE", $"{Register}/{Item}", 204);
        api.On("PUT", $"{Register}/undertakings/{Id}", 204);
        await manager.SignInAsync();

        var page = await manager.GetAsync("/fairs/aid");
        Assert.Empty(page.Document.QuerySelectorAll($"form[action='/fairs/aid/{Own}/removal']"));   // it follows the fair
        var wrong = await manager.SendAsync(page, "/fairs/aid", ("memberId", $"{Id}"), ("state", "la"), ("amount", "1,5"), ("currency", "eur"));
        Assert.Equal(
            ["amount", "grantedOn"], wrong.Document.QuerySelectorAll("#aid [aria-invalid=true]").Select(field => field.GetAttribute("name")).Order());
        var added = await manager.SendAsync(
            page, "/fairs/aid", ("memberId", $"{Id}"), ("state", "la"), ("amount", "1.50"), ("currency", "eur"), ("grantedOn", "2026-01-31"));
        Assert.Equal("/fairs/aid?done=true", added.Location);
        Assert.Equal(
            $$"""{"memberId":"{{Id}}","state":"LA","grantedOn":"2026-01-31","amountMinor":150,"currency":"EUR"}""",
            api.Sent.Last().Text);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await manager.SendAsync(page, $"/fairs/aid/{Item}/removal")).Status);
        Assert.Equal("/fairs/aid?done=true", (await manager.SendAsync(page, $"/fairs/aid/{Item}/removal", ("reason", "Twice."))).Location);
        var alone = await manager.SendAsync(page, "/fairs/aid/undertakings", ("memberId", $"{Id}"), ("code", ""));
        Assert.Equal("/fairs/aid?done=true", alone.Location);
        Assert.Equal("""{}""", api.Sent.Last().Text);

        api.OpenTo(Role.MemberUser);
        await firm.SignInAsync();
        var own = await firm.GetAsync("/fairs/aid");
        Assert.Contains("298,000.00", own.Text, StringComparison.Ordinal);
        Assert.Empty(own.Document.QuerySelectorAll("form[action^='/fairs/aid']"));
    }

    // Two firms at the stand, of which one came after the plan; a third waits, a fourth has not answered.
    private static void Show(StandInInterface api, bool approved = true)
    {
        api.OpenTo(Role.ConsortiumManager);
        api.On("GET", "/api/membership/members", 200, new[]
        {
            Member(Id, "Firm One"), Member(Late, "Firm Late"), Member(Waits, "Firm Waiting"), Member(New, "Firm New"),
        });
        api.On("GET", Edition, 200, new EditionView(
            Id, Id, "imm", "Koelnmesse", "Cologne", "DE", "2027", "Europe/Berlin", new(2099, 1, 18), new(2099, 1, 22), 100, "EUR", "Committed", At,
            false, 6000, 1200, [], 3, [Commitment(Id, "Firm One", "Committed", 1800), Commitment(Waits, "Firm Waiting", "Waiting", 725)], null));
        api.On("GET", $"{Edition}/costs", 200, new CostsView(
            Id, "imm 2027", "Settling", "EUR", new(30, 20, [new(90, 25), new(30, 50)], 10, 500_000, 25), approved ? At : null, null, 1_194_000,
            1_500_000, 306_000, "Board", null, null,
            [
                new(Item, "Space", "ByArea", "ByArea", 1_194_000, null, 1_194_000, null, 0, [new(Id, 1_800, 1_194_000, false)], []),
                new(Agreed, "Hostess", "Custom", "Custom", 5_000, null, 5_000, null, 0, [new(Id, 2, 5_000, false)], [Id]),
                new(Own, "Furniture", "Direct", "Direct", 0, null, 0, null, 0, [], []),
            ],
            [new(Grant, "Promotion", "LA", 50, 1_000_000, new(2026, 9, 1), "Forfeit", 0, 0, 0, 0, [])], 140_000, 305_507,
            [new(Id, 1_800, -165_507, false)],
            [
                new(Id, 922_816, 1_194_000, -165_507, 0, 1_028_493, 0, 1_028_493, 276_845), new(Late, 0, 0, 0, 0, 0, 0, 0, 0),
            ],
            0, [new(Item, false, new(2026, 12, 9), 40, 50, 611_014, 305_507, 900)], [new(Id, 42_000_000, 2)],
            [
                new(Waits, "OwnAmounts", "Open", "It broke the tables.", null, Own, [new(Late, 90_000)], New, At, null, null),
                new(New, "Plan", "WithinRules", null, null, null, [], New, At, null, null),
            ]));
    }

    private static ListMembersResponse Member(Guid id, string name) => new(id, name[^1..], name, "LA", "Active", At, null);

    private static CommitmentView Commitment(Guid member, string name, string state, long area) =>
        new(member, member, name, state, area, state == "Committed" ? area : 0, 1_900, 5, false, At, state == "Waiting" ? 1 : null, null, 1);
}
