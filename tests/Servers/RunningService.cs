using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using ExportConsortia.Platform;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ExportConsortia.Servers;

/// <summary>
/// A service in the test's process, on a port of its own. Tests call it over HTTP as any person, deliver events to it as other services would,
/// see what it published and consumed, move its clock, look into its database, and restart it on the same data.
/// </summary>
public class RunningService(ServiceData data, params IServiceModule[] modules) : IAsyncDisposable
{
    private readonly TokenIssuer _issuer = new();
    private readonly BusLog _log = new();
    private WebApplication? _app;
    private HttpClient? _client;

    public ServiceData Data => data;

    public MovableClock Clock { get; init; } = new();

    /// <summary>Settings by their colon-separated names, beside those of the data and stronger than them; read at each start.</summary>
    public Dictionary<string, string> Settings { get; } = new()
    {
        ["Edge:RequestsPerSecond"] = "1000000",
        ["Edge:Burst"] = "1000000",
        ["Edge:SignInsPerMinute"] = "1000000",
        ["Edge:FormsPerDay"] = "1000000",
        ["Logging:LogLevel:Default"] = "Error",
        ["Logging:LogLevel:Microsoft.EntityFrameworkCore"] = "None",
    };

    /// <summary>Speaks to the service without a token.</summary>
    public HttpClient Client => _client ?? throw new InvalidOperationException($"{data.Service} is not running.");

    /// <summary>Scopes of the running host, for what only it can do.</summary>
    public IServiceScopeFactory Scopes => Services.GetRequiredService<IServiceScopeFactory>();

    protected IBus Bus => Services.GetRequiredService<IBus>();

    private IServiceProvider Services => (_app ?? throw new InvalidOperationException($"{data.Service} is not running.")).Services;

    /// <summary>Starts the service and waits until it is ready.</summary>
    public virtual async Task Start()
    {
        await StartWithoutWaiting();
        await Eventually.Holds($"{data.Service} is ready", async () => (await Get(null, "/health/ready")).Expect(System.Net.HttpStatusCode.OK));
    }

    /// <summary>Starts the service; it may not be ready yet.</summary>
    public async Task StartWithoutWaiting()
    {
        await data.Prepare();

        // The bus logs in the execution context of whoever starts it: that must not be a test's, which ends before the service does.
        Task started;
        using (ExecutionContext.SuppressFlow())
        {
            started = Task.Run(StartHost);
        }

        await started;
    }

    public async Task Stop()
    {
        if (_app is { } app)
        {
            (_app, var client) = (null, _client);
            client!.Dispose();
            await app.StopAsync();
            await app.DisposeAsync();
        }
    }

    /// <summary>Stops the service and starts it on the same data.</summary>
    public async Task Restart()
    {
        await Stop();
        await Start();
    }

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Stop();
    }

    // Calls

    /// <summary>An access token for this person, from an issuer that the service trusts; Membership trusts only itself.</summary>
    public string TokenFor(Person person) => _issuer.TokenFor(person, Clock.Now());

    public Task<Answer> Get(Person? by, string path) => Send(by, HttpMethod.Get, path);

    public Task<Answer> Post(Person? by, string path, object? body = null, string? idempotencyKey = null) =>
        Send(by, HttpMethod.Post, path, body, ("Idempotency-Key", idempotencyKey));

    public Task<Answer> Put(Person? by, string path, object? body, string? ifMatch = null) =>
        Send(by, HttpMethod.Put, path, body, ("If-Match", ifMatch));

    /// <summary>Sends a request; a path without a leading slash is below the service's own routes.</summary>
    public Task<Answer> Send(Person? by, HttpMethod method, string path, object? body = null, params (string Name, string? Value)[] headers) =>
        Client.AskAsync(method, PathOf(path), by is null ? null : TokenFor(by), body, headers);

    /// <summary>The path from the root.</summary>
    protected string PathOf(string path) => path.StartsWith('/') ? path : $"/api/{data.Service}/{path}";

    /// <summary>The interface document, for <see cref="InterfaceCheck"/>.</summary>
    public async Task<JsonNode> InterfaceDocument() => (await Get(null, "openapi.json")).Ok;

    // Messages

    /// <summary>
    /// Publishes an event as another service would, and waits until every consumer has handled it.
    /// With the id of an earlier message it is a redelivery; with an epoch, the other service has begun one.
    /// </summary>
    public async Task Deliver(object message, Guid? id = null, long epoch = 0)
    {
        var messageId = id ?? Guid.CreateVersion7();
        string[] queues = [.. Services.GetServices<Subscription>().Where(s => s.MessageTypes.Contains(message.GetType())).Select(s => s.Name)];
        if (queues.Length == 0)
        {
            throw new InvalidOperationException($"{data.Service} has no consumer of {message.GetType().Name}.");
        }

        for (var attempt = 1; attempt <= 10; attempt++)
        {
            var handled = _log.Follow(messageId, queues);
            await Bus.Publish(message, message.GetType(), Pipe.Execute<PublishContext>(context =>
            {
                context.MessageId = messageId;
                if (epoch > 0)
                {
                    context.Headers.Set("Epoch", epoch.ToString(CultureInfo.InvariantCulture));
                }
            }));
            if (await handled.WaitAsync(TimeSpan.FromSeconds(30)))
            {
                return;
            }

            // It failed: the sender's outbox would publish it again.
        }

        throw new InvalidOperationException($"{message} is never handled.");
    }

    /// <summary>The matching messages that consumers of this service have handled so far, once for each consumer.</summary>
    public IReadOnlyList<(Guid Id, T Message)> Consumed<T>(Predicate<T> which) =>
        [.. _log.Consumed.Where(m => m.Message is T message && which(message)).Select(m => (m.Id, (T)m.Message))];

    /// <summary>The matching messages published so far, by the service or by <see cref="Deliver"/>, once each and in order.</summary>
    public IReadOnlyList<T> Published<T>(Predicate<T> which) =>
        [.. _log.Published.DistinctBy(m => m.Id).Select(m => m.Message).OfType<T>().Where(message => which(message))];

    /// <summary>Waits until such a message is published; returns the latest.</summary>
    public async Task<T> UntilPublished<T>(Predicate<T> which, [CallerArgumentExpression(nameof(which))] string expected = "")
    {
        await Eventually.Holds($"{typeof(T).Name} is published with {expected}", () => Published(which).Count > 0);
        return Published(which)[^1];
    }

    /// <summary>Changes what the host is built of; call the base first.</summary>
    protected virtual void Adapt(WebApplicationBuilder builder)
    {
        builder.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(Clock));
        builder.Services.TryAddSingleton(_issuer.Configuration);   // Membership has its own
    }

    private async Task StartHost()
    {
        var settings = new Dictionary<string, string>(data.Settings);
        foreach (var (name, value) in Settings)
        {
            settings[name] = value;
        }

        var app = ServiceHost.Build(["--urls=http://127.0.0.1:0", .. settings.Select(s => $"--{s.Key}={s.Value}")], modules, Adapt);
        try
        {
            var bus = app.Services.GetRequiredService<IBus>();
            bus.ConnectPublishObserver(_log);
            bus.ConnectConsumeObserver(_log);
            await app.StartAsync();
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }

        _app = app;
        _client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 200 })
        {
            BaseAddress = new Uri(app.Urls.Single()),
            Timeout = TimeSpan.FromMinutes(2),
        };
    }
}
