using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using IPNetwork = System.Net.IPNetwork;

namespace ExportConsortia.Platform.Http;

/// <summary>Where requests from outside come in, the gateway or the embedded host: rate limits, body limit, time-outs, trusted proxies.</summary>
public static class Edge
{
    /// <summary>The largest request body, in bytes: 5 MiB of content and its envelope. A route may have a smaller limit of its own.</summary>
    public const long MaxBody = (5 * 1024 * 1024) + 1024;

    /// <summary>The largest request body of a route that <see cref="TakesFiles"/>, in bytes: a file of 10 MiB and its envelope.</summary>
    public const long MaxFile = (10 * 1024 * 1024) + (64 * 1024);

    /// <summary>The longest time-out that a route may set for itself; the gateway waits longer.</summary>
    public static readonly TimeSpan LongestRequest = TimeSpan.FromMinutes(5);

    /// <summary>
    /// The rate limit of routes that give out tokens, per address or, of IPv6, network of 64 bits: in <c>RequireRateLimiting</c> on the route, and in
    /// the gateway's configuration of it.
    /// </summary>
    public const string SignInLimit = "sign-in";

    /// <summary>The rate limit of forms that anybody may fill in and that people answer, per address and day.</summary>
    public const string FormLimit = "form";

    private const string TrustedProxies = "TrustedProxies";

    /// <summary>
    /// Registers the limits: <c>Edge:RequestsPerSecond</c> (default 100) and <c>Edge:Burst</c> (500) per caller, <c>Edge:SignInsPerMinute</c> (60)
    /// per address, <c>Edge:FormsPerDay</c> (30) per address or, of IPv6, network of 64 bits, <c>Edge:TimeoutSeconds</c> (30) per request unless its
    /// route sets another; and <c>Edge:TrustedProxies</c> (none), whose forwarded addresses count.
    /// </summary>
    public static void AddEdge(this IHostApplicationBuilder builder)
    {
        var settings = builder.Configuration.GetSection("Edge");
        var limits = Limits(settings);
        var proxies = Networks(settings[TrustedProxies]);
        builder.Services.Configure<ForwardedHeadersOptions>(forwarded =>
        {
            // By default the framework trusts loopback, and with empty lists everybody.
            forwarded.KnownProxies.Clear();
            forwarded.KnownIPNetworks.Clear();
            proxies.ForEach(forwarded.KnownIPNetworks.Add);
            forwarded.ForwardLimit = null;   // any number of trusted proxies
            forwarded.ForwardedHeaders = proxies.Count > 0
                ? ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto
                : ForwardedHeaders.None;
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
                var hasOwnLimit = http.GetEndpoint()?.Metadata.GetMetadata<EnableRateLimitingAttribute>() is not null;
                return hasOwnLimit || http.Request.Path.StartsWithSegments("/health", StringComparison.Ordinal)
                    ? RateLimitPartition.GetNoLimiter("no limit")
                    : RateLimitPartition.GetTokenBucketLimiter(http.User.FindFirst("sub")?.Value ?? Address(http), _ => new()
                    {
                        TokenLimit = limits["Burst"],
                        TokensPerPeriod = limits["RequestsPerSecond"],
                        ReplenishmentPeriod = TimeSpan.FromSeconds(1),
                    });
            });
            limiter.AddPolicy(SignInLimit, http => RateLimitPartition.GetSlidingWindowLimiter(Network(http), _ => new()
            {
                PermitLimit = limits["SignInsPerMinute"],
                Window = TimeSpan.FromMinutes(1),
                SegmentsPerWindow = 6,
            }));
            limiter.AddPolicy(FormLimit, http => RateLimitPartition.GetSlidingWindowLimiter(Network(http), _ => new()
            {
                PermitLimit = limits["FormsPerDay"],
                Window = TimeSpan.FromDays(1),
                SegmentsPerWindow = 24,
            }));
        });

    }

    /// <summary>The network of who calls: the address, or of IPv6 its first 64 bits, for who has one address of it has all.</summary>
    public static string Network(HttpContext http) =>
        http.Connection.RemoteIpAddress is { AddressFamily: AddressFamily.InterNetworkV6, IsIPv4MappedToIPv6: false } address
            ? Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8)) : Address(http);

    /// <summary>Says on a route that its body is a file: it may be larger than others, up to <see cref="MaxFile"/>.</summary>
    public static TBuilder TakesFiles<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new RequestSizeLimitAttribute(MaxFile));

    /// <summary>How many bytes the body of this request may have.</summary>
    public static long LargestBody(HttpContext http) =>
        (http.GetEndpoint() ?? http.Features.Get<IExceptionHandlerFeature>()?.Endpoint)?.Metadata
            .GetMetadata<IRequestSizeLimitMetadata>()?.MaxRequestBodySize ?? MaxBody;

    /// <summary>How long the gateway waits while neither the caller nor the service sends anything: <c>Edge:SilenceSeconds</c>.</summary>
    public static TimeSpan Silence(IConfiguration configuration) => TimeSpan.FromSeconds(Limits(configuration.GetSection("Edge"))["SilenceSeconds"]);

    /// <summary>
    /// In the gateway or the embedded host, after <c>UseRouting</c>: the limits, and <c>/docs</c>, a page to read and try the interface of every
    /// service.
    /// </summary>
    public static void UseEdge(this WebApplication app, IEnumerable<string> services)
    {
        app.UseRateLimiter();
        app.Use((http, next) => http.Request.ContentLength > LargestBody(http)
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

    private static string Address(HttpContext http) => http.Connection.RemoteIpAddress?.ToString() ?? "";

    private static Dictionary<string, int> Limits(IConfigurationSection settings)
    {
        var limits = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase)
        {
            ["RequestsPerSecond"] = 100, ["Burst"] = 500, ["SignInsPerMinute"] = 60, ["FormsPerDay"] = 30, ["TimeoutSeconds"] = 30,
            ["SilenceSeconds"] = (int)LongestRequest.TotalSeconds + 30,
        };
        foreach (var setting in settings.GetChildren().Where(s => !s.Key.Equals(TrustedProxies, StringComparison.OrdinalIgnoreCase)))
        {
            if (!limits.ContainsKey(setting.Key))
            {
                throw new WrongSettingException(
                    $"Unknown setting {setting.Path}; valid settings: {string.Join(", ", limits.Keys)}, {TrustedProxies}.");
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
                    $"Edge:TrustedProxies must be addresses or networks such as 10.0.0.7 or 10.0.0.0/8, separated by commas; '{proxy}' is neither."));
        }

        return networks;
    }
}
