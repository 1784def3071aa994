using System.Globalization;

namespace ExportConsortia.Portal.Parts;

/// <summary>Areas: the interface counts square decimetres, people read and type square metres.</summary>
internal static class Area
{
    private const int Dm2 = 100;

    /// <summary>An area with its unit: "18 m²", "7.25 m²".</summary>
    public static string Of(long dm2) => $"{Written(dm2)}\u00a0m²";

    /// <summary>An area as a person would type it: "7.25".</summary>
    public static string Written(long dm2) => ((decimal)dm2 / Dm2).ToString("0.##", Language.Current.Culture);

    /// <summary>The square decimetres of what was typed in square metres, with at most two decimals; null if it isn't such a number.</summary>
    public static long? Read(string typed)
    {
        var plain = string.Concat(typed.Where(c => !char.IsWhiteSpace(c))).Replace(',', '.');
        return decimal.TryParse(plain, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var squareMetres)
            && squareMetres <= 1_000_000 && squareMetres * Dm2 == decimal.Truncate(squareMetres * Dm2)
            ? (long)(squareMetres * Dm2)
            : null;
    }
}
