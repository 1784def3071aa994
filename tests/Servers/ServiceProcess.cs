namespace ExportConsortia.Servers;

/// <summary>
/// One of the platform's programs in a process of its own, as in production: what was built beside this test, settings by environment,
/// a free port on loopback that it keeps over restarts.
/// </summary>
public sealed class ServiceProcess : IAsyncDisposable
{
    private readonly HttpClient _client = new() { Timeout = TimeSpan.FromSeconds(10) };
    private DataFolder? _folder;
    private ChildProcess? _process;

    /// <param name="project">The program's project, such as <c>Allocation</c>, <c>AllInOne</c> or <c>Gateway</c>; it must be built.</param>
    /// <param name="settings">First of its <see cref="Settings"/>.</param>
    /// <param name="checkout">Another checkout of the repository whose program it is; else this one's.</param>
    public ServiceProcess(string project, IReadOnlyDictionary<string, string?>? settings = null, string? checkout = null)
    {
        Project = project;
        Program = ProgramIn(checkout);
        Settings = settings is null ? [] : new(settings);
    }

    /// <summary>The program's project.</summary>
    public string Project { get; }

    /// <summary>The program that is run.</summary>
    public string Program { get; private set; }

    /// <summary>Its address, known before the start so that others can be configured.</summary>
    public Uri Address { get; } = new($"http://127.0.0.1:{Loopback.FreePort()}");

    /// <summary>Configuration by its colon-separated names, such as <c>ConnectionStrings:allocation</c>; read at each start.</summary>
    public Dictionary<string, string?> Settings { get; }

    /// <summary>The working folder, for example of the default data folder; exists from the first start until disposal.</summary>
    public string Folder => (_folder ?? throw new InvalidOperationException($"{Project} was never started.")).Path;

    /// <summary>Its output since the first start.</summary>
    public string Log => Path.Combine(Folder, $"{Project}.log");

    public bool IsRunning => _process is { HasExited: false };

    /// <summary>The processor time used since the last start.</summary>
    public TimeSpan ProcessorTime => _process!.ProcessorTime;

    /// <summary>The most memory, in bytes, that it has held since the last start.</summary>
    public long PeakMemory => _process!.PeakMemory;

    /// <summary>Starts it and waits until it is ready.</summary>
    /// <exception cref="GaveUpException">It ended instead; the message contains its last lines.</exception>
    public async Task Start()
    {
        await StartWithoutWaiting();
        await Ready();
    }

    /// <summary>Starts it without waiting, for starts that should fail or run in parallel.</summary>
    public async Task StartWithoutWaiting()
    {
        _folder ??= await DataFolder.Create(Project.ToLowerInvariant());
        _process?.Dispose();
        var environment = Settings.ToDictionary(setting => setting.Key.Replace(":", "__", StringComparison.Ordinal), setting => setting.Value);
        _process = await ChildProcess.Start(
            _folder, Log, Signal.Kill, environment, "dotnet", Program, "--urls", Address.GetLeftPart(UriPartial.Authority));
    }

    /// <summary>Waits until it is ready.</summary>
    public Task Ready(TimeSpan? timeout = null) => _process!.Ready(
        $"{Project} is ready at {Address}",
        async () =>
        {
            using var answer = await _client.GetAsync(new Uri(Address, "health/ready"));
            return answer.IsSuccessStatusCode
                ? true
                : throw new HttpRequestException($"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        },
        timeout ?? TimeSpan.FromSeconds(150));   // it migrates its databases first

    /// <summary>Waits until it ends by itself.</summary>
    public Task Ended(TimeSpan? timeout = null) => Eventually.Holds($"{Project} ends", () => !IsRunning, timeout);

    /// <summary>Stops it (SIGTERM): work in progress is finished.</summary>
    public async Task Stop() => await _process!.End(Signal.Terminate, TimeSpan.FromSeconds(60));

    /// <summary>Kills it (SIGKILL).</summary>
    public async Task Kill() => await _process!.End(Signal.Kill);

    public async Task Restart()
    {
        await Stop();
        await Start();
    }

    /// <summary>Stops it, and starts the program of another checkout in its place; null: of this one.</summary>
    public async Task ReplaceBy(string? checkout)
    {
        await Stop();
        Program = ProgramIn(checkout);
        await Start();
    }

    private string ProgramIn(string? checkout) => (checkout is null ? Checkout.Current : new Checkout(checkout)).FindProgram(Project);

    /// <summary>The last lines of its output, for failure messages.</summary>
    public string LastLines() => ChildProcess.LastLines(Log);

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        if (_process is not null)
        {
            await _process.End(Signal.Kill);
            _process.Dispose();
        }

        if (_folder is not null)
        {
            await _folder.DisposeAsync();
        }
    }
}
