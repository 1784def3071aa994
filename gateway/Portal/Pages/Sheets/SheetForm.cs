using System.Globalization;
using ExportConsortia.Portal.Api;

namespace ExportConsortia.Portal.Pages.Sheets;

/// <summary>A sheet as its form has it: what was typed, as the interface wants it.</summary>
internal static class SheetForm
{
    /// <summary>Empty rows for further attributes.</summary>
    public const int SpareRows = 3;

    private const int MostRows = 40;

    /// <summary>The languages that always have a place on the form.</summary>
    public static readonly string[] Usual = ["en", "fr"];

    /// <summary>What a firm that has said nothing says.</summary>
    public static SheetContent Nothing { get; } =
        new(new Dictionary<string, SheetText>(), null, null, null, null, null, null, [], new Dictionary<string, string>(), []);

    /// <summary>What was typed; says what can't be read. <paramref name="added"/> are images that came with the form.</summary>
    public static SheetContent Read(FormState form, IReadOnlyList<Guid> added, Words words)
    {
        var texts = new Dictionary<string, SheetText>(StringComparer.Ordinal);
        foreach (var language in form.All("languages"))
        {
            AddText(texts, language, form[$"name-{language}"], form[$"text-{language}"]);
        }

        if (form["language"].Length > 0)
        {
            AddText(texts, form["language"].ToLowerInvariant(), form["newname"], form["newtext"]);
        }
        else if (form["newname"].Length > 0)
        {
            form.Wrong("language", words["sheets.language.needed"]);
        }

        var size = Several(form, words, "length", "width", "height", "weight");
        var pack = Several(form, words, "packquantity", "packlength", "packwidth", "packheight", "packweight");
        return new(
            texts, Text(form["hs"]), size is null ? null : new(size[0], size[1], size[2], size[3]),
            pack is null ? null : new(pack[0], pack[1], pack[2], pack[3], pack[4]),
            (int?)Math.Min(One(form, "leadtime", words) ?? 0, int.MaxValue) is > 0 and var days ? days : null, One(form, "minimum", words),
            Text(form["origin"]?.ToUpperInvariant()), Ids(form.All("certificate")), Attributes(form), [.. Ordered(form), .. added]);
    }

    /// <summary>What the interface refused, at the fields of the form.</summary>
    public static FormState Refused(FormState form, Problem problem, Words words)
    {
        (string, string)[] fields =
        [
            ("hsCode", "hs"), ("leadTimeDays", "leadtime"), ("minimumOrder", "minimum"), ("origin", "origin"), ("images", "file"),
            ("size.lengthMm", "length"), ("size.widthMm", "width"), ("size.heightMm", "height"), ("size.weightGrams", "weight"),
            ("pack.quantity", "packquantity"), ("pack.lengthMm", "packlength"), ("pack.widthMm", "packwidth"), ("pack.heightMm", "packheight"),
            ("pack.grossWeightGrams", "packweight"), ("texts", "name-en"),
            .. form.All("languages").SelectMany(l => new[] { ($"texts.{l}.name", $"name-{l}"), ($"texts.{l}.text", $"text-{l}") }),
            ($"texts.{form["language"].ToLowerInvariant()}", "language"), ($"texts.{form["language"].ToLowerInvariant()}.name", "newname"),
        ];
        return form.Refused(problem, words, "", fields);
    }

    /// <summary>A number as it stands in the form.</summary>
    public static string? Shown(long? number) => number?.ToString(CultureInfo.InvariantCulture);

    private static void AddText(Dictionary<string, SheetText> texts, string language, string name, string text)
    {
        if (name.Length > 0 || text.Length > 0)
        {
            texts[language] = new(name, text);
        }
    }

    private static string? Text(string? typed) => string.IsNullOrEmpty(typed) ? null : typed;

    private static long? One(FormState form, string field, Words words) =>
        form[field].Length == 0 ? null : form.Whole(field, words["sheets.number.needed"]);

    // Nothing of it, or all.
    private static long[]? Several(FormState form, Words words, params string[] fields)
    {
        if (Array.TrueForAll(fields, field => form[field].Length == 0))
        {
            return null;
        }

        var numbers = Array.ConvertAll(fields, field => form.Whole(field, words["sheets.number.needed"]));
        return Array.ConvertAll(numbers, number => number ?? 0);
    }

    private static Dictionary<string, string> Attributes(FormState form)
    {
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var row = 0; row < MostRows; row++)
        {
            if (form[$"key{row}"].Length > 0 && form[$"value{row}"].Length > 0)
            {
                attributes[form[$"key{row}"]] = form[$"value{row}"];
            }
        }

        return attributes;
    }

    private static IEnumerable<Guid> Ordered(FormState form) => Ids(form.All("image")).Where(id => form[$"drop-{id}"].Length == 0)
        .OrderBy(id => int.TryParse(form[$"place-{id}"], NumberStyles.None, CultureInfo.InvariantCulture, out var place) ? place : int.MaxValue);

    private static List<Guid> Ids(IReadOnlyList<string> typed) => [.. typed.Select(id => Guid.TryParse(id, out var known) ? known : Guid.Empty)];
}
