using System.Text.RegularExpressions;
using ExportConsortia.Allocation.Engine;
using ExportConsortia.Platform;

namespace ExportConsortia.Allocation.Tests.Engine;

/// <summary>The file <c>sentences.txt</c> as a page reads it: it tells a step from its key, values, names and unit alone.</summary>
internal static partial class SentenceFile
{
    /// <summary>The words of each key.</summary>
    public static IReadOnlyDictionary<ExplanationKey, string> Words { get; } =
        File.ReadLines(Path.Combine(AppContext.BaseDirectory, "sentences.txt"))
            .Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split(": ", 2))
            .ToDictionary(line => Enum.Parse<ExplanationKey>(line[0]), line => line[1]);

    /// <summary>The sentence of a step, from the file.</summary>
    public static string Tell(ExplanationStep step)
    {
        var unit = step.Unit is { } code ? UnitCode.Named(code) : null;
        var known = step.Values.Select(value => (value.Name, Text: $"{value.Value}"))
            .Concat((step.Names ?? []).Select(name => (name.Name, name.Text)))
            .Append(("unit", unit ?? "pieces"))
            .Append(("perUnit", unit is null ? "a piece" : $"per {unit}"))
            .Append(("oneUnit", unit is null ? "a piece" : $"one {unit}"))
            .ToDictionary(word => word.Item1, word => word.Item2);
        var words = Optional().Replace(
            Words[step.Key!.Value], part => known.ContainsKey(part.Groups["name"].Value) ? part.Groups["words"].Value : "");
        return Named().Replace(words, name => known[name.Groups["name"].Value]);
    }

    [GeneratedRegex(@"\[(?<words>[^\]{]*\{(?<name>\w+)\}[^\]{]*)\]", RegexOptions.ExplicitCapture)]
    private static partial Regex Optional();

    [GeneratedRegex(@"\{(?<name>\w+)\}", RegexOptions.ExplicitCapture)]
    private static partial Regex Named();
}
