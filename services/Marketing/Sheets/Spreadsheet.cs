using System.Data;
using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;
using MiniExcelLibs;

namespace ExportConsortia.Marketing.Sheets;

/// <summary>
/// Writes tables for spreadsheet programs. Whatever a firm wrote stays text: no program evaluates a cell because it begins with an equals sign. What
/// is written reads as the same again.
/// </summary>
internal static class Spreadsheet
{
    public const string Csv = "text/csv";
    public const string Xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    private static readonly CsvConfiguration Written = new(CultureInfo.InvariantCulture)
    {
        Delimiter = ";",
        NewLine = "\r\n",
        // By itself it quotes the line end that it writes, and no other.
        ShouldQuote = cell => ConfigurationFunctions.ShouldQuote(cell) || cell.Field?.AsSpan().ContainsAny('\r', '\n') == true,
    };

    /// <summary>A cell of a CSV file: an apostrophe before what a program might evaluate, and before one that would look like ours.</summary>
    public static string Escape(string cell) => IsEvaluated(cell) ? "'" + cell : cell;

    /// <summary>The cell without the apostrophe that <see cref="Escape"/> put there.</summary>
    public static string Unescape(string cell) => cell.StartsWith('\'') && IsEvaluated(cell) ? cell[1..] : cell;

    /// <summary>As CSV in UTF-8 with a byte order mark, by which programs know the encoding.</summary>
    public static byte[] ToCsv(DataTable table)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        using (var csv = new CsvWriter(text, Written))
        {
            foreach (DataColumn column in table.Columns)
            {
                csv.WriteField(column.ColumnName);
            }

            csv.NextRecord();
            foreach (DataRow row in table.Rows)
            {
                foreach (var cell in row.ItemArray)
                {
                    csv.WriteField(Escape(cell as string ?? ""));
                }

                csv.NextRecord();
            }
        }

        return [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(text.ToString())];
    }

    /// <summary>As XLSX; every cell is a text.</summary>
    public static byte[] ToXlsx(DataTable table)
    {
        foreach (DataRow row in table.Rows)
        {
            row.ItemArray = Array.ConvertAll(row.ItemArray, cell => (object?)EscapeInWorkbook(cell as string ?? ""));
        }

        using var file = new MemoryStream();
        file.SaveAs(table, sheetName: "Sheets");
        return file.ToArray();
    }

    /// <summary>A cell of a workbook: the library writes a text that begins with a dollar and an equals sign as a formula.</summary>
    public static string EscapeInWorkbook(string cell) => IsFormulaOfLibrary(cell) ? "'" + cell : cell;

    /// <summary>The cell without the apostrophe that <see cref="EscapeInWorkbook"/> put there.</summary>
    public static string UnescapeInWorkbook(string cell) => cell.StartsWith('\'') && IsFormulaOfLibrary(cell) ? cell[1..] : cell;

    private static bool IsEvaluated(string cell) =>
        IsFormulaOfLibrary(cell) || cell.TrimStart('\'') is ['=' or '+' or '-' or '@' or '\t' or '\r', ..];

    private static bool IsFormulaOfLibrary(string cell) => cell.TrimStart('\'').StartsWith("$=", StringComparison.Ordinal);
}
