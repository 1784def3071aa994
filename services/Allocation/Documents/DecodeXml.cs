using System.Text;
using System.Text.RegularExpressions;

namespace ExportConsortia.Allocation.Documents;

/// <summary>
/// Decodes the bytes of a file. A file that isn't in the encoding it declares is refused with the line: otherwise names and addresses would reach the
/// member firms garbled.
/// </summary>
internal static partial class DecodeXml
{
    private const int DeclarationBytes = 512;

    /// <summary>The text, or why there is none.</summary>
    public static (string? Text, UblFault? Fault) Decode(byte[] bytes)
    {
        if (bytes.Length == 0)
        {
            return (null, new(1, 1, "/", OrderRule.Xml, "The file is empty."));
        }

        var (start, mark) = bytes switch
        {
            [0xEF, 0xBB, 0xBF, ..] => ("utf-8", 3),
            [0xFF, 0xFE, 0, 0, ..] or [0, 0, 0xFE, 0xFF, ..] => ("utf-32", 4),
            [0xFF, 0xFE, ..] => ("utf-16", 2),
            [0xFE, 0xFF, ..] => ("utf-16BE", 2),
            [(byte)'<', 0, ..] => ("utf-16", 0),
            [0, (byte)'<', ..] => ("utf-16BE", 0),
            _ => (null, 0),
        };
        var encoding = start switch
        {
            null or "utf-8" => Encoding.UTF8,
            "utf-32" => null,
            _ => Encoding.GetEncoding(start),
        };
        if (encoding is null)
        {
            return (null, new(1, 1, "/", OrderRule.Encoding, "UTF-32 is not supported. Send the file in UTF-8."));
        }

        var declared = Declaration()
            .Match(encoding.GetString(bytes, mark, Math.Min(bytes.Length - mark, DeclarationBytes))) is { Success: true } found
            ? found.Groups[1].Value.ToUpperInvariant()
            : "";
        var single = encoding == Encoding.UTF8;
        if (single && start is null && declared is "ISO-8859-1" or "LATIN1")
        {
            return (Encoding.Latin1.GetString(bytes), null);
        }

        if (single ? declared is not ("" or "UTF-8" or "US-ASCII") : !(declared is "" || declared.StartsWith("UTF-16", StringComparison.Ordinal)))
        {
            var sentence = start is not null || declared.StartsWith("UTF-16", StringComparison.Ordinal)
                ? $"The file declares the encoding '{declared}', but its first bytes are {(single ? "UTF-8" : "UTF-16")}."
                : $"The file declares the encoding '{declared}', which is not supported. Send the file in UTF-8.";
            return (null, new(1, 1, "/", OrderRule.Encoding, sentence));
        }

        var name = single ? "UTF-8" : "UTF-16";
        try
        {
            var strict = Encoding.GetEncoding(encoding.CodePage, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
            return (strict.GetString(bytes, mark, bytes.Length - mark), null);
        }
        catch (DecoderFallbackException)
        {
            var before = encoding.GetString(bytes, mark, bytes.Length - mark);
            before = before[..before.IndexOf('\uFFFD')];
            var line = before.Count(letter => letter == '\n') + 1;
            return (null, new(
                line,
                before.Length - before.LastIndexOf('\n'),
                "/",
                OrderRule.Encoding,
                $"Line {line} has a letter that is not {name}, although the file "
                + $"{(declared is "" ? "declares no other encoding" : $"declares {declared}")}. "
                + $"It may have been saved as ISO-8859-1 or Windows-1252: save it as {name}."));
        }
    }

    [GeneratedRegex("""\A<\?xml\s[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")]
    private static partial Regex Declaration();
}
