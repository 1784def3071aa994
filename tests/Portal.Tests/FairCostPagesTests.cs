using ExportConsortia.Portal.Api;

namespace ExportConsortia.Portal.Tests;

/// <summary>What a fair costs: everybody's shares for the manager, its own for a firm.</summary>
public sealed class FairCostPagesTests
{
    private static readonly Guid Id = new("0197a4c2-7d1e-7c55-9b2f-3f6f0f1a2b3c");
    private static readonly Guid Item = new("0197a4c2-7d1e-7c55-9b2f-3f6f0f1a2b3d");
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
            [new("Promotion", 329_461, 785_250, 1_000_000, false)], 329_461, 593_355, 276_845, 1_194_000,
            [
                new("Plan", At, false, 922_816, [new(Item, "Space", "R-506", 922_816)]),
                new("Withdrawal", At, false, -76_388, [new(null, null, "R-503", -76_388)]),
            ],
            new(new(2026, 12, 9), 40, 50, 461_408)));
        api.On("GET", $"{Edition}/own-share/risk", 200, new SimulateCostsRiskResponse("imm 2027", "EUR", 2, 922_816, 1_107_380, 20));
        api.On("POST", $"{Edition}/withdrawals", 409, new { code = "PENALTY_CHANGED", detail = "Changed." });
        await browser.SignInAsync();

        var page = await browser.GetAsync($"/fairs/{Id}/share", language);
        var text = page.Document.Body!.TextContent;
        Assert.Contains(key, text, StringComparison.Ordinal);
        Assert.Contains(share, text, StringComparison.Ordinal);
        Assert.Contains("R-503", text, StringComparison.Ordinal);
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
    public async Task The_manager_reads_all_shares_records_an_invoice_and_asks_what_if()
    {
        await using var api = await StandInInterface.StartAsync();
        await using var portal = await RunningPortal.StartAsync(api);
        using var browser = portal.Open();
        api.OpenTo(Role.ConsortiumManager);
        api.On("GET", "/api/membership/members", 200, new[] { new ListMembersResponse(Id, "F1", "Firm One", "LA", "Active", At, null) });
        api.On("GET", $"{Edition}/costs", 200, new CostsView(
            Id, "imm 2027", "Settling", "EUR", At, null, 1_194_000, 1_500_000, 306_000, "Board", null, null,
            [new(Item, "Space", "ByArea", "ByArea", 1_194_000, null, 1_194_000, null, 0, [new(Id, 1_800, 1_194_000, false)])], [], 140_000, 305_507,
            [new(Id, 1_800, -165_507, false)], [new(Id, 922_816, 1_194_000, -165_507, 0, 1_028_493, 0, 1_028_493, 276_845)], 0,
            [new(Item, false, new(2026, 12, 9), 40, 50, 611_014, 305_507, 900)]));
        api.On("POST", $"{Edition}/cost-simulations", 200, new SimulateCostsResponse(
            1_194_000, 1_194_000, -165_507, 0, [new(Id, 1_028_493, 777_777)]));
        api.On("PUT", $"{Edition}/cost-items/{Item}/actual", 200, new { });
        api.On("POST", $"{Edition}/settlement", 409, new { code = "BOARD_VOTE_NEEDED", detail = "A vote." });
        await browser.SignInAsync();

        var page = await browser.GetAsync($"/fairs/{Id}/costs");
        Assert.Contains("Firm One", page.Text, StringComparison.Ordinal);
        Assert.Contains("10,284.93", page.Text, StringComparison.Ordinal);
        var recorded = await browser.SendAsync(page, $"/fairs/{Id}/costs/items/{Item}/actual", ("actual", "11,940.50"));
        Assert.Equal(HttpStatusCode.SeeOther, recorded.Status);
        Assert.Contains("1194050", api.Sent.Last().Text, StringComparison.Ordinal);
        var refused = await browser.SendAsync(page, $"/fairs/{Id}/costs/settlement");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("vote of the board", refused.Document.QuerySelector("[role=alert]")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("7,777.77", (await browser.GetAsync($"/fairs/{Id}/costs?leave={Id}")).Text, StringComparison.Ordinal);
    }
}
