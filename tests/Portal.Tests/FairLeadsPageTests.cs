using ExportConsortia.Portal.Api;

namespace ExportConsortia.Portal.Tests;

/// <summary>What a firm's people captured, and a person who takes the consent back; the stand, on which others' booths have no size yet.</summary>
public sealed class FairLeadsPageTests
{
    private static readonly Guid Id = new("0197a4c2-7d1e-7c55-9b2f-3f6f0f1a2b3c");
    private static readonly Guid Lead = new("0197a4c2-7d1e-7c55-9b2f-3f6f0f1a2b3e");
    private static readonly DateTime Soon = new(2099, 9, 30, 22, 0, 0, DateTimeKind.Utc);
    private static readonly string Edition = $"/api/tradefairs/editions/{Id}";

    [Fact]
    public async Task A_person_is_erased_from_the_list_and_another_s_booth_has_no_size_before_the_fair()
    {
        await using var api = await StandInInterface.StartAsync();
        await using var portal = await RunningPortal.StartAsync(api);
        using var browser = portal.Open();
        api.OpenTo(Role.MemberUser);
        api.On("GET", Edition, 200, new EditionView(
            Id, Id, "interzum", "Koelnmesse", "Cologne", "DE", "2099", "Europe/Berlin", new(2099, 10, 18), new(2099, 10, 22), 100, "EUR",
            "Contracted", Soon, false, 6000, 1200, [], 3, [], null));
        api.On("GET", $"{Edition}/leads", 200, new GetFairLeadsResponse(
            [Captured(Lead, "Nordhaus", "stand-en-1", null), Captured(Id, "Sundby", null, Soon), Captured(Guid.Empty, "Dupré", null, null)], null));
        api.On("DELETE", $"{Edition}/leads/{Lead}/person", 204, null);
        api.On("GET", $"{Edition}/plan", 200, new DrawPlanResponse(
            1, 1, 1000, 600, null, Soon,
            [new(null, false, "Khampheng Wood", null, null, null, null), new(null, true, "Bar", 600, 0, 400, 600)], []));
        api.On("GET", $"{Edition}/checklist", 200, new KeepChecklistResponse([], [], []));
        api.On("GET", $"{Edition}/exceptions", 200, Array.Empty<MakeExceptionResponse>());
        await browser.SignInAsync();

        var page = await browser.GetAsync($"/fairs/{Id}/leads");
        Assert.Single(page.Document.QuerySelectorAll("form[action$='/erasure']"));   // of nobody else there is a person
        Assert.Contains("person erased", page.Document.Body!.TextContent, StringComparison.Ordinal);
        Assert.Equal($"/fairs/{Id}/leads?done=true", (await browser.SendAsync(page, $"/fairs/{Id}/leads/{Lead}/erasure")).Location);
        Assert.Contains("The person is erased.", (await browser.GetAsync($"/fairs/{Id}/leads?done=true")).Text, StringComparison.Ordinal);

        var fair = (await browser.GetAsync($"/fairs/{Id}")).Document;
        Assert.Equal(
            ["plan-stand", "plan-common"], fair.QuerySelectorAll("svg.stand-plan rect").Select(drawn => drawn.ClassName));
        Assert.Contains("Khampheng Wood", fair.Body!.TextContent, StringComparison.Ordinal);
        Assert.Contains("from the opening day on", fair.Body.TextContent, StringComparison.Ordinal);
    }

    private static FairLeadView Captured(Guid id, string company, string? consent, DateTime? withdrawn) =>
        new(id, null, company, "DE", ["TK-12"], consent, withdrawn, Soon, null, null);
}
