namespace ExportConsortia.Servers;

/// <summary>The two shapes in which the platform runs.</summary>
public enum Shape
{
    Embedded,
    Distributed,
}

/// <summary>The platform as its users run it: real processes behind one public address.</summary>
public sealed class Deployment : IAsyncDisposable
{
    public const string OperatorEmail = "operator@example.org";
    public const string OperatorPassword = "Operator-of-tests-1";

    /// <summary>A second person, whom nobody invited either, with the same password.</summary>
    public const string SecondOperatorEmail = "second-operator@example.org";

    private readonly List<IAsyncDisposable> _owned = [];
    private readonly Dictionary<string, ServiceProcess> _services = [];
    private readonly string? _checkout;
    private readonly IReadOnlyList<(string Project, string Name)> _list;
    private Func<string, Task<string>> _createStore = null!;
    private string _rabbit = "";

    private Deployment(Shape shape, string? checkout) =>
        (Shape, _checkout, _list) = (shape, checkout, (checkout is null ? Checkout.Current : new Checkout(checkout)).Services);

    public Shape Shape { get; }

    public Uri Address { get; private set; } = null!;

    /// <summary>Distributed with servers of its own only.</summary>
    public PostgresServer Postgres { get; private set; } = null!;

    /// <summary>Distributed with servers of its own only.</summary>
    public RabbitMqServer RabbitMq { get; private set; } = null!;

    /// <summary>The process that runs Membership; embedded, the one that runs everything.</summary>
    public ServiceProcess Membership => _services["membership"];

    /// <summary>The process that runs Allocation; embedded, the one that runs everything.</summary>
    public ServiceProcess Allocation => _services["allocation"];

    /// <summary>The process that runs TradeFairs; embedded, the one that runs everything.</summary>
    public ServiceProcess TradeFairs => _services["tradefairs"];

    /// <summary>The platform's own processes: not the servers that they use.</summary>
    public IReadOnlyList<ServiceProcess> Processes => [.. _owned.OfType<ServiceProcess>()];

    /// <summary>Distributed only.</summary>
    public ServiceProcess Gateway { get; private set; } = null!;

    /// <summary>Distributed only: the web pages.</summary>
    public ServiceProcess Portal { get; private set; } = null!;

    /// <summary>Distributed only: hears what the processes tell of themselves.</summary>
    public Collector Collector { get; private set; } = null!;

    /// <summary>Distributed only: the store of the allocation service.</summary>
    public string AllocationStore { get; private set; } = "";

    /// <summary>Starts all of it.</summary>
    /// <param name="shape">The shape.</param>
    /// <param name="observed">Distributed, the processes tell the <see cref="Collector"/> of themselves.</param>
    /// <param name="checkout">Another checkout of the repository, built, whose processes they are; else this one's.</param>
    /// <param name="through">Distributed: given the address of the allocation service's store, the one by which the service is to reach it.</param>
    /// <param name="onSharedServers">Distributed: on a share of the run's servers, not on servers of its own that can be stopped.</param>
    public static async Task<Deployment> StartAsync(
        Shape shape, bool observed = true, string? checkout = null, Func<string, string>? through = null, bool onSharedServers = false)
    {
        var deployment = new Deployment(shape, checkout);
        try
        {
            await (shape == Shape.Embedded ? deployment.StartEmbeddedAsync() : deployment.StartDistributedAsync(observed, through, onSharedServers));
            return deployment;
        }
        catch
        {
            await deployment.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        for (var i = _owned.Count - 1; i >= 0; i--)
        {
            await _owned[i].DisposeAsync();
        }
    }

    /// <summary>Distributed only: one more replica of the web pages, to be started and disposed of by the caller.</summary>
    public ServiceProcess NewPortal() => new(
        "Portal",
        new Dictionary<string, string?> { ["Portal:Api"] = Gateway.Address.ToString(), ["Portal:Secret"] = new string('p', 32) },
        _checkout);

    /// <summary>
    /// Distributed only: one more replica of a service, to be started and disposed of by the caller. Of a service that the deployment's checkout
    /// doesn't have they are of this checkout.
    /// </summary>
    public async Task<ServiceProcess> NewReplica(string name)
    {
        if (_services.TryGetValue(name, out var first))
        {
            return new ServiceProcess(first.Project, first.Settings, _list.Any(service => service.Name == name) ? _checkout : null);
        }

        var added = new ServiceProcess(
            Checkout.Current.Services.First(s => s.Name == name).Project, SettingsOf(name, await _createStore(name), _rabbit));
        added.Settings["Auth:Metadata"] = Allocation.Settings["Auth:Metadata"];
        return _services[name] = added;
    }

    /// <summary>Distributed only: the process of this service; the first of several.</summary>
    public ServiceProcess Of(string service) => _services[service];

    private async Task StartEmbeddedAsync()
    {
        var all = Own(new ServiceProcess("AllInOne", WithEdge(WithOperator([])), _checkout));
        await all.Start();
        foreach (var (_, name) in _list)
        {
            _services[name] = all;
        }

        Address = all.Address;
    }

    private async Task StartDistributedAsync(bool observed, Func<string, string>? through, bool onSharedServers)
    {
        Required.Servers();
        var (rabbit, stores) = await (onSharedServers ? ShareServersAsync() : LaunchServersAsync());
        (_rabbit, AllocationStore) = (rabbit, stores["allocation"]);
        Collector = Own(await Collector.StartAsync());
        foreach (var (project, name) in _list)
        {
            var store = name == "allocation" && through is not null ? through(stores[name]) : stores[name];
            _services[name] = Own(new ServiceProcess(project, SettingsOf(name, store, rabbit), _checkout));
        }

        Gateway = Own(new ServiceProcess("Gateway", WithEdge([]), _checkout));
        if (_checkout is null || Directory.Exists(Path.Combine(_checkout, "gateway", "Portal")))
        {
            Portal = Own(NewPortal());
            Gateway.Settings["Services:portal"] = Portal.Address.ToString();
        }

        foreach (var (name, process) in _services)
        {
            if (process != Membership)
            {
                process.Settings["Auth:Metadata"] = new Uri(Membership.Address, ".well-known/openid-configuration").ToString();
            }

            Gateway.Settings[$"Services:{name}"] = process.Address.ToString();
        }

        foreach (var process in Processes.Where(_ => observed))
        {
            process.Settings["OTEL_EXPORTER_OTLP_ENDPOINT"] = Collector.Address.ToString();
            process.Settings["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf";
            process.Settings["OTEL_BSP_SCHEDULE_DELAY"] = "500";
            process.Settings["OTEL_METRIC_EXPORT_INTERVAL"] = "1000";
        }

        await Task.WhenAll(Processes.Except([Gateway]).Select(process => process.Start()));
        await Gateway.Start();
        Address = Gateway.Address;
    }

    private async Task<(string Rabbit, Dictionary<string, string> Stores)> LaunchServersAsync()
    {
        var (postgres, rabbit) = (PostgresServer.Launch(), RabbitMqServer.Launch());
        Postgres = Own(await postgres);
        RabbitMq = Own(await rabbit);
        return (RabbitMq.ConnectionString, await CreateStoresAsync(Postgres.CreateDatabase));
    }

    private async Task<(string Rabbit, Dictionary<string, string> Stores)> ShareServersAsync()
    {
        var share = Own(new ServerShare());
        return (await share.CreateVirtualHost(), await CreateStoresAsync(share.CreateDatabase));
    }

    private async Task<Dictionary<string, string>> CreateStoresAsync(Func<string, Task<string>> create)
    {
        _createStore = create;
        var stores = new Dictionary<string, string>();
        foreach (var (_, name) in _list)
        {
            stores[name] = await create(name);
        }

        return stores;
    }

    private static Dictionary<string, string?> SettingsOf(string name, string store, string rabbit)
    {
        var settings = new Dictionary<string, string?>
        {
            [$"ConnectionStrings:{name}"] = store,
            ["ConnectionStrings:rabbitmq"] = rabbit,
            ["Idempotency:Secret"] = new string('i', 32),
        };
        switch (name)
        {
            case "membership":
                settings["Membership:KeySecret"] = Convert.ToBase64String(new byte[32]);
                return WithOperator(settings);
            case "allocation":
                settings["Allocation:PriceSecret"] = Convert.ToBase64String(new byte[32]);
                return settings;
            case "marketing":
                settings["Marketing:Images:Folder"] = Path.Combine(Path.GetTempPath(), "exportconsortia-images");
                settings["Marketing:PriceSecret"] = Convert.ToBase64String(new byte[32]);
                return settings;
            default:
                return settings;
        }
    }

    private static Dictionary<string, string?> WithOperator(Dictionary<string, string?> settings) => new(settings)
    {
        ["Membership:Operator:Email"] = OperatorEmail,
        ["Membership:Operator:Password"] = OperatorPassword,
        ["Membership:SecondOperator:Email"] = SecondOperatorEmail,
        ["Membership:SecondOperator:Password"] = OperatorPassword,
    };

    // The limits have tests of their own; here they would only be in the way of the load. Older checkouts refuse a limit that they don't have.
    private Dictionary<string, string?> WithEdge(Dictionary<string, string?> settings)
    {
        var with = new Dictionary<string, string?>(settings)
        {
            ["Edge:RequestsPerSecond"] = "100000",
            ["Edge:Burst"] = "100000",
            ["Edge:SignInsPerMinute"] = "100000",
        };
        if (_checkout is null)
        {
            with["Edge:FormsPerDay"] = "100000";
        }

        return with;
    }

    private T Own<T>(T part)
        where T : IAsyncDisposable
    {
        _owned.Add(part);
        return part;
    }
}
