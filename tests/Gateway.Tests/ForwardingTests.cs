namespace ExportConsortia.Gateway.Tests;

/// <summary>Forwarded headers count from a trusted proxy, and from nobody else.</summary>
public sealed class ForwardingTests
{
    private const string SignIn = "/api/membership/tokens";

    [Fact]
    public async Task Each_caller_behind_a_trusted_proxy_has_its_own_limit()
    {
        await using var gateway = await RunningGateway.StartAsync(settings: ["Edge:TrustedProxies=127.0.0.1", "Edge:SignInsPerMinute=1"]);

        Assert.Equal(HttpStatusCode.OK, await SignInAsync(gateway, "203.0.113.7"));
        Assert.Equal(HttpStatusCode.TooManyRequests, await SignInAsync(gateway, "203.0.113.7"));
        Assert.Equal(HttpStatusCode.OK, await SignInAsync(gateway, "203.0.113.8"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Edge:TrustedProxies=10.0.0.0/8,::1")]
    public async Task An_untrusted_caller_gains_nothing_by_naming_others(string setting)
    {
        await using var gateway = await RunningGateway.StartAsync(
            settings: ["Edge:SignInsPerMinute=1", .. setting.Length > 0 ? (string[])[setting] : []]);

        Assert.Equal(HttpStatusCode.OK, await SignInAsync(gateway, "203.0.113.7"));
        Assert.Equal(HttpStatusCode.TooManyRequests, await SignInAsync(gateway, "203.0.113.8"));
    }

    [Theory]
    [InlineData("203.0.113.7", "203.0.113.7")]
    [InlineData("198.51.100.1, 203.0.113.7", "203.0.113.7")]                // the caller said the first, its proxy the second
    [InlineData("198.51.100.1, 203.0.113.7, 10.1.2.3", "203.0.113.7")]      // a proxy in front of the proxy
    [InlineData("nobody", "127.0.0.1")]
    public async Task The_caller_is_the_last_address_that_is_not_a_trusted_proxy(string forwardedFor, string caller)
    {
        await using var gateway = await RunningGateway.StartAsync(settings: ["Edge:TrustedProxies=127.0.0.1, 10.0.0.0/8"]);
        using var answer = await gateway.SendAsync(
            "/api/allocation/orders", token: gateway.Issuer.Token(), headers: h => h.Add("X-Forwarded-For", forwardedFor));

        Assert.Equal(caller, Assert.Single(gateway.Allocation.Requests).Headers["X-Forwarded-For"]);
    }

    [Theory]
    [InlineData("Edge:TrustedProxies=127.0.0.0/8", true)]
    [InlineData("Edge:TrustedProxies=10.0.0.7", false)]
    public async Task A_caller_who_came_by_https_is_told_to_keep_using_it(string setting, bool stays)
    {
        await using var gateway = await RunningGateway.StartAsync(settings: [setting]);
        using var answer = await gateway.SendAsync("/api/allocation/orders", token: gateway.Issuer.Token(), headers: headers =>
        {
            headers.Add("X-Forwarded-For", "203.0.113.7");
            headers.Add("X-Forwarded-Proto", "https");
        });

        Assert.Equal(stays, answer.Headers.Contains("Strict-Transport-Security"));
        Assert.Equal(stays ? "https" : "http", Assert.Single(gateway.Allocation.Requests).Headers["X-Forwarded-Proto"]);
    }

    private static async Task<HttpStatusCode> SignInAsync(RunningGateway gateway, string forwardedFor)
    {
        using var answer = await gateway.SendAsync(SignIn, HttpMethod.Post, headers: h => h.Add("X-Forwarded-For", forwardedFor));
        return answer.StatusCode;
    }
}
