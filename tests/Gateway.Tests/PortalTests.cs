using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;

namespace ExportConsortia.Gateway.Tests;

/// <summary>The web pages are at every address that is no service's, and a person gets a page also when they fail.</summary>
public sealed class PortalTests
{
    private const string Away = "A part of the platform does not answer. Nothing was changed. Try again in a moment.";

    [Theory]
    [InlineData("GET", "/")]
    [InlineData("GET", "/orders/7?filter=open")]
    [InlineData("POST", "/sign-in")]
    [InlineData("GET", "/apis")]
    public async Task Every_other_address_is_the_portals_and_needs_no_token(string method, string path)
    {
        await using var portal = await StandIn.StartAsync("portal");
        await using var gateway = await RunningGateway.StartAsync(settings: RunningGateway.WithPortal(portal));
        using var answer = await gateway.SendAsync(path, new HttpMethod(method), headers: headers => headers.Add("Cookie", "session=abc"));

        Assert.Equal("portal", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        var received = Assert.Single(portal.Requests);
        Assert.Equal((method, path, "session=abc", "127.0.0.1"),
            (received.Method, received.Path, received.Headers["Cookie"], received.Headers["X-Forwarded-For"]));
        Assert.Empty(gateway.Membership.Requests);
    }

    [Theory]
    [InlineData("GET", "/api/unknown/things")]
    [InlineData("POST", "/api")]
    [InlineData("GET", "/health/other")]
    [InlineData("POST", "/.well-known/jwks.json")]
    public async Task What_no_service_has_is_not_found_and_not_the_portals(string method, string path)
    {
        await using var portal = await StandIn.StartAsync("portal");
        await using var gateway = await RunningGateway.StartAsync(settings: RunningGateway.WithPortal(portal));
        using var answer = await gateway.SendAsync(path, new HttpMethod(method), headers: AsBrowser);

        await RunningGateway.IsProblemAsync(answer, HttpStatusCode.NotFound, "NOT_FOUND");
        Assert.Empty(portal.Requests);
    }

    [Fact]
    public async Task Services_health_and_documentation_are_where_they_were()
    {
        await using var portal = await StandIn.StartAsync("portal");
        await using var gateway = await RunningGateway.StartAsync(settings: RunningGateway.WithPortal(portal));
        foreach (var path in (string[])["/health/live", "/health/ready", "/docs/index.html", "/docs/index.js", "/docs/swagger-ui.css",
            "/api/allocation/openapi.json", "/.well-known/jwks.json"])
        {
            await Eventually.Holds($"{path} answers", async () =>
            {
                using var answer = await gateway.SendAsync(path);
                return answer.StatusCode == HttpStatusCode.OK;
            });
        }

        using var unsigned = await gateway.SendAsync("/api/allocation/orders");
        await RunningGateway.IsProblemAsync(unsigned, HttpStatusCode.Unauthorized, "NOT_SIGNED_IN");
        Assert.Empty(portal.Requests);
    }

    [Fact]
    public async Task A_page_keeps_its_own_policies_and_a_file_its_caching()
    {
        await using var portal = await StandIn.StartAsync("portal");
        portal.Answer = http =>
        {
            http.Response.Headers.ContentSecurityPolicy = "default-src 'none'; script-src 'self'";
            http.Response.Headers["Referrer-Policy"] = "same-origin";
            http.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
            return http.Response.WriteAsync("page");
        };
        await using var gateway = await RunningGateway.StartAsync(settings: RunningGateway.WithPortal(portal));
        using var answer = await gateway.SendAsync("/");

        Assert.Equal("default-src 'none'; script-src 'self'", Assert.Single(answer.Headers.GetValues("Content-Security-Policy")));
        Assert.Equal("same-origin", Assert.Single(answer.Headers.GetValues("Referrer-Policy")));
        Assert.Equal("public, max-age=31536000, immutable", answer.Headers.CacheControl?.ToString());
        Assert.Equal("DENY", Assert.Single(answer.Headers.GetValues("X-Frame-Options")));
    }

    [Fact]
    public async Task While_the_portal_is_away_a_person_gets_a_page_and_a_program_a_problem()
    {
        await using var portal = await StandIn.StartAsync("portal");
        await using var gateway = await RunningGateway.StartAsync(settings: RunningGateway.WithPortal(portal));
        await portal.DisposeAsync();

        foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Post])
        {
            using var page = await gateway.SendAsync("/orders", method, headers: AsBrowser);
            await IsPageAsync(page, HttpStatusCode.BadGateway, Away);
            Assert.Equal(2, page.Headers.RetryAfter?.Delta?.TotalSeconds);
        }

        using var problem = await gateway.SendAsync("/orders");
        await RunningGateway.IsProblemAsync(problem, HttpStatusCode.BadGateway, "UNAVAILABLE");
        using var api = await gateway.SendSignedInAsync("/api/allocation/orders");
        Assert.Equal(HttpStatusCode.OK, api.StatusCode);
        await Eventually.Holds("the gateway is ready without it", async () =>
        {
            using var ready = await gateway.SendAsync("/health/ready");
            return ready.StatusCode == HttpStatusCode.OK;
        });
    }

    [Theory]
    [InlineData(500, "GET", Away)]
    [InlineData(503, "GET", Away)]
    [InlineData(503, "POST", "We don't know whether your change was made")]
    [InlineData(413, "POST", "At most 5 MiB")]
    [InlineData(404, "GET", "Nothing was changed.")]
    public async Task An_error_without_a_body_becomes_a_page(int status, string method, string text)
    {
        await using var portal = await StandIn.StartAsync("portal");
        portal.Answer = http =>
        {
            http.Response.StatusCode = status;
            return Task.CompletedTask;
        };
        await using var gateway = await RunningGateway.StartAsync(settings: RunningGateway.WithPortal(portal));
        using var answer = await gateway.SendAsync("/orders", new HttpMethod(method), headers: AsBrowser);

        await IsPageAsync(answer, (HttpStatusCode)status, text);
    }

    [Fact]
    public async Task A_post_whose_answer_was_lost_is_not_called_undone()
    {
        await using var portal = await StandIn.StartAsync("portal");
        portal.Answer = http =>
        {
            http.Abort();
            return Task.CompletedTask;
        };
        await using var gateway = await RunningGateway.StartAsync(settings: RunningGateway.WithPortal(portal));
        using var answer = await gateway.SendAsync("/orders", HttpMethod.Post, headers: AsBrowser);

        await IsPageAsync(answer, HttpStatusCode.BadGateway, "We don't know whether your change was made");
    }

    [Fact]
    public async Task An_error_page_of_the_portals_own_passes_unchanged()
    {
        await using var portal = await StandIn.StartAsync("portal");
        portal.Answer = http =>
        {
            http.Response.StatusCode = 404;
            http.Response.ContentType = "text/html; charset=utf-8";
            return http.Response.WriteAsync("<h1>Gone</h1>");
        };
        await using var gateway = await RunningGateway.StartAsync(settings: RunningGateway.WithPortal(portal));
        using var answer = await gateway.SendAsync("/orders", headers: AsBrowser);

        Assert.Equal("<h1>Gone</h1>", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_browser_gets_problems_from_the_interface()
    {
        await using var portal = await StandIn.StartAsync("portal");
        await using var gateway = await RunningGateway.StartAsync(settings: RunningGateway.WithPortal(portal));
        await gateway.Allocation.DisposeAsync();
        using var answer = await gateway.SendAsync("/api/allocation/orders", token: gateway.Issuer.Token(), headers: AsBrowser);

        await RunningGateway.IsProblemAsync(answer, HttpStatusCode.BadGateway, "UNAVAILABLE");
    }

    [Fact]
    public async Task Too_many_requests_for_pages_get_a_page()
    {
        await using var portal = await StandIn.StartAsync("portal");
        await using var gateway = await RunningGateway.StartAsync(
            settings: [RunningGateway.WithPortal(portal), "Edge:Burst=1", "Edge:RequestsPerSecond=1"]);
        using var first = await gateway.SendAsync("/", headers: AsBrowser);
        using var second = await gateway.SendAsync("/", headers: AsBrowser);

        await IsPageAsync(second, HttpStatusCode.TooManyRequests, "Wait a moment");
        Assert.InRange(second.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
    }

    // The portal asks the gateway for the visitor: the visitor's address counts, not the portal's, and none that the visitor invents.
    [Fact]
    public async Task Sign_ins_through_the_portal_are_counted_by_the_visitors_address()
    {
        await using var portal = await StandIn.StartAsync("portal");
        await using var gateway = await RunningGateway.StartAsync(
            settings: [RunningGateway.WithPortal(portal), "Edge:TrustedProxies=127.0.0.1", "Edge:SignInsPerMinute=1"]);
        portal.Answer = async http =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(gateway.Address, "/api/membership/tokens"));
            request.Headers.Add("X-Forwarded-For", http.Request.Headers["X-Forwarded-For"].ToString());
            using var answer = await gateway.Client.SendAsync(request, http.RequestAborted);
            http.Response.StatusCode = (int)answer.StatusCode;
        };

        Assert.Equal(HttpStatusCode.OK, await SignInAsync("203.0.113.7"));
        Assert.Equal(HttpStatusCode.OK, await SignInAsync("203.0.113.8"));
        Assert.Equal(HttpStatusCode.TooManyRequests, await SignInAsync("203.0.113.7"));
        // Here the ingress says 203.0.113.8; what the visitor said before it does not count.
        Assert.Equal(HttpStatusCode.TooManyRequests, await SignInAsync("198.51.100.1, 203.0.113.8"));

        async Task<HttpStatusCode> SignInAsync(string forwardedFor)
        {
            using var answer = await gateway.SendAsync("/sign-in", HttpMethod.Post, headers: h => h.Add("X-Forwarded-For", forwardedFor));
            return answer.StatusCode;
        }
    }

    private static void AsBrowser(HttpRequestHeaders headers) =>
        headers.TryAddWithoutValidation("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8");

    private static async Task IsPageAsync(HttpResponseMessage answer, HttpStatusCode status, string text)
    {
        var page = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(status == answer.StatusCode, $"{(int)answer.StatusCode} {page}");
        Assert.Equal("text/html", answer.Content.Headers.ContentType?.MediaType);
        Assert.Contains(text, page, StringComparison.Ordinal);
        Assert.DoesNotContain("style", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        Assert.Contains("default-src 'none'", Assert.Single(answer.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.Equal("no-store", answer.Headers.CacheControl?.ToString());
    }
}
