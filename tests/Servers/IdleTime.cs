namespace ExportConsortia.Servers;

/// <summary>What the platform's processes take of the processors while nobody asks them for anything.</summary>
public static class IdleTime
{
    /// <summary>The time over which the limits are meant.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(20);

    /// <summary>The most that a process may take in one <see cref="Window"/>: a gateway owns no store and no queue.</summary>
    public static TimeSpan LimitOf(ServiceProcess process) => TimeSpan.FromSeconds(process.Project == "Gateway" ? 0.2 : 0.4);

    /// <summary>
    /// Watches until each process has kept within its limit in one window, or for so many windows. The least of each counts: after a start the
    /// runtime still compiles what has just run, and a process that wakes itself again and again keeps quiet in no window.
    /// </summary>
    public static async Task<IReadOnlyDictionary<ServiceProcess, TimeSpan>> LeastOf(IReadOnlyList<ServiceProcess> processes, int windows)
    {
        var least = processes.ToDictionary(process => process, _ => TimeSpan.MaxValue);
        for (var window = 0; window < windows && processes.Any(process => least[process] > LimitOf(process)); window++)
        {
            foreach (var (process, taken) in await InOneWindow(processes))
            {
                least[process] = taken < least[process] ? taken : least[process];
            }
        }

        return least;
    }

    /// <summary>What each takes in one <see cref="Window"/> from now on.</summary>
    public static async Task<IReadOnlyDictionary<ServiceProcess, TimeSpan>> InOneWindow(IReadOnlyList<ServiceProcess> processes)
    {
        var before = processes.ToDictionary(process => process, process => process.ProcessorTime);
        await Task.Delay(Window);
        return processes.ToDictionary(process => process, process => process.ProcessorTime - before[process]);
    }
}
