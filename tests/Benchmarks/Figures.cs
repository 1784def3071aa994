namespace ExportConsortia.Benchmarks;

/// <summary>Statistics of measurements.</summary>
internal static class Figures
{
    /// <summary>The median; the upper one of two.</summary>
    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}
