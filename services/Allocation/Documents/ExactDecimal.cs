using System.Globalization;
using System.Numerics;

namespace ExportConsortia.Allocation.Documents;

/// <summary>A decimal number exactly as written: whole number and decimal places, never a binary or rounded value.</summary>
internal readonly record struct ExactDecimal(BigInteger Digits, int Places)
{
    private const int LongestText = 40;

    public static BigInteger PowerOfTen(int places) => BigInteger.Pow(10, places);

    /// <summary>Reads digits with an optional sign and decimal point; no exponent, no grouping. Trailing zeros of the fraction are dropped.</summary>
    public static bool TryParse(string text, out ExactDecimal number)
    {
        number = default;
        if (text.Length is 0 or > LongestText)
        {
            return false;
        }

        var unsigned = text.AsSpan(text[0] is '-' or '+' ? 1 : 0);
        var point = unsigned.IndexOf('.');
        var whole = point < 0 ? unsigned : unsigned[..point];
        var fraction = point < 0 ? [] : unsigned[(point + 1)..].TrimEnd('0');
        if (unsigned.TrimStart('.').IsEmpty || whole.ContainsAnyExceptInRange('0', '9') || fraction.ContainsAnyExceptInRange('0', '9'))
        {
            return false;
        }

        var digits = BigInteger.Parse($"0{whole}{fraction}", NumberStyles.None, CultureInfo.InvariantCulture);
        number = new(text[0] == '-' ? -digits : digits, fraction.Length);
        return true;
    }

    public static ExactDecimal Of(decimal number) =>
        TryParse(number.ToString(CultureInfo.InvariantCulture), out var exact) ? exact : throw new ArgumentOutOfRangeException(nameof(number));

    /// <summary>The number as a whole number of its 10^-places parts, if it is one and fits.</summary>
    public bool TryScale(int places, out long parts)
    {
        parts = 0;
        if (Places > places)
        {
            return false;
        }

        return Fits(Digits * PowerOfTen(places - Places), out parts);
    }

    public static bool Fits(BigInteger number, out long value)
    {
        var fits = number >= long.MinValue && number <= long.MaxValue;
        value = fits ? (long)number : 0;
        return fits;
    }

    /// <summary>The number as text with at least this many decimal places, without further trailing zeros.</summary>
    public string ToText(int atLeast = 0)
    {
        var places = Math.Max(Places, atLeast);
        var digits = (BigInteger.Abs(Digits) * PowerOfTen(places - Places)).ToString(CultureInfo.InvariantCulture).PadLeft(places + 1, '0');
        var (whole, fraction) = (digits[..^places], digits[^places..]);
        while (fraction.Length > atLeast && fraction[^1] == '0')
        {
            fraction = fraction[..^1];
        }

        return (Digits.Sign < 0 ? "-" : "") + whole + (fraction.Length > 0 ? "." + fraction : "");
    }
}
