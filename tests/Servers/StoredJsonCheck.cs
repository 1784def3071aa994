using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace ExportConsortia.Servers;

/// <summary>
/// Keeps what lies in the JSON columns readable: a file shows for each column what is stored and, where it was otherwise once, what older rows hold.
/// </summary>
public static class StoredJsonCheck
{
    /// <summary>Every JSON column is in the file; what is stored is read and written as it was, what older rows hold is read as the same.</summary>
    public static void Holds(DbContext db, string file)
    {
        var samples = JsonNode.Parse(File.ReadAllText(file))!.AsObject();
        var columns = db.Model.GetEntityTypes().SelectMany(entity => entity.GetProperties())
            .Where(p => p.GetTypeMapping().Converter is { ModelClrType.IsEnum: false } converter && converter.ProviderClrType == typeof(string))
            .ToDictionary(p => $"{p.DeclaringType.ClrType.Name}.{p.Name}", p => p.GetTypeMapping().Converter!);

        Assert.Equal(columns.Keys.Order(StringComparer.Ordinal), samples.Select(s => s.Key).Order(StringComparer.Ordinal));
        foreach (var (column, converter) in columns)
        {
            var stored = samples[column]!["stored"]!.ToJsonString();
            foreach (var text in samples[column]!.AsObject().Select(sample => sample.Value!.ToJsonString()))
            {
                Assert.Equal(stored, converter.ConvertToProvider(converter.ConvertFromProvider(text)));
            }
        }
    }
}
