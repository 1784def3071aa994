using System.Collections.Frozen;

namespace ExportConsortia.Platform;

/// <summary>
/// The unit codes of UN/ECE Recommendations 20 and 21, from the file <c>unit-codes.txt</c>. A code counts exactly as written: <c>kgm</c> is none.
/// </summary>
public static class UnitCode
{
    /// <summary>The unit of what is counted one by one.</summary>
    public const string Piece = "C62";

    /// <summary>The most characters of a code.</summary>
    public const int Longest = 3;

    private static readonly FrozenDictionary<string, string> Names = Read();

    /// <summary>How many codes there are.</summary>
    public static int Count => Names.Count;

    /// <summary>True if the recommendations have this code, exactly as written.</summary>
    public static bool IsKnown(string code) => Names.ContainsKey(code);

    /// <summary>The English name of a code, such as <c>dozen</c>; null if there is no such code.</summary>
    public static string? NameOf(string code) => Names.GetValueOrDefault(code);

    /// <summary>A unit as people read it: its code and its name, <c>GRM (gram)</c>.</summary>
    public static string Named(string code) => NameOf(code) is { } name ? $"{code} ({name})" : code;

    /// <summary>What is wrong with a code that is not known, and what was meant if only its case is wrong.</summary>
    public static string Unknown(string code)
    {
        var capitals = code.ToUpperInvariant();
        var meant = capitals != code && IsKnown(capitals) ? $" (there is {capitals})" : "";
        return $"'{code}' is not a unit code of UN/ECE Recommendation 20 or 21, such as C62 or KGM{meant}.";
    }

    private static FrozenDictionary<string, string> Read()
    {
        using var file = new StreamReader(typeof(UnitCode).Assembly.GetManifestResourceStream("unit-codes.txt")!);
        return file.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(line => line[0] != '#').Select(line => line.Split(' ', 2))
            .ToFrozenDictionary(line => line[0], line => line[1], StringComparer.Ordinal);
    }
}
