namespace ExportConsortia.Allocation.Documents;

/// <summary>The currencies of ISO 4217 that are in use: any other code is a mistake, and its minor unit unknown.</summary>
internal static class CurrencyDecimals
{
    /// <summary>Decimal places of the minor unit; null if there is no such currency.</summary>
    public static int? Of(string code) => Currency.IsInUse(code) ? new Currency(code).Exponent : null;
}
