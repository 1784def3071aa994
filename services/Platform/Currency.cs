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

    private static readonly FrozenSet<string> InUse = """
        AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLF CLP CNY COP CRC CUP CVE
        CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR
        KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN
        PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH
        UGX USD UYI UYU UYW UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG
        """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).ToFrozenSet();

    /// <summary>Names a currency by its three-letter code, for example <c>EUR</c>.</summary>
    public Currency(string code)
    {
        Code = code is { Length: 3 } && code.All(char.IsAsciiLetterUpper)
            ? code
            : throw new ArgumentException($"'{code}' is not an ISO 4217 code: three capital letters.", nameof(code));
    }

    /// <summary>True for a currency of ISO 4217 that is in use: any other code is a mistake, and its minor unit unknown.</summary>
    public static bool IsInUse(string code) => InUse.Contains(code);

    /// <summary>Three capital letters.</summary>
    public string Code { get; }

    /// <summary>Decimal digits of the minor unit: 2 for EUR, 0 for JPY, 3 for KWD, 4 for CLF.</summary>
    public int Exponent => OtherThanTwo.GetValueOrDefault(Code, 2);
}
