using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace ExportConsortia.Platform.Tests;

/// <summary>In a process with pages a person gets an error page; a program, and everybody at the interface, problem details.</summary>
public sealed class ErrorPageTests : IAsyncLifetime
{
    private const string Browser = "text/html,application/xhtml+xml,*/*;q=0.8";

    private readonly HttpClient _client = new();
    private WebApplication _app = null!;

    public async ValueTask InitializeAsync()
    {
        var builder = ServiceHost.CreateBuilder(["--urls=http://127.0.0.1:0", "--Edge:SignInsPerMinute=1"], "test");
        builder.AddTokens();
        builder.Services.AddSingleton<IConfigurationManager<OpenIdConnectConfiguration>>(
            new StaticConfigurationManager<OpenIdConnectConfiguration>(new OpenIdConnectConfiguration()));
        builder.Services.AddSingleton<IErrorPage, Page>();
        _app = builder.Build();
        ServiceHost.UseBasics(_app);
        _app.UseRouting();
        _app.UseAuthentication();
        _app.UseEdge([]);
        _app.UseAuthorization();
        var pages = _app.MapGroup("").AsPages().AllowAnonymous();
        pages.MapGet("/fault", string () => throw new InvalidOperationException("secret"));
        pages.MapGet("/gone", () => Results.StatusCode(404));
        pages.MapGet("/own", () => Results.Text("<h1>Mine</h1>", "text/html", statusCode: 422));
        pages.MapGet("/limited", () => "").RequireRateLimiting(Edge.SignInLimit);
        pages.MapGet("/styled", (HttpContext http) =>
        {
            http.Response.Headers.ContentSecurityPolicy = "default-src 'self'";
            http.Response.Headers["Referrer-Policy"] = "same-origin";
            http.Response.Headers.CacheControl = "public, max-age=60";
            return "page";
        });
        pages.MapGet("/plain", () => "page");
        _app.MapGet("/api/test/fault", string () => throw new InvalidOperationException("secret")).AllowAnonymous();
        _app.MapGet("/api/test/mine/{id}", (string id) => id).For(Role.Operator);
        await _app.StartAsync();
        _client.BaseAddress = new Uri(_app.Urls.Single());
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
    }

    [Theory]
    [InlineData("/fault", 500, Browser)]
    [InlineData("/fault", 500, "*/*")]            // it is a page, whatever is accepted
    [InlineData("/fault", 500, null)]
    [InlineData("/gone", 404, null)]
    [InlineData("/nowhere", 404, Browser)]        // no page: by what is accepted
    [InlineData("/apis", 404, Browser)]
    public async Task A_person_gets_the_page(string path, int status, string? accept)
    {
        using var answer = await GetAsync(path, accept);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("text/html", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal($"page of {status}", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal("no-store", answer.Headers.CacheControl?.ToString());
    }

    [Theory]
    [InlineData("/nowhere", 404, "*/*")]
    [InlineData("/nowhere", 404, null)]
    [InlineData("/nowhere", 404, "application/json, text/html;q=0")]
    [InlineData("/api/test/fault", 500, Browser)]
    [InlineData("/api/test/mine/7", 401, Browser)]
    [InlineData("/api/nowhere", 404, Browser)]
    [InlineData("/health/nowhere", 404, Browser)]
    [InlineData("/docs/nowhere", 404, Browser)]
    [InlineData("/.well-known/nowhere", 404, Browser)]
    public async Task A_program_and_the_interface_get_problem_details(string path, int status, string? accept)
    {
        using var answer = await GetAsync(path, accept);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task A_page_that_refuses_with_a_body_of_its_own_keeps_it()
    {
        using var answer = await GetAsync("/own", Browser);

        Assert.Equal((422, "<h1>Mine</h1>"),
            ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)));
    }

    [Fact]
    public async Task Too_many_requests_for_a_page_get_a_page()
    {
        using var first = await GetAsync("/limited", Browser);
        using var second = await GetAsync("/limited", Browser);

        Assert.Equal("page of 429", await second.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.InRange(second.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
    }

    [Fact]
    public async Task A_page_may_set_its_own_policies_and_caching()
    {
        using var styled = await GetAsync("/styled", Browser);
        using var plain = await GetAsync("/plain", Browser);

        Assert.Equal(
            ("default-src 'self'", "same-origin", "public, max-age=60"),
            (Header(styled, "Content-Security-Policy"), Header(styled, "Referrer-Policy"), styled.Headers.CacheControl?.ToString()));
        Assert.Equal(
            ("default-src 'none'; frame-ancestors 'none'", "no-referrer", "no-store"),
            (Header(plain, "Content-Security-Policy"), Header(plain, "Referrer-Policy"), plain.Headers.CacheControl?.ToString()));

        static string Header(HttpResponseMessage answer, string name) => Assert.Single(answer.Headers.GetValues(name));
    }

    private async Task<HttpResponseMessage> GetAsync(string path, string? accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (accept is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept", accept);
        }

        return await _client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private sealed class Page : IErrorPage
    {
        public Task WriteAsync(HttpContext http, int status)
        {
            http.Response.ContentType = "text/html; charset=utf-8";
            return http.Response.WriteAsync($"page of {status}");
        }
    }
}
