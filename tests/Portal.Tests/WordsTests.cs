using System.Globalization;
using System.Text.RegularExpressions;
using ExportConsortia.Portal.Api;
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

    /// <summary>Every sentence of explanations can be told in every language, from what its step carries.</summary>
    [Fact]
    public void Every_reason_has_words_that_name_nothing_its_sentence_lacks()
    {
        string[] known = ["{unit", "{perUnit", "{oneUnit"];
        var sentences = File.ReadLines(Path.Combine(AppContext.BaseDirectory, "sentences.txt")).Where(line => line is [not '#', ..])
            .Select(line => line.Split(": ", 2))
                .ToDictionary(line => $"why.{line[0]}", line => Place().Matches(line[1]).Select(match => match.Value));

        Assert.All(Language.All, language => Assert.Multiple(
            () => Assert.Empty(sentences.Keys.Except(language.Keys)),
            () => Assert.Empty(language.Keys.Where(key => key is ['w', 'h', 'y', '.', >= 'A' and <= 'Z', ..]).Except(sentences.Keys)),
            () => Assert.DoesNotContain(sentences, sentence => Places(language, sentence.Key).Except(sentence.Value).Except(known).Any())));
    }

    [Fact]
    public void A_reason_leaves_out_the_part_whose_value_is_missing_and_tells_amounts_in_the_currency_of_the_order()
    {
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = Language.Find("en")!.Culture;
        var words = new Words();
        var limits = new ExplanationStep(
            "R-601", "",
            [new("turn", 2), new("freeCapacity", 4_500), new("held", 0), new("priceRoom", 70), new("cap", 70), new("capLots", 7),
                new("leastLots", 3)],
            "FirmLimitsInTurn", [new("firm", "F2")]);
        var asks = new ExplanationStep("R-603", "", [new("unitPriceMinor", 4_725), new("rank", 1)], "FirmAsks", [new("firm", "F2")], "GRM");

        Assert.Equal(
            "F2: turn 2; free capacity 4,500, holds 0, the ceiling on the price leaves 70: at most 70 pieces or 7 lots, at least 3 lots.",
            words.Reason(limits));
        Assert.Equal("F2: asks EUR\u00a047.25 per g, rank 1.", words.Reason(asks, "EUR"));
        Assert.Equal("F2: asks 4,725 minor units per g, rank 1.", words.Reason(asks));
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
