namespace ExportConsortia.Benchmarks;

/// <summary>
/// Processor time of each process while the platform is idle, in both shapes, over a few windows; the first ones include JIT compilation after the
/// start.
/// </summary>
internal static class IdleBenchmark
{
    private const int Windows = 4;

    public static async Task RunAsync()
    {
        Console.WriteLine($"Processor seconds per {IdleTime.Window.TotalSeconds} idle seconds, by window since the start:");
        foreach (var shape in Enum.GetValues<Shape>())
        {
            await using var platform = await Deployment.StartAsync(shape, observed: false);
            var taken = platform.Processes.ToDictionary(process => process, _ => new List<double>());
            for (var window = 0; window < Windows; window++)
            {
                foreach (var (process, time) in await IdleTime.InOneWindow(platform.Processes))
                {
                    taken[process].Add(time.TotalSeconds);
                }
            }

            foreach (var (process, seconds) in taken)
            {
                Console.WriteLine($"  {shape,-12}{process.Project,-18}{string.Join("  ", seconds.Select(s => $"{s:0.00}"))}");
            }
        }
    }
}
