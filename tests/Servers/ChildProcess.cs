using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace ExportConsortia.Servers;

/// <summary>
/// A server or service that tests start. It never outlives them: the kernel ends it when this process dies, however it dies.
/// Its output goes to a file, whose last lines explain a failure.
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

    /// <param name="folder">Where it works, and as whom.</param>
    /// <param name="log">The file that its output is added to.</param>
    /// <param name="whenOrphaned">What the kernel sends it when this process dies: quit, where that tidies up, else kill.</param>
    /// <param name="environment">Variables beside those of this process; null takes one away.</param>
    /// <param name="program">Must stay the same process: a program that forks itself into the background escapes.</param>
    /// <param name="arguments">As the program gets them; no shell reads them.</param>
    public static async Task<ChildProcess> Start(
        DataFolder folder, string log, Signal whenOrphaned, IReadOnlyDictionary<string, string?> environment, string program, params string[] arguments)
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

    /// <summary>Runs a program to its end and gives what it printed.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message has what it printed.</exception>
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

    /// <summary>Asks it to end and waits for that.</summary>
    public async Task End(Signal signal, TimeSpan? timeout = null)
    {
        if (!_process.HasExited)
        {
            Send(signal);
            await Eventually.Holds($"{Path.GetFileNameWithoutExtension(_log)} ends on {signal}", () => _process.HasExited, timeout);
        }
    }

    /// <summary>Waits until the server is ready, and gives up at once if it ends instead.</summary>
    /// <exception cref="GaveUpException">It ended; the message has its last lines.</exception>
    /// <exception cref="TimeoutException">It isn't ready in time; the message has its last lines.</exception>
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

/// <summary>Linux's numbers of the signals that servers are ended with.</summary>
internal enum Signal
{
    Interrupt = 2,
    Quit = 3,
    Kill = 9,
    Terminate = 15,
}
