using ExportConsortia.Platform;
using ExportConsortia.Platform.Http;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.LoadBalancing;

namespace ExportConsortia.Gateway;

/// <summary>The public address when services run as separate processes: it forwards to each of them what has a valid token.</summary>
public static class GatewayHost
{
    /// <summary>The service that knows accounts and sessions.</summary>
    internal const string Membership = "membership";
    private const string Marketing = "marketing";
    private const string TradeFairs = "tradefairs";

    /// <summary>The web pages: a client of the services, at every address that is none of theirs.</summary>
    internal const string Portal = "portal";

    private const string FileRoute = "files ";

    /// <summary>The names in <c>services/services.txt</c>.</summary>
    private static readonly string[] Services = ReadServices();

    // Open to anonymous callers: to sign in, or to read what is public. The services still check every request themselves.
    private static readonly (string Service, string Method, string Path, string? RateLimit)[] Open =
    [
        (Membership, "POST", "/api/membership/tokens", Edge.SignInLimit),
        (Membership, "POST", "/api/membership/tokens/refresh", Edge.SignInLimit),
        (Membership, "POST", "/api/membership/tokens/revocation", Edge.SignInLimit),
        (Membership, "GET", "/api/membership/invitations/{secret}", Edge.SignInLimit),
        (Membership, "POST", "/api/membership/invitations/acceptance", Edge.SignInLimit),
        (Membership, "GET", "/.well-known/{**rest}", null),
        (Marketing, "GET", "/api/marketing/images/{id}", null),
        (Marketing, "GET", "/api/marketing/public/{consortium}", null),
        (Marketing, "GET", "/api/marketing/public/{consortium}/items", null),
        (Marketing, "GET", "/api/marketing/public/{consortium}/items/{item}", null),
        (Marketing, "GET", "/api/marketing/public/{consortium}/all-items", Edge.SignInLimit),
        (Marketing, "GET", "/api/marketing/public/{consortium}/sitemap", Edge.SignInLimit),
        (Marketing, "GET", "/api/marketing/public/{consortium}/file", Edge.SignInLimit),
        (Marketing, "POST", "/api/marketing/public/{consortium}/requests", Edge.FormLimit),
        (Marketing, "POST", "/api/marketing/public/{consortium}/visits", Edge.SignInLimit),
        (Marketing, "GET", "/api/marketing/public/unsubscriptions/{token}", null),
        (Marketing, "POST", "/api/marketing/public/unsubscriptions/{token}", null),
        (Marketing, "GET", "/api/marketing/public/quotations/{token}", null),
        (Marketing, "POST", "/api/marketing/public/quotations/{token}/acceptance", Edge.SignInLimit),
        (Marketing, "POST", "/api/marketing/public/quotations/{token}/refusal", Edge.SignInLimit),
        (TradeFairs, "GET", "/api/tradefairs/public/calendars/{token}", null),
        .. Services.Select(service => (service, "GET", $"/api/{service}/openapi.json", (string?)null)),
    ];

    // What takes files: the services and the pages limit each of their routes themselves.
    private static readonly (string Service, string Path)[] Files =
    [
        (Marketing, "/api/marketing/sheets/{**rest}"),
        (Portal, "/sheets/{**rest}"),
    ];

    /// <summary>
    /// Builds the gateway without starting it. <c>Services:{name}</c> is the address of each service, or several separated by commas;
    /// <c>Services:portal</c>, which may be left out, that of the web pages. <c>Auth:Metadata</c> names a token issuer other than Membership.
    /// </summary>
    public static WebApplication Build(string[] args)
    {
        var builder = ServiceHost.CreateBuilder(args, "gateway");
        builder.Logging.AddFilter("Yarp", LogLevel.Warning);
        // A line for each failed probe; changes of state are logged anyway.
        builder.Logging.AddFilter("Yarp.ReverseProxy.Health.ActiveHealthCheckMonitor", LogLevel.Error);
        var addresses = builder.Configuration.GetSection("Services");
        var hasPortal = !string.IsNullOrWhiteSpace(addresses[Portal]);
        var clusters = Clusters(addresses, hasPortal, Edge.Silence(builder.Configuration));
        builder.Configuration["Auth:Metadata"] ??=
            clusters.First(c => c.ClusterId == Membership).Destinations!.First().Value.Address + "/.well-known/openid-configuration";
        builder.AddTokens();
        builder.Services.AddReverseProxy().LoadFromMemory(Routes(hasPortal), clusters);
        builder.Services.AddHealthChecks().AddCheck<ServicesAnswer>("services");
        if (hasPortal)
        {
            builder.Services.AddSingleton<IErrorPage, AwayPage>();
        }

        var app = builder.Build();
        ServiceHost.UseBasics(app);
        app.UseRouting();   // first, so that the rate limits know the route
        app.UseAuthentication();
        app.UseEdge(Services);
        app.UseAuthorization();
        app.MapReverseProxy(proxy =>
        {
            proxy.Use(ExplainFailureAsync);
            proxy.UseLoadBalancing();
        }).ConfigureEndpoints((endpoint, route) =>
        {
            if (route.RouteId.StartsWith(FileRoute, StringComparison.Ordinal))
            {
                endpoint.TakesFiles();
            }
        });
        GatewayStatus.Map(app);
        foreach (var prefix in hasPortal ? ErrorPages.Interface : [])
        {
            // What no service has is not found; it must not become the portal's.
            app.Map($"{prefix}/{{**rest}}", NotFoundAsync).WithOrder(int.MaxValue - 1).AllowAnonymous();
        }

        return app;
    }

    private static Task NotFoundAsync(HttpContext http)
    {
        http.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    private static List<RouteConfig> Routes(bool hasPortal) =>
    [
        .. Services.Select(service => new RouteConfig
        {
            RouteId = service,
            ClusterId = service,
            Match = new RouteMatch { Path = $"/api/{service}/{{**rest}}" },
            AuthorizationPolicy = "Default",
        }),
        .. Files.Where(files => hasPortal || files.Service != Portal).Select(files => new RouteConfig
        {
            RouteId = $"{FileRoute}{files.Path}",
            ClusterId = files.Service,
            Match = new RouteMatch { Path = files.Path },
            AuthorizationPolicy = files.Service == Portal ? "Anonymous" : "Default",
        }),
        .. Open.Select(open => new RouteConfig
        {
            RouteId = $"{open.Method} {open.Path}",
            ClusterId = open.Service,
            Match = new RouteMatch { Path = open.Path, Methods = [open.Method] },
            AuthorizationPolicy = "Anonymous",
            RateLimiterPolicy = open.RateLimit,
        }),
        .. hasPortal ? (RouteConfig[])[new RouteConfig
        {
            RouteId = Portal,
            ClusterId = Portal,
            Match = new RouteMatch { Path = "/{**rest}" },
            Order = int.MaxValue,
            AuthorizationPolicy = "Anonymous",   // it signs people in itself
        }] : [],
    ];

    private static ClusterConfig[] Clusters(IConfigurationSection addresses, bool hasPortal, TimeSpan silence)
    {
        string[] known = [.. Services, Portal];
        if (addresses.GetChildren().FirstOrDefault(s => !known.Contains(s.Key, StringComparer.OrdinalIgnoreCase)) is { } unknown)
        {
            throw new WrongSettingException(
                $"Unknown setting {unknown.Path}; valid settings: {string.Join(", ", known.Select(service => "Services:" + service))}.");
        }

        return [.. (hasPortal ? known : Services).Select(service => new ClusterConfig
        {
            ClusterId = service,
            LoadBalancingPolicy = LoadBalancingPolicies.PowerOfTwoChoices,
            Destinations = Destinations(service, addresses[service]),
            // Each service limits how long its requests may take; the gateway only gives up when no byte moves any more.
            HttpRequest = new ForwarderRequestConfig { ActivityTimeout = silence },
            // As the services read headers: an Idempotency-Key may have any characters.
            HttpClient = new HttpClientConfig { RequestHeaderEncoding = "utf-8" },
            HealthCheck = new HealthCheckConfig
            {
                // Ready, not live: a replica without its store or broker gets no requests while another is ready.
                // When none is ready, all get requests, so that the service itself reports what is wrong.
                AvailableDestinationsPolicy = HealthCheckConstants.AvailableDestinations.HealthyOrPanic,
                Active = new ActiveHealthCheckConfig
                {
                    Enabled = true,
                    Path = "/health/ready",
                    Interval = TimeSpan.FromSeconds(2),
                    Timeout = TimeSpan.FromSeconds(2),
                    Policy = HealthCheckConstants.ActivePolicy.ConsecutiveFailures,
                },
            },
            Metadata = new Dictionary<string, string> { [ConsecutiveFailuresHealthPolicyOptions.ThresholdMetadataName] = "1" },
        })];
    }

    private static Dictionary<string, DestinationConfig> Destinations(string service, string? addresses)
    {
        var list = addresses?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];
        if (list.Length == 0)
        {
            throw new WrongSettingException($"Services:{service} is missing: set it to the address of that service, such as http://localhost:8081.");
        }

        if (Array.Find(list, a => !Uri.TryCreate(a, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https")) is { } wrong)
        {
            throw new WrongSettingException(
                $"Services:{service} must be one or more addresses such as "
                + $"http://localhost:8081, separated by commas; '{wrong}' is not an address.");
        }

        return list.Distinct().ToDictionary(a => a, a => new DestinationConfig { Address = a.TrimEnd('/') });
    }

    private static string[] ReadServices()
    {
        using var list = new StreamReader(typeof(GatewayHost).Assembly.GetManifestResourceStream("services.txt")!);
        return [.. list.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => line[0] != '#').Select(line => line.Split(' ')[1])];
    }

    // YARP answers its own failures with a bare status: add what happened and when to retry.
    private static async Task ExplainFailureAsync(HttpContext http, RequestDelegate next)
    {
        await next(http);
        if (http.Response is { HasStarted: false, StatusCode: >= 400, ContentLength: 0 })
        {
            http.Response.ContentLength = null;   // an error without a body gets one, as our own do
        }

        if (http.GetForwarderErrorFeature() is not { } failure || http.Response.HasStarted)
        {
            return;
        }

        http.RequestAborted.ThrowIfCancellationRequested();   // the caller has gone
        if (failure.Error is ForwarderError.RequestBodyClient)
        {
            throw new BadHttpRequestException("The body could not be read to the end.", http.Response.StatusCode);
        }

        http.Response.Headers.RetryAfter = "2";
        await Refusal.Problem(http.Response.StatusCode, "UNAVAILABLE", "The service is not answering; try again in a moment.").ExecuteAsync(http);
    }
}
