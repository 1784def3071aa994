using ExportConsortia.Allocation.Tests.Running;
using ExportConsortia.Platform;
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

    [Fact]
    public static async Task Every_table_of_a_consortiums_data_is_filtered_by_the_consortium_and_by_the_member_firm()
    {
        await using var db = Open(o => o.UseSqlite("Data Source=:memory:"));
        Type[] ofNobody = [typeof(OutboxMessage), typeof(InboxMessage), typeof(IdempotencyKey)];
        Type[] forAllInIt = [typeof(Consortium), typeof(Rulebook)];
        foreach (var table in db.Model.GetEntityTypes().Where(table => !ofNobody.Contains(table.ClrType)))
        {
            Assert.Equal(
                forAllInIt.Contains(table.ClrType) ? [Filter.Consortium] : [Filter.Consortium, Filter.Member],
                table.GetDeclaredQueryFilters().Select(filter => filter.Key).Order(StringComparer.Ordinal));
        }
    }

    internal static AllocationDb Open(Action<DbContextOptionsBuilder> store)
    {
        var options = new DbContextOptionsBuilder<AllocationDb>().ConfigureWarnings(w => w.Ignore(RelationalEventId.PendingModelChangesWarning));
        store(options);
        return new AllocationDb(options.Options, new ServiceDbScope(Caller.Platform, TimeProvider.System, new OutboxSignal(), new Gates()));
    }
}

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
