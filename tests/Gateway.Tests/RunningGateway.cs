using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;

namespace ExportConsortia.Gateway.Tests;

/// <summary>A gateway on a port of its own, with stand-ins for Membership and Allocation behind it.</summary>
public sealed class RunningGateway : IAsyncDisposable
{
    public const string Trace = "0af7651916cd43dd8448eb211c80319c";

    private readonly WebApplication _app;

    private RunningGateway(WebApplication app, Issuer issuer, StandIn membership, StandIn allocation, StandIn secondAllocation)
    {
        (_app, Issuer, Membership, Allocation, SecondAllocation) = (app, issuer, membership, allocation, secondAllocation);
        Address = new Uri(app.Urls.Single());
        Client = new HttpClient { BaseAddress = Address };
    }

    /// <summary>Settings that give every listed service an address where nothing answers.</summary>
    public static IEnumerable<string> AwayServices => Checkout.Current.Services.Select(service => $"--Services:{service.Name}=http://127.0.0.1:9");

    public Uri Address { get; }

    public HttpClient Client { get; }

    public Issuer Issuer { get; }

    public StandIn Membership { get; }

    public StandIn Allocation { get; }

    /// <summary>Gets requests only if the gateway was started with it.</summary>
    public StandIn SecondAllocation { get; }

    /// <summary>Settings of a gateway with a portal, whose pages are those of this stand-in.</summary>
    public static string WithPortal(StandIn portal) => $"Services:portal={portal.Address}";

    /// <param name="twoAllocations">Whether Allocation has two replicas.</param>
    /// <param name="settings">Further settings, such as <c>Edge:Burst=2</c>.</param>
    public static async Task<RunningGateway> StartAsync(bool twoAllocations = false, params string[] settings)
    {
        var issuer = new Issuer();
        var membership = await StandIn.StartAsync("membership", issuer);
        var allocation = await StandIn.StartAsync("allocation");
        var second = await StandIn.StartAsync("allocation");
        var app = GatewayHost.Build([
            "--urls=http://127.0.0.1:0",
            // Membership's stand-in is in place of those of no concern here.
            .. Checkout.Current.Services.Select(service => $"--Services:{service.Name}={membership.Address}"),
            $"--Services:allocation={(twoAllocations ? $"{allocation.Address}, {second.Address}" : allocation.Address)}",
            .. settings.Select(s => "--" + s),
        ]);
        await app.StartAsync();
        return new RunningGateway(app, issuer, membership, allocation, second);
    }

    public async Task<HttpResponseMessage> SendAsync(
        string path, HttpMethod? method = null, string? token = null, HttpContent? body = null, Action<HttpRequestHeaders>? headers = null)
    {
        using var request = new HttpRequestMessage(method ?? HttpMethod.Get, path) { Content = body };
        request.Headers.Add("traceparent", $"00-{Trace}-b7ad6b7169203331-01");
        if (token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        headers?.Invoke(request.Headers);
        return await Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public Task<HttpResponseMessage> SendSignedInAsync(string path, HttpMethod? method = null, HttpContent? body = null) =>
        SendAsync(path, method, Issuer.Token(), body);

    /// <summary>The answer is problem details with this status and code, names the trace, and reveals nothing internal.</summary>
    public static async Task IsProblemAsync(HttpResponseMessage answer, HttpStatusCode status, string code)
    {
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(status == answer.StatusCode, $"{(int)answer.StatusCode} {text}");
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var problem = JsonDocument.Parse(text).RootElement;
        Assert.Equal((int)status, problem.GetProperty("status").GetInt32());
        Assert.Equal(code, problem.GetProperty("code").GetString());
        Assert.Equal(Trace, problem.GetProperty("traceId").GetString());
        Assert.NotEmpty(problem.GetProperty("title").GetString()!);
        Assert.DoesNotContain("   at ", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", text, StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
        await Membership.DisposeAsync();
        await Allocation.DisposeAsync();
        await SecondAllocation.DisposeAsync();
        Issuer.Dispose();
    }
}
