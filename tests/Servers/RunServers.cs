using System.Globalization;

namespace ExportConsortia.Servers;

/// <summary>The PostgreSQL and RabbitMQ that all test projects of a run share. As a program it runs them for <c>tests/run</c>.</summary>
internal sealed class RunServers(PostgresServer postgres, RabbitMqServer rabbit) : IAsyncDisposable
{
    public Ports Ports => new(postgres.Port, rabbit.Port, rabbit.ManagementPort);

    public static async Task<RunServers> LaunchAsync()
    {
        var (postgres, rabbit) = (PostgresServer.Launch(), RabbitMqServer.Launch(managed: true));
        return new(await postgres, await rabbit);
    }

    public async ValueTask DisposeAsync()
    {
        await rabbit.DisposeAsync();
        await postgres.DisposeAsync();
    }

    /// <summary>Starts the servers, prints their ports, and stops them when its input ends.</summary>
    internal static async Task Main()
    {
        await using var servers = await LaunchAsync();
        Console.WriteLine(servers.Ports.Text);
        await Console.In.ReadToEndAsync();
    }
}

/// <summary>Where the run's servers listen, on loopback.</summary>
internal sealed record Ports(int Postgres, int RabbitMq, int Management)
{
    /// <summary>As <c>tests/run</c> passes them on.</summary>
    public string Text => string.Create(CultureInfo.InvariantCulture, $"{Postgres} {RabbitMq} {Management}");

    /// <summary>Those that <c>tests/run</c> started; null if a test project runs alone.</summary>
    public static Ports? OfTheRun() =>
        Environment.GetEnvironmentVariable("EXPORTCONSORTIA_SERVERS")?.Split(' ') is [var postgres, var rabbit, var management]
        ? new(Number(postgres), Number(rabbit), Number(management))
        : null;

    private static int Number(string port) => int.Parse(port, CultureInfo.InvariantCulture);
}
