using System.Globalization;

namespace ExportConsortia.Servers;

/// <summary>The PostgreSQL and the RabbitMQ that all test projects of a run share. As a program it keeps them for <c>tests/run</c>.</summary>
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

    /// <summary>Starts the servers, says their ports, and ends them when its input ends.</summary>
    internal static async Task Main()
    {
        await using var servers = await LaunchAsync();
        Console.WriteLine(servers.Ports.Told);
        await Console.In.ReadToEndAsync();
    }
}

/// <summary>Where the run's servers listen, on loopback.</summary>
internal sealed record Ports(int Postgres, int RabbitMq, int Management)
{
    /// <summary>As <c>tests/run</c> hands them on.</summary>
    public string Told => string.Create(CultureInfo.InvariantCulture, $"{Postgres} {RabbitMq} {Management}");

    /// <summary>Those that <c>tests/run</c> has started; null where a test project is run alone.</summary>
    public static Ports? OfTheRun() => Environment.GetEnvironmentVariable("EXPORTCONSORTIA_SERVERS")?.Split(' ') is [var postgres, var rabbit, var management]
        ? new(int.Parse(postgres, CultureInfo.InvariantCulture), int.Parse(rabbit, CultureInfo.InvariantCulture), int.Parse(management, CultureInfo.InvariantCulture))
        : null;
}
