using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using ExportConsortia.Contracts;
using MassTransit.Serialization;

namespace ExportConsortia.Platform.Tests;

/// <summary>
/// What travels between services, byte for byte: each contract has its JSON in <c>Wire/</c>. Services of two versions run side by side, so lines
/// may be added to such a file, never changed or taken away.
/// </summary>
public sealed class WireFormatTests
{
    private static readonly JsonSerializerOptions AsSent = new(SystemTextJsonMessageSerializer.Options) { WriteIndented = true, NewLine = "\n" };

    public static TheoryData<string> Contracts => [.. All().Select(t => t.Name)];

    [Theory]
    [MemberData(nameof(Contracts))]
    public void A_contract_travels_as_it_is_pinned(string contract)
    {
        var type = All().Single(t => t.Name == contract);
        var sent = JsonSerializer.Serialize(Sample(type), type, AsSent) + "\n";
        var file = Path.Combine(AppContext.BaseDirectory, "Wire", $"{contract}.json");
        Assert.True(File.Exists(file), $"{contract} is new: pin it as tests/Platform.Tests/Wire/{contract}.json:\n{sent}");

        var pinned = File.ReadAllText(file);
        Assert.Equal(pinned, sent);
        Assert.Equal(pinned, JsonSerializer.Serialize(JsonSerializer.Deserialize(pinned, type, AsSent), type, AsSent) + "\n");
    }

    [Fact]
    public void Every_pinned_contract_is_still_there() => Assert.Equal(
        Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Wire")).Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal),
        All().Select(t => t.Name).Order(StringComparer.Ordinal));

    private static IEnumerable<Type> All() => typeof(OfferIssued).Assembly.GetExportedTypes().Where(t => !t.IsAbstract && !t.IsInterface);

    /// <summary>A message in which every property has a value that tells it apart from a missing one.</summary>
    private static object Sample(Type type)
    {
        var sample = RuntimeHelpers.GetUninitializedObject(type);
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite))
        {
            property.SetValue(sample, Value(property.PropertyType, property.Name));
        }

        return sample;
    }

    private static object Value(Type type, string name)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(Guid)) { return new Guid("0192a3b4-c5d6-7e8f-9012-345678901234"); }
        if (type == typeof(string)) { return name; }
        if (type == typeof(int)) { return 12; }
        if (type == typeof(long)) { return 9_007_199_254_740_993; }
        if (type == typeof(bool)) { return true; }
        if (type == typeof(DateTime)) { return new DateTime(2027, 1, 2, 3, 4, 5, 678, DateTimeKind.Utc); }
        if (type == typeof(DateOnly)) { return new DateOnly(2027, 1, 2); }
        if (type.IsEnum) { return Enum.GetValues(type).GetValue(0)!; }
        if (type == typeof(IReadOnlyDictionary<string, string>)) { return new Dictionary<string, string> { ["en"] = name }; }
        if (typeof(IEnumerable).IsAssignableFrom(type) && type.IsGenericType)
        {
            var list = Array.CreateInstance(type.GetGenericArguments()[0], 1);
            list.SetValue(Value(type.GetGenericArguments()[0], name), 0);
            return list;
        }

        return type.Namespace == typeof(OfferIssued).Namespace
            ? Sample(type)
            : throw new NotSupportedException($"No sample of {type} ({name}) yet: add one.");
    }
}
