using Microsoft.Extensions.Diagnostics.HealthChecks;
using Yarp.ReverseProxy;

namespace ExportConsortia.Gateway;

/// <summary>
/// The gateway is ready when each service has at least one ready replica. The portal doesn't count: it is ready only once the gateway is, and
/// programs don't need it.
/// </summary>
internal sealed class ServicesAnswer(IProxyStateLookup proxy) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var silent = proxy.GetClusters()
            .Where(c => c.ClusterId != GatewayHost.Portal && !GatewayStatus.IsReady(c)).Select(c => c.ClusterId).Order().ToList();
        return Task.FromResult(silent.Count == 0
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy($"Not ready: {string.Join(", ", silent)}."));
    }
}
