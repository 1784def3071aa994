using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ExportConsortia.Platform;

/// <summary>A setting is missing or wrong: the start stops with this sentence.</summary>
public sealed class WrongSettingException(string sentence) : Exception(sentence);

/// <summary>The one kind of host there is: one service, or all of them, with the same health, errors, tokens and telemetry.</summary>
public static class ServiceHost
{
    /// <summary>Runs until stopped. A wrong setting is said in one sentence, exit code 2.</summary>
    public static async Task RunAsync(string[] args, params IServiceModule[] modules) =>
        await RunAsync(() => Build(args, modules));

    /// <summary>Runs what is built until stopped. A wrong setting or a taken port is said in one sentence, exit code 2.</summary>
    public static async Task RunAsync(Func<WebApplication> build)
    {
        try
        {
            await using var app = build();
            await app.RunAsync();
        }
        catch (Exception e) when (e is WrongSettingException or OptionsValidationException or IOException { InnerException: AddressInUseException })
        {
            await Console.Error.WriteLineAsync(e.Message);
            Environment.ExitCode = 2;
        }
    }

    /// <summary>Builds the host without starting it; <paramref name="adapt"/> is for tests that bring their own clock.</summary>
    public static WebApplication Build(string[] args, IReadOnlyList<IServiceModule> modules, Action<WebApplicationBuilder>? adapt = null)
    {
        var builder = CreateBuilder(args, modules.Count == 1 ? modules[0].Name : "all-in-one");
        var embedded = builder.Configuration.GetConnectionString("rabbitmq") is null;
        builder.AddTokens();
        foreach (var module in modules)
        {
            module.AddServices(builder);
        }

        builder.Services.AddSingleton(new AnswerSecret(builder.Configuration));
        builder.AddBus(modules);
        adapt?.Invoke(builder);
        var app = builder.Build();
        UseBasics(app);
        app.UseRouting();   // first, so that limits and time-outs know the route and what it says of itself
        app.UseAuthentication();
        if (embedded)
        {
            app.UseEdge(modules.Select(m => m.Name));
        }

        app.UseRequestTimeouts();   // the service's, in both shapes: the gateway doesn't know how long a route may take
        app.UseAuthorization();
        app.Use(next => http => Idempotency.InvokeAsync(http, next));
        foreach (var module in modules)
        {
            var routes = app.MapGroup($"/api/{module.Name}").WithMetadata(new RouteOfService(module.Name))
                .AddEndpointFilter(RetryOnConflictAsync(module.Name)).AddEndpointFilterFactory(Input.Check).WithTags(module.Name).Describe();
            module.MapEndpoints(routes);
            FailedMessages.Map(routes, module.Name);
            module.MapWellKnown(app);
        }

        app.MapOpenApi("/api/{documentName}/openapi.json").AllowAnonymous();
        return app;
    }

    /// <summary>What the gateway and the services have in common before any of their own: settings, errors, health, telemetry.</summary>
    public static WebApplicationBuilder CreateBuilder(string[] args, string service)
    {
        AppContext.SetSwitch("Microsoft.AspNetCore.Hosting.SuppressActivityOpenTelemetryData", false);
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.AddFilter("Microsoft.EntityFrameworkCore.Database.Command", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.EntityFrameworkCore.Update", LogLevel.None);   // a conflict is decided again; what isn't is logged with its request
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);   // RunAsync says why a start failed
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = Edge.MaxBody;
        });
        builder.Services.TryAddSingleton<TimeProvider>(_ => new StoreClock());
        builder.Services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.Converters.Add(new Input.NameConverters());
            json.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
            json.SerializerOptions.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        });
        builder.Services.Configure<RouteHandlerOptions>(o => o.ThrowOnBadRequest = true);
        builder.Services.AddSingleton<IProblemDetailsWriter, ProblemWriter>();
        builder.Services.AddProblemDetails();
        builder.Services.AddHealthChecks();
        builder.AddEdge();
        builder.AddTelemetry(service);
        return builder;
    }

    /// <summary>Who asks, headers, errors and health: the outermost layer of every process.</summary>
    public static void UseBasics(WebApplication app)
    {
        app.UseForwardedHeaders();
        app.UseSecurityHeaders();
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            ExceptionHandler = http => ExplainAsync(http, http.Features.Get<IExceptionHandlerFeature>()!.Error),
            SuppressDiagnosticsCallback = context => context.Exception is BadHttpRequestException,   // the caller's mistake, not ours
        });
        app.UseStatusCodePages(pages => TypedResults.Problem(statusCode: pages.HttpContext.Response.StatusCode).ExecuteAsync(pages.HttpContext));
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false }).AllowAnonymous();
        app.MapHealthChecks("/health/ready", new HealthCheckOptions
        {
            ResponseWriter = (http, report) => http.Response.WriteAsJsonAsync(new
            {
                status = report.Status.ToString(),
                checks = report.Entries.ToDictionary(e => e.Key, e => $"{e.Value.Status}{(e.Value.Description is { } why ? ": " + why : "")}"),
            }),
        }).AllowAnonymous();
    }

    // Two people changed the same thing at the same moment: the one who was second decides again on what is there now.
    private static Func<EndpointFilterInvocationContext, EndpointFilterDelegate, ValueTask<object?>> RetryOnConflictAsync(string service) =>
        async (context, next) =>
        {
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    return await next(context);
                }
                catch (DbUpdateException e) when (attempt < 30 && e.IsConflict())
                {
                    context.HttpContext.RequestServices.GetKeyedService<ServiceDb>(service)?.ChangeTracker.Clear();
                    // Of many at one moment one passes at a time: the others come again one after the other, not all at once.
                    await Task.Delay(Random.Shared.Next(5 * Math.Min(attempt, 10)), context.HttpContext.RequestAborted);
                }
            }
        };

    private static Task ExplainAsync(HttpContext http, Exception error)
    {
        if (error.IsStoreAway())
        {
            http.Response.Headers.RetryAfter = "2";
        }

        return (error switch
        {
            BadHttpRequestException { InnerException: JsonException json } => Refusal.Invalid(
                new Dictionary<string, string[]> { [json.Path?.TrimStart('$', '.') ?? ""] = [JsonSentence(json)] }, "INVALID_JSON"),
            BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => Refusal.Problem(
                413, "TOO_LARGE", $"The body may have at most {Edge.MaxBody / 1024 / 1024} MiB."),
            // The framework names the parameter in words meant for programmers: `Failed to bind parameter "Guid id" from "x".`
            BadHttpRequestException { StatusCode: 400 } bad when Regex.Match(bad.Message, "parameter \"[^\"]*?(\\w+)\"") is { Success: true } parameter =>
                Refusal.Invalid(parameter.Groups[1].Value, "Is missing or can't be read."),
            BadHttpRequestException bad => Refusal.Problem(bad.StatusCode, ProblemWriter.Code(bad.StatusCode), bad.Message),
            _ when error.IsConflict() => Refusal.Problem(409, "CONCURRENT_CHANGE", "Others change this at the same moment; try again."),
            _ when error.IsStoreAway() => Refusal.Problem(503, "STORE_UNAVAILABLE", "The store does not answer now; nothing was changed, try again."),
            _ => Refusal.Problem(500, "INTERNAL_ERROR", "Something went wrong on our side. Name the trace id when you report it."),
        }).ExecuteAsync(http);
    }

    // The serializer speaks to programmers, of .NET members and types; the caller knows fields and values.
    private static string JsonSentence(JsonException e) => e.Message switch
    {
        var m when Regex.Match(m, "property '([^']*)' could not be mapped") is { Success: true } unknown => $"There is no field '{unknown.Groups[1].Value}' here.",
        var m when Regex.Match(m, "missing required properties[^:]*: (.*?)\\.?( Path:|$)") is { Success: true } missing => $"Missing: {missing.Groups[1].Value}.",
        var m when Regex.Match(m, "could not be converted to (\\S*)") is { Success: true } value => value.Groups[1].Value switch
        {
            var t when t.Contains("Int", StringComparison.Ordinal) => "Must be a whole number, not text.",
            var t when t.Contains("Guid", StringComparison.Ordinal) => "Must be an id such as 01a202f2-91cc-7363-8ce3-b1ec22e9d03a.",
            var t when t.Contains("Date", StringComparison.Ordinal) => "Must be a date such as 2026-11-22.",
            var t when t.Contains("Boolean", StringComparison.Ordinal) => "Must be true or false.",
            var t when t.Contains("String", StringComparison.Ordinal) => "Must be text.",
            _ => "Has a value that can't be taken here; the interface document names those that can.",
        },
        var m => m.Split(" Path:")[0],
    };
}
