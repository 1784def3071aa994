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

    private Deployment(Shape shape) => Shape = shape;

    public Shape Shape { get; }

    public Uri Address { get; private set; } = null!;

    /// <summary>Distributed only.</summary>
    public PostgresServer Postgres { get; private set; } = null!;

    /// <summary>Distributed only.</summary>
    public RabbitMqServer RabbitMq { get; private set; } = null!;

    /// <summary>The process that runs Membership; embedded, the one that runs everything.</summary>
    public ServiceProcess Membership { get; private set; } = null!;

    /// <summary>The process that runs Allocation; embedded, the one that runs everything.</summary>
    public ServiceProcess Allocation { get; private set; } = null!;

    /// <summary>The platform's own processes: not the servers that they use.</summary>
    public IReadOnlyList<ServiceProcess> Processes => [.. _owned.OfType<ServiceProcess>()];

    /// <summary>Distributed only: hears what the processes tell of themselves.</summary>
    public Collector Collector { get; private set; } = null!;

    /// <summary>Distributed only: the store of the allocation service.</summary>
    public string AllocationStore { get; private set; } = "";

    /// <summary>Starts all of it; <paramref name="observed"/>: distributed, the processes tell the <see cref="Collector"/> of themselves.</summary>
    public static async Task<Deployment> StartAsync(Shape shape, bool observed = true)
    {
        var deployment = new Deployment(shape);
        try
        {
            await (shape == Shape.Embedded ? deployment.StartEmbeddedAsync() : deployment.StartDistributedAsync(observed));
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
        var all = Own(new ServiceProcess("AllInOne", WithEdge(WithOperator([]))));
        await all.Start();
        Membership = Allocation = all;
        Address = all.Address;
    }

    private async Task StartDistributedAsync(bool observed)
    {
        Required.Servers();
        Postgres = Own(await PostgresServer.Launch());
        RabbitMq = Own(await RabbitMqServer.Launch());
        Collector = Own(await Collector.StartAsync());
        AllocationStore = await Postgres.CreateDatabase("allocation");
        Membership = Own(new ServiceProcess("Membership.Host", WithOperator(new()
        {
            ["ConnectionStrings:membership"] = await Postgres.CreateDatabase("membership"),
            ["ConnectionStrings:rabbitmq"] = RabbitMq.ConnectionString,
            ["Membership:KeySecret"] = Convert.ToBase64String(new byte[32]),
        })));
        Allocation = Own(new ServiceProcess("Allocation.Host", new Dictionary<string, string?>
        {
            ["ConnectionStrings:allocation"] = AllocationStore,
            ["Allocation:PriceSecret"] = Convert.ToBase64String(new byte[32]),
            ["ConnectionStrings:rabbitmq"] = RabbitMq.ConnectionString,
            ["Auth:Metadata"] = new Uri(Membership.Address, ".well-known/openid-configuration").ToString(),
        }));
        var gateway = Own(new ServiceProcess("Gateway", WithEdge(new()
        {
            ["Services:membership"] = Membership.Address.ToString(),
            ["Services:allocation"] = Allocation.Address.ToString(),
        })));
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
