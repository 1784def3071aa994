using System.Diagnostics;
using System.Net.Sockets;

namespace ExportConsortia.Gateway.Tests;

/// <summary>A wrong setting stops the start with exit code 2 and one sentence that says what to set. Real processes.</summary>
public sealed class StartTests
{
    private const string AnyPort = "--urls=http://127.0.0.1:0";
    private const string NoAllocation = "--Services:allocation=";

    private static string ValidServices =>
        string.Join(", ", Checkout.Current.Services.Select(service => $"Services:{service.Name}").Append("Services:portal"));

    [Fact]
    public Task A_service_without_address() => StopsAsync(
        "Services:allocation is missing: set it to the address of that service, such as http://localhost:8081.", AnyPort, NoAllocation);

    [Fact]
    public Task A_service_that_does_not_exist() => StopsAsync(
        $"Unknown setting Services:alocation; valid settings: {ValidServices}.", AnyPort, "--Services:alocation=http://localhost:9");

    [Fact]
    public Task An_invalid_address() => StopsAsync(
        "Services:allocation must be one or more addresses such as http://localhost:8081, separated by commas; 'localhost:9' is not an address.",
        AnyPort, "--Services:allocation=localhost:9");

    [Fact]
    public Task A_limit_that_does_not_exist() => StopsAsync(
        "Unknown setting Edge:RequestPerSecond; valid settings: "
        + "RequestsPerSecond, Burst, SignInsPerMinute, FormsPerDay, TimeoutSeconds, SilenceSeconds, TrustedProxies.",
        AnyPort, "--Edge:RequestPerSecond=5");

    [Theory]
    [InlineData("many")]
    [InlineData("0")]
    [InlineData("-1")]
    public Task A_limit_that_is_not_a_positive_number(string value) => StopsAsync(
        $"Edge:Burst must be a whole number above 0, not '{value}'.", AnyPort, $"--Edge:Burst={value}");

    [Fact]
    public Task An_invalid_metadata_address() => StopsAsync(
        "Auth:Metadata must be the address of an OpenID configuration document, such as http://localhost:8081/.well-known/openid-configuration.",
        AnyPort, "--Auth:Metadata=nowhere");

    [Fact]
    public Task Signing_keys_over_plain_http_from_another_machine() => StopsAsync(
        "The issuer's keys would be read over plain HTTP (http://membership:8081/.well-known/openid-configuration), "
        + "where an attacker could replace them: use https, or set Auth:AllowHttpMetadata to true if the network is safe.",
        AnyPort, "--Services:membership=http://membership:8081");

    [Fact]
    public Task An_invalid_trusted_proxy() => StopsAsync(
        "Edge:TrustedProxies must be addresses or networks such as 10.0.0.7 or 10.0.0.0/8, separated by commas; 'ingress' is neither.",
        AnyPort, "--Edge:TrustedProxies=10.0.0.7, ingress");

    [Fact]
    public async Task A_port_that_is_taken()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var address = $"http://{taken.LocalEndpoint}";

        await StopsAsync($"Failed to bind to address {address}: address already in use.", $"--urls={address}");
    }

    private static string Program => Path.Combine(AppContext.BaseDirectory, "ExportConsortia.Gateway.dll");

    private static async Task StopsAsync(string sentence, params string[] settings)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [Program, .. RunningGateway.AwayServices, .. settings])
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
