using System.Collections.Concurrent;

namespace ExportConsortia.Servers;

/// <summary>
/// A service in each shape for all tests of a project, started by the first test that needs it, and fresh ones for tests that move the clock or
/// restart. A complete example is in <c>docs/adding-a-service.md</c>.
/// A new service's test project needs one small fixture:
/// <code>
/// [assembly: AssemblyFixture(typeof(ExportConsortia.Fairs.Tests.FairsServices))]
///
/// public sealed class FairsServices() : SharedServices&lt;RunningService&gt;("fairs", data => new(data, new FairsModule()));
/// </code>
/// and its tests read like this:
/// <code>
/// public sealed class FairTests(FairsServices fairs)
/// {
///     [Theory, EachShape]
///     public async Task A_manager_announces_a_fair(Shape shape)
///     {
///         var service = await fairs.In(shape);
///         var manager = new Person(Guid.CreateVersion7(), Role.ConsortiumManager, Guid.CreateVersion7());
///         await service.Deliver(new ConsortiumFounded(...));
///         (await service.Post(manager, "fairs", new { name = "Interzum" })).Expect(HttpStatusCode.Created);
///         await service.UntilPublished&lt;FairAnnounced>(f => f.Name == "Interzum");
///     }
///
///     [Theory, EachShape]
///     public Task The_migrations_build_what_the_model_says(Shape shape) => SchemaCheck.MigrationsBuildTheModel&lt;FairsDb&gt;(shape);
///
///     [Fact]
///     public void Stored_JSON_stays_readable() => StoredJsonCheck.Holds&lt;FairsDb&gt;();
///
///     [Fact]
///     public async Task The_interface_document_is_complete() =>
///         InterfaceCheck.IsComplete(await (await fairs.In(Shape.Embedded)).InterfaceDocument(), atLeast: 5);
/// }
/// </code>
/// </summary>
/// <param name="service">The service's name.</param>
/// <param name="create">Creates the service on its data: a <see cref="RunningService"/> or, with helpers for its tests, a subclass.</param>
public abstract class SharedServices<TService>(string service, Func<ServiceData, TService> create) : IAsyncDisposable
    where TService : RunningService
{
    private readonly ServerShare _servers = new();
    private readonly ConcurrentQueue<ServiceData> _data = [];
    private readonly ConcurrentQueue<TService> _services = [];
    private readonly ConcurrentDictionary<Shape, Lazy<Task<TService>>> _shared = [];

    /// <summary>The running service that all tests share; each keeps to a consortium of its own.</summary>
    public Task<TService> In(Shape shape) => _shared.GetOrAdd(shape, _ => new(() => Fresh(shape))).Value;

    /// <summary>A running service of the test's own.</summary>
    public async Task<TService> Fresh(Shape shape, params (string Name, string Value)[] settings)
    {
        var running = On(NewData(shape), settings);
        await running.Start();
        return running;
    }

    /// <summary>A service on this data, not started; several on the same data are replicas.</summary>
    public TService On(ServiceData data, params (string Name, string Value)[] settings)
    {
        var made = create(data);
        _services.Enqueue(made);
        foreach (var (name, value) in settings)
        {
            made.Settings[name] = value;
        }

        return made;
    }

    /// <summary>A place for a service's data; it is removed at the end of all tests.</summary>
    public ServiceData NewData(Shape shape)
    {
        var data = new ServiceData(shape, _servers, service);
        _data.Enqueue(data);
        return data;
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Task.WhenAll(_services.Select(running => running.DisposeAsync().AsTask()));
        foreach (var data in _data)
        {
            data.Dispose();
        }

        await _servers.DisposeAsync();
    }
}
