using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace ExportConsortia.Manifests.Tests;

/// <summary>Reads YAML as Kubernetes does: a key twice is an error, and a plain <c>yes</c> or <c>8080</c> is no text.</summary>
internal static partial class Yaml
{
    /// <summary>The documents of a file.</summary>
    public static List<JsonNode> Read(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return [.. stream.Documents.Select(document => Convert(document.RootNode)).OfType<JsonNode>()];
    }

    private static JsonNode? Convert(YamlNode node)
    {
        switch (node)
        {
            case YamlMappingNode map:
                var fields = new JsonObject();
                foreach (var (key, value) in map.Children)
                {
                    fields[((YamlScalarNode)key).Value!] = Convert(value);
                }

                return fields;
            case YamlSequenceNode list:
                return new JsonArray([.. list.Children.Select(Convert)]);
            case YamlScalarNode { Style: ScalarStyle.Plain, Value: { } plain }:
                return plain switch
                {
                    "" or "~" or "null" => null,
                    "true" or "yes" or "on" => JsonValue.Create(true),
                    "false" or "no" or "off" => JsonValue.Create(false),
                    _ when Whole().IsMatch(plain) => JsonValue.Create(long.Parse(plain, CultureInfo.InvariantCulture)),
                    _ when Fraction().IsMatch(plain) => JsonValue.Create(double.Parse(plain, CultureInfo.InvariantCulture)),
                    _ => JsonValue.Create(plain),
                };
            default:
                return JsonValue.Create(((YamlScalarNode)node).Value!);
        }
    }

    [GeneratedRegex("^[-+]?[0-9]{1,18}$")]
    private static partial Regex Whole();

    [GeneratedRegex(@"^[-+]?[0-9]*\.?[0-9]+([eE][-+]?[0-9]+)?$")]
    private static partial Regex Fraction();
}
