namespace ExportConsortia.TradeFairs.Costs;

/// <summary>A percentage of one amount, in minor units: half a unit is rounded away from zero.</summary>
internal static class Portion
{
    /// <param name="amountMinor">The amount.</param>
    /// <param name="percent">0 or more.</param>
    public static long Of(long amountMinor, int percent)
    {
        var hundredths = (Int128)amountMinor * percent;
        return (long)((hundredths + (Math.Sign(amountMinor) * 50)) / 100);
    }
}
