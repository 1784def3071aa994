using System.Collections.Frozen;

namespace ExportConsortia.Platform;

/// <summary>The codes of countries and languages, from the files <c>countries.txt</c> and <c>languages.txt</c>.</summary>
public static class KnownCodes
{
    private static readonly FrozenSet<string> Countries = Read("countries.txt");
    private static readonly FrozenSet<string> Languages = Read("languages.txt");

    /// <summary>True for an ISO 3166-1 alpha-2 code, in capital letters.</summary>
    public static bool IsCountry(string code) => Countries.Contains(code);

    /// <summary>True for a primary language code of BCP 47 in small letters; those of three letters, such as <c>kjg</c>, are not listed.</summary>
    public static bool IsLanguage(string code) => code.Length == 3 ? code.All(char.IsAsciiLetterLower) : Languages.Contains(code);

    private static FrozenSet<string> Read(string name)
    {
        using var file = new StreamReader(typeof(KnownCodes).Assembly.GetManifestResourceStream(name)!);
        return file.ReadToEnd().Split('\n').Where(line => !line.StartsWith('#'))
            .SelectMany(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            .ToFrozenSet(StringComparer.Ordinal);
    }
}
