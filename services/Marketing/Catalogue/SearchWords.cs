using System.Collections.Frozen;
using System.Globalization;
using System.Reflection;
using System.Text;

namespace ExportConsortia.Marketing.Catalogue;

/// <summary>
/// The words by which texts are found, the same for every store: no case, no accents, ß as ss, and umlauts both ways: "Möbel" is found as mobel and
/// as moebel. Plural endings are left alone. Scripts without spaces between words (Thai, Lao, Burmese, Khmer, Chinese, Japanese) are searched by
/// pairs of characters.
/// </summary>
internal static class SearchWords
{
    /// <summary>Longer words are cut, in texts and in searches.</summary>
    public const int LongestWord = 40;

    /// <summary>What is beyond this many words of a search is not looked at.</summary>
    public const int MostAsked = 8;

    private const int CombiningDiaeresis = 0x308;

    // Where "ö" is "oe" to whoever has no such key.
    private static readonly FrozenDictionary<int, string> Spelled = new Dictionary<int, string>
    {
        ['ä'] = "ae", ['ö'] = "oe", ['ü'] = "ue", ['å'] = "aa", ['ø'] = "oe",
    }.ToFrozenDictionary();

    private static readonly (int From, int To)[] WithoutSpaces =
    [
        (0x0E00, 0x0EFF),   // Thai, Lao
        (0x1000, 0x109F),   // Burmese
        (0x1780, 0x17FF),   // Khmer
        (0x2E80, 0x2FDF), (0x3005, 0x3007), (0x3040, 0x30FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xA9E0, 0xA9FE), (0xAA60, 0xAA7F),
        (0xF900, 0xFAFF), (0xFF66, 0xFF9F), (0x20000, 0x323AF),
    ];

    private static readonly FrozenDictionary<int, string> Plain = ReadLetters();

    /// <summary>The words of a text, as a catalogue keeps them.</summary>
    public static IEnumerable<string> Of(string text) => Split(text, asked: false).SelectMany(forms => forms);

    /// <summary>What is searched for: every entry must match as the beginning of a word, in one of its forms.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> Asked(string? text) =>
        [.. Split(text ?? "", asked: true).DistinctBy(forms => forms[0]).Take(MostAsked)];

    /// <summary>A text as it is sorted and put into addresses: its words, joined.</summary>
    public static string Joined(string text, char with) => string.Join(with, Split(text, asked: true).Select(forms => forms[0]));

    /// <summary>Every word of an item, once a language, with the weight of the best place: name 3, what it is and has 2, text 1.</summary>
    public static IReadOnlyList<(string Language, string Word, int Weight)> Of(ShownItem item)
    {
        var best = new Dictionary<(string, string), int>();
        Add("", item.ProductCode, 3);
        Add("", item.Family, 2);
        Add("", item.Firm ?? "", 2);
        foreach (var (name, value) in item.Attributes)
        {
            Add("", name, 2);
            Add("", value, 2);
        }

        foreach (var certificate in item.Certificates)
        {
            Add("", certificate.Kind, 2);
        }

        foreach (var (language, text) in item.Texts)
        {
            Add(language, text.Name, 3);
            Add(language, text.Text, 1);
        }

        return [.. best.Select(word => (word.Key.Item1, word.Key.Item2, word.Value))];

        void Add(string language, string text, int weight)
        {
            foreach (var word in Of(text))
            {
                best[(language, word)] = Math.Max(weight, best.GetValueOrDefault((language, word)));
            }
        }
    }

    /// <summary>Words beginning with this one are from it to before the answer, as both stores compare: by code points.</summary>
    public static string After(string word) => word + "\U0010FFFF";

    private static IEnumerable<string[]> Split(string text, bool asked)
    {
        var (plain, spelled, pairs) = (new StringBuilder(), new StringBuilder(), new List<Rune>());
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format)
            {
                continue;   // invisible: soft hyphens, and the marks where Khmer and Thai lines may break
            }

            if (Array.Exists(WithoutSpaces, range => rune.Value >= range.From && rune.Value <= range.To))
            {
                foreach (var word in Finish())
                {
                    yield return word;
                }

                pairs.Add(rune);
                continue;
            }

            foreach (var pair in FinishPairs(pairs, asked))
            {
                yield return pair;
            }

            if (rune.Value is >= 0x300 and <= 0x36F)
            {
                if (rune.Value == CombiningDiaeresis && spelled.Length > 0 && spelled[^1] is 'a' or 'o' or 'u')
                {
                    spelled.Append('e');
                }
            }
            else if (Rune.IsLetterOrDigit(rune)
                || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark)
            {
                var low = Rune.ToLowerInvariant(rune);
                var letters = Plain.GetValueOrDefault(low.Value) ?? low.ToString();
                plain.Append(letters);
                spelled.Append(Spelled.GetValueOrDefault(low.Value) ?? letters);
            }
            else
            {
                foreach (var word in Finish())
                {
                    yield return word;
                }
            }
        }

        foreach (var word in Finish().Concat(FinishPairs(pairs, asked)))
        {
            yield return word;
        }

        IEnumerable<string[]> Finish()
        {
            if (plain.Length == 0)
            {
                yield break;
            }

            var (one, other) = (Cut(plain), Cut(spelled));
            plain.Clear();
            spelled.Clear();
            yield return one == other ? [one] : [one, other];
        }
    }

    // In a text the last character is kept too, so that whoever asks for one character finds it anywhere.
    private static IEnumerable<string[]> FinishPairs(List<Rune> run, bool asked)
    {
        var characters = run.ToArray();
        run.Clear();
        for (var i = 0; i + 1 < characters.Length; i++)
        {
            yield return [$"{characters[i]}{characters[i + 1]}"];
        }

        if (characters.Length == 1 || (characters.Length > 1 && !asked))
        {
            yield return [characters[^1].ToString()];
        }
    }

    private static string Cut(StringBuilder word)
    {
        var length = Math.Min(word.Length, LongestWord);
        return word.ToString(0, char.IsHighSurrogate(word[length - 1]) ? length - 1 : length);
    }

    private static FrozenDictionary<int, string> ReadLetters()
    {
        using var file = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream("letters.txt")!);
        return file.ReadToEnd().Split('\n').Where(line => line is [not '#', ..]).Select(line => line.Split(' '))
            .SelectMany(line => line[0].EnumerateRunes().Select(letter => (letter.Value, line[1])))
            .DistinctBy(letter => letter.Value).ToFrozenDictionary(letter => letter.Value, letter => letter.Item2);
    }
}
