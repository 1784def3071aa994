using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;

namespace ExportConsortia.Membership.Capacity;

/// <summary>A CSV file of capacity declarations, separated by semicolons or commas.</summary>
internal sealed class CapacityFile
{
    public const int LongestBytes = 5 * 1024 * 1024;
    public const int MostRows = 100_000;

    private static readonly string[] Columns = ["member", "family", "from", "to", "quantity", "unit"];

    public List<CapacityRow> Rows { get; } = [];

    public List<RowError> Errors { get; } = [];

    /// <summary>The file's text, or <c>null</c> if it isn't UTF-8.</summary>
    public static string? Decode(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var text = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true)
                .GetString(bytes.StartsWith(Encoding.UTF8.Preamble) ? bytes[Encoding.UTF8.Preamble.Length..] : bytes);
            return text.Contains('\0', StringComparison.Ordinal) ? null : text;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    public static CapacityFile Read(string text, bool memberNeeded)
    {
        var file = new CapacityFile();
        var firstLine = text.AsSpan(0, text.AsSpan().IndexOfAny('\r', '\n') is >= 0 and var end ? end : text.Length);
        using var parser = new CsvParser(new StringReader(text), new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            Delimiter = firstLine.Contains(';') ? ";" : ",",
            TrimOptions = TrimOptions.Trim,
            BadDataFound = null,
        });
        if (!parser.Read())
        {
            file.Errors.Add(new(1, "", "The file is empty. Its first line must name the columns: " + string.Join(';', Columns)));
            return file;
        }

        var header = Array.ConvertAll(parser.Record!, name => name.ToLowerInvariant());
        foreach (var column in Columns.Where(c => !header.Contains(c) && c != "unit" && (memberNeeded || c != "member")))
        {
            file.Errors.Add(new(1, column, "This column is missing. The columns are: " + string.Join(';', Columns)));
        }

        foreach (var (i, name) in header.Index().Where(c => !Columns.Contains(c.Item) || Array.IndexOf(header, c.Item) != c.Index))
        {
            file.Errors.Add(new(1, name, $"Column {i + 1} is unknown or duplicate. The columns are: " + string.Join(';', Columns)));
        }

        if (file.Errors.Count > 0)
        {
            return file;
        }

        var places = Array.ConvertAll(Columns, c => Array.IndexOf(header, c));
        for (var line = parser.RawRow + 1; parser.Read(); line = parser.RawRow + 1)
        {
            if (file.Rows.Count == MostRows)
            {
                file.Errors.Add(new(line, "", $"A file may have at most {MostRows:N0} rows. Split it."));
                return file;
            }

            file.Add(line, parser.Record!, header.Length, places);
        }

        return file;
    }

    private void Add(int line, string[] cells, int width, int[] places)
    {
        if (cells.Length != width)
        {
            Errors.Add(new(line, "", $"Has {cells.Length} cells, but the header has {width} columns."));
            return;
        }

        var before = Errors.Count;
        var member = places[0] < 0 ? "" : cells[places[0]];
        var family = cells[places[1]];
        if (family.Length is 0 or > 100 || family.Any(char.IsControl) || !Input.IsText(family))
        {
            Errors.Add(new(line, "family", "Must have 1 to 100 characters."));
        }

        var from = Day(line, "from", cells[places[2]]);
        var to = Day(line, "to", cells[places[3]]);
        if (from >= to)
        {
            Errors.Add(new(line, "to", "Must be later than from."));
        }

        if (!long.TryParse(cells[places[4]], NumberStyles.None, CultureInfo.InvariantCulture, out var quantity)
            || quantity > CapacityDeclaration.Largest)
        {
            Errors.Add(new(line, "quantity", "Must be 0 to 1,000,000,000,000, only digits."));
        }

        if (Errors.Count == before)
        {
            var unit = places[5] < 0 || cells[places[5]].Length == 0 ? null : cells[places[5]];
            Rows.Add(new(line, member, family, from!.Value, to!.Value, quantity, unit));
        }
    }

    private DateOnly? Day(int line, string column, string cell)
    {
        if (DateOnly.TryParseExact(cell, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && Input.IsDay(day))
        {
            return day;
        }

        Errors.Add(new(line, column, $"Must be a day such as 2026-09-01 in the years {Input.FirstYear} to {Input.LastYear}."));
        return null;
    }
}
