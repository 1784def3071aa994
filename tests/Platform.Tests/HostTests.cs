using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace ExportConsortia.Platform.Tests;

/// <summary>Every process reports errors in the same form, reveals no internals, and doesn't start with a wrong setting.</summary>
public sealed class HostTests : IAsyncLifetime
{
    private const string Trace = "0af7651916cd43dd8448eb211c80319c";
    private const string Issuer = "http://issuer.example";

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly HttpClient _client = new();
    private WebApplication _app = null!;

    private SigningCredentials Signing => new(new ECDsaSecurityKey(_key) { KeyId = "1" }, "ES256");

    public async ValueTask InitializeAsync()
    {
        var builder = ServiceHost.CreateBuilder(["--urls=http://127.0.0.1:0"], "test");
        builder.AddTokens();
        var keys = new OpenIdConnectConfiguration { Issuer = Issuer };
        keys.SigningKeys.Add(Signing.Key);
        builder.Services.AddSingleton<IConfigurationManager<OpenIdConnectConfiguration>>(
            new StaticConfigurationManager<OpenIdConnectConfiguration>(keys));
        _app = builder.Build();
        ServiceHost.UseBasics(_app);
        _app.UseRouting();
        _app.UseAuthentication();
        _app.UseEdge([]);
        _app.UseAuthorization();
        _app.MapGet("/open/fault", string () => throw new InvalidOperationException("secret")).AllowAnonymous();
        _app.MapGet("/open/refusal", () => new Refusal("OFFER_EXPIRED", "The offer has expired.").ToProblem()).AllowAnonymous();
        _app.MapGet("/open/invalid", () => Refusal.Invalid("lines[2].quantity", "Must be positive.")).AllowAnonymous();
        _app.MapPost("/open/numbers", (Number number) => number.Value).AllowAnonymous();
        _app.MapGet("/open/days", (DateOnly day) => day).AllowAnonymous();
        _app.MapGet("/open/days/{day}", (DateOnly day) => day).AllowAnonymous();
        _app.MapGet("/open/tokens", () => "").RequireRateLimiting(Edge.SignInLimit).AllowAnonymous();
        _app.MapGet("/mine", () => "").For(Role.Operator);
        _app.MapGet("/mine/{id}", (string id) => id).For(Role.Operator);
        await _app.StartAsync();
        _client.BaseAddress = new Uri(_app.Urls.Single());
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
        _key.Dispose();
    }

    [Theory]
    [InlineData("GET", "/open/fault", false, 500, "INTERNAL_ERROR")]
    [InlineData("GET", "/open/refusal", false, 409, "OFFER_EXPIRED")]
    [InlineData("GET", "/open/invalid", false, 400, "INVALID_INPUT")]
    [InlineData("POST", "/open/refusal", false, 405, "METHOD_NOT_ALLOWED")]
    [InlineData("GET", "/mine", false, 401, "NOT_SIGNED_IN")]
    [InlineData("GET", "/mine", true, 403, "NOT_ALLOWED")]
    [InlineData("GET", "/mine/7", true, 404, "NOT_FOUND")]
    [InlineData("GET", "/nowhere", false, 404, "NOT_FOUND")]
    public async Task Every_error_is_a_problem_document_whatever_the_caller_accepts(
        string method, string path, bool signedIn, int status, string code)
    {
        foreach (var accept in (string[])["*/*", "application/xml", "text/html"])
        {
            using var answer = await SendAsync(method, path, signedIn, accept);

            var problem = await ProblemAsync(answer, status, code);
            Assert.DoesNotContain("secret", problem.GetRawText(), StringComparison.Ordinal);
            Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
            Assert.Equal("no-store", answer.Headers.CacheControl?.ToString());
        }
    }

    [Fact]
    public async Task A_body_in_another_format_is_refused()
    {
        using var body = new StringContent("1", Encoding.UTF8, "text/plain");
        using var answer = await SendAsync("POST", "/open/numbers", body: body);

        await ProblemAsync(answer, 415, "UNSUPPORTED_MEDIA_TYPE");
    }

    [Theory]
    [InlineData("POST", "/open/numbers", "number")]
    [InlineData("GET", "/open/days/x", "day")]
    [InlineData("GET", "/open/days", "day")]
    public async Task A_parameter_that_is_missing_or_wrong_is_named_in_the_caller_s_words(string method, string path, string field)
    {
        using var answer = await SendAsync(method, path);

        var problem = await ProblemAsync(answer, 400, "INVALID_INPUT");
        Assert.Equal("Is missing or can't be read.", problem.GetProperty("errors").GetProperty(field)[0].GetString());
        Assert.DoesNotContain("parameter", problem.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Input_that_cannot_be_read_names_the_field()
    {
        using var body = new StringContent("""{"value":"many"}""", Encoding.UTF8, "application/json");
        using var answer = await SendAsync("POST", "/open/numbers", body: body);

        var problem = await ProblemAsync(answer, 400, "INVALID_JSON");
        Assert.True(problem.GetProperty("errors").TryGetProperty("value", out _));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_that_is_too_large_is_refused_whether_or_not_it_says_its_length(bool chunked)
    {
        using var body = new StringContent($$"""{"value":1{{new string(' ', 6 * 1024 * 1024)}}}""", Encoding.UTF8, "application/json");
        using var answer = await SendAsync("POST", "/open/numbers", body: body, chunked: chunked);

        await ProblemAsync(answer, 413, "TOO_LARGE");
    }

    [Fact]
    public async Task Routes_that_give_out_tokens_have_a_limit_of_their_own()
    {
        for (var time = 1; time <= 61; time++)
        {
            using var answer = await SendAsync("GET", "/open/tokens");
            Assert.Equal(time <= 60 ? HttpStatusCode.OK : HttpStatusCode.TooManyRequests, answer.StatusCode);
        }

        using var other = await SendAsync("GET", "/open/refusal");
        Assert.Equal(HttpStatusCode.Conflict, other.StatusCode);
    }

    [Fact]
    public async Task A_service_without_keys_or_their_address_does_not_start()
    {
        var builder = ServiceHost.CreateBuilder(["--urls=http://127.0.0.1:0"], "test");
        builder.AddTokens();
        await using var app = builder.Build();

        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => app.StartAsync(TestContext.Current.CancellationToken));

        Assert.StartsWith("Auth:Metadata must be the address", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://issuer.example/a", null, null)]
    [InlineData("http://localhost:8081/a", null, null)]
    [InlineData("http://127.0.0.1:8081/a", "false", null)]
    [InlineData("http://[::1]:8081/a", null, null)]
    [InlineData("http://issuer.example/a", "true", null)]
    [InlineData("http://issuer.example/a", null, "The issuer's keys would be read over plain HTTP (http://issuer.example/a)")]
    [InlineData("http://localhost.example/a", "false", "The issuer's keys would be read over plain HTTP (http://localhost.example/a)")]
    [InlineData("https://issuer.example/a", "yes", "Auth:AllowHttpMetadata must be true or false, not 'yes'.")]
    [InlineData("ftp://issuer.example/a", "true", "Auth:Metadata must be the address of an OpenID configuration document")]
    public void Keys_are_read_over_plain_http_from_this_machine_only_unless_a_setting_allows_it(
        string metadata, string? allowed, string? sentence)
    {
        string[] allow = allowed is null ? [] : [$"--Auth:AllowHttpMetadata={allowed}"];
        var builder = ServiceHost.CreateBuilder([$"--Auth:Metadata={metadata}", .. allow], "test");
        var error = Record.Exception(builder.AddTokens);

        if (sentence is null)
        {
            Assert.Null(error);
        }
        else
        {
            Assert.StartsWith(sentence, Assert.IsType<WrongSettingException>(error).Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("--Edge:Burst=many", "Edge:Burst must be a whole number above 0, not 'many'.")]
    [InlineData("--Edge:Bust=5",
        "Unknown setting Edge:Bust; valid settings: RequestsPerSecond, Burst, SignInsPerMinute, FormsPerDay, TimeoutSeconds, SilenceSeconds, "
        + "TrustedProxies.")]
    [InlineData("--Edge:TrustedProxies=10.0.0.0/33",
        "Edge:TrustedProxies must be addresses or networks such as 10.0.0.7 or 10.0.0.0/8, separated by commas; '10.0.0.0/33' is neither.")]
    [InlineData("--OTEL_EXPORTER_OTLP_ENDPOINT=nowhere", "OTEL_EXPORTER_OTLP_ENDPOINT must be an address such as http://localhost:4317.")]
    public void A_wrong_setting_is_reported_before_the_start(string setting, string sentence)
    {
        var error = Assert.Throws<WrongSettingException>(() => ServiceHost.CreateBuilder([setting], "test"));

        Assert.Equal(sentence, error.Message);
    }

    [Fact]
    public async Task Traces_metrics_and_logs_go_where_the_settings_say()
    {
        var received = new System.Collections.Concurrent.ConcurrentDictionary<string, bool>();
        await using var collector = WebApplication.CreateSlimBuilder().Build();
        collector.Urls.Add("http://127.0.0.1:0");
        collector.MapPost("/{**path}", (string path) => { received[path] = true; });
        await collector.StartAsync(TestContext.Current.CancellationToken);
        string[] settings =
            ["--urls=http://127.0.0.1:0", $"--OTEL_EXPORTER_OTLP_ENDPOINT={collector.Urls.Single()}", "--OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf"];
        await using (var app = ServiceHost.CreateBuilder(settings, "test").Build())
        {
            await app.StartAsync(TestContext.Current.CancellationToken);
            using var answer = await _client.GetAsync(new Uri(app.Urls.Single() + "/health/live"), TestContext.Current.CancellationToken);
            await app.StopAsync(TestContext.Current.CancellationToken);
        }

        Assert.Equal(["v1/logs", "v1/metrics", "v1/traces"], received.Keys.Order());
    }

    private async Task<HttpResponseMessage> SendAsync(
        string method, string path, bool signedIn = false, string accept = "*/*", HttpContent? body = null, bool chunked = false)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = body };
        request.Headers.Add("traceparent", $"00-{Trace}-b7ad6b7169203331-01");
        request.Headers.Add("Accept", accept);
        request.Headers.TransferEncodingChunked = chunked;
        request.Headers.ExpectContinue = body is not null && !chunked;
        if (signedIn)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
            {
                Issuer = Issuer,
                Audience = "exportconsortia",
                Expires = TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(5),
                Claims = new Dictionary<string, object> { ["sub"] = Guid.CreateVersion7().ToString(), ["role"] = Role.MemberUser },
                SigningCredentials = Signing,
            }));
        }

        return await _client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private static async Task<JsonElement> ProblemAsync(HttpResponseMessage answer, int status, string code)
    {
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True((HttpStatusCode)status == answer.StatusCode, $"{(int)answer.StatusCode} {text}");
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var problem = JsonDocument.Parse(text).RootElement;
        Assert.Equal(code, problem.GetProperty("code").GetString());
        Assert.Equal(Trace, problem.GetProperty("traceId").GetString());
        Assert.Equal(status, problem.GetProperty("status").GetInt32());
        Assert.NotEmpty(problem.GetProperty("title").GetString()!);
        return problem;
    }

    private sealed record Number(int Value);
}
