using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Xunit;

namespace ExportConsortia.Servers;

/// <summary>The OpenAPI document must tell all that a reader needs who has nothing else.</summary>
public static class InterfaceCheck
{
    /// <summary>
    /// OpenAPI 3.1; each operation has its own name and says what it does, what it takes (with an example), what it answers and how it fails;
    /// each field of each body has a description.
    /// </summary>
    public static void IsComplete(JsonNode document, int atLeast)
    {
        var operations = document["paths"]!.AsObject()
            .SelectMany(path => path.Value!.AsObject().Select(o => (Name: $"{o.Key} {path.Key}", Operation: o.Value!))).ToList();
        var schemas = document["components"]!["schemas"]!.AsObject();

        Assert.StartsWith("3.1", document["openapi"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.True(operations.Count >= atLeast, $"The document has only {operations.Count} operations.");
        None(operations.SelectMany(o => Missing(o.Operation).Select(what => $"{o.Name}: {what}")));
        None(schemas.Where(s => s.Key != "ProblemDetails").SelectMany(s => (s.Value!["properties"]?.AsObject() ?? [])
            .Where(p => !IsDescribed(p.Value!, schemas)).Select(p => $"{s.Key}.{p.Key}: description")));
        Assert.Equal(operations.Count, operations.Select(o => o.Operation["operationId"]!.GetValue<string>()).Distinct().Count());
    }

    /// <summary>
    /// Whatever an answer says of a quantity, it says in which unit: the schema of the quantity has a <c>unit</c>, or one that contains it.
    /// </summary>
    /// <param name="document">The document.</param>
    /// <param name="exceptions">Fields that are called like a quantity and are none, as <c>Schema.field</c>.</param>
    public static void NamesUnits(JsonNode document, params IReadOnlyCollection<string> exceptions)
    {
        var schemas = document["components"]!["schemas"]!.AsObject();
        var (seen, withoutUnit, quantities) = (new HashSet<string>(), new SortedSet<string>(StringComparer.Ordinal), 0);
        foreach (var operation in document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject()))
        {
            foreach (var answer in operation.Value!["responses"]!.AsObject().Where(answer => answer.Key[0] == '2'))
            {
                foreach (var content in answer.Value!["content"]?.AsObject() ?? [])
                {
                    Walk(content.Value!["schema"]);
                }
            }
        }

        Assert.True(quantities > 0, "No answer has a quantity: they are called something else now.");
        Assert.Empty(exceptions.Except(withoutUnit));
        None(withoutUnit.Except(exceptions).Select(field => $"{field}: a unit"));

        // Schemas that have a unit need no further look: everything in them is covered.
        void Walk(JsonNode? node)
        {
            if (node is JsonObject && node["$ref"]?.GetValue<string>().Split('/')[^1] is { } name)
            {
                if (seen.Add(name))
                {
                    var fields = schemas[name]!["properties"]?.AsObject() ?? [];
                    var found = fields.Where(field => IsQuantity(field.Key, field.Value!)).Select(field => $"{name}.{field.Key}").ToList();
                    quantities += found.Count;
                    if (!fields.ContainsKey("unit"))
                    {
                        withoutUnit.UnionWith(found);
                        Walk(schemas[name]);
                    }
                }
            }
            else if (node is JsonObject or JsonArray)
            {
                foreach (var inner in node is JsonObject fields ? fields.Select(field => field.Value) : node.AsArray())
                {
                    Walk(inner);
                }
            }
        }
    }

    private static readonly string[] s_quantities =
    [
        "quantity", "pieces", "open", "free", "ordered", "offered", "accepted", "taken", "asked", "received", "entitled", "carried", "balance",
        "declared", "reserved", "remaining", "claimed", "unallocated", "closed", "shortage", "lot",
    ];

    // A whole number, or a list of them, one of whose words is the word for a quantity: lotSize, orderedQuantity.
    private static bool IsQuantity(string name, JsonNode field) =>
        field["type"]?.ToJsonString().Contains("integer", StringComparison.Ordinal) == true
        && Regex.Split(name, "(?=[A-Z])").Any(word => s_quantities.Contains(word.ToLowerInvariant()));

    // The description may stand with the field, with an alternative to null, or with a type that is used only once.
    private static bool IsDescribed(JsonNode field, JsonObject schemas) =>
        field["description"] is not null
        || field["oneOf"]?.AsArray().Any(one => IsDescribed(one!, schemas)) == true
        || (field["$ref"]?.GetValue<string>() is { } type && schemas[type.Split('/')[^1]]?["description"] is not null);

    private static void None(IEnumerable<string> lacking) => Assert.True(!lacking.Any(), $"The document lacks:\n{string.Join('\n', lacking)}");

    private static bool HasSchema(JsonNode answer) => answer["content"]?.AsObject().All(c => c.Value!["schema"] is not null) == true;

    private static IEnumerable<string> Missing(JsonNode operation)
    {
        foreach (var text in (string[])["summary", "description", "operationId"])
        {
            if (string.IsNullOrEmpty(operation[text]?.GetValue<string>()))
            {
                yield return text;
            }
        }

        var answers = operation["responses"]!.AsObject();
        if (!answers.Any(a => a.Key is "204" || (a.Key[0] == '2' && HasSchema(a.Value!))))
        {
            yield return "a success answer with a schema";
        }

        foreach (var status in (string[])["400", "401", "403", "404", "409", "413", "429", "503"])
        {
            if (answers[status]?["content"]?["application/problem+json"]?["schema"] is null)
            {
                yield return $"the error answer {status}";
            }
        }

        if (operation["requestBody"] is { } body && body["content"]!.AsObject().Any(c => c.Value!["example"] is null))
        {
            yield return "an example of its body";
        }
    }
}
