using System.Text.Json;
using System.Text.Json.Nodes;

namespace ExportConsortia.Manifests.Tests;

/// <summary>Short ways to the fields of a manifest.</summary>
internal static class Fields
{
    extension(JsonNode? node)
    {
        /// <summary>The field at a path such as <c>spec template spec</c>; null if there is none.</summary>
        public JsonNode? At(string path) => path.Split(' ').Aggregate(node, (at, name) => (at as JsonObject)?[name]);

        /// <summary>The text or number there, as text; null if there is none.</summary>
        public string? Text(string path) => node.At(path) is JsonValue value
            ? value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString()
            : null;

        /// <summary>The items of the list there.</summary>
        public IEnumerable<JsonNode> List(string path) => (node.At(path) as JsonArray)?.OfType<JsonNode>() ?? [];

        /// <summary>The texts of the list there.</summary>
        public IEnumerable<string> Texts(string path) => node.List(path).Select(item => item.ToString());

        /// <summary>The names and texts of the map there.</summary>
        public Dictionary<string, string> Map(string path) => (node.At(path) as JsonObject)?
            .ToDictionary(field => field.Key, field => field.Value?.ToString() ?? "") ?? [];

        public string Kind => node.Text("kind") ?? "";

        public string Name => node.Text("metadata name") ?? "";

        /// <summary>Kind and name, as faults say it.</summary>
        public string Title => $"{node.Kind} {node.Name}";
    }

    /// <summary>True if a label selector selects what has these labels; an empty one selects everything.</summary>
    public static bool Selects(this JsonNode? selector, Dictionary<string, string> labels) =>
        selector.Map("matchLabels").AreIn(labels)
        && selector.List("matchExpressions").All(rule => (rule.Text("operator"), labels.GetValueOrDefault(rule.Text("key") ?? "")) switch
        {
            ("Exists", var label) => label is not null,
            ("DoesNotExist", var label) => label is null,
            ("In", var label) => rule.Texts("values").Contains(label ?? ""),
            (_, var label) => !rule.Texts("values").Contains(label ?? ""),
        });

    /// <summary>True if the labels are all among the others.</summary>
    public static bool AreIn(this Dictionary<string, string> wanted, Dictionary<string, string> labels) =>
        wanted.All(label => labels.GetValueOrDefault(label.Key) == label.Value);
}
