namespace ExportConsortia.Marketing.Sheets;

/// <summary>A spreadsheet as text: what it was saved as no longer matters.</summary>
internal sealed class FileTable
{
    public const int LargestFile = 10 * 1024 * 1024;
    public const int MostRows = 5000;
    public const int MostColumns = 300;

    /// <summary>Rows that are read at all, empty ones included.</summary>
    public const int LastRow = 20_000;

    /// <summary>The first row: the names of the columns, in small letters.</summary>
    public string[] Header { get; private set; } = [];

    public List<FileRow> Rows { get; } = [];

    public List<RowError> Errors { get; } = [];

    /// <summary>Takes the next row; false: no further row is wanted.</summary>
    public bool Add(int row, string[] cells)
    {
        if (cells.All(string.IsNullOrWhiteSpace))
        {
            return row < LastRow;
        }

        if (cells.Length > MostColumns)
        {
            Errors.Add(new(row, "", $"Has more than {MostColumns} cells."));
            return false;
        }

        if (Header.Length == 0)
        {
            Header = Array.ConvertAll(cells, name => name.Trim().ToLowerInvariant());
            return true;
        }

        if (Rows.Count == MostRows || row >= LastRow)
        {
            Errors.Add(new(row, "", $"A file may have at most {MostRows:N0} rows. Split it."));
            return false;
        }

        Rows.Add(new(row, cells));
        return true;
    }
}

/// <summary>A row of the file.</summary>
/// <param name="Row">As a spreadsheet numbers it: the header is row 1, and a cell with line breaks is still one row.</param>
/// <param name="Cells">Its cells; the last ones may be missing.</param>
internal sealed record FileRow(int Row, string[] Cells);

/// <summary>An error in a row of a file.</summary>
/// <param name="Row">As a spreadsheet numbers it, from 1; the header is row 1.</param>
/// <param name="Column">The column's name.</param>
/// <param name="Sentence">What is wrong and how to fix it.</param>
internal sealed record RowError(int Row, string Column, string Sentence);
