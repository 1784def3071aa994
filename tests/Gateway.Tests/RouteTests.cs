using Microsoft.AspNetCore.Http;

namespace ExportConsortia.Gateway.Tests;

/// <summary>Each request reaches its service, with what the service needs to know about the caller.</summary>
public sealed class RouteTests : IAsyncLifetime
{
    private RunningGateway _gateway = null!;

    public async ValueTask InitializeAsync() => _gateway = await RunningGateway.StartAsync();

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Theory]
    [InlineData("GET", "/api/membership/firms?state=Active")]
    [InlineData("PUT", "/api/membership/firms/1/state")]
    [InlineData("GET", "/api/membership/tokens")]
    public async Task Membership_gets_its_requests(string method, string path)
    {
        using var answer = await _gateway.SendSignedInAsync(path, new HttpMethod(method));

        Assert.Equal("membership", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        var received = Assert.Single(_gateway.Membership.Requests);
        Assert.Equal((method, path), (received.Method, received.Path));
        Assert.Empty(_gateway.Allocation.Requests);
    }

    [Theory]
    [InlineData("POST", "/api/allocation/orders")]
    [InlineData("GET", "/api/allocation/offers/1?at=2")]
    public async Task Allocation_gets_its_requests(string method, string path)
    {
        using var answer = await _gateway.SendSignedInAsync(path, new HttpMethod(method));

        Assert.Equal("allocation", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        var received = Assert.Single(_gateway.Allocation.Requests);
        Assert.Equal((method, path), (received.Method, received.Path));
        Assert.Empty(_gateway.Membership.Requests);
    }

    [Theory]
    [InlineData("POST", "/api/membership/tokens")]
    [InlineData("POST", "/api/membership/tokens/refresh")]
    [InlineData("POST", "/api/membership/tokens/revocation")]
    [InlineData("GET", "/api/membership/openapi.json")]
    [InlineData("GET", "/.well-known/anything")]
    [InlineData("GET", "/api/marketing/public/VTF/items/chair")]
    [InlineData("POST", "/api/marketing/public/VTF/requests")]
    [InlineData("GET", "/api/marketing/public/quotations/token")]
    [InlineData("GET", "/api/marketing/public/unsubscriptions/token")]
    [InlineData("GET", "/api/tradefairs/public/calendars/token")]
    [InlineData("POST", "/api/marketing/public/unsubscriptions/token")]
    public async Task Signing_in_and_public_documents_need_no_token(string method, string path)
    {
        using var answer = await _gateway.SendAsync(path, new HttpMethod(method));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(path, Assert.Single(_gateway.Membership.Requests).Path);
    }

    [Fact]
    public async Task The_interface_document_of_Allocation_needs_no_token()
    {
        using var answer = await _gateway.SendAsync("/api/allocation/openapi.json");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Single(_gateway.Allocation.Requests);
    }

    [Theory]
    [InlineData("/.well-known/openid-configuration")]
    [InlineData("/.well-known/jwks.json")]
    public async Task The_issuer_s_documents_come_from_membership(string path)
    {
        using var answer = await _gateway.SendAsync(path);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
    }

    [Theory]
    [InlineData("/api/unknown/things")]
    [InlineData("/api")]
    [InlineData("/nowhere")]
    public async Task An_unknown_path_is_not_found(string path)
    {
        using var answer = await _gateway.SendAsync(path);

        await RunningGateway.IsProblemAsync(answer, HttpStatusCode.NotFound, "NOT_FOUND");
    }

    [Fact]
    public async Task The_issuer_s_documents_are_read_only()
    {
        using var answer = await _gateway.SendAsync("/.well-known/jwks.json", HttpMethod.Post);

        await RunningGateway.IsProblemAsync(answer, HttpStatusCode.MethodNotAllowed, "METHOD_NOT_ALLOWED");
        Assert.Empty(_gateway.Membership.Requests);
    }

    [Fact]
    public async Task An_answer_is_passed_on_unchanged()
    {
        _gateway.Allocation.Answer = async http =>
        {
            http.Response.StatusCode = 409;
            http.Response.ContentType = "application/problem+json";
            http.Response.Headers.ETag = "\"7\"";
            await http.Response.WriteAsync("""{"status":409,"code":"OFFER_EXPIRED"}""");
        };

        using var answer = await _gateway.SendSignedInAsync("/api/allocation/offers/1/acceptance", HttpMethod.Post);

        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        Assert.Equal("\"7\"", answer.Headers.ETag?.Tag);
        Assert.Equal("""{"status":409,"code":"OFFER_EXPIRED"}""", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task The_service_gets_the_trace_the_token_and_the_caller_s_address()
    {
        var token = _gateway.Issuer.Token();
        using var answer = await _gateway.SendAsync("/api/allocation/orders", token: token, headers: headers =>
        {
            headers.Host = "consortium.example";
            headers.Add("X-Forwarded-For", "203.0.113.7");
            headers.Add("X-Forwarded-Host", "liar.example");
        });

        var headers = Assert.Single(_gateway.Allocation.Requests).Headers;
        Assert.StartsWith($"00-{RunningGateway.Trace}-", headers["traceparent"], StringComparison.Ordinal);
        Assert.NotEqual($"00-{RunningGateway.Trace}-b7ad6b7169203331-01", headers["traceparent"]);
        Assert.Equal($"Bearer {token}", headers["Authorization"]);
        Assert.Equal(new Uri(_gateway.Allocation.Address).Authority, headers["Host"]);
        Assert.Equal("127.0.0.1", headers["X-Forwarded-For"]);
        Assert.Equal("consortium.example", headers["X-Forwarded-Host"]);
        Assert.Equal("http", headers["X-Forwarded-Proto"]);
    }

    [Fact]
    public async Task The_documentation_page_lists_every_service()
    {
        using var page = await _gateway.SendAsync("/docs/index.html");
        using var script = await _gateway.SendAsync("/docs/index.js");

        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        var text = await script.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.All(Checkout.Current.Services, service => Assert.Contains($"/api/{service.Name}/openapi.json", text, StringComparison.Ordinal));
    }
}
