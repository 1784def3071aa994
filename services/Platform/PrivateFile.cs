namespace ExportConsortia.Platform;

/// <summary>What lies in the data folder tells of prices, persons and keys: on a shared machine only the account that runs the platform may read it.</summary>
internal static class PrivateFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>A new file and, if it is missing, its folder.</summary>
    public static FileStream Create(string file)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);   // there a folder has the rights of the one it lies in
        }
        else
        {
            Directory.CreateDirectory(folder, OwnerOnly | UnixFileMode.UserExecute);
            options.UnixCreateMode = OwnerOnly;
        }

        return new FileStream(file, options);
    }

    /// <summary>Sees to it that a SQLite database is there, if only empty, and is private: the files that SQLite puts beside it take after it.</summary>
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
