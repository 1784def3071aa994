using ExportConsortia.Platform.Tests.Probe;
using Npgsql;

namespace ExportConsortia.Platform.Tests;

/// <summary>The command <c>migrate</c>, by which replicas that start at once find a database of their version.</summary>
[Collection(nameof(SharedServers))]
public sealed class MigrateTests(SharedServers servers)
{
    [Fact]
    public async Task Several_at_once_migrate_a_database_once_and_end()
    {
        Required.Servers();
        using var installation = await servers.Fresh(Shape.Distributed);
        string[] settings = [.. installation.Settings.Select(s => $"--{s.Key}={s.Value}"), "--Idempotency:Secret=" + new string('i', 32)];

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ =>
            Task.Run(() => ServiceHost.RunAsync(["migrate", .. settings], new ProbeModule(installation.Name)))));

        Assert.Equal(0, Environment.ExitCode);
        await using var database = NpgsqlDataSource.Create(installation.Settings[$"ConnectionStrings:{installation.Name}"]);
        await using var migrations = database.CreateCommand("""SELECT count(*) FROM "__EFMigrationsHistory" """);
        Assert.Equal(1L, await migrations.ExecuteScalarAsync(TestContext.Current.CancellationToken));
    }
}
