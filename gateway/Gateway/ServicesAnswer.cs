using Microsoft.Extensions.Diagnostics.HealthChecks;
using Yarp.ReverseProxy;
using Yarp.ReverseProxy.Model;

namespace ExportConsortia.Gateway;

/// <summary>The gateway is ready when each service has at least one ready replica.</summary>
internal sealed class ServicesAnswer(IProxyStateLookup proxy) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var silent = proxy.GetClusters()
            .Where(c => !c.Destinations.Values.Any(d => d.Health.Active == DestinationHealth.Healthy)).Select(c => c.ClusterId).Order().ToList();
        return Task.FromResult(silent.Count == 0
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy($"Not ready: {string.Join(", ", silent)}."));
    }
}
