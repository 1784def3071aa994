using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;

namespace ExportConsortia.Gateway.Tests;

/// <summary>
/// The service, not the gateway, limits how long a route may take: a real Membership behind the gateway, with a default limit of three seconds.
/// </summary>
public sealed class RouteLimitTests : IAsyncLifetime
{
    private const string Email = "operator@example.org";
    private const string Password = "Operator-of-tests-1";

    // Twenty pieces in a little over five seconds: slow, but above the data rate below which Kestrel cuts off.
    private const int Pieces = 20;
    private const int Size = 4000;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly ServiceProcess _membership = new("Membership", new Dictionary<string, string?>
    {
        ["Edge:TimeoutSeconds"] = "3", ["Membership:Operator:Email"] = Email, ["Membership:Operator:Password"] = Password,
    });

    private WebApplication _gateway = null!;

    public async ValueTask InitializeAsync()
    {
        await _membership.Start();
        _gateway = GatewayHost.Build([
            "--urls=http://127.0.0.1:0", "--Edge:TimeoutSeconds=3", .. RunningGateway.AwayServices, $"--Services:membership={_membership.Address}",
        ]);
        await _gateway.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _membership.DisposeAsync();
    }

    [Fact]
    public async Task An_upload_may_take_as_long_as_its_route_allows_and_other_requests_as_long_as_the_default()
    {
        var address = new Uri(_gateway.Urls.Single());
        using var root = await Session.SignInAsync(address, Email, Password);
        const string Founding = """
            {"code":"SLOW","name":"Slow lines","baseCurrency":"USD","timeZone":"Asia/Vientiane",
             "manager":{"email":"manager@slow.example"}}
            """;
        using var slowFounding = new SlowContent(Founding.PadRight(Size), Pieces, Pause);
        slowFounding.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var cut = await root.SendAsync(HttpMethod.Post, "/api/membership/consortia", slowFounding);
        Assert.Equal((HttpStatusCode.GatewayTimeout, "UNAVAILABLE"), (cut.Status, cut.Code));

        var founded = (await root.SendAsync(
            HttpMethod.Post, "/api/membership/consortia", new StringContent(Founding, Encoding.UTF8, "application/json"))).Ok;
        using var nobody = new Session(address);
        _ = await Invited.FollowAsync(nobody.AskMembershipAsync, founded["manager"]!, Password, "Noy");
        using var manager = await Session.SignInAsync(address, "manager@slow.example", Password);
        _ = (await manager.PostAsync("/api/membership/members", new { code = "F1", name = "Firm 1", country = "LA" })).Ok;
        _ = (await manager.PostAsync("/api/membership/products", new { code = "C", name = "Chair", family = "chairs", unit = "C62" })).Ok;
        var months = Enumerable.Range(0, 100).Select(new DateOnly(2026, 1, 1).AddMonths);
        var rows = string.Concat(months.Select(month => $"F1;chairs;{month:yyyy-MM-dd};{month.AddMonths(1):yyyy-MM-dd};1200\n"));
        using var upload = new SlowContent($"member;family;from;to;quantity\n{rows}", Pieces, Pause);
        upload.Headers.ContentType = new MediaTypeHeaderValue("text/csv");
        var taken = await manager.SendAsync(HttpMethod.Post, "/api/membership/capacity-declarations/csv", upload);

        Assert.Equal(100, taken.Ok["created"]!.GetValue<int>());
        Assert.True(upload.Took > TimeSpan.FromSeconds(4), $"It took only {upload.Took}: too short to prove anything.");
    }
}
