namespace ExportConsortia.Benchmarks;

/// <summary>What each process of the platform takes of the processors while nobody uses it, in both shapes; a few windows, the first ones with the start's compiling.</summary>
internal static class IdleBenchmark
{
    private const int Windows = 4;

    public static async Task Run()
    {
        Console.WriteLine($"Processor seconds in {IdleTime.Window.TotalSeconds} idle seconds, window after window since the start:");
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
