using System.Net;
using System.Net.Sockets;

namespace ExportConsortia.Servers;

/// <summary>A RabbitMQ server of a test's own: installed programs, free local ports, own data, cookie and port mapper.</summary>
public sealed class RabbitMqServer : IAsyncDisposable
{
    private readonly string _programs = Installed.RabbitMq;
    private readonly DataFolder _folder;
    private readonly Dictionary<string, string?> _environment;
    private readonly int _mapperPort = Loopback.FreePort();
    private ChildProcess? _portMapper;
    private ChildProcess? _broker;

    private RabbitMqServer(DataFolder folder, bool managed)
    {
        _folder = folder;
        ManagementPort = managed ? Loopback.FreePort() : 0;
        _environment = new()
        {
            ["HOME"] = Folder,
            ["LC_ALL"] = "C.UTF-8",
            ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
            ["ERL_EPMD_PORT"] = $"{_mapperPort}",
            ["RABBITMQ_NODENAME"] = $"exportconsortia-{Port}@localhost",
            ["RABBITMQ_DIST_PORT"] = $"{Loopback.FreePort()}",
            ["RABBITMQ_CONF_ENV_FILE"] = "/dev/null",
            ["RABBITMQ_CONFIG_FILE"] = In("rabbitmq.conf"),
            ["RABBITMQ_ENABLED_PLUGINS_FILE"] = In("enabled_plugins"),
            ["RABBITMQ_GENERATED_CONFIG_DIR"] = In("generated"),
            ["RABBITMQ_MNESIA_BASE"] = In("mnesia"),
            ["RABBITMQ_LOG_BASE"] = In("log"),
            ["RABBITMQ_PID_FILE"] = In("pid"),
            ["RUNNING_UNDER_SYSTEMD"] = "true",   // the script becomes the broker instead of watching over it
        };
    }

    /// <summary>The AMQP port.</summary>
    public int Port { get; } = Loopback.FreePort();

    public string ConnectionString => $"amqp://guest:guest@127.0.0.1:{Port}/";

    /// <summary>The port of the management API; 0 without one.</summary>
    public int ManagementPort { get; }

    /// <summary>Its data folder, deleted on disposal.</summary>
    public string Folder => _folder.Path;

    private string Log => In("rabbitmq.log");

    /// <param name="managed">With the management API: starts more slowly.</param>
    /// <exception cref="MissingServerException">RabbitMQ isn't installed.</exception>
    public static async Task<RabbitMqServer> Launch(bool managed = false)
    {
        _ = Installed.RabbitMq;
        var server = new RabbitMqServer(await DataFolder.Create("rabbitmq", "rabbitmq"), managed);
        try
        {
            await server.Configure();
            await server.Start();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts it on the same port and data.</summary>
    public async Task Start()
    {
        if (_portMapper is null)
        {
            _portMapper = await ChildProcess.Start(
                _folder, In("epmd.log"), Signal.Kill, _environment, "epmd", "-port", $"{_mapperPort}", "-address", "127.0.0.1");
            await _portMapper.Ready("Erlang's port mapper answers", () => Connects(_mapperPort), TimeSpan.FromSeconds(20));
        }

        _broker?.Dispose();
        _broker = await ChildProcess.Start(_folder, Log, Signal.Kill, _environment, Path.Combine(_programs, "rabbitmq-server"));
        await _broker.Ready($"RabbitMQ speaks AMQP on port {Port}", () => SpeaksAmqp(Port), TimeSpan.FromMinutes(5));
    }

    /// <summary>Stops it in order.</summary>
    public async Task Stop() => await _broker!.End(Signal.Terminate, TimeSpan.FromSeconds(60));

    /// <summary>Kills it.</summary>
    public async Task Kill() => await _broker!.End(Signal.Kill);

    public async Task Restart()
    {
        await Stop();
        await Start();
    }

    /// <summary>Runs <c>rabbitmqctl</c> against this broker.</summary>
    /// <param name="arguments">Such as <c>list_queues name messages</c>, one by one.</param>
    /// <returns>Its output.</returns>
    public Task<string> Ctl(params string[] arguments) =>
        ChildProcess.Run(_folder.Account, Folder, Path.Combine(_programs, "rabbitmqctl"), ["--quiet", .. arguments], _environment);

    public async ValueTask DisposeAsync()
    {
        foreach (var process in new[] { _broker, _portMapper })
        {
            if (process is not null)
            {
                await process.End(Signal.Kill);
                process.Dispose();
            }
        }

        await _folder.DisposeAsync();
    }

    private async Task Configure()
    {
        await File.WriteAllTextAsync(In("rabbitmq.conf"), $"""
            listeners.tcp.1 = 127.0.0.1:{Port}
            log.console = true
            log.console.level = warning
            log.file = false
            vm_memory_high_watermark.absolute = 1GB
            disk_free_limit.absolute = 50MB
            {(ManagementPort == 0 ? "" : $"""
                management.tcp.ip = 127.0.0.1
                management.tcp.port = {ManagementPort}
                management_agent.disable_metrics_collector = true
                """)}
            """ + "\n");
        await File.WriteAllTextAsync(In("enabled_plugins"), ManagementPort == 0 ? "[].\n" : "[rabbitmq_management].\n");
        await File.WriteAllTextAsync(In(".erlang.cookie"), $"{Guid.CreateVersion7():N}");
        await ChildProcess.Run(null, Folder, "chmod", ["400", In(".erlang.cookie")]);
        if (_folder.Account is not null)
        {
            await ChildProcess.Run(null, Folder, "chown", ["-R", $"{_folder.Account}:", Folder]);
        }
    }

    private string In(string file) => Path.Combine(Folder, file);

    private static async Task<bool> Connects(int port)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port);
        return true;
    }

    /// <summary>A broker that is ready answers the protocol's greeting with a method frame (type 1).</summary>
    private static async Task<bool> SpeaksAmqp(int port)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port);
        var stream = client.GetStream();
        await stream.WriteAsync("AMQP\0\0\u0009\u0001"u8.ToArray());
        var answer = new byte[1];
        return await stream.ReadAsync(answer).AsTask().WaitAsync(TimeSpan.FromSeconds(5)) == 1 && answer[0] == 1;
    }
}
