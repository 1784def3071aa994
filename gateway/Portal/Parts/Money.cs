using System.Globalization;
using ExportConsortia.Platform;
using ExportConsortia.Portal.Api;

namespace ExportConsortia.Portal.Parts;

/// <summary>Amounts as people read them: exact, in the form of the language, with the ISO code of the currency.</summary>
internal static class Money
{
    /// <summary>An amount in minor units: "EUR 48.00".</summary>
    public static string Of(Int128 minorUnits, string currency)
    {
        var digits = new Currency(currency).Exponent;
        var scale = 1m;
        for (var digit = 0; digit < digits; digit++)
        {
            scale *= 10;
        }

        return $"{currency}\u00a0{((decimal)minorUnits / scale).ToString($"N{digits}", CultureInfo.CurrentCulture)}";
    }

    /// <summary>
    /// An amount before it is rounded, as a fraction of minor units such as "8505/2": "EUR 42.525", with at most four decimals more than the currency
    /// has, and an ellipsis where there are still more. What is no such fraction stays as it is.
    /// </summary>
    public static string OfFraction(string fraction, string currency)
    {
        var parts = fraction.Split('/');
        if (!decimal.TryParse(parts[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var above)
            || !decimal.TryParse(parts.ElementAtOrDefault(1) ?? "1", NumberStyles.None, CultureInfo.InvariantCulture, out var below) || below == 0)
        {
            return fraction;
        }

        var digits = new Currency(currency).Exponent;
        var amount = above / below;
        for (var digit = 0; digit < digits; digit++)
        {
            amount /= 10;
        }

        var shown = decimal.Round(amount, digits + 4);
        var format = $"#,##0{(digits > 0 ? "." : "")}{new string('0', digits)}{(digits > 0 ? "" : ".")}####";
        return $"{currency}\u00a0{shown.ToString(format, CultureInfo.CurrentCulture)}{(shown == amount ? "" : "…")}";
    }

    /// <summary>What a quantity costs at a price, rounded to the minor unit, half away from zero.</summary>
    public static string? Of(UnitPrice? price, string currency, long quantity = 1) => price is null ? null
        : Of((Int128)decimal.Round((decimal)price.MinorUnits * quantity / price.PerQuantity, MidpointRounding.AwayFromZero), currency);

    /// <summary>
    /// The minor units of an amount as people type it, or null if it isn't one: groups of three digits as the language separates them, and no more
    /// decimals than the currency has. "41,50" in English is refused, not read as 4,150.
    /// </summary>
    public static long? Read(string typed, string currency)
    {
        var format = CultureInfo.CurrentCulture.NumberFormat;
        var amount = string.Concat(typed.Where(c => !char.IsWhiteSpace(c)));
        var point = amount.LastIndexOf(format.NumberDecimalSeparator, StringComparison.Ordinal);
        if (point < 0 && format.NumberGroupSeparator != ".")
        {
            point = amount.LastIndexOf('.');   // many keyboards of phones have no comma
        }

        var (whole, cents) = point < 0 ? (amount, "") : (amount[..point], amount[(point + 1)..]);
        var groups = whole.Split(format.NumberGroupSeparator);
        var digits = currency is { Length: 3 } && currency.All(char.IsAsciiLetterUpper) ? new Currency(currency).Exponent : -1;
        return digits >= 0 && groups is [{ Length: > 0 } first, .. var others] && (others.Length == 0 || first.Length <= 3)
            && others.All(group => group.Length == 3) && cents.Length <= digits && (point < 0 || cents.Length > 0)
            && long.TryParse(string.Concat(groups) + cents.PadRight(digits, '0'), NumberStyles.None, CultureInfo.InvariantCulture, out var minor)
            ? minor
            : null;
    }

    /// <summary>An amount as a person would type it: "41.50".</summary>
    public static string Written(long minorUnits, string currency)
    {
        var digits = new Currency(currency).Exponent;
        var padded = minorUnits.ToString(CultureInfo.InvariantCulture).PadLeft(digits + 1, '0');
        return digits == 0 ? padded : $"{padded[..^digits]}{CultureInfo.CurrentCulture.NumberFormat.NumberDecimalSeparator}{padded[^digits..]}";
    }
}
