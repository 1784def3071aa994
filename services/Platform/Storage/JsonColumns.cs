using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ExportConsortia.Platform.Storage;

/// <summary>Columns that hold nested parts of an aggregate as JSON.</summary>
public static class JsonColumns
{
    // Enum values are stored by name; old rows have numbers, which are read as well.
    private static readonly JsonSerializerOptions Stored = new() { Converters = { new JsonStringEnumConverter() } };

    /// <summary>
    /// Stores nested parts of an aggregate in one JSON text column. A save writes them when another object has replaced them; code that changes
    /// them in place must call <see cref="NestedPartsChanged"/>. So they are serialised once per save, and never just to compare them.
    /// </summary>
    public static PropertyBuilder<T> AsJson<T>(this PropertyBuilder<T> property)
        where T : class? =>
        property.HasConversion(
            v => JsonSerializer.Serialize(v, Stored),
            v => JsonSerializer.Deserialize<T>(v, Stored)!,
            new SameObject<T>());

    /// <summary>The next save writes all nested parts of this aggregate.</summary>
    public static void NestedPartsChanged(this EntityEntry aggregate)
    {
        foreach (var nested in aggregate.Properties.Where(p => p.Metadata.GetValueComparer() is ISameObject))
        {
            nested.IsModified = true;
        }
    }

    private interface ISameObject;

    private sealed class SameObject<T>() : ValueComparer<T>((a, b) => ReferenceEquals(a, b), v => RuntimeHelpers.GetHashCode(v), v => v), ISameObject
        where T : class?;
}
