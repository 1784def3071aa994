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

    private readonly List<IAsyncDisposable> _owned = [];
    private readonly string? _checkout;

    private Deployment(Shape shape, string? checkout) => (Shape, _checkout) = (shape, checkout);

    public Shape Shape { get; }

    public Uri Address { get; private set; } = null!;

    /// <summary>Distributed with servers of its own only.</summary>
    public PostgresServer Postgres { get; private set; } = null!;

    /// <summary>Distributed with servers of its own only.</summary>
    public RabbitMqServer RabbitMq { get; private set; } = null!;

    /// <summary>The process that runs Membership; embedded, the one that runs everything.</summary>
    public ServiceProcess Membership { get; private set; } = null!;

    /// <summary>The process that runs Allocation; embedded, the one that runs everything.</summary>
    public ServiceProcess Allocation { get; private set; } = null!;

    /// <summary>The platform's own processes: not the servers that they use.</summary>
    public IReadOnlyList<ServiceProcess> Processes => [.. _owned.OfType<ServiceProcess>()];

    /// <summary>Distributed only.</summary>
    public ServiceProcess Gateway { get; private set; } = null!;

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

    private async Task StartEmbeddedAsync()
    {
        var all = Own(new ServiceProcess("AllInOne", WithEdge(WithOperator([])), _checkout));
        await all.Start();
        Membership = Allocation = all;
        Address = all.Address;
    }

    private async Task StartDistributedAsync(bool observed, Func<string, string>? through, bool onSharedServers)
    {
        Required.Servers();
        var (rabbit, membershipStore) = await (onSharedServers ? ShareServersAsync() : LaunchServersAsync());
        Collector = Own(await Collector.StartAsync());
        Membership = Own(new ServiceProcess("Membership.Host", WithOperator(new()
        {
            ["ConnectionStrings:membership"] = membershipStore,
            ["ConnectionStrings:rabbitmq"] = rabbit,
            ["Membership:KeySecret"] = Convert.ToBase64String(new byte[32]),
            ["Idempotency:Secret"] = new string('i', 32),
        }), _checkout));
        Allocation = Own(new ServiceProcess("Allocation.Host", new Dictionary<string, string?>
        {
            ["ConnectionStrings:allocation"] = through is null ? AllocationStore : through(AllocationStore),
            ["Allocation:PriceSecret"] = Convert.ToBase64String(new byte[32]),
            ["Idempotency:Secret"] = new string('i', 32),
            ["ConnectionStrings:rabbitmq"] = rabbit,
            ["Auth:Metadata"] = new Uri(Membership.Address, ".well-known/openid-configuration").ToString(),
        }, _checkout));
        var gateway = Gateway = Own(new ServiceProcess("Gateway", WithEdge(new()
        {
            ["Services:membership"] = Membership.Address.ToString(),
            ["Services:allocation"] = Allocation.Address.ToString(),
        }), _checkout));
        foreach (var process in new[] { Membership, Allocation, gateway }.Where(_ => observed))
        {
            process.Settings["OTEL_EXPORTER_OTLP_ENDPOINT"] = Collector.Address.ToString();
            process.Settings["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf";
            process.Settings["OTEL_BSP_SCHEDULE_DELAY"] = "500";
            process.Settings["OTEL_METRIC_EXPORT_INTERVAL"] = "1000";
        }

        await Task.WhenAll(Membership.Start(), Allocation.Start());
        await gateway.Start();
        Address = gateway.Address;
    }

    private async Task<(string Rabbit, string MembershipStore)> LaunchServersAsync()
    {
        var (postgres, rabbit) = (PostgresServer.Launch(), RabbitMqServer.Launch());
        Postgres = Own(await postgres);
        RabbitMq = Own(await rabbit);
        AllocationStore = await Postgres.CreateDatabase("allocation");
        return (RabbitMq.ConnectionString, await Postgres.CreateDatabase("membership"));
    }

    private async Task<(string Rabbit, string MembershipStore)> ShareServersAsync()
    {
        var share = Own(new ServerShare());
        AllocationStore = await share.CreateDatabase("allocation");
        return (await share.CreateVirtualHost(), await share.CreateDatabase("membership"));
    }

    private static Dictionary<string, string?> WithOperator(Dictionary<string, string?> settings) => new(settings)
    {
        ["Membership:Operator:Email"] = OperatorEmail,
        ["Membership:Operator:Password"] = OperatorPassword,
    };

    // The limits have tests of their own; here they would only be in the way of the load.
    private static Dictionary<string, string?> WithEdge(Dictionary<string, string?> settings) => new(settings)
    {
        ["Edge:RequestsPerSecond"] = "100000",
        ["Edge:Burst"] = "100000",
        ["Edge:SignInsPerMinute"] = "100000",
    };

    private T Own<T>(T part)
        where T : IAsyncDisposable
    {
        _owned.Add(part);
        return part;
    }
}
