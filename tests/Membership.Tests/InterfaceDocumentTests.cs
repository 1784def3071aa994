using System.Net;
using System.Text.Json.Nodes;

namespace ExportConsortia.Membership.Tests;

public sealed class InterfaceDocumentTests(Stores stores)
{
    [Fact]
    public async Task Every_operation_tells_what_it_does_takes_and_answers()
    {
        var document = (await (await stores.On(Store.Sqlite)).Anybody.Get("openapi.json")).Expect(HttpStatusCode.OK);
        var operations = document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject().Select(o => (Name: $"{o.Key} {path.Key}", Operation: o.Value!))).ToList();

        Assert.StartsWith("3.1", document["openapi"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.True(operations.Count >= 30, $"only {operations.Count} operations");
        Assert.Empty(operations.SelectMany(o => Missing(o.Operation).Select(what => $"{o.Name}: {what}")));
        Assert.Equal(operations.Count, operations.Select(o => o.Operation["operationId"]!.GetValue<string>()).Distinct().Count());
    }

    [Fact]
    public async Task Every_field_is_described()
    {
        var document = (await (await stores.On(Store.Sqlite)).Anybody.Get("openapi.json")).Expect(HttpStatusCode.OK);

        var bare = document["components"]!["schemas"]!.AsObject().Where(s => s.Key != "ProblemDetails")
            .SelectMany(s => (s.Value!["properties"]?.AsObject() ?? []).Where(p => p.Value!["description"] is null).Select(p => $"{s.Key}.{p.Key}"));

        Assert.Empty(bare);
    }

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
        if (!answers.Any(a => a.Key is "204" || (a.Key[0] == '2' && a.Value!["content"]?.AsObject().All(c => c.Value!["schema"] is not null) == true)))
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
