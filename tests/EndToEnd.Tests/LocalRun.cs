using System.Runtime.Versioning;

namespace ExportConsortia.EndToEnd.Tests;

/// <summary><c>deploy/local/run --demo</c> as a person types it: other users of the machine learn no secret from it.</summary>
[SupportedOSPlatform("linux")]
public sealed class LocalRun
{
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    [Theory]
    [InlineData(Shape.Embedded)]
    [InlineData(Shape.Distributed)]
    public async Task Secrets_are_in_no_process_s_arguments_and_only_the_owner_can_read_the_files(Shape shape)
    {
        Required.TurnOf((int)shape);
        if (shape == Shape.Distributed)
        {
            Required.Servers();
        }

        await using var folder = await DataFolder.Create("run");
        File.SetUnixFileMode(folder.Path, File.GetUnixFileMode(folder.Path) | UnixFileMode.OtherExecute);   // for PostgreSQL's account
        var (data, log) = (Path.Combine(folder.Path, "data"), Path.Combine(folder.Path, "run.log"));
        var seen = new HashSet<string>();
        using var run = await ChildProcess.Start(
            folder, log, Signal.Kill, new Dictionary<string, string?>(), Path.Combine(Checkout.Current.Root, "deploy", "local", "run"),
            ["--demo", "--port", $"{Loopback.FreePort()}", "--data", data, .. shape == Shape.Distributed ? (string[])["--distributed"] : []]);
        try
        {
            await run.Ready(
                "the demonstration has ended",
                async () =>
                {
                    seen.UnionWith(Arguments());
                    return (await File.ReadAllTextAsync(log)).Contains("Next steps", StringComparison.Ordinal);
                },
                TimeSpan.FromMinutes(12));   // 80 s on a quiet machine; beside everything else 5 min were not always enough
            Assert.Contains(seen, arguments => arguments.Contains("Demo.dll", StringComparison.Ordinal));
            Assert.All(Secrets(data), secret => Assert.DoesNotContain(seen, arguments => arguments.Contains(secret, StringComparison.Ordinal)));

            var pass = shape == Shape.Distributed && Environment.IsPrivilegedProcess ? UnixFileMode.OtherExecute : UnixFileMode.None;
            Assert.Equal(pass, File.GetUnixFileMode(data) & Others);
            Assert.All(
                Directory.EnumerateFileSystemEntries(data, "*", SearchOption.AllDirectories),
                file => Assert.True((File.GetUnixFileMode(file) & Others) == 0, $"{file}: {File.GetUnixFileMode(file)}"));
        }
        finally
        {
            await run.End(Signal.Terminate, TimeSpan.FromMinutes(2));
        }
    }

    private static IEnumerable<string> Secrets(string data) =>
        Directory.GetFiles(Path.Combine(data, "secrets")).Select(File.ReadAllText)
            .Concat(File.ReadLines(Path.Combine(data, "operator.txt")).Where((_, line) => line % 2 == 1)).Select(s => s.Trim());

    // Of every process of this machine that doesn't end meanwhile.
    private static IEnumerable<string> Arguments()
    {
        foreach (var process in Directory.GetDirectories("/proc").Where(p => int.TryParse(Path.GetFileName(p), out _)))
        {
            string arguments;
            try
            {
                arguments = File.ReadAllText(Path.Combine(process, "cmdline"));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                continue;
            }

            yield return arguments.Replace('\0', ' ');
        }
    }
}
