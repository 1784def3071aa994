using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;

namespace ExportConsortia.Portal.Tests;

/// <summary>A page costs at most four calls of the interface, however many rows it has.</summary>
public sealed class CallsTests
{
    private const int Most = 4;

    private const int Rows = 6;   // more than the calls: a call for each row is noticed

    // Deeper than any view of a page; what contains itself has an end.
    private const int Deepest = 8;

    [Fact]
    public async Task Every_page_asks_at_most_four_times()
    {
        await using var platform = new ServiceProcess("AllInOne");
        await platform.Start();
        await using var api = await StandInInterface.StartAsync();
        await using var portal = await RunningPortal.StartAsync(api);
        using var http = new HttpClient { BaseAddress = platform.Address };
        foreach (var (_, service) in Checkout.Current.Services)
        {
            AnswerAsDocumented(api, JsonNode.Parse(await http.GetStringAsync($"/api/{service}/openapi.json"))!);
        }

        var wrong = new List<string>();
        foreach (var role in new[] { Role.MemberUser, Role.ConsortiumManager, Role.Auditor, Role.Operator })
        {
            api.OpenTo(role);
            var token = StandInInterface.AccessToken(role, role == Role.MemberUser ? Guid.Parse(Id(0)) : null);
            api.On("POST", "/api/membership/tokens", 200, new { accessToken = token, expiresIn = 900, refreshToken = StandInInterface.SessionToken });
            using var browser = portal.Open();
            await browser.SignInAsync();
            foreach (var path in portal.Routes.Where(route => IsPageOf(route, role)).Select(route => RunningPortal.Fill(route, Text(0))))
            {
                api.Asked.Clear();
                var page = await browser.GetAsync(path);
                var most = path == "/operations" ? 1 + Checkout.Current.Services.Count : Most;   // it asks the gateway and each service
                if (page.Status >= HttpStatusCode.BadRequest || api.Asked.Count > most)
                {
                    wrong.Add($"{role} {path}: {page.Status}, {api.Asked.Count} calls: {string.Join(" ", api.Asked.Select(asked => asked.Path))}");
                }
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    /// <summary>Each address that reads answers with a value made from its document: lists have <see cref="Rows"/> entries.</summary>
    private static void AnswerAsDocumented(StandInInterface api, JsonNode document)
    {
        foreach (var (path, operations) in document["paths"]!.AsObject())
        {
            if (operations!["get"]?["responses"]?["200"] is { } answer)
            {
                var example = Regex.Replace(path, "{([^}]*)}", name => name.Value.EndsWith("d}", StringComparison.Ordinal) ? Id(0) : Text(0));
                var schema = answer["content"]?["application/json"]?["schema"];
                api.On("GET", example, 200, schema is null ? null : Sample("", schema, document, 0, 0));
            }
        }
    }

    private static JsonNode? Sample(string name, JsonNode schema, JsonNode document, int row, int depth)
    {
        if (schema["$ref"]?.GetValue<string>() is { } named)
        {
            return Sample(name, named.Split('/')[1..].Aggregate(document, (part, key) => part[key]!), document, row, depth);
        }

        var one = (schema["oneOf"] ?? schema["anyOf"] ?? schema["allOf"])?.AsArray().FirstOrDefault(choice => choice!["type"]?.ToString() != "null");
        if (one is not null)
        {
            return Sample(name, one, document, row, depth);
        }

        if (schema["enum"] is JsonArray values)
        {
            return values.FirstOrDefault(value => value is not null)?.DeepClone();
        }

        var type = schema["type"] is JsonArray types
            ? types.Select(any => any!.GetValue<string>()).First(any => any != "null")
            : schema["type"]?.GetValue<string>();
        return type switch
        {
            "object" or null when depth < Deepest => new JsonObject((schema["properties"]?.AsObject() ?? [])
                .Select(property => KeyValuePair.Create(property.Key, Sample(property.Key, property.Value!, document, row, depth + 1)))),
            "array" => new JsonArray(depth >= Deepest ? [] :
                [.. Enumerable.Range(0, Rows).Select(place => Sample(name, schema["items"]!, document, place, depth + 1))]),
            "integer" or "number" => row + 1,
            "boolean" => false,
            "string" => schema["format"]?.GetValue<string>() switch
            {
                "uuid" => Id(row),
                "date-time" => "2030-01-02T03:04:05Z",
                "date" => "2030-01-02",
                "time" => "09:00:00",
                _ => name == "currency" ? "EUR" : Text(row),
            },
            _ => null,
        };
    }

    private static string Id(int row) => $"{RunningPortal.SomeId[..^1]}{row}";

    private static string Text(int row) => $"text-{row}";

    private static bool IsPageOf(RouteEndpoint route, string role) => route.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Contains("GET")
        && route.Metadata.GetMetadata<IAllowAnonymous>() is null && RunningPortal.MayUse(route, role);
}
