using System.Globalization;
using System.Text;
using ExportConsortia.Portal.Api;

namespace ExportConsortia.Portal.Pages.Capacity;

/// <summary>
/// Declarations as the CSV file that Membership takes: the template, and how several numbers are declared at once, all of them or none.
/// </summary>
internal static class CapacityFile
{
    /// <summary>The largest file that the page keeps between the check and the declaration; a larger one is chosen again.</summary>
    public const int LargestKept = 128 * 1024;

    private const string Columns = "member;family;from;to;quantity;unit";

    /// <summary>A file of these declarations. <paramref name="codes"/> has the code of each firm; a file about one's own firm needs none.</summary>
    public static string Of(IEnumerable<ListCapacityResponse> declarations, IReadOnlyDictionary<Guid, string> codes)
    {
        var file = new StringBuilder(Columns).Append("\r\n");
        foreach (var (_, member, family, from, to, quantity, _, unit) in declarations)
        {
            var code = codes.GetValueOrDefault(member, "");
            file.Append(CultureInfo.InvariantCulture, $"{Cell(code)};{Cell(family)};{from:yyyy-MM-dd};{to:yyyy-MM-dd};{quantity};{unit}\r\n");
        }

        return file.ToString();
    }

    /// <summary>A file to fill in, for a firm that has declared nothing: next month of each family of the list.</summary>
    public static string Example(IEnumerable<ListProductsResponse> products, DateOnly today)
    {
        var month = new DateOnly(today.Year, today.Month, 1).AddMonths(1);
        return Of(
            products.Where(p => !p.Retired).DistinctBy(p => p.Family).OrderBy(p => p.Family, StringComparer.Ordinal)
                .Select(p => new ListCapacityResponse(default, default, p.Family, month, month.AddMonths(1), 0, default, p.Unit)),
            new Dictionary<Guid, string>());
    }

    private static string Cell(string text) =>
        text.AsSpan().ContainsAny(";\"\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
