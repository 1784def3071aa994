using ExportConsortia.Platform;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace ExportConsortia.Servers;

/// <summary>
/// Where a service keeps its data in a test: a temporary folder, or a PostgreSQL database and a RabbitMQ virtual host of its own.
/// It outlives the hosts that run on it, so that they can be restarted or be several replicas.
/// </summary>
/// <param name="shape">Folder or servers.</param>
/// <param name="servers">Whoever disposes of it drops the databases and virtual hosts.</param>
/// <param name="services">The service's name; more names if other services run in the same host.</param>
public sealed class ServiceData(Shape shape, ServerShare servers, params string[] services) : IDisposable
{
    private Task? _prepared;
    private string? _folder;

    public Shape Shape => shape;

    /// <summary>The service's name: that of its routes, queues and database.</summary>
    public string Service => services[0];

    /// <summary>Embedded only: where the database and generated secrets lie.</summary>
    public string Folder => _folder ?? throw new InvalidOperationException("Only an embedded service that was started has a data folder.");

    /// <summary>The settings by which hosts reach their data; complete once <see cref="Prepare"/> has ended.</summary>
    public Dictionary<string, string> Settings { get; } = [];

    /// <summary>Creates the folder, or the databases and the virtual host, if that is not done yet.</summary>
    public Task Prepare() => _prepared ??= shape == Shape.Embedded ? CreateFolder() : CreateOnServers();

    /// <summary>The service's database, past the service; dispose of it.</summary>
    public TDb Open<TDb>()
        where TDb : ServiceDb => Open<TDb>(options =>
            _ = shape == Shape.Embedded
                ? options.UseSqlite($"Data Source={Path.Combine(Folder, Service)}.db")
                : options.UseNpgsql(Settings[$"ConnectionStrings:{Service}"]));

    /// <summary>Any database, seen through a service's model with the rights of the platform; dispose of it.</summary>
    public static TDb Open<TDb>(Action<DbContextOptionsBuilder> store)
        where TDb : ServiceDb
    {
        var options = new DbContextOptionsBuilder<TDb>().ConfigureWarnings(w => w.Ignore(RelationalEventId.PendingModelChangesWarning));
        store(options);
        var scope = new ServiceDbScope(Caller.Platform, TimeProvider.System, new OutboxSignal(), new Gates());
        return (TDb)Activator.CreateInstance(typeof(TDb), options.Options, scope)!;
    }

    /// <summary>The service's model, on an empty database in memory; dispose of it.</summary>
    public static TDb OpenInMemory<TDb>()
        where TDb : ServiceDb => Open<TDb>(options => options.UseSqlite("Data Source=:memory:"));

    /// <summary>Closes pooled connections and deletes the folder.</summary>
    public void Dispose()
    {
        if (_folder is not null)
        {
            SqliteConnection.ClearAllPools();
            Directory.Delete(_folder, recursive: true);
            _folder = null;
        }
        else if (shape == Shape.Distributed)
        {
            NpgsqlConnection.ClearAllPools();   // all tests share one server, which takes only so many connections
        }
    }

    private Task CreateFolder()
    {
        _folder = Directory.CreateTempSubdirectory($"exportconsortia-{Service}-").FullName;
        Settings["Data:Folder"] = _folder;
        return Task.CompletedTask;
    }

    private async Task CreateOnServers()
    {
        Required.Servers();
        foreach (var service in services)
        {
            Settings[$"ConnectionStrings:{service}"] = await servers.CreateDatabase(service.Replace('-', '_'))
                + ";Maximum Pool Size=150;Connection Idle Lifetime=20";
        }

        Settings["ConnectionStrings:rabbitmq"] = await servers.CreateVirtualHost();
        Settings["Idempotency:Secret"] = new string('i', 32);
    }
}
