using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;

namespace ExportConsortia.Marketing.Sheets;

/// <summary>
/// Reads a CSV file as spreadsheet programs write it: in UTF-8, UTF-16 or Windows-1252, separated by commas, semicolons or tabs. Nothing in it is
/// evaluated: a cell is the text that it has.
/// </summary>
internal static class ReadCsv
{
    private static readonly Encoding Windows1252 = CodePagesEncodingProvider.Instance.GetEncoding(1252)!;

    public static FileTable Read(byte[] bytes)
    {
        var table = new FileTable();
        var text = Decode(bytes);
        using var parser = new CsvParser(new StringReader(text), new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            Delimiter = Separator(text).ToString(),
            IgnoreBlankLines = false,   // rows are counted as a spreadsheet counts them
            BadDataFound = null,
        });
        for (var row = 1; parser.Read(); row++)
        {
            if (!table.Add(row, Array.ConvertAll(parser.Record!, Spreadsheet.Unescape)))
            {
                break;
            }
        }

        return table;
    }

    private static string Decode(byte[] bytes)
    {
        if (bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble))
        {
            return Encoding.UTF8.GetString(bytes.AsSpan(3));
        }

        if (bytes is [0xFF, 0xFE, ..] or [not 0, 0, ..])
        {
            return Encoding.Unicode.GetString(bytes).TrimStart('\uFEFF');
        }

        if (bytes is [0xFE, 0xFF, ..] or [0, not 0, ..])
        {
            return Encoding.BigEndianUnicode.GetString(bytes).TrimStart('\uFEFF');
        }

        try
        {
            return new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return Windows1252.GetString(bytes);   // of which every byte is some character
        }
    }

    // The one that the header has most of, outside of quotes.
    private static char Separator(string text)
    {
        var (counts, quoted) = (new Dictionary<char, int> { [','] = 0, [';'] = 0, ['\t'] = 0 }, false);
        foreach (var c in text)
        {
            quoted ^= c == '"';
            if (!quoted && c is '\r' or '\n')
            {
                break;
            }

            if (!quoted && counts.TryGetValue(c, out var count))
            {
                counts[c] = count + 1;
            }
        }

        return counts.MaxBy(count => count.Value).Key;
    }
}
