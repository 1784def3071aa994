using ExportConsortia.Platform;
using ExportConsortia.Platform.Http;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.LoadBalancing;

namespace ExportConsortia.Gateway;

/// <summary>The public door of the distributed shape: one route a service, and nobody passes without a valid token.</summary>
public static class GatewayHost
{
    private const string Membership = "membership";

    private static readonly string[] Services = [Membership, "allocation"];

    // Who calls these has no access token yet, or reads what is public. The services' own rules hold behind them all the same.
    private static readonly (string Service, string Method, string Path, string? RateLimit)[] Open =
    [
        (Membership, "POST", "/api/membership/tokens", Edge.SignInLimit),
        (Membership, "POST", "/api/membership/tokens/refresh", Edge.SignInLimit),
        (Membership, "POST", "/api/membership/tokens/revocation", Edge.SignInLimit),
        (Membership, "GET", "/.well-known/{**rest}", null),
        .. Services.Select(service => (service, "GET", $"/api/{service}/openapi.json", (string?)null)),
    ];

    /// <summary>
    /// Builds the gateway without starting it. <c>Services:{name}</c> says where each service is: one address, or several with commas between;
    /// <c>Auth:Metadata</c> names another token issuer than Membership.
    /// </summary>
    public static WebApplication Build(string[] args)
    {
        var builder = ServiceHost.CreateBuilder(args, "gateway");
        builder.Logging.AddFilter("Yarp", LogLevel.Warning);
        builder.Logging.AddFilter("Yarp.ReverseProxy.Health.ActiveHealthCheckMonitor", LogLevel.Error);   // each probe; a change of state is logged once
        var clusters = Clusters(builder.Configuration.GetSection("Services"), Edge.Silence(builder.Configuration));
        builder.Configuration["Auth:Metadata"] ??= clusters[0].Destinations!.First().Value.Address + "/.well-known/openid-configuration";
        builder.AddTokens();
        builder.Services.AddReverseProxy().LoadFromMemory(Routes(), clusters);
        builder.Services.AddHealthChecks().AddCheck<ServicesAnswer>("services");

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
        });
        return app;
    }

    private static List<RouteConfig> Routes() =>
    [
        .. Services.Select(service => new RouteConfig
        {
            RouteId = service,
            ClusterId = service,
            Match = new RouteMatch { Path = $"/api/{service}/{{**rest}}" },
            AuthorizationPolicy = "Default",
        }),
        .. Open.Select(open => new RouteConfig
        {
            RouteId = $"{open.Method} {open.Path}",
            ClusterId = open.Service,
            Match = new RouteMatch { Path = open.Path, Methods = [open.Method] },
            AuthorizationPolicy = "Anonymous",
            RateLimiterPolicy = open.RateLimit,
        }),
    ];

    private static ClusterConfig[] Clusters(IConfigurationSection addresses, TimeSpan silence)
    {
        if (addresses.GetChildren().FirstOrDefault(s => !Services.Contains(s.Key, StringComparer.OrdinalIgnoreCase)) is { } unknown)
        {
            throw new WrongSettingException($"{unknown.Path} names no service; there are {string.Join(" and ", Services)}.");
        }

        return [.. Services.Select(service => new ClusterConfig
        {
            ClusterId = service,
            LoadBalancingPolicy = LoadBalancingPolicies.PowerOfTwoChoices,
            Destinations = Destinations(service, addresses[service]),
            // How long a request may take the service says itself; given up is one that no longer moves.
            HttpRequest = new ForwarderRequestConfig { ActivityTimeout = silence },
            HttpClient = new HttpClientConfig { RequestHeaderEncoding = "utf-8" },   // as the services read them: an Idempotency-Key may have any letters
            HealthCheck = new HealthCheckConfig
            {
                // Ready, not live: a replica that has lost its store or broker gets nothing while another can do the work.
                // When none is ready all get requests, so that the service itself says what is wrong.
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
            throw new WrongSettingException($"Services:{service} must be addresses such as http://localhost:8081 with commas between; '{wrong}' is none.");
        }

        return list.Distinct().ToDictionary(a => a, a => new DestinationConfig { Address = a.TrimEnd('/') });
    }

    // The proxy answers its own failures with a bare status: say what happened, and when to come again.
    private static async Task ExplainFailureAsync(HttpContext http, RequestDelegate next)
    {
        await next(http);
        if (http.GetForwarderErrorFeature() is not { } failure || http.Response.HasStarted)
        {
            return;
        }

        // The caller may have gone.
        http.RequestAborted.ThrowIfCancellationRequested();
        if (failure.Error is ForwarderError.RequestBodyClient)
        {
            throw new BadHttpRequestException("The body can't be read to its end.", http.Response.StatusCode);
        }

        http.Response.Headers.RetryAfter = "2";
        await Refusal.Problem(http.Response.StatusCode, "UNAVAILABLE", "The service does not answer now; try again in a moment.").ExecuteAsync(http);
    }
}
