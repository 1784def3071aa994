using System.Text.Json.Nodes;

namespace ExportConsortia.EndToEnd.Tests;

/// <summary>A request that differs in one thing from a valid one.</summary>
/// <param name="What">That one thing, for the failure message.</param>
/// <param name="Path">The path, ids not filled in, and the query.</param>
/// <param name="Body">The body, if the operation takes one.</param>
/// <param name="Type">The body's media type.</param>
/// <param name="Header">A header beside the usual ones.</param>
/// <param name="Field">The field that a 400 must name: its value must never be accepted.</param>
internal sealed record MutatedRequest(
    string What, string Path, byte[]? Body = null, string Type = "application/json", (string Name, string Value)? Header = null, string? Field = null)
{
    public override string ToString() => What;
}

/// <summary>
/// An operation in an interface document, and every way to send it invalid input: each field of its body, path, query and headers in turn, with
/// values at the end of their range, beyond it, or of another kind.
/// </summary>
internal sealed class MutatedRequests(JsonNode document, string path, string method)
{
    private const string Json = "application/json";
    private const string Here = "here-is-the-value";
    private const string NullInList = "[null]";
    private const string NullInDictionary = "{\"x\":null}";

    /// <summary>Invalid text: NUL, a control character, half a surrogate pair, a noncharacter. PostgreSQL can't store some, XML none.</summary>
    private static readonly string[] NoText = ["\"a\\u0000b\"", "\"a\\u0001b\"", "\"\\ud800\"", "\"a\\udc00\"", "\"a\\uffffb\""];

    /// <summary>The first and last day of the calendar, with no day before or after them.</summary>
    private static readonly string[] NoDay = ["\"0001-01-01\"", "\"9999-12-31\""];

    /// <summary>Values of an enumeration that aren't one of its names.</summary>
    private static readonly string[] NoName = ["0", "1", "99", "-1", "\"0\"", "\"99\"", "\"Nonsense\"", "\"\""];

    private static readonly string[] Texts = ["\"\"", $"\"{new string('x', 100_000)}\"", "\"a\\r\\n\\tb\"", "\"\\u007f\\u0085\"", .. NoText];
    private static readonly string[] Days =
        [.. NoDay, "\"10000-01-01\"", "\"0000-00-00\"", "\"2026-02-30\"", "\"2026-11-22T00:00:00Z\"", "\"\"", "\"9999-12-30\"", "\"0001-01-02\""];

    /// <summary>The first and last instant of the calendar, also in zones where they are beyond it; and one without a zone.</summary>
    private static readonly string[] Instants =
    [
        "\"0001-01-01T00:00:00Z\"", "\"9999-12-31T23:59:59.9999999Z\"", "\"0001-01-01T00:00:00+14:00\"", "\"9999-12-31T23:59:59-12:00\"",
        "\"2027-03-01T10:00:00\"", "\"2026-11-22\"",
    ];

    private static readonly string[] Numbers =
        ["-1", "0", "1", "2147483648", "9223372036854775807", "-9223372036854775808", "9223372036854775808", "1.5", "1e400", "\"1\""];

    private static readonly string[] Decimals = [.. Numbers, "79228162514264337593543950335", "0.0000000000000000000000000001", "1e28"];
    private static readonly string[] Ids = ["\"x\"", "\"00000000-0000-0000-0000-000000000000\"", "\"ffffffff-ffff-ffff-ffff-ffffffffffff\"", "\"\""];
    private static readonly string[] Kinds = ["null", "{\"unknown\":1}", "[]", "7", "\"x\""];
    private static readonly string[] InQuery =
    [
        "", "%00", "a%00b", "%01", "%ED%A0%80", "%FF", "%EF%BF%BF", "-1", "0", "1", "99", "1900", "9999", "10000",
        "2147483647", "-2147483648", "2147483648", "9223372036854775808",
        "Accepted,Declined", "proposed", "x", "true", "00000000-0000-0000-0000-000000000000", new string('x', 2000),
    ];

    private static readonly string[] InPath =
        ["%01", "%ED%A0%80", "%FF", "%EF%BF%BF", "a%2Fb", "-1", "0", "2147483648", "x", new string('x', 2000)];

    private static readonly string[] InHeader =
        ["x", "\"x\"", "\"9223372036854775808\"", "*", "W/\"1\"", "\u0001", "ü", "\u0416", new string('x', 201), new string('x', 4000)];

    private readonly JsonNode _operation = document["paths"]![path]![method]!;

    public string Name => $"{method.ToUpperInvariant()} {path}";

    public HttpMethod Method { get; } = new(method.ToUpperInvariant());

    public string Path => path;

    /// <summary>It changes nothing: the same target can be used again.</summary>
    public bool IsSafe => method == "get" || path.EndsWith("/simulations", StringComparison.Ordinal);

    private IEnumerable<JsonNode> Parameters => _operation["parameters"]?.AsArray().OfType<JsonNode>() ?? [];

    private JsonObject? Bodies => _operation["requestBody"]?["content"]?.AsObject();

    /// <summary>The operation with its example from the document, once for each kind of body.</summary>
    public IEnumerable<MutatedRequest> AsShown(Func<JsonNode, JsonNode> fill) => Bodies is { } bodies
        ? bodies.Select(body => new MutatedRequest(
            "as shown", path, Bytes(body.Key == Json ? fill(Example(body)).ToJsonString() : Example(body).GetValue<string>()), body.Key))
        : [new MutatedRequest("as shown", path)];

    /// <summary>All mutations; <paramref name="fill"/> puts real ids, addresses and codes into an example.</summary>
    public IEnumerable<MutatedRequest> All(Func<JsonNode, JsonNode> fill)
    {
        var shown = AsShown(fill).First();
        foreach (var request in Parameters.SelectMany(parameter => OfParameter(parameter, parameter["name"]!.GetValue<string>(), shown)))
        {
            yield return request;
        }

        foreach (var (type, content) in Bodies?.Take(1) ?? [])
        {
            var example = Example(new(type, content));
            foreach (var request in type switch
            {
                Json => OfJson(fill(example), Resolve(content!["schema"]!)),
                "text/csv" => OfText(example.GetValue<string>(), type, ';', '\n'),
                _ => OfText(example.GetValue<string>(), type, '<', '>', '"'),
            })
            {
                yield return request;
            }
        }
    }

    private IEnumerable<MutatedRequest> OfParameter(JsonNode parameter, string name, MutatedRequest shown) => $"{parameter["in"]}" switch
    {
        "query" => InQuery.Select(value => shown with
        {
            What = $"?{name}={Cut(value)}", Path = $"{path}?{name}={value}", Field = IsWrongInQuery(name, parameter, value) ? name : null,
        }),
        "path" => (name is "lineId" or "version" ? InPath : ["x"]).Select(value => shown with
        {
            What = $"{name} {Cut(value)}",
            Path = path.Replace($"{{{name}}}", value, StringComparison.Ordinal),
            Field = name == "lineId" && value == "%01" ? name : null,
        }),
        _ => (shown.Body is null ? [] : InHeader).Select(value => shown with { What = $"{name}: {Cut(value)}", Header = (name, value) }),
    };

    // Each text between two separators in turn: a cell, the text or name of an element, the value of an attribute.
    private IEnumerable<MutatedRequest> OfText(string example, string type, params char[] separators)
    {
        string[] values =
        [
            "", "\0", "\u0001", "&#0;", "&#1;", "&#xFFFF;", "&#xD800;", "\uFFFF", "0001-01-01", "9999-12-31", "10000-01-01",
            "-1", "9223372036854775807", "9223372036854775808", new string('9', 400), new string('x', 100_000),
        ];
        var places = new List<(int Start, int End)>();
        for (var start = 0; start <= example.Length;)
        {
            var end = example.IndexOfAny(separators, start) is >= 0 and var found ? found : example.Length;
            if (!string.IsNullOrWhiteSpace(example[start..end]))
            {
                places.Add((start, end));
            }

            start = end + 1;
        }

        foreach (var (start, end) in places)
        {
            foreach (var value in values)
            {
                yield return new($"{Cut(example[start..end])} becomes {Cut(value)}", path, Bytes(example[..start] + value + example[end..]), type);
            }
        }

        yield return new("bytes that are not text", path, [0xC3, 0x28, 0xFF, 0xFE, 0x00], type);
    }

    private IEnumerable<MutatedRequest> OfJson(JsonNode shown, JsonNode schema)
    {
        foreach (var (place, holder, key, field) in Places(shown, schema, "", []))
        {
            var before = holder is JsonObject o ? o[(string)key]?.DeepClone() : holder[(int)key]?.DeepClone();
            foreach (var value in Values(field, before))
            {
                Set(holder, key, Here);
                var text = shown.ToJsonString().Replace($"\"{Here}\"", value, StringComparison.Ordinal);
                yield return new($"{place} becomes {Cut(value)}", path, Bytes(text), Field: WrongField(place, field, value));
            }

            (holder as JsonObject)?.Remove((string)key);
            yield return new($"{place} is missing", path, Bytes(shown.ToJsonString()));
            if (before is not null)
            {
                Set(holder, key, before);
            }
        }

        foreach (var body in (string[])["", "null", "[]", "{", "\"x\"", "7", new string('[', 2000), "{\"\\u0000\":1}", "{\"\\ud800\":1}"])
        {
            yield return new($"the body is {Cut(body)}", path, Bytes(body));
        }

        yield return new("the body is not UTF-8", path, [(byte)'{', (byte)'"', 0xFF, (byte)'"', (byte)':', (byte)'1', (byte)'}']);
        yield return new("the body is said to be XML", path, Bytes(shown.ToJsonString()), "application/xml");
    }

    /// <summary>Every place in the body for a value: those in the example, and each field of the schema that the example lacks.</summary>
    private IEnumerable<(string Place, JsonNode Holder, object Key, JsonNode Schema)> Places(
        JsonNode at, JsonNode schema, string place, HashSet<string> opened)
    {
        if (at is JsonArray array)
        {
            for (var i = 0; i < Math.Min(array.Count, 1); i++)
            {
                yield return ($"{place}[{i}]", array, i, Resolve(schema["items"]!));
                foreach (var inner in Below(array[i], Resolve(schema["items"]!), $"{place}[{i}]"))
                {
                    yield return inner;
                }
            }

            yield break;
        }

        if (schema["additionalProperties"] is JsonObject named)
        {
            foreach (var name in at.AsObject().Select(p => p.Key).ToList())
            {
                yield return ($"{place}.{name}", at, name, Resolve(named));
                foreach (var inner in Below(at[name], Resolve(named), $"{place}.{name}"))
                {
                    yield return inner;
                }
            }
        }

        foreach (var (name, property) in schema["properties"]?.AsObject() ?? [])
        {
            var holder = at.AsObject();
            var field = Resolve(property!);
            var inside = place.Length == 0 ? name : $"{place}.{name}";
            yield return (inside, holder, name, field);
            if (holder[name] is { } there)
            {
                foreach (var inner in Below(there, field, inside))
                {
                    yield return inner;
                }
            }
            else if (IsOf(field, "object") || (IsOf(field, "array") && IsOf(Resolve(field["items"]!), "object")))
            {
                // A part that the example lacks is added while its fields are tried; once for each kind of part is enough.
                var part = IsOf(field, "object") ? field : Resolve(field["items"]!);
                if (!opened.Add(part.GetPath()))
                {
                    continue;
                }

                var sample = Sample(field);
                holder[name] = sample;
                foreach (var inner in Below(sample, field, inside))
                {
                    yield return inner;
                    if (holder[name] != sample)
                    {
                        holder[name] = sample;
                    }
                }

                holder.Remove(name);
            }
        }

        IEnumerable<(string, JsonNode, object, JsonNode)> Below(JsonNode? node, JsonNode its, string where) =>
            node is JsonObject or JsonArray ? Places(node, its, where, opened) : [];
    }

    private IEnumerable<string> Values(JsonNode schema, JsonNode? before)
    {
        IEnumerable<string> own = schema switch
        {
            _ when schema["enum"] is JsonArray names => [.. NoName, $"\"{names[0]}, {names[^1]}\"", $"\"{names[0]}\"".ToUpperInvariant()],
            _ when IsDay(schema) => Days,
            _ when schema["format"]?.GetValue<string>() == "uuid" => Ids,
            _ when schema["format"]?.GetValue<string>() == "date-time" => [.. Instants, .. Texts],
            _ when IsOf(schema, "string") => Texts,
            _ when IsOf(schema, "integer") => Numbers,
            _ when IsOf(schema, "number") => Decimals,
            _ when IsOf(schema, "array") =>
                [NullInList, "[[]]", "[\"\\u0000\"]", Many(before is JsonArray and [{ } one, ..] ? one : Sample(Resolve(schema["items"]!)))],
            _ when schema["additionalProperties"] is JsonObject => [NullInDictionary, "{\"\\u0001\":\"x\"}"],
            _ => [],
        };
        return own.Concat(Kinds).Distinct();
    }

    private static string Many(JsonNode one) => $"[{string.Join(',', Enumerable.Repeat(one.ToJsonString(), 1500))}]";

    private JsonNode Sample(JsonNode schema) => schema switch
    {
        _ when schema["enum"] is JsonArray names => names[0]!.DeepClone(),
        _ when IsDay(schema) => "2026-11-22",
        _ when schema["format"]?.GetValue<string>() == "uuid" => "0197a4c2-7d1e-7c55-9b2f-3f6f0f1a2b3c",
        _ when IsOf(schema, "string") => "x",
        _ when IsOf(schema, "integer") || IsOf(schema, "number") => 1,
        _ when IsOf(schema, "boolean") => true,
        _ when IsOf(schema, "array") => new JsonArray(Sample(Resolve(schema["items"]!))),
        _ => new JsonObject((schema["required"]?.AsArray() ?? []).Select(name => name!.GetValue<string>())
            .Select(name => KeyValuePair.Create(name, (JsonNode?)Sample(Resolve(schema["properties"]![name]!))))),
    };

    private JsonNode Resolve(JsonNode schema) =>
        schema["oneOf"] is JsonArray either ? Resolve(either.First(one => one!["type"]?.ToJsonString() != "\"null\"")!)
        : schema["$ref"]?.GetValue<string>() is { } type ? document["components"]!["schemas"]![type.Split('/')[^1]]!
        : schema;

    private static bool IsOf(JsonNode schema, string type) => schema["type"] switch
    {
        JsonArray types => types.Any(t => t!.GetValue<string>() == type),
        JsonValue only => only.GetValue<string>() == type,
        _ => type == "object" && schema["properties"] is not null,
    };

    private static string? WrongField(string place, JsonNode schema, string value) => value switch
    {
        NullInList when IsOf(schema, "array") => $"{place}[0]",
        NullInDictionary when schema["additionalProperties"] is JsonObject => $"{place}.x",
        _ => IsWrong(schema, value) ? place : null,
    };

    private static bool IsWrong(JsonNode schema, string value) => NoText.Contains(value)
        || (IsDay(schema) && NoDay.Contains(value))
        || (schema["enum"] is not null && (NoName.Contains(value) || value.Contains(", ", StringComparison.Ordinal)));

    private bool IsWrongInQuery(string name, JsonNode parameter, string value) => value.Contains("%0", StringComparison.Ordinal)
        || (name == "year" && value is ("-1" or "0" or "1" or "9999" or "10000" or "2147483647"))
        || (Resolve(parameter["schema"]!)["enum"] is not null && value is ("-1" or "0" or "1" or "99" or "Accepted,Declined" or "x"));

    private static bool IsDay(JsonNode schema) => schema["format"]?.GetValue<string>() == "date";

    private static JsonNode Example(KeyValuePair<string, JsonNode?> body) => body.Value!["example"]!.DeepClone();

    private static void Set(JsonNode holder, object key, JsonNode value)
    {
        if (holder is JsonObject o)
        {
            o[(string)key] = value;
        }
        else
        {
            holder[(int)key] = value;
        }
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Cut(string text) => text.Length <= 40 ? text : $"{text[..30]}… and more, {text.Length} in all";
}
