using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ExportConsortia.Manifests.Tests;

/// <summary>What fields each kind has and what they may hold. Nothing else is accepted: Kubernetes drops an unknown field silently.</summary>
internal sealed partial class KubernetesSchema
{
    private readonly Dictionary<string, JsonNode> _definitions = [];
    private readonly Dictionary<string, string> _kinds = [];

    private KubernetesSchema()
    {
        foreach (var file in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Schemas"), "*.json"))
        {
            var schema = JsonNode.Parse(File.ReadAllText(file))!;
            foreach (var (kind, definition) in schema.Map("index"))
            {
                _kinds[kind] = definition;
            }

            foreach (var (name, definition) in schema["definitions"]!.AsObject())
            {
                _definitions[name] = definition!;
            }
        }
    }

    public static KubernetesSchema Current { get; } = new();

    /// <summary>What is wrong with a manifest.</summary>
    public IEnumerable<string> Faults(JsonNode manifest)
    {
        var kind = $"{manifest.Text("apiVersion")} {manifest.Kind}";
        return _kinds.TryGetValue(kind, out var definition)
            ? Faults(manifest, _definitions[definition], "").Select(fault => $"{manifest.Title}: {fault}")
            : [$"{manifest.Title}: there is no kind {kind}."];
    }

    private IEnumerable<string> Faults(JsonNode? value, JsonNode schema, string at)
    {
        if (schema.Text("$ref") is { } reference)
        {
            var name = reference.Split('/')[^1];
            var isQuantity = name.EndsWith(".Quantity", StringComparison.Ordinal);
            return isQuantity && value is JsonValue && !Quantity().IsMatch(value.ToString())
                ? [$"{at}: '{value}' is no quantity."]
                : Faults(value, _definitions[name], at);
        }

        var types = schema.At("type") is JsonArray several ? several.Select(t => t!.ToString()).ToList()
            : schema.Text("type") is { } one ? [one] : [];
        if (types.Count > 0 && !types.Exists(type => Is(value, type)))
        {
            return [$"{at}: must be {string.Join(" or ", types)}, not {value?.ToJsonString() ?? "empty"}."];
        }

        if (schema.At("enum") is JsonArray allowed && !allowed.Any(a => JsonNode.DeepEquals(a, value)))
        {
            return [$"{at}: must be one of {allowed.ToJsonString()}, not {value?.ToJsonString()}."];
        }

        if (schema.At("const") is { } only && !JsonNode.DeepEquals(only, value))
        {
            return [$"{at}: must be {only.ToJsonString()}, not {value?.ToJsonString()}."];
        }

        return value switch
        {
            JsonObject fields => FaultsOfFields(fields, schema, at),
            JsonArray items when schema.At("items") is { } item => items.Index().SelectMany(i => Faults(i.Item, item, $"{at}/{i.Index}")),
            _ => [],
        };
    }

    private IEnumerable<string> FaultsOfFields(JsonObject fields, JsonNode schema, string at) =>
    [
        .. schema.Texts("required").Where(name => !fields.ContainsKey(name)).Select(name => $"{at}: {name} is missing."),
        .. fields.SelectMany(field =>
            schema.At("properties")?[field.Key] is { } known ? Faults(field.Value, known, $"{at}/{field.Key}")
            : schema.At("additionalProperties") is JsonObject others ? Faults(field.Value, others, $"{at}/{field.Key}")
            : schema.At("additionalProperties") is JsonValue closed && closed.GetValueKind() == JsonValueKind.False
                ? [$"{at}: there is no field {field.Key}."]
            : (string[])[]),
    ];

    private static bool Is(JsonNode? value, string type) => value?.GetValueKind() switch
    {
        JsonValueKind.Object => type == "object",
        JsonValueKind.Array => type == "array",
        JsonValueKind.String => type == "string",
        JsonValueKind.True or JsonValueKind.False => type == "boolean",
        JsonValueKind.Number => type == "number" || (type == "integer" && !value.ToJsonString().Contains('.', StringComparison.Ordinal)),
        _ => false,
    };

    [GeneratedRegex(@"^[0-9]+(\.[0-9]+)?(m|k|M|G|T|P|Ki|Mi|Gi|Ti|Pi)?$")]
    private static partial Regex Quantity();
}
