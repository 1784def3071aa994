using System.Text.RegularExpressions;

namespace ExportConsortia.Servers;

/// <summary>Bodies of two worlds differ in ids and random numbers, however alike the worlds are: without them they can be compared.</summary>
public static partial class WithoutRandom
{
    /// <summary>The body without random numbers and what belongs to the request; ids by their names, or numbered as they appear.</summary>
    /// <param name="body">The body.</param>
    /// <param name="names">Names of ids; those that appear get one. Null: each body counts for itself.</param>
    public static string Of(string body, IDictionary<string, string>? names = null)
    {
        names ??= new Dictionary<string, string>();
        var text = Id().Replace(Number().Replace(body, "h"), match =>
        {
            if (!names.TryGetValue(match.Value, out var name))
            {
                names[match.Value] = name = $"id{names.Count}";
            }

            return name;
        });
        return Request().Replace(text, "");
    }

    /// <summary>The ids in a body.</summary>
    public static IEnumerable<Guid> IdsIn(string body) => Id().Matches(body).Select(match => Guid.Parse(match.Value));

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")]
    private static partial Regex Id();

    [GeneratedRegex("[0-9a-f]{64}")]
    private static partial Regex Number();

    [GeneratedRegex("""
        "(traceId|instance)":"[^"]*"
        """)]
    private static partial Regex Request();
}
