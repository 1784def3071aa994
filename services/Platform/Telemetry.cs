using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace ExportConsortia.Platform;

/// <summary>Traces, metrics and logs, sent by OTLP if <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set.</summary>
public static class Telemetry
{
    /// <summary>Name of our source and our meter.</summary>
    public const string Name = "ExportConsortia";

    /// <summary>Source of our spans.</summary>
    public static readonly ActivitySource Source = new(Name);

    /// <summary>Our metrics; services add their own instruments to it.</summary>
    public static readonly Meter Meter = new(Name);

    private static readonly ConcurrentDictionary<string, double> Ages = new(StringComparer.Ordinal);

    private static readonly Counter<long> RelayedMessages = Meter.CreateCounter<long>(
        "outbox.delivered", "{message}", "Messages delivered from the outbox.");

    private static readonly Histogram<double> RelaySteps = Meter.CreateHistogram<double>(
        "outbox.step", "ms", "Time that one step of the relay takes for one batch.");

    private static readonly Counter<long> FailedMessages = Meter.CreateCounter<long>(
        "messages.failed", "{message}", "Messages that a queue gave up: now in its error queue, or retried from the outbox.");

    private static readonly Counter<long> RetriedRequests = Meter.CreateCounter<long>(
        "requests.retried", "{attempt}", "Requests that started again because somebody else changed the same at the same moment.");

    static Telemetry() => Meter.CreateObservableGauge(
        "outbox.oldest", () => Ages.Select(a => new Measurement<double>(a.Value, new KeyValuePair<string, object?>("service", a.Key))), "s",
        "Age of the oldest message in the outbox.");

    internal static void OldestUnsent(string service, TimeSpan age) => Ages[service] = age.TotalSeconds;

    internal static void Relayed(string service, int messages) =>
        RelayedMessages.Add(messages, new KeyValuePair<string, object?>("service", service));

    internal static void RelayStep(string service, string step, TimeSpan time) =>
        RelaySteps.Record(
            time.TotalMilliseconds, new KeyValuePair<string, object?>("service", service), new KeyValuePair<string, object?>("step", step));

    internal static void Failed(string queue, int messages) => FailedMessages.Add(messages, new KeyValuePair<string, object?>("queue", queue));

    internal static void Retried(string service, string? route) =>
        RetriedRequests.Add(1, new KeyValuePair<string, object?>("service", service), new KeyValuePair<string, object?>("http.route", route));

    /// <summary>Sends traces, metrics and logs of this process if an OTLP endpoint is configured; otherwise costs nothing.</summary>
    public static void AddTelemetry(this IHostApplicationBuilder builder, string service)
    {
        var endpoint = builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"];
        if (string.IsNullOrEmpty(endpoint))
        {
            return;
        }

        if (!Uri.TryCreate(endpoint, UriKind.Absolute, out _))
        {
            throw new WrongSettingException("OTEL_EXPORTER_OTLP_ENDPOINT must be an address such as http://localhost:4317.");
        }

        builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService($"exportconsortia-{service}"))
            .WithTracing(traces => traces.AddSource(Name, "MassTransit", "Yarp.ReverseProxy")
                .AddAspNetCoreInstrumentation().AddHttpClientInstrumentation().AddNpgsql().AddProcessor(new RedactTokens()))
            .WithMetrics(metrics => metrics.AddMeter(Name, "MassTransit", "Npgsql")
                .AddAspNetCoreInstrumentation().AddHttpClientInstrumentation().AddRuntimeInstrumentation())
            .WithLogging()
            .UseOtlpExporter();
    }
}
