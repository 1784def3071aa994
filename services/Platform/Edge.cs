using System.Globalization;
using System.Net;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using IPNetwork = System.Net.IPNetwork;

namespace ExportConsortia.Platform;

/// <summary>What stands between the world and the services: who the caller is, limits, headers, time-outs.</summary>
public static class Edge
{
    /// <summary>The largest body taken, in bytes: a 5 MiB order and its envelope.</summary>
    public const long MaxBody = (5 * 1024 * 1024) + 1024;

    /// <summary>The most time that a route may give itself: the gateway waits longer than that.</summary>
    public static readonly TimeSpan LongestRequest = TimeSpan.FromMinutes(5);

    private const string SignIn = "/api/membership/tokens";
    private const string TrustedProxies = "TrustedProxies";

    /// <summary>
    /// Registers limits: <c>Edge:RequestsPerSecond</c> (default 100) and <c>Edge:Burst</c> (500) a caller, <c>Edge:SignInsPerMinute</c> (60) an address,
    /// <c>Edge:TimeoutSeconds</c> (30) a request whose route says nothing else; and <c>Edge:TrustedProxies</c> (none), who may say for whom they ask.
    /// </summary>
    public static void AddEdge(this IHostApplicationBuilder builder)
    {
        var settings = builder.Configuration.GetSection("Edge");
        var limits = Limits(settings);
        var proxies = Networks(settings[TrustedProxies]);
        builder.Services.Configure<ForwardedHeadersOptions>(forwarded =>
        {
            // The framework trusts loopback unless told otherwise, and everybody where the lists are empty.
            forwarded.KnownProxies.Clear();
            forwarded.KnownIPNetworks.Clear();
            proxies.ForEach(forwarded.KnownIPNetworks.Add);
            forwarded.ForwardLimit = null;   // through as many proxies as are trusted
            forwarded.ForwardedHeaders = proxies.Count > 0 ? ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto : ForwardedHeaders.None;
        });
        builder.Services.AddRequestTimeouts(o => o.DefaultPolicy = new RequestTimeoutPolicy
        {
            Timeout = TimeSpan.FromSeconds(limits["TimeoutSeconds"]),
            TimeoutStatusCode = StatusCodes.Status504GatewayTimeout,
        });
        builder.Services.AddRateLimiter(limiter =>
        {
            limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limiter.OnRejected = async (context, ct) =>
            {
                var wait = context.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : TimeSpan.FromSeconds(1);
                context.HttpContext.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
                await Refusal.Problem(StatusCodes.Status429TooManyRequests, "TOO_MANY_REQUESTS", "Too many requests; wait and try again.")
                    .ExecuteAsync(context.HttpContext);
            };
            limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(http =>
            {
                var address = http.Connection.RemoteIpAddress?.ToString() ?? "";
                if (http.Request.Path.StartsWithSegments("/health", StringComparison.Ordinal))
                {
                    return RateLimitPartition.GetNoLimiter("health");
                }

                if (http.Request.Path.StartsWithSegments(SignIn, StringComparison.OrdinalIgnoreCase))
                {
                    return RateLimitPartition.GetSlidingWindowLimiter("sign-in " + address, _ => new SlidingWindowRateLimiterOptions
                    {
                        PermitLimit = limits["SignInsPerMinute"],
                        Window = TimeSpan.FromMinutes(1),
                        SegmentsPerWindow = 6,
                    });
                }

                return RateLimitPartition.GetTokenBucketLimiter(http.User.FindFirst("sub")?.Value ?? address, _ => new TokenBucketRateLimiterOptions
                {
                    TokenLimit = limits["Burst"],
                    TokensPerPeriod = limits["RequestsPerSecond"],
                    ReplenishmentPeriod = TimeSpan.FromSeconds(1),
                });
            });
        });
    }

    /// <summary>How long the gateway waits while neither the caller nor the service sends anything: <c>Edge:SilenceSeconds</c>.</summary>
    public static TimeSpan Silence(IConfiguration configuration) => TimeSpan.FromSeconds(Limits(configuration.GetSection("Edge"))["SilenceSeconds"]);

    /// <summary>
    /// Where the world comes in, the gateway or the embedded host: its limits, and <c>/docs</c>, a page to read and try the interface of every service.
    /// </summary>
    public static void UseEdge(this WebApplication app, IEnumerable<string> services)
    {
        app.UseRateLimiter();
        app.Use((http, next) => http.Request.ContentLength > MaxBody
            ? throw new BadHttpRequestException("The body is too large.", StatusCodes.Status413PayloadTooLarge)
            : next(http));
        app.UseSwaggerUI(page =>
        {
            page.RoutePrefix = "docs";
            page.DocumentTitle = "ExportConsortia: interface";
            foreach (var service in services)
            {
                page.SwaggerEndpoint($"/api/{service}/openapi.json", service);
            }
        });
    }

    private static Dictionary<string, int> Limits(IConfigurationSection settings)
    {
        var limits = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase)
        {
            ["RequestsPerSecond"] = 100, ["Burst"] = 500, ["SignInsPerMinute"] = 60, ["TimeoutSeconds"] = 30,
            ["SilenceSeconds"] = (int)LongestRequest.TotalSeconds + 30,
        };
        foreach (var setting in settings.GetChildren().Where(s => !s.Key.Equals(TrustedProxies, StringComparison.OrdinalIgnoreCase)))
        {
            if (!limits.ContainsKey(setting.Key))
            {
                throw new WrongSettingException($"{setting.Path} is no setting; there are {string.Join(", ", limits.Keys)}, {TrustedProxies}.");
            }

            limits[setting.Key] = int.TryParse(setting.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit > 0
                ? limit
                : throw new WrongSettingException($"{setting.Path} must be a whole number above 0, not '{setting.Value}'.");
        }

        return limits;
    }

    private static List<IPNetwork> Networks(string? proxies)
    {
        var networks = new List<IPNetwork>();
        foreach (var proxy in proxies?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [])
        {
            networks.Add(
                IPNetwork.TryParse(proxy, out var network) ? network
                : IPAddress.TryParse(proxy, out var address) ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
                : throw new WrongSettingException(
                    $"Edge:TrustedProxies must be addresses or networks such as 10.0.0.7 or 10.0.0.0/8 with commas between; '{proxy}' is none."));
        }

        return networks;
    }

    /// <summary>
    /// Headers that every answer carries, set as it starts: an error that clears the answer keeps them, and those of a service behind the gateway
    /// don't double them. CORS stays closed: no other site's page may call.
    /// </summary>
    public static void UseSecurityHeaders(this IApplicationBuilder app) => app.Use((http, next) =>
    {
        http.Response.OnStarting(() => SetHeaders(http));
        return next(http);
    });

    private static Task SetHeaders(HttpContext http)
    {
        var headers = http.Response.Headers;
        headers.Remove("Server");
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()";
        headers.ContentSecurityPolicy = http.Request.Path.StartsWithSegments("/docs", StringComparison.Ordinal)
            ? "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; script-src 'self' 'unsafe-inline'; frame-ancestors 'none'"
            : "default-src 'none'; frame-ancestors 'none'";
        headers.CacheControl = "no-store";
        if (http.Request.IsHttps)
        {
            headers.StrictTransportSecurity = "max-age=31536000; includeSubDomains";
        }

        return Task.CompletedTask;
    }
}
