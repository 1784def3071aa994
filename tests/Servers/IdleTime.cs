namespace ExportConsortia.Servers;

/// <summary>The processor time of the platform's processes while idle.</summary>
public static class IdleTime
{
    /// <summary>The time to which the limits apply.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(20);

    /// <summary>
    /// The most processor time for one <see cref="Window"/>: less for a gateway, which has no store and no queue, more for the process that is every
    /// service, the pages and the gateway at once.
    /// </summary>
    public static TimeSpan LimitOf(ServiceProcess process) => TimeSpan.FromSeconds(process.Project switch
    {
        "Gateway" => 0.3,
        "AllInOne" => 0.6,
        _ => 0.4,
    });

    /// <summary>
    /// Measures until each process has kept its limit in one window, or for so many windows. The lowest value counts: after a start the
    /// runtime is still compiling, while a process that keeps waking up is quiet in no window.
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

    /// <summary>The processor time of each in the <see cref="Window"/> from now on.</summary>
    public static async Task<IReadOnlyDictionary<ServiceProcess, TimeSpan>> InOneWindow(IReadOnlyList<ServiceProcess> processes)
    {
        var before = processes.ToDictionary(process => process, process => process.ProcessorTime);
        await Task.Delay(Window);
        return processes.ToDictionary(process => process, process => process.ProcessorTime - before[process]);
    }
}
