using ExportConsortia.Platform;
using ExportConsortia.Portal.Api;

namespace ExportConsortia.Portal.Pages.Products;

/// <summary>Units as people read them.</summary>
internal static class Units
{
    /// <summary>The units that have a word of ours: suggestions, not a limit.</summary>
    public static readonly string[] Common = ["C62", "SET", "PR", "DZN", "KGM", "GRM", "TNE", "MLT", "LTR", "MTR", "CMT", "MMT", "MTK", "MTQ"];

    /// <summary>A unit with its code: "pieces (C62)"; the English name of the recommendation where there is no word of ours.</summary>
    public static string Named(string unit, Words words) => Common.Contains(unit)
        ? $"{words.Unit(2, unit)} ({unit})"
        : UnitCode.NameOf(unit) is { } name ? $"{name} ({unit})" : unit;

    /// <summary>What another unit is worth, in whole numbers and so exactly: "3 sets = 1 dozen".</summary>
    public static string Worth(UnitConversion conversion, string unit, Words words) =>
        $"{words.Quantity(conversion.Denominator, conversion.Unit)} = {words.Quantity(conversion.Numerator, unit)}";
}
