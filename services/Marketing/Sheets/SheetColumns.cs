using System.Data;
using System.Globalization;

namespace ExportConsortia.Marketing.Sheets;

/// <summary>
/// The columns of a file of sheets. Names and texts have a column for each language, attributes one for each name. A column that is missing leaves
/// what the sheet says; an empty cell takes it away.
/// </summary>
internal sealed class SheetColumns
{
    public const string Product = "product";

    private const string Name = "name_";
    private const string Text = "text_";
    private const string Attribute = "attr:";
    private static readonly string[] Size = ["length_mm", "width_mm", "height_mm", "weight_g"];
    private static readonly string[] Pack = ["pack_quantity", "pack_length_mm", "pack_width_mm", "pack_height_mm", "pack_weight_g"];
    private static readonly string[] Fixed = [Product, "hs", "origin", "lead_time_days", "minimum_order", .. Size, .. Pack];

    // What is wrong with a field of the content, said at its column.
    private static readonly Dictionary<string, string> ColumnOf = new(StringComparer.Ordinal)
    {
        ["hsCode"] = "hs", ["origin"] = "origin", ["leadTimeDays"] = "lead_time_days", ["minimumOrder"] = "minimum_order",
        ["size.lengthMm"] = Size[0], ["size.widthMm"] = Size[1], ["size.heightMm"] = Size[2], ["size.weightGrams"] = Size[3],
        ["pack.quantity"] = Pack[0], ["pack.lengthMm"] = Pack[1], ["pack.widthMm"] = Pack[2], ["pack.heightMm"] = Pack[3],
        ["pack.grossWeightGrams"] = Pack[4],
    };

    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);
    private readonly string[] _languages;
    private readonly string[] _attributes;

    private SheetColumns(FileTable file)
    {
        foreach (var (i, column) in file.Header.Index().Where(c => c.Item.Length > 0))
        {
            if (!IsColumn(column))
            {
                file.Errors.Add(new(
                    1, column, $"Is no column of sheets. The columns are: {string.Join(", ", Fixed)}, name_en, text_en, attr:wood …"));
            }
            else if (!_places.TryAdd(column, i))
            {
                file.Errors.Add(new(1, column, "Is there twice."));
            }
        }

        if (!_places.ContainsKey(Product))
        {
            file.Errors.Add(new(1, Product, "This column is missing. The first row of the file names its columns."));
        }

        _languages = [.. Suffixes(Name).Concat(Suffixes(Text)).Distinct()];
        _attributes = [.. Suffixes(Attribute)];
    }

    public static SheetColumns Of(FileTable file) => new(file);

    /// <summary>The product that a row is about.</summary>
    public string ProductOf(FileRow row) => Cell(row, Product) ?? "";

    /// <summary>What the sheet says with this row, starting from what it says now; null if something in the row is wrong.</summary>
    public SheetContent? Read(FileRow row, SheetContent? known, FirmFiles files, List<RowError> errors)
    {
        var before = errors.Count;
        for (var i = 0; i < row.Cells.Length; i++)
        {
            if (row.Cells[i].Length > 0 && !_places.ContainsValue(i))
            {
                errors.Add(new(row.Row, "", $"Has a value in cell {i + 1}, which has no column name in the first row."));
                return null;
            }
        }

        foreach (var column in _places.Keys.Where(column => !Input.IsText(Cell(row, column)!)))
        {
            errors.Add(new(row.Row, column, "Contains a character that is not text."));
        }

        var content = new SheetContent
        {
            Texts = TextsOf(row, known, errors),
            HsCode = Cell(row, "hs") ?? known?.HsCode,
            Size = Whole(row, Size, known?.Size is { } s ? [s.LengthMm, s.WidthMm, s.HeightMm, s.WeightGrams] : null, errors) is { } size
                ? new(size[0], size[1], size[2], size[3]) : null,
            Pack = Whole(
                row, Pack, known?.Pack is { } p ? [p.Quantity, p.LengthMm, p.WidthMm, p.HeightMm, p.GrossWeightGrams] : null, errors) is { } pack
                ? new(pack[0], pack[1], pack[2], pack[3], pack[4]) : null,
            LeadTimeDays = Days(Whole(row, "lead_time_days", known?.LeadTimeDays, errors)),
            MinimumOrder = Whole(row, "minimum_order", known?.MinimumOrder, errors),
            Origin = Cell(row, "origin") ?? known?.Origin,
            Certificates = known?.Certificates ?? [],
            Attributes = AttributesOf(row, known),
            Images = known?.Images ?? [],
        };
        if (errors.Count > before)
        {
            return null;
        }

        var wrong = new InputErrors();
        content = CheckContent.Check(content, files, wrong);
        errors.AddRange(wrong.Fields.Select(field => new RowError(row.Row, NameOf(field.Key), string.Join(' ', field.Value))));
        return wrong.Any ? null : content;
    }

    /// <summary>A table of these sheets, with a column for each language and attribute that one of them has.</summary>
    public static DataTable Write(IEnumerable<(string Product, SheetContent? Content)> sheets, IEnumerable<string> atLeast)
    {
        var rows = sheets.ToList();
        string[] languages = [.. rows.SelectMany(r => r.Content?.Texts.Keys ?? []).Concat(atLeast).Distinct().Order(StringComparer.Ordinal)];
        string[] attributes = [.. rows.SelectMany(r => r.Content?.Attributes.Keys ?? []).Distinct().Order(StringComparer.Ordinal)];
        var table = new DataTable { Locale = CultureInfo.InvariantCulture };
        string[] columns =
            [Product, .. languages.SelectMany(l => new[] { Name + l, Text + l }), .. Fixed[1..], .. attributes.Select(a => Attribute + a)];
        foreach (var column in columns)
        {
            table.Columns.Add(column, typeof(string));
        }

        foreach (var (product, content) in rows)
        {
            object?[] cells =
            [
                product,
                .. languages.SelectMany(l => content?.Texts.GetValueOrDefault(l) is { } text ? new[] { text.Name, text.Text } : ["", ""]),
                content?.HsCode, content?.Origin, content?.LeadTimeDays, content?.MinimumOrder,
                content?.Size?.LengthMm, content?.Size?.WidthMm, content?.Size?.HeightMm, content?.Size?.WeightGrams,
                content?.Pack?.Quantity, content?.Pack?.LengthMm, content?.Pack?.WidthMm, content?.Pack?.HeightMm, content?.Pack?.GrossWeightGrams,
                .. attributes.Select(a => content?.Attributes.GetValueOrDefault(a)),
            ];
            table.Rows.Add(Array.ConvertAll(cells, cell => (object?)string.Create(CultureInfo.InvariantCulture, $"{cell}"))!);
        }

        return table;
    }

    private static bool IsColumn(string column) =>
        Fixed.Contains(column)
        || (column.StartsWith(Name, StringComparison.Ordinal) && KnownCodes.IsLanguage(column[Name.Length..]))
        || (column.StartsWith(Text, StringComparison.Ordinal) && KnownCodes.IsLanguage(column[Text.Length..]))
        || (column.StartsWith(Attribute, StringComparison.Ordinal) && CheckContent.IsKey(column[Attribute.Length..]));

    // texts.en.name is in the column name_en.
    private static string NameOf(string field) => ColumnOf.TryGetValue(field, out var column) ? column
        : field.Split('.') switch
        {
            ["texts", var language, "text"] => Text + language,
            ["texts", var language, ..] => Name + language,
            ["texts"] => Name + "en",
            ["attributes", .. var key] => Attribute + string.Join('.', key),
            _ => field,
        };

    private string? Cell(FileRow row, string column) =>
        !_places.TryGetValue(column, out var place) ? null : place < row.Cells.Length ? row.Cells[place].Trim() : "";

    private IEnumerable<string> Suffixes(string prefix) =>
        _places.Keys.Where(column => column.StartsWith(prefix, StringComparison.Ordinal)).Select(column => column[prefix.Length..]);

    private Dictionary<string, SheetText> TextsOf(FileRow row, SheetContent? known, List<RowError> errors)
    {
        var texts = known?.Texts.ToDictionary() ?? [];
        foreach (var language in _languages)
        {
            var was = texts.GetValueOrDefault(language);
            var (name, text) = (Cell(row, Name + language) ?? was?.Name ?? "", Cell(row, Text + language) ?? was?.Text ?? "");
            if (name.Length == 0 && text.Length > 0)
            {
                errors.Add(new(row.Row, Name + language, "Is needed where there is a text in this language."));
            }
            else if (name.Length == 0)
            {
                texts.Remove(language);
            }
            else
            {
                texts[language] = new(name, text);
            }
        }

        return texts;
    }

    private Dictionary<string, string> AttributesOf(FileRow row, SheetContent? known)
    {
        var attributes = known?.Attributes.ToDictionary() ?? [];
        foreach (var key in _attributes)
        {
            if (Cell(row, Attribute + key) is { Length: > 0 } value)
            {
                attributes[key] = value;
            }
            else
            {
                attributes.Remove(key);
            }
        }

        return attributes;
    }

    private long? Whole(FileRow row, string column, long? known, List<RowError> errors)
    {
        if (Cell(row, column) is not { } cell)
        {
            return known;
        }

        if (cell.Length == 0)
        {
            return null;
        }

        if (long.TryParse(cell, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return number;
        }

        errors.Add(new(row.Row, column, "Must be a whole number, only digits: no unit, no separators, no date."));
        return null;
    }

    // What belongs together is all there, or nothing of it.
    private long[]? Whole(FileRow row, string[] columns, long[]? known, List<RowError> errors)
    {
        var before = errors.Count;
        var values = columns.Select((column, i) => Whole(row, column, known?[i], errors)).ToArray();
        if (errors.Count > before || Array.TrueForAll(values, value => value is null))
        {
            return null;
        }

        foreach (var (column, _) in columns.Zip(values).Where(part => part.Second is null))
        {
            errors.Add(new(row.Row, column, $"Is needed beside the others of {string.Join(", ", columns)}."));
        }

        return errors.Count > before ? null : Array.ConvertAll(values, value => value!.Value);
    }

    private static int? Days(long? days) => days is > int.MaxValue ? int.MaxValue : (int?)days;
}
