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

    /// <summary>What a quantity costs at a price, rounded to the minor unit.</summary>
    public static string? Of(UnitPrice? price, string currency, long quantity = 1) => price is null ? null
        : Of((Int128)decimal.Round((decimal)price.MinorUnits * quantity / price.PerQuantity, MidpointRounding.AwayFromZero), currency);

    /// <summary>
    /// An amount that somebody typed, as minor units: "48.00", in the form of the language. Null if it is none, or finer than the currency.
    /// </summary>
    public static long? Parse(string typed, string currency)
    {
        var isCode = currency is { Length: 3 } && currency.All(char.IsAsciiLetterUpper);
        var minorUnits = isCode && decimal.TryParse(typed, NumberStyles.Number, CultureInfo.CurrentCulture, out var amount) ? amount : -1;
        for (var digit = 0; minorUnits is >= 0 and < long.MaxValue / 10 && digit < new Currency(currency).Exponent; digit++)
        {
            minorUnits *= 10;
        }

        return minorUnits >= 0 && minorUnits <= long.MaxValue && minorUnits == decimal.Truncate(minorUnits) ? (long)minorUnits : null;
    }
}
