namespace ExportConsortia.Servers;

/// <summary>A PostgreSQL server of a test's own: installed programs, free local port, own data, no password.</summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private readonly string _programs = Installed.Postgres;
    private readonly DataFolder _folder;
    private readonly bool _fsync;
    private ChildProcess? _process;

    private PostgresServer(DataFolder folder, bool fsync)
    {
        _folder = folder;
        _fsync = fsync;
    }

    public int Port { get; } = Loopback.FreePort();

    /// <summary>Its data folder, deleted on disposal.</summary>
    public string Folder => _folder.Path;

    private string Log => Path.Combine(Folder, "postgres.log");

    /// <param name="fsync">
    /// Whether commits wait for the disk. Off is faster and still loses nothing when the server is killed, only when the machine is.
    /// </param>
    /// <exception cref="MissingServerException">PostgreSQL isn't installed.</exception>
    public static async Task<PostgresServer> Launch(bool fsync = false)
    {
        _ = Installed.Postgres;
        var server = new PostgresServer(await DataFolder.Create("postgres", "postgres"), fsync);
        try
        {
            await server.Run("initdb", "-D", server.Data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale", "C.UTF-8", "--no-sync");
            await server.Start();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Creates a database.</summary>
    /// <returns>Its Npgsql connection string.</returns>
    public Task<string> CreateDatabase(string name) => CreateDatabase(Port, name);

    /// <summary>Creates a database on the server at this port.</summary>
    internal static async Task<string> CreateDatabase(int port, string name)
    {
        await ChildProcess.Run(
            null, Path.GetTempPath(), Path.Combine(Installed.Postgres, "createdb"), ["-h", "127.0.0.1", "-p", $"{port}", "-U", "postgres", name]);
        return $"Host=127.0.0.1;Port={port};Username=postgres;Database={name}";
    }

    /// <summary>Drops a database on the server at this port, even while in use.</summary>
    internal static Task DropDatabase(int port, string name) =>
        ChildProcess.Run(
            null,
            Path.GetTempPath(),
            Path.Combine(Installed.Postgres, "dropdb"),
            ["--force", "-h", "127.0.0.1", "-p", $"{port}", "-U", "postgres", name]);

    /// <summary>Starts it on the same port and data.</summary>
    public async Task Start()
    {
        _process?.Dispose();
        string[] quick = _fsync ? [] : ["-c", "fsync=off", "-c", "full_page_writes=off"];
        _process = await ChildProcess.Start(
            _folder, Log, Signal.Quit, new Dictionary<string, string?>(), Path.Combine(_programs, "postgres"),
            [
                "-D", Data, "-p", $"{Port}", "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=",
                "-c", "max_connections=800", "-c", "shared_buffers=64MB", .. quick,
            ]);
        await _process.Ready(
            $"PostgreSQL takes connections on port {Port}",
            async () => await Run("pg_isready", "-q", "-t", "1", "-h", "127.0.0.1", "-p", $"{Port}") is not null,
            TimeSpan.FromSeconds(60));
    }

    /// <summary>Processor time used by its running processes.</summary>
    public TimeSpan ProcessorTime() => _folder.Processes().Aggregate(TimeSpan.Zero, (sum, id) =>
    {
        using var process = System.Diagnostics.Process.GetProcessById(id);
        return sum + process.TotalProcessorTime;
    });

    /// <summary>Stops it in order: connections are closed, committed data stays.</summary>
    public async Task Stop() => await _process!.End(Signal.Interrupt);

    /// <summary>Kills it and waits until its child processes have ended.</summary>
    public async Task Kill()
    {
        await _process!.End(Signal.Kill);
        await Eventually.Holds("PostgreSQL's processes have followed the killed one", () => _folder.Processes().Count == 0);
    }

    public async Task Restart()
    {
        await Stop();
        await Start();
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.End(Signal.Quit);
            _process.Dispose();
        }

        await _folder.DisposeAsync();
    }

    private string Data => Path.Combine(Folder, "data");

    private Task<string> Run(string program, params string[] arguments) =>
        ChildProcess.Run(_folder.Account, Folder, Path.Combine(_programs, program), arguments);
}
