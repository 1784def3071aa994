using System.Text.Json;
using Npgsql;

namespace ExportConsortia.Platform.Tests.Probe;

/// <summary>The installations of all tests of the collection, which run one after another: they measure how soon something happens.</summary>
[CollectionDefinition(nameof(SharedServers))]
public sealed class SharedServers : IAsyncDisposable, ICollectionFixture<SharedServers>
{
    private readonly ServerShare _servers = new();
    private int _installations;

    public ValueTask DisposeAsync() => _servers.DisposeAsync();

    /// <summary>A data folder, or databases and a virtual host, that nobody used before.</summary>
    internal async Task<Installation> Fresh(Shape shape)
    {
        var name = $"probe{Interlocked.Increment(ref _installations)}";
        var data = new ServiceData(shape, _servers, name, $"mirror-{name}");
        await data.Prepare();
        return new Installation(data);
    }
}

/// <summary>The data of one test; it outlives the hosts that run on it.</summary>
internal sealed class Installation(ServiceData data) : IDisposable
{
    /// <summary>The probe service's name here.</summary>
    public string Name => data.Service;

    public Dictionary<string, string> Settings => data.Settings;

    /// <summary>Starts a host with the probe service, and with its mirror if wanted.</summary>
    public async Task<ProbeHost> Start(MovableClock? clock = null, bool mirror = false)
    {
        IServiceModule[] modules = mirror ? [new ProbeModule(Name), new MirrorModule($"mirror-{Name}")] : [new ProbeModule(Name)];
        var host = new ProbeHost(data, modules) { Clock = clock ?? new() };
        await host.StartWithoutWaiting();
        return host;
    }

    /// <summary>Saves a message past every host, so that only PostgreSQL can notify them. Its clock is a little ahead.</summary>
    public async Task Insert(LineWritten line)
    {
        await using var database = new NpgsqlConnection(Settings[$"ConnectionStrings:{Name}"]);
        await database.OpenAsync();
        await using var insert = new NpgsqlCommand(
            """
            INSERT INTO "Outbox" ("MessageId", "AggregateId", "Type", "Body", "CreatedAt", "Attempts")
            VALUES (gen_random_uuid(), $1, $2, $3, now() + interval '2 seconds', 0)
            """, database);
        insert.Parameters.Add(new() { Value = line.NoteId });
        insert.Parameters.Add(new() { Value = $"{typeof(LineWritten).FullName}, {typeof(LineWritten).Assembly.GetName().Name}" });
        insert.Parameters.Add(new() { Value = JsonSerializer.Serialize(line) });
        await insert.ExecuteNonQueryAsync();
    }

    public void Dispose() => data.Dispose();
}
