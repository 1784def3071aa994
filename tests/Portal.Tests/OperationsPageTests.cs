namespace ExportConsortia.Portal.Tests;

/// <summary>What an operator does on the page about the platform itself.</summary>
public sealed class OperationsPageTests
{
    [Theory]
    [InlineData("membership")]
    [InlineData("marketing")]
    [InlineData("tradefairs")]
    public async Task After_a_restore_each_service_that_others_copy_publishes_its_data_again(string service)
    {
        await using var api = await StandInInterface.StartAsync();
        await using var portal = await RunningPortal.StartAsync(api);
        using var browser = portal.Open();
        api.OpenTo(Role.Operator);
        await browser.SignInAsync();
        api.On("POST", $"/api/{service}/republications", 202, new { messages = 7 });

        var page = await browser.GetAsync("/operations");
        Assert.Equal(service, page.Document.QuerySelector($"form#republish-{service} input[name=of]")!.GetAttribute("value"));
        var sent = await browser.SendAsync(page, "/operations/republication", ("of", service));

        Assert.Equal("/operations?done=republished&number=7", sent.Location);
        Assert.Equal(service, Assert.Single(api.Sent, one => one.Path.EndsWith("/republications", StringComparison.Ordinal)).Path.Split('/')[2]);
        var told = await browser.GetAsync(sent.Location!);
        Assert.Contains("7 messages are on their way again", told.Document.QuerySelector(".notice-good")!.TextContent, StringComparison.Ordinal);
    }
}
