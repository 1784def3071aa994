using System.Collections.Frozen;
using System.Globalization;
using System.Reflection;
using System.Text.Json;

namespace ExportConsortia.Portal.Web;

/// <summary>
/// A language of the pages: its words and its way to write numbers and dates, all from one file, <c>Words/{code}.json</c>. They are written down
/// there and not taken from the machine, so that a page reads the same on every machine.
/// </summary>
public sealed class Language
{
    private static readonly FrozenDictionary<string, Language> ByCode = Load();

    private readonly FrozenDictionary<string, string> _words;

    private Language(string code, Dictionary<string, string> words)
    {
        (Code, _words) = (code, words.ToFrozenDictionary(StringComparer.Ordinal));
        Culture = new CultureInfo(code);
        var (numbers, dates) = (Culture.NumberFormat, Culture.DateTimeFormat);
        (numbers.NumberGroupSeparator, numbers.NumberDecimalSeparator) = (words["language.group"], words["language.point"]);
        dates.AbbreviatedDayNames = words["language.days"].Split(' ');
        string[] months = [.. words["language.months"].Split(' ').Select(month => month.Replace('_', ' ')), ""];   // .NET wants thirteen
        dates.AbbreviatedMonthNames = dates.AbbreviatedMonthGenitiveNames = months;
        Culture = CultureInfo.ReadOnly(Culture);
    }

    /// <summary>Every language there is, English first: it is for readers who want none of them.</summary>
    public static IReadOnlyList<Language> All { get; } = [.. ByCode.Values.OrderBy(l => l.Code != "en").ThenBy(l => l.Code, StringComparer.Ordinal)];

    /// <summary>The language of the page that is being written.</summary>
    public static Language Current => Find(CultureInfo.CurrentUICulture.Name) ?? All[0];

    /// <summary>Code of the language, for <c>lang</c>.</summary>
    public string Code { get; }

    /// <summary>Its name in itself.</summary>
    public string Name => _words["language.name"];

    /// <summary>How it writes numbers and dates.</summary>
    public CultureInfo Culture { get; }

    /// <summary>The keys of its words.</summary>
    public IEnumerable<string> Keys => _words.Keys;

    /// <summary>The language of a code, or null.</summary>
    public static Language? Find(string? code) => code is not null && ByCode.TryGetValue(code, out var language) ? language : null;

    /// <summary>The language a browser likes best, by its <c>Accept-Language</c>, among those there are.</summary>
    public static Language Preferred(string acceptLanguage) => acceptLanguage.Split(',', StringSplitOptions.RemoveEmptyEntries)
        .Select(part => part.Split(';', StringSplitOptions.TrimEntries))
        .Select((part, place) => (Code: part[0].Split('-')[0], Place: place, Weight: part is [_, ['q', '=', .. var q], ..]
            && decimal.TryParse(q, CultureInfo.InvariantCulture, out var weight) ? weight : 1))
        .Where(part => part.Weight > 0).OrderByDescending(part => part.Weight).ThenBy(part => part.Place)
        .Select(part => Find(part.Code)).FirstOrDefault(language => language is not null) ?? All[0];

    /// <summary>A word or sentence, or null if the language has none for this key.</summary>
    public string? Word(string key) => _words.GetValueOrDefault(key);

    /// <summary>True if this number takes the first form of a sentence: "1 order", not "2 orders".</summary>
    public bool IsSingular(long number) => _words["language.singular"].Split(' ').Contains(number.ToString(CultureInfo.InvariantCulture));

    private static FrozenDictionary<string, Language> Load()
    {
        var assembly = Assembly.GetExecutingAssembly();
        return assembly.GetManifestResourceNames().Where(name => name.StartsWith("words/", StringComparison.Ordinal)).Select(name =>
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            return new Language(name["words/".Length..], JsonSerializer.Deserialize<Dictionary<string, string>>(stream)!);
        }).ToFrozenDictionary(language => language.Code, StringComparer.OrdinalIgnoreCase);
    }
}
