using System.Diagnostics;
using System.Net.Sockets;

namespace ExportConsortia.Gateway.Tests;

/// <summary>A wrong setting stops the start with one sentence that says what to set, and exit code 2. Real processes.</summary>
public sealed class StartTests
{
    private const string Membership = "--Services:membership=http://localhost:9";
    private const string Allocation = "--Services:allocation=http://localhost:9";
    private const string AnyPort = "--urls=http://127.0.0.1:0";

    [Fact]
    public Task A_service_without_address() => StopsAsync(
        "Services:allocation is missing: set it to the address of that service, such as http://localhost:8081.", AnyPort, Membership);

    [Fact]
    public Task A_service_that_does_not_exist() => StopsAsync(
        "Services:alocation names no service; there are membership and allocation.", AnyPort, Membership, Allocation, "--Services:alocation=http://localhost:9");

    [Fact]
    public Task An_address_that_is_none() => StopsAsync(
        "Services:allocation must be addresses such as http://localhost:8081 with commas between; 'localhost:9' is none.",
        AnyPort, Membership, "--Services:allocation=localhost:9");

    [Fact]
    public Task A_limit_that_does_not_exist() => StopsAsync(
        "Unknown setting Edge:RequestPerSecond; valid settings: RequestsPerSecond, Burst, SignInsPerMinute, TimeoutSeconds, SilenceSeconds, TrustedProxies.",
        AnyPort, Membership, Allocation, "--Edge:RequestPerSecond=5");

    [Theory]
    [InlineData("many")]
    [InlineData("0")]
    [InlineData("-1")]
    public Task A_limit_that_is_no_positive_number(string value) => StopsAsync(
        $"Edge:Burst must be a whole number above 0, not '{value}'.", AnyPort, Membership, Allocation, $"--Edge:Burst={value}");

    [Fact]
    public Task A_metadata_address_that_is_none() => StopsAsync(
        "Auth:Metadata must be the address of an OpenID configuration document, such as http://localhost:8081/.well-known/openid-configuration.",
        AnyPort, Membership, Allocation, "--Auth:Metadata=nowhere");

    [Fact]
    public Task Keys_that_would_come_over_plain_http_from_another_machine() => StopsAsync(
        "The issuer's keys would be read over plain HTTP (http://membership:8081/.well-known/openid-configuration), where somebody on the way could put in "
        + "their own: use https, or set Auth:AllowHttpMetadata to true if nobody can.",
        AnyPort, "--Services:membership=http://membership:8081", Allocation);

    [Fact]
    public Task A_trusted_proxy_that_is_none() => StopsAsync(
        "Edge:TrustedProxies must be addresses or networks such as 10.0.0.7 or 10.0.0.0/8, separated by commas; 'ingress' is neither.",
        AnyPort, Membership, Allocation, "--Edge:TrustedProxies=10.0.0.7, ingress");

    [Fact]
    public async Task A_port_that_is_taken()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var address = $"http://{taken.LocalEndpoint}";

        await StopsAsync($"Failed to bind to address {address}: address already in use.", $"--urls={address}", Membership, Allocation);
    }

    private static async Task StopsAsync(string sentence, params string[] settings)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "ExportConsortia.Gateway.dll"), .. settings])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(patience.Token);
            var error = await process.StandardError.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);

            Assert.Equal(sentence, error.Trim());
            Assert.DoesNotContain("   at ", await output, StringComparison.Ordinal);
            Assert.Equal(2, process.ExitCode);
        }
        finally
        {
            process.Kill();
        }
    }
}
