using AngleSharp;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ExportConsortia.Portal.Tests;

/// <summary>The program of the pages on a port of its own, over a stand-in of the interface.</summary>
public sealed class RunningPortal : IAsyncDisposable
{
    /// <summary>The id in filled addresses.</summary>
    public const string SomeId = "0199f0a6-3c1e-7a53-9d0c-000000000000";

    public const string Secret = "the secret of all replicas, long enough";

    private readonly WebApplication _app;

    private RunningPortal(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.Single());

    /// <summary>The routes of the pages.</summary>
    public IEnumerable<RouteEndpoint> Routes => _app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        .Where(route => !route.RoutePattern.RawText!.StartsWith("/health", StringComparison.Ordinal)
            && !route.RoutePattern.RawText.StartsWith("/assets", StringComparison.Ordinal));

    /// <summary>True if people with this role may use the route.</summary>
    public static bool MayUse(RouteEndpoint route, string role) => route.Metadata.GetMetadata<IAllowAnonymous>() is not null
        || route.Metadata.GetOrderedMetadata<IAuthorizeData>().All(rule => rule.Roles is null || rule.Roles.Split(',').Contains(role));

    /// <summary>An address that fits the route: with <see cref="SomeId"/>, the number 1, or a text where it has neither.</summary>
    public static string Fill(RouteEndpoint route, string text = "1") => "/" + string.Join('/', route.RoutePattern.PathSegments.Select(
        segment => string.Concat(segment.Parts.Select(part => part switch
        {
            RoutePatternParameterPart { ParameterPolicies: [var kind, ..] } => kind.Content == "guid" ? SomeId : "1",
            RoutePatternParameterPart => text,
            RoutePatternLiteralPart literal => literal.Content,
            _ => "",
        }))));

    public static async Task<RunningPortal> StartAsync(StandInInterface api, string secret = Secret, string? also = null, params string[] settings)
    {
        var app = PortalModule.Build(
        [
            "--urls=http://127.0.0.1:0", $"--Portal:Api={api.Address}", $"--Portal:Secret={secret}",
            .. also is null ? [] : new[] { $"--Portal:SecretAlso={also}" }, .. settings.Select(setting => $"--{setting}"),
        ]);
        await app.StartAsync();
        return new RunningPortal(app);
    }

    /// <summary>What is logged from now on goes there too.</summary>
    public ILogger LogTo(ILoggerProvider provider)
    {
        var logs = _app.Services.GetRequiredService<ILoggerFactory>();
        logs.AddProvider(provider);
        return logs.CreateLogger<RunningPortal>();
    }

    /// <summary>A browser: it keeps cookies and follows no redirect.</summary>
    public Browser Open(CookieContainer? cookies = null) => new(Address, cookies ?? new CookieContainer());

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    /// <summary>One browser, without script.</summary>
    public sealed class Browser(Uri address, CookieContainer cookies) : IDisposable
    {
        private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = cookies })
        {
            BaseAddress = address, DefaultRequestHeaders = { { "Accept", "text/html" } },
        };

        public CookieContainer Cookies { get; } = cookies;

        public async Task<Page> GetAsync(string path, string? language = null)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            if (language is not null)
            {
                request.Headers.Add("Accept-Language", language);
            }

            return await Page.ReadAsync(await _http.SendAsync(request));
        }

        /// <summary>Sends a form without anything that a page would have put into it.</summary>
        public async Task<Page> PostAsync(string path, params (string Name, string Value)[] fields)
        {
            using var form = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
            return await Page.ReadAsync(await _http.PostAsync(path, form));
        }

        /// <summary>Fills in the form of a page whose action is this, and sends it.</summary>
        public Task<Page> SendAsync(Page page, string action, params (string Name, string Value)[] fields)
        {
            var form = page.Document.QuerySelectorAll<IHtmlFormElement>("form").First(form => form.GetAttribute("action") == action);
            var hidden = form.QuerySelectorAll<IHtmlInputElement>("input[type=hidden]").Select(input => (input.Name!, input.Value));
            return PostAsync(action, [.. hidden.Where(field => fields.All(own => own.Name != field.Item1)), .. fields]);
        }

        /// <summary>Chooses a file in the form of a page whose action is this, and sends it.</summary>
        public async Task<Page> SendFileAsync(Page page, string action, string field, string name, string text)
        {
            var form = page.Document.QuerySelectorAll<IHtmlFormElement>("form").First(form => form.GetAttribute("action") == action);
            using var content = new MultipartFormDataContent();
            foreach (var hidden in form.QuerySelectorAll<IHtmlInputElement>("input[type=hidden]"))
            {
                content.Add(new StringContent(hidden.Value), hidden.Name!);
            }

            content.Add(new StringContent(text), field, name);
            return await Page.ReadAsync(await _http.PostAsync(action, content));
        }

        /// <summary>Signs in.</summary>
        public async Task<Page> SignInAsync(string to = "") => await SendAsync(
            await GetAsync($"/sign-in?to={Uri.EscapeDataString(to)}"), "/sign-in",
                ("email", "bounmy@example.org"), ("password", "Teak-and-rattan-12"));

        public void Dispose() => _http.Dispose();
    }

    /// <summary>What came back.</summary>
    public sealed record Page(HttpStatusCode Status, string Text, IDocument Document, HttpResponseMessage Answer)
    {
        public string? Location => Answer.Headers.Location?.OriginalString;

        public static async Task<Page> ReadAsync(HttpResponseMessage answer)
        {
            var text = await answer.Content.ReadAsStringAsync();
            return new Page(
                answer.StatusCode, text, await BrowsingContext.New(Configuration.Default).OpenAsync(response => response.Content(text)), answer);
        }

        public string? Header(string name) => Answer.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : null;
    }
}
