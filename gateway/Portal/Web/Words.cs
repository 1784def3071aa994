using System.Text.RegularExpressions;
using ExportConsortia.Portal.Api;
using ExportConsortia.Portal.Parts;

namespace ExportConsortia.Portal.Web;

/// <summary>The words of the pages in the reader's language. A missing word shows its key; a test makes sure that none is missing.</summary>
public sealed partial class Words
{
    private const long Many = 2;   // of which a unit takes its plural

    private readonly Language _language = Language.Current;   // one instance a request

    /// <summary>A word or sentence.</summary>
    public string this[string key] => _language.Word(key) ?? key;

    /// <summary>A sentence with values; numbers as the language writes them.</summary>
    public string this[string key, params object?[] values] => string.Format(_language.Culture, this[key], values);

    /// <summary>A sentence in the form that fits a number. The two forms, for one and for more, are separated by <c>|</c>.</summary>
    public string Count(string key, long number, params object?[] values)
    {
        var forms = this[key].Split('|');
        return string.Format(_language.Culture, _language.IsSingular(number) ? forms[0] : forms[^1], [number, .. values]);
    }

    /// <summary>The word for a code of the interface, such as a state; the code itself if there is none.</summary>
    public string Of(string kind, string code) => _language.Word($"{kind}.{code}") ?? code;

    /// <summary>A country by its code of ISO 3166-1; the code itself if there is no word for it.</summary>
    public string Country(string code) => Of("country", code);

    /// <summary>A quantity with its unit: "410 pieces". Units without a word show their code of UN/ECE Recommendation 20: "3 BX".</summary>
    public string Quantity(long quantity, string? unit) => _language.Word($"unit.{unit ?? "C62"}") is not null
        ? Count($"unit.{unit ?? "C62"}", quantity)
        : string.Create(_language.Culture, $"{quantity:N0} {unit}");

    /// <summary>The unit alone, beside a quantity in large type: "pieces".</summary>
    public string Unit(long quantity, string? unit) => Quantity(quantity, unit).Split(' ', 2)[^1];

    /// <summary>
    /// The sentence of an explanation, with its values, names and unit at their places: "Your firm is offered {quantity} {unit}." A part in brackets
    /// is left out if its value is missing. Null without a word for the step's key, or if something else that the sentence names is missing.
    /// </summary>
    /// <param name="step">What is explained.</param>
    /// <param name="currency">Currency of its amounts, the values whose names end in "Minor"; without one they are told in minor units.</param>
    public string? Reason(ExplanationStep step, string? currency = null)
    {
        if (step.Key is null || _language.Word($"why.{step.Key}") is not { } sentence)
        {
            return null;
        }

        IEnumerable<(string Place, string Text)> said =
        [
            .. step.Values.Select(value => (value.Name, Said(value))),
            .. (step.Names ?? []).Select(name => (name.Name, name.Name == "policy" ? Of("policy", name.Text) : name.Text)),
            ("unit", Unit(Many, step.Unit)),
            ("perUnit", this["why.per", Unit(1, step.Unit)]),
            ("oneUnit", Quantity(1, step.Unit)),
        ];
        sentence = IfKnown().Replace(sentence, part => said.Any(one => one.Place == part.Groups["place"].Value) ? part.Groups["words"].Value : "");
        foreach (var (place, text) in said)
        {
            sentence = sentence.Replace($"{{{place}}}", text, StringComparison.Ordinal);
        }

        return sentence.Contains('{', StringComparison.Ordinal) ? null : sentence;

        string Said(ExplanationValue value) => !value.Name.EndsWith("Minor", StringComparison.Ordinal) ? Number(value.Value)
            : currency is null ? this["why.minor", Number(value.Value)]
            : Money.Of(value.Value, currency);
    }

    /// <summary>
    /// A price with what it is for: "EUR 48.00 per piece", "EUR 12.50 per 1,000 g". It is exact: what is no whole number of minor units for one is
    /// told for as many as it was agreed for.
    /// </summary>
    public string Price(UnitPrice price, string currency, string? unit) => price.MinorUnits % price.PerQuantity == 0
        ? this["offer.per", Money.Of(price.MinorUnits / price.PerQuantity, currency), Unit(1, unit)]
        : this["offer.per", Money.Of(price.MinorUnits, currency), Quantity(price.PerQuantity, unit)];

    /// <summary>A number as the language writes it.</summary>
    public string Number(long number) => number.ToString("N0", _language.Culture);

    /// <summary>A day: "31 Mar 2027".</summary>
    public string Day(DateOnly day) => day.ToString("d MMM yyyy", _language.Culture);

    /// <summary>The days of a period whose end is exclusive: "1 Jan – 31 Mar 2027".</summary>
    public string Days(DateOnly from, DateOnly before) =>
        $"{from.ToString(from.Year == before.AddDays(-1).Year ? "d MMM" : "d MMM yyyy", _language.Culture)} – "
        + before.AddDays(-1).ToString("d MMM yyyy", _language.Culture);

    [GeneratedRegex(@"\[(?<words>[^\]{]*\{(?<place>\w+)\}[^\]{]*)\]", RegexOptions.ExplicitCapture)]
    private static partial Regex IfKnown();
}
