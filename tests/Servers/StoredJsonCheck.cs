using System.Text.Json.Nodes;
using Xunit;

namespace ExportConsortia.Servers;

/// <summary>
/// JSON columns must stay readable. The test project's file <c>Stored/columns.json</c> shows for each column what is stored now and,
/// if that once differed, what older rows hold.
/// </summary>
public static class StoredJsonCheck
{
    /// <summary>Every JSON column is in the file; what is stored now survives reading and writing; what older rows hold reads as the same.</summary>
    public static void Holds<TDb>()
        where TDb : ServiceDb
    {
        using var db = ServiceData.OpenInMemory<TDb>();
        var file = Path.Combine(AppContext.BaseDirectory, "Stored", "columns.json");
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
