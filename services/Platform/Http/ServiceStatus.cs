using System.ComponentModel;
using ExportConsortia.Contracts;
using ExportConsortia.Platform.Messaging;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ExportConsortia.Platform.Http;

/// <summary>An operator sees which version of a service runs, since when, and whether it is ready or why not, and which messages failed.</summary>
internal static class ServiceStatus
{
    /// <summary>The replica that answered.</summary>
    public sealed record Response(
        [property: Description("Machine and process id of the replica that answered; the next request may reach another one.")] string Replica,
        [property: Description("Version of the service.")] string Version,
        [property: Description("When the replica was started, UTC.")] DateTime StartedAt,
        [property: Description("True if it can do its work; false if a check failed.")] bool Ready,
        [property: Description("Each check of its store, its broker and so on: Healthy, or what is wrong.")]
        IReadOnlyDictionary<string, string> Checks,
        [property: Description("The service's queues with failed messages; an outbox counts as one. Null: the broker doesn't answer.")]
        IReadOnlyList<FailedMessages.Queue>? FailedMessages);

    public static void Map(IEndpointRouteBuilder routes, IServiceModule service)
    {
        var version = Replica.VersionOf(service.GetType().Assembly);
        routes.MapGet("status", async Task<Ok<Response>> (HealthCheckService health, HttpContext http, CancellationToken ct) =>
            {
                var report = await health.CheckHealthAsync(ct);
                return TypedResults.Ok(new Response(
                    Replica.Name, version, Replica.StartedAt, report.Status == HealthStatus.Healthy, Describe(report),
                    await FailedMessages.FindAsync(http.RequestServices, service.Name, ct)));
            })
            .WithName($"GetStatus-{service.Name}")
            .WithSummary("Read the status")
            .WithDescription("For operators: version and readiness of the replica that answers, and the messages that the service could not handle, "
                + "by queue with the first reasons.")
            .For(Role.Operator);
    }

    /// <summary>Each check with its result and, where it says one, the reason.</summary>
    public static Dictionary<string, string> Describe(HealthReport report) => report.Entries.ToDictionary(
        check => check.Key, check => $"{check.Value.Status}{(check.Value.Description is { } why ? ": " + why : "")}");
}
