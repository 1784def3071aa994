using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ExportConsortia.TradeFairs.Tests.Worlds;

/// <summary>
/// All that a firm can read of the service: every GET of its interface document, with ids of the world in the place of those of the path.
/// </summary>
internal sealed partial class FirmReads(RunningService service, IReadOnlyList<FirmReads.Route> routes)
{
    private readonly HashSet<string> _answered = [];

    /// <summary>A path of the document, and the queries with which it is read.</summary>
    internal sealed record Route(string Path, IReadOnlyList<string> Queries);

    /// <summary>Paths that no firm ever got an answer from.</summary>
    public IEnumerable<string> NeverAnswered => routes.Select(r => r.Path).Where(path => !_answered.Contains(path)).Order(StringComparer.Ordinal);

    public static async Task<FirmReads> OfAsync(RunningService service) => new(service,
    [
        .. from path in (await service.InterfaceDocument())["paths"]!.AsObject()
           let get = path.Value!["get"]
           where get is not null
           let parameters = (get["parameters"]?.AsArray() ?? []).Where(p => $"{p!["in"]}" == "query")
           // Lists first, then what they list.
           orderby path.Key.Contains('{') && !path.Key.Contains("/editions/{", StringComparison.Ordinal)
           select new Route(
               path.Key, ["", .. parameters.Select(p => QueryOf($"{p!["name"]}", $"{p["schema"]!["type"]?.ToJsonString()}")).OfType<string>()]),
    ]);

    /// <summary>What this firm reads now, by request: status, entity tag and body.</summary>
    /// <param name="world">Its world.</param>
    /// <param name="firm">The firm.</param>
    /// <param name="withQueries">True: also with each parameter that a route takes.</param>
    public async Task<Dictionary<string, string>> ReadAsync(SmallWorld world, string firm, bool withQueries)
    {
        var names = world.Names();
        var lists = new Dictionary<string, HashSet<string>>
        {
            ["editions"] = [$"{world.Edition}"], ["calendars"] = [firm == "F1" ? world.CalendarToken : "none"],
        };
        var read = new Dictionary<string, string>();
        foreach (var route in routes)
        {
            foreach (var (i, path) in Filled(route.Path, lists).Index())
            {
                foreach (var query in withQueries ? route.Queries : route.Queries.Take(1))
                {
                    var answer = await service.Get(world.Desk[firm], path + query);
                    if (answer.Status == HttpStatusCode.OK)
                    {
                        lock (_answered)
                        {
                            _answered.Add(route.Path);
                        }

                        Collect(answer.ContentType == "application/json" ? answer.Json : null, lists);
                    }

                    read[$"{route.Path} {i} {query}"] = Same($"{(int)answer.Status} {answer.ETag} {answer.Text}", names);
                }
            }
        }

        return read;
    }

    private static string? QueryOf(string name, string type) =>
        type.Contains("integer", StringComparison.Ordinal) ? $"?{name}=1"
        : type.Contains("boolean", StringComparison.Ordinal) ? $"?{name}=true"
        : null;

    // In the place of {id} after "leads": each id of a list of leads that the firm has read.
    private static IEnumerable<string> Filled(string path, Dictionary<string, HashSet<string>> lists)
    {
        if (Placeholder().Match(path) is not { Success: true } place)
        {
            return [path];
        }

        return (lists.GetValueOrDefault(place.Groups["list"].Value) ?? []).ToList()
            .SelectMany(id => Filled($"{path[..place.Index]}{place.Groups["list"].Value}/{id}{path[(place.Index + place.Length)..]}", lists));
    }

    private static void Collect(JsonNode? body, Dictionary<string, HashSet<string>> lists)
    {
        foreach (var (name, value) in (body as JsonObject)?.ToList() ?? [])
        {
            foreach (var one in value as JsonArray ?? [])
            {
                if (one is JsonObject && one["id"] is { } id)
                {
                    lists.TryAdd(name, []);
                    lists[name].Add($"{id}");
                }

                Collect(one, lists);
            }
        }
    }

    // Without what differs between any two worlds: ids that only one of them has, in the order in which they appear.
    private static string Same(string body, Dictionary<Guid, string> names)
    {
        var known = new Dictionary<Guid, string>(names);
        return Trace().Replace(Id().Replace(body, match =>
        {
            var id = Guid.Parse(match.Value);
            known.TryAdd(id, $"id{known.Count - names.Count}");
            return known[id];
        }), "");
    }

    [GeneratedRegex(@"(?<list>[\w-]+)/\{\w+\}")]
    private static partial Regex Placeholder();

    [GeneratedRegex("[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}")]
    private static partial Regex Id();

    [GeneratedRegex("""(?<="(traceId|instance)":)"[^"]*["]""")]
    private static partial Regex Trace();
}
