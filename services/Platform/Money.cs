using System.Collections.Frozen;

namespace ExportConsortia.Platform;

/// <summary>An ISO 4217 currency; it decides how many minor units one unit has.</summary>
public sealed record Currency
{
    private static readonly FrozenDictionary<string, int> OtherThanTwo = new (int Exponent, string Codes)[]
    {
        (0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"),
        (3, "BHD IQD JOD KWD LYD OMR TND"),
        (4, "CLF UYW"),
    }.SelectMany(row => row.Codes.Split(' '), (row, code) => KeyValuePair.Create(code, row.Exponent)).ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Names a currency by its three-letter code, for example <c>EUR</c>.</summary>
    public Currency(string code)
    {
        Code = code is { Length: 3 } && code.All(char.IsAsciiLetterUpper)
            ? code
            : throw new ArgumentException($"'{code}' is no ISO 4217 code: three capital letters.", nameof(code));
    }

    /// <summary>Three capital letters.</summary>
    public string Code { get; }

    /// <summary>Decimal digits of the minor unit: 2 for EUR, 0 for JPY, 3 for KWD, 4 for CLF.</summary>
    public int Exponent => OtherThanTwo.GetValueOrDefault(Code, 2);
}

/// <summary>An amount in whole minor units of one currency, negative for what is owed or credited. It never rounds, and overflow throws (F-M10).</summary>
/// <param name="MinorUnits">Cents for EUR, yen for JPY, fils for KWD.</param>
/// <param name="Currency">Amounts of different currencies are never added or compared.</param>
public sealed record Money(long MinorUnits, Currency Currency)
{
    /// <summary>The sum; different currencies throw.</summary>
    public static Money operator +(Money a, Money b) => a with { MinorUnits = checked(a.MinorUnits + b.In(a.Currency)) };

    /// <summary>The difference; different currencies throw.</summary>
    public static Money operator -(Money a, Money b) => a with { MinorUnits = checked(a.MinorUnits - b.In(a.Currency)) };

    /// <summary>The same amount the other way round.</summary>
    public static Money operator -(Money a) => a with { MinorUnits = checked(-a.MinorUnits) };

    /// <summary>A price times pieces.</summary>
    public static Money operator *(Money price, long pieces) => price with { MinorUnits = checked(price.MinorUnits * pieces) };

    /// <summary>Reads decimal text such as <c>48.00</c>; text that isn't a whole number of minor units is not an amount.</summary>
    public static bool TryParse(string? text, Currency currency, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Money? money)
    {
        money = TryScale(text, currency.Exponent, out var minorUnits) ? new(minorUnits, currency) : null;
        return money is not null;
    }

    /// <summary>
    /// Reads decimal text (sign, digits, point, digits, as XML writes decimals) as a whole number of its 10^-<paramref name="exponent"/> parts.
    /// Says no, never rounds: <c>1.005</c> has no cents, <c>1.500</c> has. Quantities are read with it too.
    /// </summary>
    public static bool TryScale(ReadOnlySpan<char> text, int exponent, out long scaled)
    {
        scaled = 0;
        var negative = text is ['-', ..];
        var digits = text is ['-' or '+', ..] ? text[1..] : text;
        var point = digits.IndexOf('.');
        var whole = point < 0 ? digits : digits[..point];
        var fraction = point < 0 ? [] : digits[(point + 1)..];
        if (whole.Length + fraction.Length == 0 || whole.ContainsAnyExceptInRange('0', '9') || fraction.ContainsAnyExceptInRange('0', '9'))
        {
            return false;
        }

        fraction = fraction.TrimEnd('0');
        var sum = Int128.Zero;
        for (var i = 0; i < whole.Length + exponent && sum <= Int128.Abs(long.MinValue); i++)
        {
            sum = (sum * 10) + (i < whole.Length ? whole[i] - '0' : i - whole.Length < fraction.Length ? fraction[i - whole.Length] - '0' : 0);
        }

        sum = negative ? -sum : sum;
        var exact = fraction.Length <= exponent && sum >= long.MinValue && sum <= long.MaxValue;
        scaled = exact ? (long)sum : 0;
        return exact;
    }

    /// <summary>The amount as decimal text without the currency, for example <c>-0.05</c>: what <see cref="TryParse"/> reads back.</summary>
    public string ToDecimalText()
    {
        var digits = Int128.Abs(MinorUnits).ToString("D" + (Currency.Exponent + 1), System.Globalization.CultureInfo.InvariantCulture);
        var text = Currency.Exponent == 0 ? digits : $"{digits[..^Currency.Exponent]}.{digits[^Currency.Exponent..]}";
        return MinorUnits < 0 ? "-" + text : text;
    }

    /// <summary>For people: <c>EUR 48.00</c>.</summary>
    public override string ToString() => $"{Currency.Code} {ToDecimalText()}";

    private long In(Currency currency) => Currency == currency
        ? MinorUnits
        : throw new InvalidOperationException($"{Currency.Code} and {currency.Code} can't be added: convert first.");
}
