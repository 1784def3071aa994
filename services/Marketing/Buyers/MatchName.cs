using System.Globalization;
using System.Text;

namespace ExportConsortia.Marketing.Buyers;

/// <summary>
/// The form of a firm's name by which the same firm is found again, however it was typed: without case, accents, legal form, blanks and punctuation,
/// ö as oe. "Nordhaus Möbel" and "Nordhaus Moebel GmbH" are one.
/// </summary>
internal static class MatchName
{
    /// <summary>Of a name of 200 characters, each of which may become two.</summary>
    public const int Longest = 400;

    // The machine's culture data isn't used: what a letter is without its accents is said here.
    private static readonly Dictionary<char, string> Plain = Letters(
        ("a", "àáâãāăąǎạảấầẩẫậắằẳẵặ"), ("aa", "å"), ("ae", "äæǽ"), ("c", "çćĉċč"), ("d", "ďđð"), ("e", "èéêëēĕėęěẹẻẽếềểễệ"), ("g", "ĝğġģǧ"),
        ("h", "ĥħ"), ("i", "ìíîïĩīĭįıǐỉị"), ("j", "ĵ"), ("k", "ķǩ"), ("l", "ĺļľŀł"), ("n", "ñńņňŋ"), ("o", "òóôõōŏőǒơọỏốồổỗộớờởỡợ"), ("oe", "öøœ"),
        ("r", "ŕŗř"), ("s", "śŝşšș"), ("ss", "ßẞ"), ("t", "ţťŧț"), ("th", "þ"), ("u", "ùúûũūŭůűųǔưụủứừửữự"), ("ue", "ü"), ("w", "ŵẁẃẅ"),
        ("y", "ýÿŷỳỵỷỹ"), ("z", "źżž"));

    // Scripts without blanks between words: longest first.
    private static readonly string[] Written =
    [
        "股份有限公司", "有限责任公司", "株式会社", "有限会社", "合同会社", "有限公司", "주식회사", "유한회사", "㈱", "㈜", "(株)", "(주)", "(有)",
        "บริษัท", "มหาชน", "จำกัด", "ບໍລິສັດ", "ຈຳກັດ",
    ];

    private static readonly HashSet<string> LegalForms = new(StringComparer.Ordinal)
    {
        "gmbh", "mbh", "ggmbh", "ug", "haftungsbeschraenkt", "ag", "kg", "kgaa", "ohg", "gbr", "ek", "co", "cie", "se", "sa", "sarl", "sas", "sasu",
        "eurl", "snc", "ltd", "limited", "llc", "llp", "lp", "plc", "inc", "incorporated", "corp", "corporation", "company", "bv", "nv", "vof", "cv",
        "bvba", "sprl", "spa", "srl", "srls", "sl", "slu", "lda", "ltda", "oy", "oyj", "ab", "as", "asa", "aps", "ivs", "doo", "dd", "kft", "zrt",
            "sro",
        "spzoo", "spolka", "zoo", "pty", "pte", "pvt", "private", "sdn", "bhd", "kk", "gk", "tbk", "jsc", "pjsc", "tnhh", "ctcp", "ооо", "зао", "оао",
        "ао", "пао", "and", "und", "et",
    };

    private static readonly string[][] Leading =
    [
        ["cong", "ty", "trach", "nhiem", "huu", "han"], ["cong", "ty", "tnhh"], ["cong", "ty", "co", "phan"], ["cong", "ty"], ["pt"], ["sarl"],
        ["eurl"], ["ооо"], ["зао"], ["оао"], ["ао"], ["the"],
    ];

    /// <summary>The form of this name; empty if it has neither letters nor digits.</summary>
    public static string Of(string name)
    {
        var words = JoinInitials(Words(name));
        foreach (var start in Leading)
        {
            if (words.Count > start.Length && words.Take(start.Length).SequenceEqual(start))
            {
                words.RemoveRange(0, start.Length);
                break;
            }
        }

        while (words.Count > 1 && LegalForms.Contains(words[^1]))
        {
            words.RemoveAt(words.Count - 1);
        }

        return string.Concat(words);
    }

    /// <summary>
    /// How many letters must be changed, added or left out to make one of the other; more than <paramref name="most"/>: not counted.
    /// </summary>
    public static int Distance(string one, string other, int most)
    {
        if (Math.Abs(one.Length - other.Length) > most)
        {
            return most + 1;
        }

        var (before, now) = (new int[other.Length + 1], new int[other.Length + 1]);
        for (var j = 0; j <= other.Length; j++)
        {
            before[j] = j;
        }

        for (var i = 1; i <= one.Length; i++)
        {
            now[0] = i;
            for (var j = 1; j <= other.Length; j++)
            {
                now[j] = Math.Min(Math.Min(now[j - 1], before[j]) + 1, before[j - 1] + (one[i - 1] == other[j - 1] ? 0 : 1));
            }

            (before, now) = (now, before);
        }

        return before[other.Length];
    }

    private static List<string> Words(string name)
    {
        foreach (var form in Written)
        {
            name = name.Replace(form, " ", StringComparison.Ordinal);
        }

        var (words, word) = (new List<string>(), new StringBuilder());
        foreach (var typed in name)
        {
            var letter = char.ToLowerInvariant(typed is >= '！' and <= '～' ? (char)(typed - '！' + '!') : typed);
            if (letter == '\u0308' && word.Length > 0 && word[^1] is 'a' or 'o' or 'u')
            {
                word.Append('e');   // the two dots as a character of their own
            }
            else if (letter is >= '\u0300' and <= '\u036f' or '\'' or '’')
            {
                continue;
            }
            else if (Plain.TryGetValue(letter, out var plain))
            {
                word.Append(plain);
            }
            else if (char.IsLetterOrDigit(letter) || char.IsSurrogate(letter)
                || char.GetUnicodeCategory(letter) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark)
            {
                word.Append(letter);
            }
            else if (word.Length > 0)
            {
                words.Add(word.ToString());
                word.Clear();
            }
        }

        if (word.Length > 0)
        {
            words.Add(word.ToString());
        }

        return words;
    }

    // S. p. A. is spa.
    private static List<string> JoinInitials(List<string> words)
    {
        var joined = new List<string>();
        var open = false;
        foreach (var word in words)
        {
            var initial = word.Length == 1 && char.IsLetter(word[0]);
            if (initial && open)
            {
                joined[^1] += word;
            }
            else
            {
                joined.Add(word);
            }

            open = initial;
        }

        return joined;
    }

    private static Dictionary<char, string> Letters(params (string Plain, string Accented)[] letters) =>
        letters.SelectMany(l => l.Accented.Select(letter => (letter, l.Plain))).ToDictionary(l => l.letter, l => l.Plain);
}
