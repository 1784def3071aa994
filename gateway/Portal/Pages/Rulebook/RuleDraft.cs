using System.Globalization;
using ExportConsortia.Portal.Api;
using ExportConsortia.Portal.Parts;

namespace ExportConsortia.Portal.Pages.Rulebook;

/// <summary>A rule that is being edited: what was typed into its fields, which need not make sense yet.</summary>
public sealed class RuleDraft
{
    private const decimal PpmOfPercent = 10_000;

    private readonly Dictionary<string, string> _typed;

    private RuleDraft(Dictionary<string, string> typed) => _typed = typed;

    /// <summary>What was typed into a field.</summary>
    public string this[string field] => _typed.GetValueOrDefault(field, "");

    /// <summary>The fields of a rule as it is.</summary>
    public static RuleDraft Of(Rule rule)
    {
        var typed = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["productFamily"] = rule.ProductFamily,
            ["policy"] = rule.Policy,
            ["lotSize"] = Text(rule.LotSize),
            ["minLot"] = Text(rule.MinLot),
            ["concentrationCapPercent"] = Text(rule.ConcentrationCapPercent),
            ["concentrationFromMembers"] = Text(rule.ConcentrationFromMembers),
            ["probationCapPercent"] = Text(rule.ProbationCapPercent),
            ["capacityMaxAgeDays"] = Text(rule.CapacityMaxAgeDays),
            ["strikeLimit"] = Text(rule.StrikeLimit),
            ["strikeLapseDays"] = Text(rule.StrikeLapseDays),
            ["maxReallocationRounds"] = Text(rule.MaxReallocationRounds),
            ["carryOverPercent"] = Text(rule.CarryOverPercent),
            ["maxMakers"] = rule.MaxMakers is { } makers ? Text(makers) : "",
            ["sources"] = rule.Sources is { } sources ? Text(sources) : "",
            ["match"] = rule.PriceMatchRound is null ? "" : "true",
            ["licence"] = rule.RequiresBrandLicence ? "true" : "",
            ["ceilingPercent"] = rule.PriceMatchRound?.CeilingPercent is { } most ? Text(most) : "",
        };
        foreach (var (field, seconds) in new[]
        {
            ("offerSeconds", rule.OfferSeconds), ("urgentOfferSeconds", rule.UrgentOfferSeconds), ("sealedOfferSeconds", rule.SealedOfferSeconds),
            ("matchSeconds", rule.PriceMatchRound?.Seconds ?? 48 * 3600),
        })
        {
            var (number, unit) = Spans.Split(seconds);
            (typed[field], typed[$"{field}.unit"]) = (Text(number), unit);
        }

        foreach (var quota in rule.Quotas ?? [])
        {
            typed[$"quota.{quota.MemberId}"] = (quota.SharePpm / PpmOfPercent).ToString("0.####", CultureInfo.CurrentCulture);
        }

        return new(typed);
    }

    /// <summary>A new rule for a family, with the settings of another one.</summary>
    public RuleDraft For(string family) => new(new(_typed, StringComparer.Ordinal) { ["productFamily"] = family });

    /// <summary>Every rule of a form, in the order of the page.</summary>
    internal static List<RuleDraft> ReadAll(IFormCollection sent)
    {
        var drafts = new List<RuleDraft>();
        for (; sent.ContainsKey(Name(drafts.Count, "productFamily")); drafts.Add(new(sent
            .Where(field => field.Key.StartsWith(Name(drafts.Count, ""), StringComparison.Ordinal))
            .ToDictionary(field => field.Key[Name(drafts.Count, "").Length..], field => field.Value.ToString().Trim(), StringComparer.Ordinal))))
        {
        }

        return drafts;
    }

    /// <summary>Name of a field in the form.</summary>
    public static string Name(int place, string field) => string.Create(CultureInfo.InvariantCulture, $"r{place}.{field}");

    /// <summary>The rule, as far as what was typed makes sense; says at the fields what doesn't. Settings of other policies are left out.</summary>
    internal Rule Read(int place, FormState form, Words words)
    {
        var (byPrice, balanced) = (this["policy"] == "SealedPrice", this["policy"] == "Balanced");
        if (this["productFamily"].Length == 0)
        {
            form.Wrong(Name(place, "productFamily"), words["rulebook.family.needed"]);
        }

        return new(
            this["productFamily"], this["policy"], Number("lotSize", 1), Number("minLot"), Seconds("offerSeconds"), Seconds("urgentOfferSeconds"),
            Small("concentrationCapPercent"), Small("concentrationFromMembers"), Small("probationCapPercent"), Small("capacityMaxAgeDays"),
            Small("strikeLimit"), Small("strikeLapseDays"), Small("maxReallocationRounds"), Small("carryOverPercent"),
            byPrice ? Seconds("sealedOfferSeconds") : 48 * 3600,
            balanced && this["maxMakers"].Length > 0 ? Small("maxMakers") : null,
            this["policy"] is "QuotaCatchUp" or "Balanced" ? Quotas() : null,
            byPrice && this["sources"].Length > 0 ? Small("sources") : null,
            byPrice && this["match"] == "true"
                ? new(Seconds("matchSeconds"), this["ceilingPercent"].Length > 0 ? Small("ceilingPercent") : null) : null,
            this["licence"] == "true");

        long Number(string field, long least = 0)
        {
            if (Parse(this[field], out var number) && number >= least && number == decimal.Truncate(number) && number <= 1_000_000_000)
            {
                return (long)number;
            }

            form.Wrong(Name(place, field), words["rulebook.number.needed"]);
            return least;
        }

        int Small(string field) => (int)Number(field);

        long Seconds(string field) =>
            Number(field, 1) * Spans.Units.FirstOrDefault(unit => unit.Unit == this[$"{field}.unit"], Spans.Units[0]).Seconds;

        // In percent with at most four decimals, so that millionths are exact.
        IReadOnlyList<Quota>? Quotas()
        {
            const string prefix = "quota.";
            var quotas = new List<Quota>();
            foreach (var (field, typed) in _typed.Where(field => field.Key.StartsWith(prefix, StringComparison.Ordinal) && field.Value.Length > 0))
            {
                if (Parse(typed, out var percent) && percent * PpmOfPercent is >= 0 and <= 1_000_000 and var ppm && ppm == decimal.Truncate(ppm)
                    && Guid.TryParse(field[prefix.Length..], out var firm))
                {
                    quotas.Add(new(firm, (int)ppm));
                }
                else
                {
                    form.Wrong(Name(place, field), words["rulebook.percent.needed"]);
                }
            }

            quotas.RemoveAll(quota => quota.SharePpm == 0);
            if (quotas.Count == 0 && balanced)
            {
                return null;   // equal shares
            }

            if (quotas.Sum(quota => quota.SharePpm) is var sum && sum != 1_000_000)
            {
                form.Wrong(Name(place, "quotas"), words["rulebook.quotas.sum", sum / PpmOfPercent]);
            }

            return quotas;
        }
    }

    private static string Text(long number) => number.ToString(CultureInfo.CurrentCulture);

    private static bool Parse(string typed, out decimal number) => decimal.TryParse(
        string.Concat(typed.Where(c => !char.IsWhiteSpace(c) && c != '%')), NumberStyles.AllowDecimalPoint | NumberStyles.AllowThousands,
        CultureInfo.CurrentCulture, out number);
}
