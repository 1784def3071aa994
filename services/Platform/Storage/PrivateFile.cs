namespace ExportConsortia.Platform.Storage;

/// <summary>Files of the data folder hold prices, persons and keys: only the account that runs the platform may read them.</summary>
internal static class PrivateFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Creates a file and, if it is missing, its folder.</summary>
    public static FileStream Create(string file)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);   // there a folder inherits the rights of its parent
        }
        else
        {
            Directory.CreateDirectory(folder, OwnerOnly | UnixFileMode.UserExecute);
            options.UnixCreateMode = OwnerOnly;
        }

        return new FileStream(file, options);
    }

    /// <summary>Makes sure that a SQLite database exists and is private; the files that SQLite adds beside it get the same rights.</summary>
    public static void Prepare(string database)
    {
        if (!File.Exists(database))
        {
            Create(database).Dispose();
        }
        else if (!OperatingSystem.IsWindows())
        {
            foreach (var file in new[] { database, database + "-wal", database + "-shm" }.Where(File.Exists))
            {
                File.SetUnixFileMode(file, OwnerOnly);
            }
        }
    }
}
