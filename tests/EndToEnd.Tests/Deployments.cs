using ExportConsortia.EndToEnd.Tests;

[assembly: AssemblyFixture(typeof(Deployments))]

namespace ExportConsortia.EndToEnd.Tests;

/// <summary>One deployment per shape, shared by all tests that leave it as they found it; the first test that needs it starts it.</summary>
public class Deployments : IAsyncLifetime
{
    private readonly Dictionary<Shape, Lazy<Task<Deployment>>> _started;

    public Deployments() => _started = Enum.GetValues<Shape>().ToDictionary(
        shape => shape, shape => new Lazy<Task<Deployment>>(() => Deployment.StartAsync(shape, onSharedServers: OnSharedServers)));

    protected virtual bool OnSharedServers => true;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public Task<Deployment> OfAsync(Shape shape)
    {
        if (shape == Shape.Distributed)
        {
            Required.Servers();
        }

        return _started[shape].Value;
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        foreach (var deployment in _started.Values.Where(d => d.IsValueCreated && d.Value.IsCompletedSuccessfully))
        {
            await (await deployment.Value).DisposeAsync();
        }
    }
}
