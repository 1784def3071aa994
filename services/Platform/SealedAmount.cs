namespace ExportConsortia.Platform;

/// <summary>
/// A sealed price, in minor units of a currency, for a quantity in the product's unit. Prices for different quantities compare exactly.
/// </summary>
/// <param name="Minor">Minor units.</param>
/// <param name="PerQuantity">How many of the product's unit cost so much, 1 to <see cref="MostPerQuantity"/>.</param>
public readonly record struct SealedAmount(long Minor, long PerQuantity = 1) : IComparable<SealedAmount>
{
    /// <summary>The most minor units.</summary>
    public const long MostMinor = 1_000_000_000_000;

    /// <summary>The largest quantity that a price may be for.</summary>
    public const long MostPerQuantity = 1_000_000_000;

    /// <summary>The quantity as it is stored: none if the price is for one.</summary>
    public long? StoredPerQuantity => PerQuantity == 1 ? null : PerQuantity;

    /// <summary>Reads what was stored.</summary>
    public static SealedAmount Of(long minor, long? storedPerQuantity) => new(minor, storedPerQuantity ?? 1);

    /// <summary>Compares the prices of one unit.</summary>
    public static bool operator <(SealedAmount one, SealedAmount other) => one.CompareTo(other) < 0;

    /// <summary>Compares the prices of one unit.</summary>
    public static bool operator >(SealedAmount one, SealedAmount other) => one.CompareTo(other) > 0;

    /// <summary>Compares the prices of one unit.</summary>
    public static bool operator <=(SealedAmount one, SealedAmount other) => one.CompareTo(other) <= 0;

    /// <summary>Compares the prices of one unit.</summary>
    public static bool operator >=(SealedAmount one, SealedAmount other) => one.CompareTo(other) >= 0;

    /// <summary>Compares the prices of one unit.</summary>
    public int CompareTo(SealedAmount other) => ((Int128)Minor * other.PerQuantity).CompareTo((Int128)other.Minor * PerQuantity);
}
