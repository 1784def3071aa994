using System.Diagnostics;
using System.Text.RegularExpressions;
using OpenTelemetry;

namespace ExportConsortia.Platform;

/// <summary>
/// Takes tokens out of the addresses in traces: whoever reads traces must not be able to use the links of others (F-C6). A token is a part of a path
/// of 43 characters, 256 bits in Base64Url.
/// </summary>
public sealed partial class RedactTokens : BaseProcessor<Activity>
{
    private static readonly string[] Addresses = ["url.path", "url.full", "http.target", "http.url"];

    /// <inheritdoc/>
    public override void OnEnd(Activity data)
    {
        foreach (var address in Addresses)
        {
            if (data.GetTagItem(address) is string text && Token().IsMatch(text))
            {
                data.SetTag(address, Token().Replace(text, "/-"));
            }
        }
    }

    [GeneratedRegex("/[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])")]
    private static partial Regex Token();
}
