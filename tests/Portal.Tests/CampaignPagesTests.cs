using ExportConsortia.Portal.Api;

namespace ExportConsortia.Portal.Tests;

/// <summary>Campaigns, missions and target markets.</summary>
public sealed class CampaignPagesTests
{
    private static readonly Guid Id = new("0197a4c2-7d1e-7c55-9b2f-3f6f0f1a2b3c");
    private static readonly DateTime At = new(2027, 3, 1, 8, 0, 0, DateTimeKind.Utc);

    [Fact]
    public async Task Opening_the_link_of_a_message_changes_nothing_and_the_button_unsubscribes()
    {
        await using var api = await StandInInterface.StartAsync();
        await using var portal = await RunningPortal.StartAsync(api);
        using var browser = portal.Open();
        api.On("GET", "/api/marketing/public/unsubscriptions/token", 200, new UnsubscribeResponse("Vientiane Teak", false));
        api.On("POST", "/api/marketing/public/unsubscriptions/token", 200, new UnsubscribeResponse("Vientiane Teak", true));

        var page = await browser.GetAsync("/c/VTF/unsubscribe/token");
        Assert.Contains("Vientiane Teak", page.Text, StringComparison.Ordinal);
        var after = await browser.SendAsync(page, "/c/VTF/unsubscribe/token");

        Assert.Equal(HttpStatusCode.SeeOther, after.Status);
    }

    [Theory]
    [InlineData("en", "Draft")]
    [InlineData("fr", "Brouillon")]
    [InlineData("vi", "Bản nháp")]
    public async Task The_manager_reads_a_campaign_that_cannot_be_sent_yet(string language, string state)
    {
        await using var api = await StandInInterface.StartAsync();
        await using var portal = await RunningPortal.StartAsync(api);
        using var browser = portal.Open();
        api.OpenTo(Role.ConsortiumManager);
        api.On("GET", "/api/membership/members", 200, new[] { new ListMembersResponse(Id, "F1", "Firm One", "LA", "Active", At, null) });
        api.On("GET", $"/api/marketing/campaigns/{Id}", 200, new CampaignView(
            Id, "Spring", "Chairs", "Dear customer", [], null, "Draft", 100, "Equal", At, null, [new(Id, 1, 100)], 3, [], false));
        api.On("POST", $"/api/marketing/campaigns/{Id}/start", 409, new { code = "MAIL_NOT_SET", detail = "There is no mail server." });
        await browser.SignInAsync();

        var page = await browser.GetAsync($"/campaigns/{Id}", language);
        Assert.Contains(state, page.Document.Body!.TextContent, StringComparison.Ordinal);
        Assert.Contains("Firm One", page.Document.Body!.TextContent, StringComparison.Ordinal);
        var refused = await browser.SendAsync(page, $"/campaigns/{Id}/start");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("There is no mail server.", refused.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_firm_reads_its_costs_its_meetings_and_the_markets()
    {
        await using var api = await StandInInterface.StartAsync();
        await using var portal = await RunningPortal.StartAsync(api);
        using var browser = portal.Open();
        api.OpenTo(Role.MemberUser);
        api.On("GET", "/api/marketing/campaign-costs", 200, new[] { new CampaignCostsResponse(Id, "Spring", At, Id, 4321, 2, 1, 2161, 4321) });
        var day = new DateOnly(2027, 5, 10);
        api.On("GET", $"/api/marketing/missions/{Id}", 200, new MissionView(
            Id, "Outgoing", "Buyers in Hamburg", "DE", "Hamburg", null, day, day, day, 5, false, [new(1, day, new(9, 0), new(9, 30), "Meetings")],
            [new(Id, "Confirmed", null, At)], [], [new(Id, 1, Id, Id, "Nordhaus")]));
        api.On("GET", "/api/marketing/markets/DE", 200, new MarketView("DE", null, [new("FSC", null)], 1, [new(Id, "Study", "Text", null, At)]));
        await browser.SignInAsync();

        Assert.Contains("4,321", (await browser.GetAsync("/campaigns")).Text, StringComparison.Ordinal);
        var mission = await browser.GetAsync($"/missions/{Id}");
        Assert.Contains("Nordhaus", mission.Text, StringComparison.Ordinal);
        Assert.NotNull(mission.Document.QuerySelector($"form[action='/missions/{Id}/registration']"));
        var market = await browser.GetAsync("/markets/DE");
        Assert.Contains("FSC", market.Text, StringComparison.Ordinal);
        Assert.Null(market.Document.QuerySelector("form[action='/markets/DE/studies']"));
    }
}
