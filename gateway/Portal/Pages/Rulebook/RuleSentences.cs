using ExportConsortia.Portal.Api;
using ExportConsortia.Portal.Parts;

namespace ExportConsortia.Portal.Pages.Rulebook;

/// <summary>A rule of the rulebook in sentences with its numbers.</summary>
/// <param name="words">The words of the reader's language.</param>
/// <param name="units">The unit of each family; a family without one counts in its own unit, whichever that will be.</param>
/// <param name="firms">The names of the firms that the reader may know: quotas of others are not told.</param>
public sealed class RuleSentences(Words words, IReadOnlyDictionary<string, string> units, IReadOnlyDictionary<Guid, string> firms)
{
    /// <summary>Name of the rule for every family without its own.</summary>
    public const string Everything = "*";

    /// <summary>The policies, in the order in which a manager chooses.</summary>
    public static readonly string[] Policies =
        ["CapacityProRata", "EqualShare", "QuotaCatchUp", "Rotation", "SealedPrice", "WeightedScore", "Balanced", "Manual"];

    private const decimal PpmOfPercent = 10_000;

    /// <summary>What the family is called.</summary>
    public string Family(string family) => family == Everything ? words["rulebook.everything"] : family;

    /// <summary>The unit in which a family is counted: "pieces".</summary>
    public string Unit(string family) => words.Unit(2, units.GetValueOrDefault(family));

    /// <summary>The sentences, each with a key by which the same sentence of another version is found.</summary>
    public IReadOnlyList<(string Key, string Text)> Of(Rule rule)
    {
        var sentences = new List<(string Key, string Text)> { ("policy", words["rulebook.policy." + rule.Policy]) };
        if (rule.Policy == "SealedPrice")
        {
            sentences.Add(("sealed", words["rulebook.sealed", Spans.Of(rule.SealedOfferSeconds, words)]));
            sentences.Add(("sources", words["rulebook.sources." + (rule.Sources ?? 1)]));
            if (rule.PriceMatchRound is { } match)
            {
                sentences.Add(("match", words["rulebook.match", Spans.Of(match.Seconds, words)]));
                sentences.Add(("ceiling", match.CeilingPercent is { } most ? words["rulebook.ceiling", most] : words["rulebook.ceiling.none"]));
            }
        }

        if (rule.MaxMakers is { } makers)
        {
            sentences.Add(("makers", words.Count("rulebook.makers", makers)));
        }

        sentences.AddRange(Quotas(rule));
        sentences.Add(("lots", rule.LotSize == 1 ? words["rulebook.lots.one"] : words["rulebook.lots", Quantity(rule.LotSize, rule)]));
        if (rule.MinLot > 0)
        {
            sentences.Add(("least", words["rulebook.least", Quantity(rule.MinLot, rule)]));
        }

        sentences.Add(("time", words["rulebook.time", Spans.Of(rule.OfferSeconds, words), Spans.Of(rule.UrgentOfferSeconds, words)]));
        sentences.Add(("cap", words["rulebook.cap", rule.ConcentrationCapPercent, rule.ConcentrationFromMembers]));
        sentences.Add(("probation", words["rulebook.probation", rule.ProbationCapPercent]));
        sentences.Add(("age", words["rulebook.age", rule.CapacityMaxAgeDays]));
        if (rule.RequiresBrandLicence)
        {
            sentences.Add(("licence", words["rulebook.licence"]));
        }

        sentences.Add(("strikes", words["rulebook.strikes", rule.StrikeLimit, rule.StrikeLapseDays]));
        sentences.Add(("rounds", words.Count("rulebook.rounds", rule.MaxReallocationRounds)));
        sentences.Add(("carry", words["rulebook.carry", rule.CarryOverPercent]));
        return sentences;
    }

    /// <summary>What a newer version says otherwise than an older one, family by family.</summary>
    public IReadOnlyList<RuleDifference> Differences(IReadOnlyList<Rule> older, IReadOnlyList<Rule> newer)
    {
        var differences = new List<RuleDifference>();
        var families = newer.Concat(older).Select(rule => rule.ProductFamily).Distinct();
        foreach (var family in families)
        {
            var before = older.FirstOrDefault(rule => rule.ProductFamily == family);
            var after = newer.FirstOrDefault(rule => rule.ProductFamily == family);
            var (was, now) = (before is null ? [] : Of(before), after is null ? [] : Of(after));
            var changes = was.Select(sentence => sentence.Key).Concat(now.Select(sentence => sentence.Key)).Distinct()
                .Select(key => (Before: Text(was, key), After: Text(now, key)))
                .Where(change => change.Before != change.After).ToList();
            if (changes.Count > 0)
            {
                differences.Add(new(Family(family), before is null, after is null, changes));
            }
        }

        return differences;

        static string? Text(IReadOnlyList<(string Key, string Text)> sentences, string key) =>
            sentences.Where(sentence => sentence.Key == key).Select(sentence => sentence.Text).FirstOrDefault();
    }

    /// <summary>A share in millionths as a percentage: "33.3333 %".</summary>
    public string Percent(int ppm) => words["rulebook.percent", ppm / PpmOfPercent];

    private IEnumerable<(string Key, string Text)> Quotas(Rule rule)
    {
        foreach (var quota in rule.Quotas ?? [])
        {
            if (firms.TryGetValue(quota.MemberId, out var firm))
            {
                yield return ($"quota.{quota.MemberId:N}", words["rulebook.quota", firm, Percent(quota.SharePpm)]);
            }
        }
    }

    private string Quantity(long quantity, Rule rule) =>
        units.TryGetValue(rule.ProductFamily, out var unit) ? words.Quantity(quantity, unit) : words["rulebook.number", quantity];
}
