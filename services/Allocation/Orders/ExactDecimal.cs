using System.Collections.Frozen;
using System.Globalization;
using System.Numerics;

namespace ExportConsortia.Allocation.Orders;

/// <summary>A decimal number exactly as written: whole number and decimal places, never a binary or rounded value.</summary>
internal readonly record struct ExactDecimal(BigInteger Digits, int Places)
{
    private const int LongestText = 40;

    public static BigInteger PowerOfTen(int places) => BigInteger.Pow(10, places);

    /// <summary>Reads digits with an optional sign and decimal point; no exponent, no grouping. Zeros at the end of the fraction say nothing and go.</summary>
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

    /// <summary>The number as text with at least so many decimal places, zeros at the end beyond that left out.</summary>
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

/// <summary>The currencies of ISO 4217 that are in use: an order in any other is a slip of the pen, and its minor unit would be a guess.</summary>
internal static class CurrencyDecimals
{
    private static readonly FrozenSet<string> Known = """
        AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLF CLP CNY COP CRC CUP CVE
        CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR
        KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN
        PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH
        UGX USD UYI UYU UYW UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG
        """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).ToFrozenSet();

    /// <summary>Decimal places of the minor unit; null if there is no such currency.</summary>
    public static int? Of(string code) => Known.Contains(code) ? new Currency(code).Exponent : null;
}
