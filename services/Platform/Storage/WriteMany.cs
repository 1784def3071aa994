using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace ExportConsortia.Platform.Storage;

/// <summary>Thousands of rows in one statement: others wait milliseconds for them, not seconds.</summary>
public static class WriteMany
{
    private const int RowsPerStatement = 20_000;

    extension(ServiceDb db)
    {
        /// <summary>
        /// Inserts rows, or replaces those with the same keys. Within <see cref="ServiceDb.InOneTransactionAsync"/> only; the rows aren't tracked.
        /// </summary>
        /// <param name="rows">The rows, each key once.</param>
        /// <param name="ct">Cancels.</param>
        /// <param name="newer">Property with a version: a row that has the same or a later one is left as it is.</param>
        /// <param name="keep">Properties whose value in an existing row stays.</param>
        /// <returns>How many were inserted or replaced.</returns>
        public async Task<int> WriteManyAsync<T>(IReadOnlyCollection<T> rows, CancellationToken ct, string? newer = null, params string[] keep)
            where T : class
        {
            var table = db.Model.FindEntityType(typeof(T))!;
            List<IProperty> columns = [.. table.GetProperties()];
            var isPostgres = db.Database.IsNpgsql();
            var sql = StatementFor(table, columns, isPostgres, newer, keep);
            var written = 0;
            foreach (var some in rows.Chunk(RowsPerStatement))
            {
                written += await db.Database.ExecuteSqlRawAsync(sql, [Json(columns, some, isPostgres)], ct);
            }

            return written;
        }
    }

    private static string StatementFor(IEntityType table, List<IProperty> columns, bool isPostgres, string? newer, string[] keep)
    {
        var name = table.GetTableName();
        var keys = table.FindPrimaryKey()!.Properties;
        var source = isPostgres
            ? $"jsonb_to_recordset({{0}}::jsonb) AS r({List(columns, c => $"{Quoted(c)} {c.GetColumnType()}")})"
            : $"(SELECT {List(columns, c => $"value ->> '{c.GetColumnName()}' AS {Quoted(c)}")} FROM json_each({{0}})) r";
        var replaced = columns.Where(c => !keys.Contains(c) && !keep.Contains(c.Name)).ToList();
        var ifNewer = newer is null ? "" : $"WHERE \"{name}\".{Quoted(table.FindProperty(newer)!)} < excluded.{Quoted(table.FindProperty(newer)!)}";
        return $"""
            INSERT INTO "{name}" ({List(columns, Quoted)})
            SELECT {List(columns, c => "r." + Quoted(c))} FROM {source} WHERE TRUE
            ON CONFLICT ({List(keys, Quoted)}) DO UPDATE SET {List(replaced, c => $"{Quoted(c)} = excluded.{Quoted(c)}")} {ifNewer}
            """;
    }

    private static string List(IEnumerable<IProperty> columns, Func<IProperty, string> text) => string.Join(", ", columns.Select(text));

    private static string Quoted(IProperty column) => $"\"{column.GetColumnName()}\"";

    private static string Json<T>(List<IProperty> columns, T[] rows, bool isPostgres)
        where T : class
    {
        var named = columns.ConvertAll(c => (Name: c.GetColumnName(), Getter: c.GetGetter(), c.GetTypeMapping().Converter));
        var bytes = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(bytes);
        json.WriteStartArray();
        foreach (var row in rows)
        {
            json.WriteStartObject();
            foreach (var (name, getter, converter) in named)
            {
                json.WritePropertyName(name);
                var value = getter.GetClrValue(row);
                Write(json, converter is null ? value : converter.ConvertToProvider(value), isPostgres);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.Flush();
        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    // As the store's driver writes it.
    private static void Write(Utf8JsonWriter json, object? value, bool isPostgres)
    {
        switch (value)
        {
            case null:
                json.WriteNullValue();
                break;
            case long number:
                json.WriteNumberValue(number);
                break;
            case int number:
                json.WriteNumberValue(number);
                break;
            default:
                json.WriteStringValue(value switch
                {
                    string text => text,
                    Guid id => isPostgres ? $"{id}" : $"{id}".ToUpperInvariant(),
                    DateOnly day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                    DateTime at => at.ToString(isPostgres ? "O" : "yyyy-MM-dd HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture),
                    _ => throw new NotSupportedException($"A {value.GetType().Name} can't be written in bulk yet."),
                });
                break;
        }
    }
}
