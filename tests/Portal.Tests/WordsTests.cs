using System.Text.RegularExpressions;
using ExportConsortia.Portal.Web;

namespace ExportConsortia.Portal.Tests;

public sealed partial class WordsTests
{
    private static readonly string Portal = Path.Combine(Checkout.Current.Root, "gateway", "Portal");

    [Fact]
    public void Every_language_has_the_same_words_with_the_same_places_for_values()
    {
        Assert.Equal(["en", "fr", "vi"], Language.All.Select(language => language.Code));
        var english = Language.All[0];
        Assert.All(Language.All, language => Assert.Multiple(
            () => Assert.Empty(english.Keys.Except(language.Keys)),
            () => Assert.Empty(language.Keys.Except(english.Keys)),
            () => Assert.Empty(language.Keys.Where(key => !Places(language, key).SetEquals(Places(english, key))).Except(["language.singular"])),
            () => Assert.DoesNotContain(
                language.Keys, key => language.Word(key)!.Trim().Length == 0 && key is not ("language.singular" or "language.group"))));
    }

    [Fact]
    public void Every_word_that_a_page_uses_is_there()
    {
        var used = Sources().SelectMany(text => Use().Matches(text).Select(match => match.Groups[1].Value)).ToHashSet();

        Assert.Contains("signin.title", used);
        Assert.DoesNotContain(used, key => Language.All[0].Word(key) is null);
    }

    [Fact]
    public void Every_word_that_is_there_is_used()
    {
        var text = string.Concat(Sources());

        Assert.DoesNotContain(Language.All[0].Keys, key => !key.StartsWith("language.", StringComparison.Ordinal) && !IsUsed(key));

        // By its key, or by the beginning of it, from which a code completes the key: W.Of("offer.state", …), W["order.way." + step].
        bool IsUsed(string key) => text.Contains($"\"{key}\"", StringComparison.Ordinal) || Enumerable.Range(0, key.Length)
            .Where(at => key[at] == '.').Select(at => key[..at])
            .Any(kind => new[] { $"\"{kind}\"", $"\"{kind}.\"", $"\"{kind}.{{" }.Any(use => text.Contains(use, StringComparison.Ordinal)));
    }

    private static HashSet<string> Places(Language language, string key) => [.. Place().Matches(language.Word(key)!).Select(match => match.Value)];

    private static IEnumerable<string> Sources() => Directory.GetFiles(Portal, "*.*", SearchOption.AllDirectories)
        .Where(file => file.EndsWith(".razor", StringComparison.Ordinal) || file.EndsWith(".cs", StringComparison.Ordinal))
        .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
        .Select(File.ReadAllText);

    [GeneratedRegex("""(?:\bW|\bwords)(?:\[|\.Count\()"([^"$]+)"[\],)]""")]
    private static partial Regex Use();

    [GeneratedRegex(@"\{\w+")]
    private static partial Regex Place();
}
