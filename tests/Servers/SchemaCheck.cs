using Microsoft.EntityFrameworkCore;
using Xunit;

namespace ExportConsortia.Servers;

/// <summary>Hand-written migrations must build what the model says; indexed text must have a length limit.</summary>
public static class SchemaCheck
{
    private const string Sqlite =
        """
        SELECT 'table ' || m.name || ': ' || p.name || ' ' || p.type || CASE p."notnull" WHEN 1 THEN ' not null' ELSE '' END
            || ' key ' || p.pk || CASE WHEN m.sql LIKE '%AUTOINCREMENT%' AND p.pk = 1 THEN ' autoincrement' ELSE '' END
            || ' default ' || coalesce(p.dflt_value, 'none')
        FROM sqlite_master m JOIN pragma_table_info(m.name) p
        WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name NOT LIKE '\_\_EF%' ESCAPE '\'
        UNION ALL
        SELECT 'index ' || m.name || ' ' || i.name || CASE i."unique" WHEN 1 THEN ' unique' ELSE '' END
            || CASE i.partial WHEN 1 THEN ' partial' ELSE '' END
            || ': ' || (SELECT group_concat(c.seqno || ' ' || c.name || ' ' || c."desc") FROM pragma_index_xinfo(i.name) c WHERE c.key = 1)
        FROM sqlite_master m JOIN pragma_index_list(m.name) i WHERE m.type = 'table' AND m.name NOT LIKE '\_\_EF%' ESCAPE '\'
        UNION ALL
        SELECT 'foreign key ' || m.name || ': ' || f."from" || ' to ' || f."table" || '.' || f."to" || ' ' || f.on_delete
        FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table'
        """;

    private const string Postgres =
        """
        SELECT 'table ' || table_name || ': ' || column_name || ' ' || data_type || coalesce('(' || character_maximum_length || ')', '')
            || CASE is_nullable WHEN 'NO' THEN ' not null' ELSE '' END || ' identity ' || coalesce(identity_generation, 'none')
            || ' default ' || coalesce(column_default, 'none')
        FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT LIKE '\_\_EF%'
        UNION ALL
        SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename NOT LIKE '\_\_EF%'
        UNION ALL
        SELECT 'constraint ' || conrelid::regclass || ' ' || conname || ': ' || pg_get_constraintdef(oid)
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype <> 'n' AND conrelid::regclass::text NOT LIKE '"\_\_EF%'
        """;

    /// <summary>
    /// Builds one database by the migrations and another from the model, and compares tables, columns, types, keys and indexes:
    /// on SQLite, or distributed on PostgreSQL.
    /// </summary>
    public static async Task MigrationsBuildTheModel<TDb>(Shape shape)
        where TDb : ServiceDb
    {
        if (shape == Shape.Embedded)
        {
            await using var migrated = ServiceData.OpenInMemory<TDb>();
            await using var modelled = ServiceData.OpenInMemory<TDb>();
            await Compare(migrated, modelled);
        }
        else
        {
            Required.Servers();
            await using var servers = new ServerShare();
            var (forMigrated, forModelled) = (await servers.CreateDatabase("migrated"), await servers.CreateDatabase("modelled"));
            await using var migrated = ServiceData.Open<TDb>(options => options.UseNpgsql(forMigrated + ";Pooling=false"));
            await using var modelled = ServiceData.Open<TDb>(options => options.UseNpgsql(forModelled + ";Pooling=false"));
            await Compare(migrated, modelled);
        }
    }

    private static async Task Compare(DbContext byMigrations, DbContext byModel)
    {
        await byMigrations.Database.OpenConnectionAsync();   // a database in memory lives as long as its connection
        await byModel.Database.OpenConnectionAsync();
        await byMigrations.Database.MigrateAsync();
        await byModel.Database.EnsureCreatedAsync();
        var (migrated, modelled) = (await Describe(byMigrations), await Describe(byModel));
        Assert.True(modelled.Count >= byModel.Model.GetEntityTypes().Count(), "The model's own database must have tables.");
        Assert.Equal(modelled, migrated);
        Assert.Empty(IndexedTextsOfAnyLength(byModel));
    }

    // PostgreSQL refuses a row if indexed text is too long.
    private static IEnumerable<string> IndexedTextsOfAnyLength(DbContext db) =>
        from entity in db.Model.GetEntityTypes()
        from property in entity.GetIndexes().SelectMany(i => i.Properties).Concat(entity.GetKeys().SelectMany(k => k.Properties)).Distinct()
        where (property.GetProviderClrType() ?? property.ClrType) == typeof(string) && property.GetMaxLength() is null
        select $"{entity.ClrType.Name}.{property.Name}";

    // A line for each column, key and index of the database, in order.
    private static async Task<IReadOnlyList<string>> Describe(DbContext db)
    {
        await using var command = db.Database.GetDbConnection().CreateCommand();
        command.CommandText = db.Database.ProviderName!.EndsWith("Sqlite", StringComparison.Ordinal) ? Sqlite : Postgres;
        await using var reader = await command.ExecuteReaderAsync();
        var lines = new List<string>();
        while (await reader.ReadAsync())
        {
            lines.Add(reader.GetString(0));
        }

        lines.Sort(StringComparer.Ordinal);
        return lines;
    }
}
