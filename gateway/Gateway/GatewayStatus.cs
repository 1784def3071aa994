using ExportConsortia.Contracts;
using ExportConsortia.Platform.Http;
using Yarp.ReverseProxy;
using Yarp.ReverseProxy.Model;

namespace ExportConsortia.Gateway;

/// <summary>An operator sees every replica that this gateway forwards to, and which of them are ready.</summary>
internal static class GatewayStatus
{
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

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/api/gateway/status", Read).For(Role.Operator);

    private static Response Read(IProxyStateLookup proxy) => new(
        Replica.Name, Replica.VersionOf(typeof(GatewayStatus).Assembly), Replica.StartedAt,
        [.. proxy.GetClusters().OrderBy(cluster => cluster.ClusterId, StringComparer.Ordinal).Select(cluster => new Service(
            cluster.ClusterId, IsReady(cluster),
            [.. cluster.Destinations.Values.OrderBy(d => d.DestinationId, StringComparer.Ordinal)
                .Select(d => new Destination(d.Model.Config.Address, d.Health.Active))]))]);

    /// <summary>At least one replica answered that it is ready.</summary>
    internal static bool IsReady(ClusterState cluster) => cluster.Destinations.Values.Any(d => d.Health.Active == DestinationHealth.Healthy);
}
