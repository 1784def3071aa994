namespace ExportConsortia.Marketing.Images;

/// <summary>Images as files in a folder: of the one process that is everything, or on a volume that all replicas share.</summary>
internal sealed class ImagesInFolder(string folder) : IImageStore
{
    public async Task WriteAsync(string key, byte[] bytes, string contentType, CancellationToken ct)
    {
        var file = FileOf(key);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        // Whole or not at all: others may read it at this moment.
        var written = $"{file}.{Guid.CreateVersion7():N}";
        await File.WriteAllBytesAsync(written, bytes, ct);
        File.Move(written, file, overwrite: true);
    }

    public async Task<byte[]?> ReadAsync(string key, CancellationToken ct)
    {
        try
        {
            return await File.ReadAllBytesAsync(FileOf(key), ct);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    public Task RemoveAsync(string key, CancellationToken ct)
    {
        var file = FileOf(key);
        if (File.Exists(file))
        {
            File.Delete(file);
        }

        return Task.CompletedTask;
    }

    private string FileOf(string key) => Path.Combine(folder, Path.Combine(key.Split('/')));
}
