namespace ExportConsortia.Benchmarks;

/// <summary>What a row of measurements comes to.</summary>
internal static class Figures
{
    /// <summary>The one in the middle, the upper one of two.</summary>
    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}
