using ExportConsortia.Platform;
using ExportConsortia.Servers;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace ExportConsortia.Membership.Tests;

public sealed class SchemaTests(Stores stores)
{
    [Theory, EachStore]
    public async Task The_migrations_build_what_the_model_says(Store store)
    {
        var folder = Directory.CreateTempSubdirectory("exportconsortia-schema-").FullName;
        await using (var byMigrations = Open(await stores.Database(store), "migrated"))
        await using (var byModel = Open(await stores.Database(store), "modelled"))
        {
            await SchemaCheck.Same(byMigrations, byModel);
        }

        Directory.Delete(folder, recursive: true);

        MembershipDb Open(string? postgres, string name)
        {
            var options = new DbContextOptionsBuilder<MembershipDb>().ConfigureWarnings(w => w.Ignore(RelationalEventId.PendingModelChangesWarning));
            _ = postgres is null ? options.UseSqlite($"Data Source={folder}/{name}.db;Pooling=False") : options.UseNpgsql(postgres);
            return new MembershipDb(options.Options, new ServiceDbScope(Caller.Platform, TimeProvider.System, new OutboxSignal()));
        }
    }
}
