using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace ExportConsortia.Servers;

/// <summary>
/// A server or service that tests start. It never outlives them: the kernel kills it when this process dies, however that happens.
/// Its output goes to a file; the last lines are part of error messages.
/// </summary>
internal sealed partial class ChildProcess : IDisposable
{
    private readonly Process _process;
    private readonly string _log;

    private ChildProcess(Process process, string log)
    {
        _process = process;
        _log = log;
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public long PeakMemory
    {
        get
        {
            _process.Refresh();
            return _process.PeakWorkingSet64;
        }
    }

    /// <param name="folder">Its working folder and account.</param>
    /// <param name="log">The file to which its output is appended.</param>
    /// <param name="whenOrphaned">The signal it gets when this process dies: quit if that cleans up, else kill.</param>
    /// <param name="environment">Variables in addition to this process's; null removes one.</param>
    /// <param name="program">Must not fork into the background: it would escape.</param>
    /// <param name="arguments">Passed as they are, without a shell.</param>
    public static async Task<ChildProcess> Start(
        DataFolder folder, string log, Signal whenOrphaned,
        IReadOnlyDictionary<string, string?> environment, string program, params string[] arguments)
    {
        // The shell only opens the log; setpriv only changes the account and the parent-death signal. Both then become the program.
        var start = Prepare(folder.Path, "sh",
        [
            "-c", "log=$1; shift; exec \"$@\" >>\"$log\" 2>&1 </dev/null", "sh", log,
            "setpriv", "--pdeathsig", whenOrphaned == Signal.Quit ? "QUIT" : "KILL", .. As(folder.Account), program, .. arguments,
        ]);
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new ChildProcess(await Launcher.Start(start), log);
    }

    /// <summary>Runs a program to its end and returns its output.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message contains its output.</exception>
    public static async Task<string> Run(
        string? account, string folder, string program, string[] arguments, IReadOnlyDictionary<string, string?>? environment = null)
    {
        var start = account is null ? Prepare(folder, program, arguments) : Prepare(folder, "setpriv", [.. As(account), program, .. arguments]);
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>())
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? await output
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} failed: {await output}{await error}");
    }

    public void Send(Signal signal) => Send(_process.Id, signal);

    public static void Send(int process, Signal signal) => _ = Kill(process, (int)signal);

    /// <summary>Sends the signal and waits for the end.</summary>
    public async Task End(Signal signal, TimeSpan? timeout = null)
    {
        if (!_process.HasExited)
        {
            Send(signal);
            await Eventually.Holds($"{Path.GetFileNameWithoutExtension(_log)} ends on {signal}", () => _process.HasExited, timeout);
        }
    }

    /// <summary>Waits until the server is ready; gives up at once if it ends.</summary>
    /// <exception cref="GaveUpException">It ended; the message contains its last lines.</exception>
    /// <exception cref="TimeoutException">It is not ready in time; the message contains its last lines.</exception>
    public async Task Ready(string description, Func<Task<bool>> ready, TimeSpan timeout)
    {
        try
        {
            await Eventually.Holds(
                description,
                async () => _process.HasExited
                    ? throw new GaveUpException($"Ended with code {_process.ExitCode} before this came: {description}.\n{LastLines(_log)}")
                    : await ready(),
                timeout);
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException($"{late.Message}\n{LastLines(_log)}", late);
        }
    }

    public static string LastLines(string log) => File.Exists(log)
        ? $"Last lines of {log}:\n{string.Join('\n', File.ReadLines(log).TakeLast(40))}"
        : $"There is no {log}.";

    public void Dispose() => _process.Dispose();

    private static string[] As(string? account) =>
        account is null ? [] : ["--reuid", account, "--regid", account, "--init-groups"];

    private static ProcessStartInfo Prepare(string folder, string program, string[] arguments) =>
        new(program, arguments) { WorkingDirectory = folder };

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);

    /// <summary>
    /// The kernel sends the parent-death signal when the <em>thread</em> that started the child ends, and pool threads come and go:
    /// so one thread that never ends starts them all.
    /// </summary>
    private static class Launcher
    {
        private static readonly BlockingCollection<(ProcessStartInfo Start, TaskCompletionSource<Process> Started)> Waiting = [];

        static Launcher() => new Thread(StartWhatWaits) { IsBackground = true, Name = "Starts child processes" }.Start();

        public static Task<Process> Start(ProcessStartInfo start)
        {
            var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
            Waiting.Add((start, started));
            return started.Task;
        }

        private static void StartWhatWaits()
        {
            foreach (var (start, started) in Waiting.GetConsumingEnumerable())
            {
                try
                {
                    started.SetResult(Process.Start(start)!);
                }
                catch (Exception e)
                {
                    started.SetException(e);
                }
            }
        }
    }
}

/// <summary>Signals by their Linux numbers.</summary>
internal enum Signal
{
    Interrupt = 2,
    Quit = 3,
    Kill = 9,
    Terminate = 15,
}
