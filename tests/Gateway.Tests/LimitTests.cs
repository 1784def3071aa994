using System.Net.Http.Headers;

namespace ExportConsortia.Gateway.Tests;

/// <summary>Rate limits, size limits and time-outs of the gateway, and the headers of every answer.</summary>
public sealed class LimitTests
{
    private const int TooLarge = 6 * 1024 * 1024;

    [Fact]
    public async Task A_caller_who_asks_too_often_has_to_wait_and_others_do_not()
    {
        await using var gateway = await RunningGateway.StartAsync(settings: ["Edge:Burst=3", "Edge:RequestsPerSecond=1"]);
        var token = gateway.Issuer.Token();
        var answers = new List<HttpResponseMessage>();
        for (var i = 0; i < 10; i++)
        {
            answers.Add(await gateway.SendAsync("/api/allocation/orders", token: token));
        }

        var refused = answers.First(a => a.StatusCode != HttpStatusCode.OK);
        await RunningGateway.IsProblemAsync(refused, HttpStatusCode.TooManyRequests, "TOO_MANY_REQUESTS");
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        Assert.Equal(answers.Count(a => a.StatusCode == HttpStatusCode.OK), gateway.Allocation.Requests.Count);
        using var other = await gateway.SendSignedInAsync("/api/allocation/orders");
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
        answers.ForEach(a => a.Dispose());
    }

    [Fact]
    public async Task The_form_of_the_catalogue_is_limited_by_address_and_day()
    {
        await using var gateway = await RunningGateway.StartAsync(settings: ["Edge:FormsPerDay=2"]);
        using var first = await gateway.SendAsync("/api/marketing/public/VTF/requests", HttpMethod.Post);
        using var second = await gateway.SendAsync("/api/marketing/public/VTF/requests", HttpMethod.Post);
        using var third = await gateway.SendAsync("/api/marketing/public/VTF/requests", HttpMethod.Post);
        using var read = await gateway.SendAsync("/api/marketing/public/VTF/items/chair");

        Assert.Equal(
            [HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.TooManyRequests, HttpStatusCode.OK],
            new[] { first, second, third, read }.Select(answer => answer.StatusCode));
    }

    [Fact]
    public async Task Signing_in_is_limited_by_address()
    {
        await using var gateway = await RunningGateway.StartAsync(settings: ["Edge:SignInsPerMinute=2"]);
        using var first = await gateway.SendAsync("/api/membership/tokens", HttpMethod.Post);
        using var second = await gateway.SendAsync("/api/membership/tokens/refresh", HttpMethod.Post);
        using var third = await gateway.SendAsync("/api/membership/tokens", HttpMethod.Post);

        Assert.Equal(HttpStatusCode.OK, second.StatusCode);
        await RunningGateway.IsProblemAsync(third, HttpStatusCode.TooManyRequests, "TOO_MANY_REQUESTS");
        Assert.InRange(third.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_that_is_too_large_is_refused_with_or_without_a_stated_length(bool chunked)
    {
        await using var gateway = await RunningGateway.StartAsync();
        using var body = new ByteArrayContent(new byte[TooLarge]);
        using var answer = await gateway.SendAsync("/api/allocation/orders/ubl", HttpMethod.Post, gateway.Issuer.Token(), body, headers =>
        {
            headers.TransferEncodingChunked = chunked;
            headers.ExpectContinue = !chunked;
        });

        await RunningGateway.IsProblemAsync(answer, HttpStatusCode.RequestEntityTooLarge, "TOO_LARGE");
        Assert.True(chunked || gateway.Allocation.Requests.Count == 0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_of_five_mebibytes_passes(bool chunked)
    {
        await using var gateway = await RunningGateway.StartAsync();
        using var body = new ByteArrayContent(new byte[5 * 1024 * 1024]);
        using var answer = await gateway.SendAsync(
            "/api/allocation/orders/ubl", HttpMethod.Post, gateway.Issuer.Token(), body, headers => headers.TransferEncodingChunked = chunked);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_request_ends_when_the_service_is_silent_too_long(bool afterReading)
    {
        await using var gateway = await RunningGateway.StartAsync(settings: ["Edge:SilenceSeconds=1"]);
        gateway.Allocation.Answer = async http =>
        {
            if (afterReading)
            {
                await http.Request.Body.CopyToAsync(Stream.Null, http.RequestAborted);
            }

            await Task.Delay(Timeout.Infinite, http.RequestAborted);
        };
        using var body = new ByteArrayContent(new byte[5 * 1024 * 1024]);
        using var answer = await gateway.SendSignedInAsync("/api/allocation/orders/ubl", HttpMethod.Post, body);

        await RunningGateway.IsProblemAsync(answer, HttpStatusCode.GatewayTimeout, "UNAVAILABLE");
    }

    [Fact]
    public async Task An_upload_that_keeps_moving_is_not_cut_off_however_long_it_takes()
    {
        await using var gateway = await RunningGateway.StartAsync(settings: ["Edge:SilenceSeconds=1", "Edge:TimeoutSeconds=1"]);
        using var body = new SlowContent(new string('x', 12), pieces: 12, TimeSpan.FromMilliseconds(250));
        using var answer = await gateway.SendSignedInAsync("/api/allocation/orders/ubl", HttpMethod.Post, body);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.True(body.Took > TimeSpan.FromSeconds(2), $"It took only {body.Took}: too short to prove anything.");
    }

    [Theory]
    [InlineData("/api/allocation/orders", true)]
    [InlineData("/api/allocation/orders", false)]
    [InlineData("/api/allocation/failure", true)]
    [InlineData("/nowhere", true)]
    [InlineData("/health/live", false)]
    [InlineData("/health/ready", false)]
    [InlineData("/docs/index.html", false)]
    public async Task Every_answer_has_each_security_header_once(string path, bool signedIn)
    {
        await using var gateway = await RunningGateway.StartAsync();
        gateway.Allocation.Answer = http =>
        {
            http.Response.Headers.XContentTypeOptions = "nosniff";
            http.Response.Headers.XFrameOptions = "SAMEORIGIN";
            http.Response.Headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";
            http.Response.Headers["Referrer-Policy"] = "no-referrer";
            http.Response.Headers.CacheControl = "no-store";
            if (http.Request.Path == "/api/allocation/failure")
            {
                http.Abort();
            }

            return Task.CompletedTask;
        };
        using var answer = await gateway.SendAsync(path, token: signedIn ? gateway.Issuer.Token() : null);

        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("DENY", Assert.Single(answer.Headers.GetValues("X-Frame-Options")));
        Assert.Equal("no-referrer", Assert.Single(answer.Headers.GetValues("Referrer-Policy")));
        Assert.Contains("frame-ancestors 'none'", Assert.Single(answer.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.Equal("no-store", answer.Headers.CacheControl?.ToString());
        Assert.False(answer.Headers.Contains("Server"));
    }

    [Fact]
    public async Task A_page_of_another_site_may_not_call()
    {
        await using var gateway = await RunningGateway.StartAsync();
        using var preflight = await gateway.SendAsync("/api/allocation/orders", HttpMethod.Options, headers: FromElsewhere);
        using var call = await gateway.SendAsync("/api/allocation/orders", token: gateway.Issuer.Token(), headers: FromElsewhere);

        Assert.Equal(HttpStatusCode.Unauthorized, preflight.StatusCode);
        Assert.DoesNotContain(preflight.Headers, h => h.Key.StartsWith("Access-Control-", StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain(call.Headers, h => h.Key.StartsWith("Access-Control-", StringComparison.OrdinalIgnoreCase));
    }

    private static void FromElsewhere(HttpRequestHeaders headers)
    {
        headers.Add("Origin", "https://other.example");
        headers.Add("Access-Control-Request-Method", "POST");
        headers.Add("Access-Control-Request-Headers", "authorization");
    }
}
