using System.Text.Json;
using Npgsql;

namespace ExportConsortia.Platform.Tests.Probe;

/// <summary>The installations of all tests of the collection, which run one after another: they look at how soon something comes.</summary>
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
        if (shape == Shape.Embedded)
        {
            return new Installation(name, Directory.CreateTempSubdirectory("exportconsortia-probe-").FullName, []);
        }

        Required.Servers();
        return new Installation(name, null, new()
        {
            [$"ConnectionStrings:{name}"] = await _servers.CreateDatabase(name),
            [$"ConnectionStrings:mirror-{name}"] = await _servers.CreateDatabase("mirror_" + name),
            ["ConnectionStrings:rabbitmq"] = await _servers.CreateVirtualHost(),
            ["Idempotency:Secret"] = new string('i', 32),
        });
    }
}

/// <summary>Where hosts of one test keep what they know; it outlives them.</summary>
internal sealed class Installation(string name, string? folder, Dictionary<string, string> settings) : IDisposable
{
    /// <summary>The probe service's name here.</summary>
    public string Name => name;

    public Dictionary<string, string> Settings { get; } = folder is null ? settings : new(settings) { ["Data:Folder"] = folder };

    /// <summary>Starts a host with the probe service, and with its mirror if wanted.</summary>
    public Task<ProbeHost> Start(TimeProvider? clock = null, Script? script = null, bool mirror = false) => ProbeHost.Start(
        Settings, mirror ? [new ProbeModule(name), new MirrorModule($"mirror-{name}")] : [new ProbeModule(name)], clock, script);

    /// <summary>Saves a message past every host: only the PostgreSQL database can tell of it. Its clock is a little ahead.</summary>
    public async Task Insert(LineWritten line)
    {
        await using var database = new NpgsqlConnection(Settings[$"ConnectionStrings:{name}"]);
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

    public void Dispose()
    {
        if (folder is not null)
        {
            Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
            Directory.Delete(folder, recursive: true);
        }
        else
        {
            NpgsqlConnection.ClearAllPools();   // the server is shared, and takes so many connections only
        }
    }
}
