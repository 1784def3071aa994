using System.Globalization;
using System.IO.Compression;
using System.Xml;
using MiniExcelLibs;

namespace ExportConsortia.Marketing.Sheets;

/// <summary>
/// Reads the first sheet of an XLSX file. A formula is the text that somebody typed, never its result. A file that unpacks to far more than it is, or
/// that claims more rows and columns than anybody fills, is refused before it is read.
/// </summary>
internal static class ReadXlsx
{
    private const long MostUnpacked = 64L * 1024 * 1024;
    private const int MostParts = 500;
    private const string Relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

    private static readonly XmlReaderSettings Safe = new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null };

    public static bool IsOne(ReadOnlySpan<byte> bytes) => bytes.StartsWith("PK\u0003\u0004"u8);

    public static FileTable Read(byte[] bytes)
    {
        var table = new FileTable();
        try
        {
            var formulas = Check(bytes, table);
            if (table.Errors.Count == 0)
            {
                Fill(bytes, formulas, table);
            }
        }
        catch (Exception e) when (e is InvalidDataException or XmlException or FormatException or OverflowException or InvalidOperationException
            or ArgumentException or KeyNotFoundException or NullReferenceException or IndexOutOfRangeException)
        {
            table.Errors.Add(new(1, "", "The file is damaged, or no XLSX file: open it in a spreadsheet program and save it again."));
        }

        return table;
    }

    private static void Fill(byte[] bytes, Dictionary<(int Row, int Column), string> formulas, FileTable table)
    {
        using var stream = new MemoryStream(bytes);
        var row = 0;
        foreach (IDictionary<string, object?> cells in stream.Query(excelType: ExcelType.XLSX))
        {
            row++;
            if (!table.Add(row, [.. cells.Values.Select((value, column) => formulas.GetValueOrDefault((row, column + 1)) ?? Text(value))]))
            {
                return;
            }
        }
    }

    private static string Text(object? value) => value switch
    {
        null => "",
        string text => Spreadsheet.UnescapeInWorkbook(text),
        double number when number == Math.Truncate(number) && Math.Abs(number) < 1e15 => ((long)number).ToString(CultureInfo.InvariantCulture),
        DateTime day => day.ToString(day.TimeOfDay == TimeSpan.Zero ? "yyyy-MM-dd" : "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    // Looks through the whole file once: its unpacked size, the extent of its first sheet, its formulas and its merged cells.
    private static Dictionary<(int Row, int Column), string> Check(byte[] bytes, FileTable table)
    {
        using var zip = new ZipArchive(new MemoryStream(bytes));
        if (zip.Entries.Count > MostParts || IsTooLarge(zip))
        {
            table.Errors.Add(new(1, "", $"The file unpacks to more than {MostUnpacked / 1024 / 1024} MiB or has too many parts."));
            return [];
        }

        using var sheet = XmlReader.Create(FirstSheet(zip).Open(), Safe);
        var (formulas, row, column) = (new Dictionary<(int Row, int Column), string>(), 0, 0);
        while (sheet.Read())
        {
            if (sheet.NodeType != XmlNodeType.Element)
            {
                continue;
            }

            switch (sheet.LocalName)
            {
                case "dimension" when sheet.GetAttribute("ref")?.Split(':')[^1] is { } end && Place(end).Column > FileTable.MostColumns:
                    return TooWide(table);
                case "row":
                    (row, column) = (sheet.GetAttribute("r") is { } r ? int.Parse(r, NumberStyles.None, CultureInfo.InvariantCulture) : row + 1, 0);
                    if (row > FileTable.LastRow)
                    {
                        table.Errors.Add(new(row, "", $"A file may have at most {FileTable.MostRows:N0} rows: delete what is below."));
                        return [];
                    }

                    break;
                case "c":
                    column = sheet.GetAttribute("r") is { } at ? Place(at).Column : column + 1;
                    if (column > FileTable.MostColumns)
                    {
                        return TooWide(table);
                    }

                    break;
                case "f":
                    var formula = sheet.ReadString();
                    if (formula.Length == 0)
                    {
                        table.Errors.Add(new(row, Letters(column), "Is a formula copied from another cell: write its text or its value."));
                    }

                    formulas[(row, column)] = "=" + formula;
                    break;
                case "mergeCell":
                    var merged = sheet.GetAttribute("ref") ?? "";
                    var place = Place(merged.Split(':')[0]);
                    table.Errors.Add(new(place.Row, Letters(place.Column), $"The cells {merged} are merged: separate them, and fill each."));
                    break;
            }

            if (table.Errors.Count >= ImportSheets.MostErrorsListed)
            {
                break;
            }
        }

        return formulas;
    }

    private static Dictionary<(int Row, int Column), string> TooWide(FileTable table)
    {
        table.Errors.Add(new(1, "", $"The sheet has more than {FileTable.MostColumns} columns: delete those that are empty."));
        return [];
    }

    // What a part says of its own size may be a lie: it is counted.
    private static bool IsTooLarge(ZipArchive zip)
    {
        var (buffer, unpacked) = (new byte[64 * 1024], 0L);
        foreach (var part in zip.Entries)
        {
            using var stream = part.Open();
            for (int read; (read = stream.Read(buffer)) > 0;)
            {
                unpacked += read;
                if (unpacked > MostUnpacked)
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static ZipArchiveEntry FirstSheet(ZipArchive zip)
    {
        var id = Elements(zip, "xl/workbook.xml", "sheet", sheet => sheet.GetAttribute("id", Relations)).First();
        var target = Elements(
                zip, "xl/_rels/workbook.xml.rels", "Relationship", relation => (relation.GetAttribute("Id"), relation.GetAttribute("Target")))
            .First(relation => relation.Item1 == id).Item2!;
        var path = target.StartsWith('/') ? target[1..] : $"xl/{target}";
        return zip.GetEntry(path) ?? throw new InvalidDataException($"There is no {path}.");
    }

    private static List<T> Elements<T>(ZipArchive zip, string part, string element, Func<XmlReader, T> read)
    {
        using var xml = XmlReader.Create((zip.GetEntry(part) ?? throw new InvalidDataException($"There is no {part}.")).Open(), Safe);
        var found = new List<T>();
        while (xml.Read())
        {
            if (xml.NodeType == XmlNodeType.Element && xml.LocalName == element)
            {
                found.Add(read(xml));
            }
        }

        return found;
    }

    // B7: column 2, row 7.
    private static (int Column, int Row) Place(string cell)
    {
        var letters = cell.TakeWhile(char.IsAsciiLetterUpper).ToArray();
        var column = letters.Length > 3 ? int.MaxValue : letters.Aggregate(0, (sum, letter) => (sum * 26) + letter - 'A' + 1);
        return (column, int.TryParse(cell.AsSpan(letters.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var row) ? row : 0);
    }

    private static string Letters(int column) =>
        column <= 26 ? $"{(char)('A' + column - 1)}" : $"{Letters((column - 1) / 26)}{(char)('A' + ((column - 1) % 26))}";
}
