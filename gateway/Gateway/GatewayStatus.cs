using ExportConsortia.Contracts;
using ExportConsortia.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Yarp.ReverseProxy;
using Yarp.ReverseProxy.Model;

namespace ExportConsortia.Gateway;

/// <summary>An operator sees every replica that this gateway forwards to, and which of them are ready.</summary>
internal static partial class GatewayStatus
{
    private static readonly TimeSpan AtMost = TimeSpan.FromSeconds(2);

    /// <summary>The gateway's replica that answered, and the services as it sees them.</summary>
    /// <param name="Replica">Machine and process id.</param>
    /// <param name="Version">Version of the gateway.</param>
    /// <param name="StartedAt">When it was started, UTC.</param>
    /// <param name="Services">Each service, by name.</param>
    public sealed record Response(string Replica, string Version, DateTime StartedAt, IReadOnlyList<Service> Services);

    /// <summary>A service behind the gateway.</summary>
    /// <param name="Name">Its name, such as <c>membership</c>.</param>
    /// <param name="Ready">True if at least one replica is ready.</param>
    /// <param name="Replicas">The addresses in the gateway's settings.</param>
    public sealed record Service(string Name, bool Ready, IReadOnlyList<Destination> Replicas);

    /// <summary>An address that requests are forwarded to.</summary>
    /// <param name="Address">The address.</param>
    /// <param name="Health">The latest probe, every 2 seconds: <c>Healthy</c>, <c>Unhealthy</c>, or <c>Unknown</c> before the first.</param>
    public sealed record Destination(string Address, DestinationHealth Health);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/api/gateway/status", ReadAsync).For(Role.Operator);

    private static async Task<Results<Ok<Response>, ProblemHttpResult>> ReadAsync(
        HttpContext http, IProxyStateLookup proxy, ILoggerFactory loggers, CancellationToken ct) =>
        await HasEndedAsync(http, proxy, loggers.CreateLogger(typeof(GatewayStatus)), ct) ? Tokens.Ended() : TypedResults.Ok(Describe(proxy));

    // The gateway has no store: Membership knows whether the session has ended. While it is away, the page is needed most: the token is enough then.
    private static async Task<bool> HasEndedAsync(HttpContext http, IProxyStateLookup proxy, ILogger logger, CancellationToken ct)
    {
        if (!proxy.TryGetCluster(GatewayHost.Membership, out var membership)
            || membership.Destinations.Values.FirstOrDefault(d => d.Health.Active == DestinationHealth.Healthy) is not { } replica)
        {
            return false;
        }

        using var time = CancellationTokenSource.CreateLinkedTokenSource(ct);
        time.CancelAfter(AtMost);
        try
        {
            using var question = new HttpRequestMessage(HttpMethod.Get, $"{replica.Model.Config.Address}/api/membership/account");
            question.Headers.TryAddWithoutValidation("Authorization", http.Request.Headers.Authorization.ToString());
            using var answer = await membership.Model.HttpClient.SendAsync(question, time.Token);
            return answer.StatusCode == System.Net.HttpStatusCode.Unauthorized;
        }
        catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            MembershipIsAway(logger, e);
            return false;
        }
    }

    private static Response Describe(IProxyStateLookup proxy) => new(
        Replica.Name, Replica.VersionOf(typeof(GatewayStatus).Assembly), Replica.StartedAt,
        [.. proxy.GetClusters().OrderBy(cluster => cluster.ClusterId, StringComparer.Ordinal).Select(cluster => new Service(
            cluster.ClusterId, IsReady(cluster),
            [.. cluster.Destinations.Values.OrderBy(d => d.DestinationId, StringComparer.Ordinal)
                .Select(d => new Destination(d.Model.Config.Address, d.Health.Active))]))]);

    [LoggerMessage(1, LogLevel.Warning, "Membership can't say whether the session has ended.")]
    private static partial void MembershipIsAway(ILogger logger, Exception e);

    /// <summary>At least one replica answered that it is ready.</summary>
    internal static bool IsReady(ClusterState cluster) => cluster.Destinations.Values.Any(d => d.Health.Active == DestinationHealth.Healthy);
}
