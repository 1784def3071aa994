namespace ExportConsortia.Servers;

/// <summary>
/// A server's own folder under the system's temporary folder, owned by the account that the server runs as.
/// Everything that the server starts works in this folder, so that leftovers can be found and killed.
/// </summary>
internal sealed class DataFolder : IAsyncDisposable
{
    private DataFolder(string path, string? account)
    {
        Path = path;
        Account = account;
    }

    public string Path { get; }

    /// <summary>The account that owns the folder; null: whoever runs the tests.</summary>
    public string? Account { get; }

    /// <param name="name">Prefix of the folder's name.</param>
    /// <param name="account">The server's account if root runs the tests: servers refuse to run as root.</param>
    public static async Task<DataFolder> Create(string name, string? account = null)
    {
        var folder = new DataFolder(
            Directory.CreateTempSubdirectory($"exportconsortia-{name}-").FullName,
            Environment.IsPrivilegedProcess ? account : null);
        if (folder.Account is not null)
        {
            await ChildProcess.Run(null, folder.Path, "chown", [$"{folder.Account}:", folder.Path]);
        }

        return folder;
    }

    /// <summary>The processes whose working folder is here, whoever started them.</summary>
    public IReadOnlyList<int> Processes() => [.. Directory.GetDirectories("/proc")
        .Where(process => int.TryParse(System.IO.Path.GetFileName(process), out _) && IsIn(process))
        .Select(process => int.Parse(System.IO.Path.GetFileName(process), System.Globalization.CultureInfo.InvariantCulture))];

    public async ValueTask DisposeAsync()
    {
        await Eventually.Holds($"no process is left in {Path}", () =>
        {
            var left = Processes();
            foreach (var process in left)
            {
                ChildProcess.Send(process, Signal.Kill);
            }

            return left.Count == 0;
        });
        Directory.Delete(Path, recursive: true);
    }

    private bool IsIn(string process)
    {
        try
        {
            var workingFolder = new FileInfo($"{process}/cwd").LinkTarget;
            return workingFolder == Path || workingFolder?.StartsWith(Path + "/", StringComparison.Ordinal) == true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;   // ended meanwhile, or another user's
        }
    }
}
