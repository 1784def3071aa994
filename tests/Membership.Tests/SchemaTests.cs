using ExportConsortia.Platform;
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

        MembershipDb Open(string? postgres, string name) => SchemaTests.Open(options =>
            _ = postgres is null ? options.UseSqlite($"Data Source={folder}/{name}.db;Pooling=False") : options.UseNpgsql(postgres));
    }

    [Fact]
    public async Task Every_table_of_a_consortiums_data_is_filtered_by_the_consortium_and_by_the_member_firm()
    {
        await using var db = Open(options => options.UseSqlite("Data Source=:memory:"));
        Assert.Equal(
            [
                ("Account", MembershipDb.Readers), ("CapacityDeclaration", Filter.Consortium), ("CapacityDeclaration", Filter.Member),
                ("Consortium", Filter.Consortium), ("MemberFirm", Filter.Consortium), ("MemberFirm", Filter.Member), ("RulebookVersion", Filter.Consortium),
            ],
            db.Model.GetEntityTypes().SelectMany(table => table.GetDeclaredQueryFilters().Select(filter => (table.ClrType.Name, filter.Key!))).Order());
        Assert.All(
            db.Model.GetEntityTypes().Where(table => table.FindProperty("ConsortiumId") is not null), table => Assert.NotEmpty(table.GetDeclaredQueryFilters()));
    }

    private static MembershipDb Open(Action<DbContextOptionsBuilder> store)
    {
        var options = new DbContextOptionsBuilder<MembershipDb>().ConfigureWarnings(w => w.Ignore(RelationalEventId.PendingModelChangesWarning));
        store(options);
        return new MembershipDb(options.Options, new ServiceDbScope(Caller.Platform, TimeProvider.System, new OutboxSignal(), new Gates()));
    }
}
