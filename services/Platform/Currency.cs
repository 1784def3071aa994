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
            : throw new ArgumentException($"'{code}' is not an ISO 4217 code: three capital letters.", nameof(code));
    }

    /// <summary>Three capital letters.</summary>
    public string Code { get; }

    /// <summary>Decimal digits of the minor unit: 2 for EUR, 0 for JPY, 3 for KWD, 4 for CLF.</summary>
    public int Exponent => OtherThanTwo.GetValueOrDefault(Code, 2);
}
