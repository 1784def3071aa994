using ExportConsortia.Allocation.Tests.Running;
using ExportConsortia.Platform;
using ExportConsortia.Servers;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace ExportConsortia.Allocation.Tests;

/// <summary>The hand-written migrations build what the model says, on both stores.</summary>
public static class SchemaTests
{
    [Fact]
    public static async Task On_SQLite()
    {
        var folder = Directory.CreateTempSubdirectory("exportconsortia-schema-");
        await using (var byMigrations = Open(o => o.UseSqlite($"Data Source={folder.FullName}/migrated.db;Pooling=False")))
        await using (var byModel = Open(o => o.UseSqlite($"Data Source={folder.FullName}/modelled.db;Pooling=False")))
        {
            await SchemaCheck.Same(byMigrations, byModel);
        }

        folder.Delete(recursive: true);
    }

    internal static AllocationDb Open(Action<DbContextOptionsBuilder> store)
    {
        var options = new DbContextOptionsBuilder<AllocationDb>().ConfigureWarnings(w => w.Ignore(RelationalEventId.PendingModelChangesWarning));
        store(options);
        return new AllocationDb(options.Options, new ServiceDbScope(Caller.Platform, TimeProvider.System, new OutboxSignal()));
    }
}

[Collection(nameof(Distributed))]
public sealed class SchemaOnPostgresTests(Distributed host)
{
    [Fact]
    public async Task On_PostgreSQL()
    {
        Required.Servers();
        var (migrated, modelled) = (await host.CreateDatabase("migrated"), await host.CreateDatabase("modelled"));
        await using var byMigrations = SchemaTests.Open(o => o.UseNpgsql(migrated));
        await using var byModel = SchemaTests.Open(o => o.UseNpgsql(modelled));
        await SchemaCheck.Same(byMigrations, byModel);
    }
}
