using System.Net.Http.Headers;
using System.Net.Http.Json;

namespace ExportConsortia.Servers;

/// <summary>
/// A share of one PostgreSQL and one RabbitMQ: databases and virtual hosts of one's own, removed on disposal.
/// The servers are those of the run (<see cref="RunServers"/>) or, if a test project runs alone, this process's own.
/// A test that stops or kills a server launches its own instead.
/// </summary>
public sealed class ServerShare : IAsyncDisposable
{
    private static readonly Lazy<Task<Ports>> s_ports = new(FindAsync);
    private static readonly HttpClient s_management = new()
    {
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String("guest:guest"u8)) },
    };

    private readonly Stack<Func<Task>> _undo = new();

    /// <summary>Creates a database.</summary>
    /// <returns>Its Npgsql connection string.</returns>
    public async Task<string> CreateDatabase(string name)
    {
        var port = (await s_ports.Value).Postgres;
        var unique = $"{name}_{Guid.CreateVersion7():N}";
        var connection = await PostgresServer.CreateDatabase(port, unique);
        Undo(() => PostgresServer.DropDatabase(port, unique));
        return connection;
    }

    /// <summary>Creates a virtual host.</summary>
    /// <returns>Its AMQP address.</returns>
    public async Task<string> CreateVirtualHost()
    {
        var ports = await s_ports.Value;
        var name = $"{Guid.CreateVersion7():N}";
        var resource = new Uri($"http://127.0.0.1:{ports.Management}/api/vhosts/{name}");
        using var made = await s_management.PutAsync(resource, JsonContent.Create(new { }));
        made.EnsureSuccessStatusCode();
        Undo(async () =>
        {
            using var gone = await s_management.DeleteAsync(resource);
            gone.EnsureSuccessStatusCode();
        });
        return $"amqp://guest:guest@127.0.0.1:{ports.RabbitMq}/{name}";
    }

    public async ValueTask DisposeAsync()
    {
        Func<Task>[] undo;
        lock (_undo)
        {
            undo = [.. _undo];
            _undo.Clear();
        }

        await Task.WhenAll(undo.Select(step => step()));
    }

    private void Undo(Func<Task> step)
    {
        lock (_undo)
        {
            _undo.Push(step);
        }
    }

    private static async Task<Ports> FindAsync()
    {
        if (Ports.OfTheRun() is { } ports)
        {
            return ports;
        }

        var servers = await RunServers.LaunchAsync();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => servers.DisposeAsync().AsTask().Wait(TimeSpan.FromSeconds(20));
        return servers.Ports;
    }
}
