using System.Globalization;
using ExportConsortia.Portal.Api;

namespace ExportConsortia.Portal.Pages.Products;

/// <summary>What the list says of a product, as the interface wants it.</summary>
internal sealed record ProductTerms(string Name, string Family, string Unit, IReadOnlyList<UnitConversion> Conversions)
{
    /// <summary>Empty rows for further conversions.</summary>
    public const int SpareRows = 3;

    private const int MostRows = 50;

    // The row of the form in which each conversion was typed: rows left empty don't count.
    private readonly List<int> _rows = [];

    /// <summary>What was typed; says what is missing.</summary>
    public static ProductTerms Read(FormState form, Words words)
    {
        var (conversions, rows) = (new List<UnitConversion>(), new List<int>());
        for (var row = 0; row < MostRows; row++)
        {
            if (form[$"unit{row}"].Length == 0 && form[$"worth{row}"].Length == 0)
            {
                continue;
            }

            var unit = form.Needed($"unit{row}", words["products.unit.needed"]).ToUpperInvariant();
            var (worth, per) = (form.Whole($"worth{row}", words["products.worth.needed"]), form.Whole($"per{row}", words["products.worth.needed"]));
            conversions.Add(new(unit, worth ?? 1, per ?? 1));
            rows.Add(row);
        }

        var terms = new ProductTerms(
            form.Needed("name", words["products.name.needed"]), form.Needed("family", words["products.family.needed"]),
            form.Needed("unit", words["products.unit.needed"]).ToUpperInvariant(), conversions);
        terms._rows.AddRange(rows);
        return terms;
    }

    /// <summary>The field that a refusal is about, or another one.</summary>
    public static string FieldOf(Problem problem, string other) => problem.Code is "FAMILY_UNIT" or "CAPACITY_DECLARED" ? "unit" : other;

    /// <summary>What the interface refused, at the fields of the form: its conversion 0 may have been typed in row 2.</summary>
    public FormState Refused(FormState form, Problem problem, Words words, string field) => form.Refused(problem, words, field,
    [
        .. _rows.Index().SelectMany(row => new[] { ("unit", "unit"), ("numerator", "worth"), ("denominator", "per") }.Select(part =>
            (string.Create(CultureInfo.InvariantCulture, $"conversions[{row.Index}].{part.Item1}"), $"{part.Item2}{row.Item}"))),
    ]);
}
