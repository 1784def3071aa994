using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Migrations.Operations;
using Xunit;

namespace ExportConsortia.Servers;

/// <summary>
/// While replicas are replaced, the previous release works on a database that this one has brought up to date. So its migrations only add; what the
/// previous release uses goes one release later, in a migration that <c>deploy/previous-release</c> names on a line <c>removes</c>.
/// </summary>
public static class ExpansionCheck
{
    /// <summary>Checks each migration of this service that the previous release doesn't have.</summary>
    public static void MigrationsOnlyAdd<TDb>(string service)
        where TDb : ServiceDb
    {
        var said = File.ReadLines(Path.Combine(Checkout.Current.Root, "deploy", "previous-release")).Select(line => line.Split(' ')).ToList();
        if (said.Find(words => words[0] == service)?[1] is not { } released)
        {
            return;   // the previous release has no such service
        }

        using var db = ServiceData.Open<TDb>(options => options.UseNpgsql());
        var migrations = db.GetService<IMigrationsAssembly>();
        Assert.True(migrations.Migrations.ContainsKey(released), $"{service} has no migration {released}.");

        var news = migrations.Migrations.Where(m => string.CompareOrdinal(m.Key, released) > 0).ToList();
        var operations = news.Where(m => !said.Exists(words => words[0] == "removes" && words[^1] == m.Key))
            .SelectMany(m => migrations.CreateMigration(m.Value, db.Database.ProviderName!).UpOperations);
        Assert.Empty(Faults([.. operations]));
    }

    /// <summary>What among these changes, in this order, would break the previous release.</summary>
    public static IEnumerable<string> Faults(IReadOnlyList<MigrationOperation> operations)
    {
        var added = operations.OfType<CreateTableOperation>().Select(table => table.Name).ToHashSet();
        foreach (var operation in operations.Where(o => !(TableOf(o) is { } table && added.Contains(table))))
        {
            var fault = operation switch
            {
                CreateTableOperation or CreateSequenceOperation => null,
                DropIndexOperation or DropForeignKeyOperation or DropUniqueConstraintOperation => null,
                CreateIndexOperation index => index.IsUnique ? $"{index.Name} forbids rows that the previous release writes" : null,
                AddColumnOperation { IsNullable: true } => null,
                AddColumnOperation { DefaultValue: null, DefaultValueSql: null, ComputedColumnSql: null } column =>
                    $"{column.Table}.{column.Name} needs a default: the previous release inserts rows without it",
                AddColumnOperation => null,
                AlterColumnOperation column => IsWider(column) ? null : $"{column.Table}.{column.Name} takes less than before, or other values",
                SqlOperation sql => sql.Sql.TrimStart().Split(' ', '\n')[0].ToUpperInvariant() is "UPDATE" or "INSERT"
                    ? null : $"only a person can judge '{sql.Sql.Trim()}'",
                ITableMigrationOperation of => $"{operation.GetType().Name} of {of.Table}",
                _ => operation.GetType().Name,
            };
            if (fault is not null)
            {
                yield return fault;
            }
        }
    }

    // Longer text, nothing else.
    private static bool IsWider(AlterColumnOperation column) =>
        column.ClrType == column.OldColumn.ClrType && column.IsNullable == column.OldColumn.IsNullable
        && (column.MaxLength is null || column.MaxLength >= column.OldColumn.MaxLength);

    private static string? TableOf(MigrationOperation operation) =>
        operation is ITableMigrationOperation of ? of.Table : null;
}
