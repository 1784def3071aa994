namespace ExportConsortia.Allocation.Engine;

/// <summary>How sentences name the unit of a quantity; null stands for pieces.</summary>
internal static class UnitWords
{
    /// <summary>After a quantity: 410 <c>pieces</c>, 410000 <c>GRM (gram)</c>.</summary>
    public static string Many(string? unit) => IsPiece(unit) ? "pieces" : UnitCode.Named(unit!);

    /// <summary>After a price: <c>a piece</c>, <c>per GRM (gram)</c>.</summary>
    public static string Per(string? unit) => IsPiece(unit) ? "a piece" : $"per {UnitCode.Named(unit!)}";

    /// <summary>After a price for a quantity: <c>per 1000 GRM (gram)</c>.</summary>
    public static string Per(SealedAmount price, string? unit) => $"per {price.PerQuantity} {Many(unit)}";

    /// <summary>After a fraction: millionths of <c>a piece</c>, of <c>one GRM (gram)</c>.</summary>
    public static string One(string? unit) => IsPiece(unit) ? "a piece" : $"one {UnitCode.Named(unit!)}";

    private static bool IsPiece(string? unit) => unit is null or UnitCode.Piece;
}
