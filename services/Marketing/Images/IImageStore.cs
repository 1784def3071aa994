namespace ExportConsortia.Marketing.Images;

/// <summary>Where the bytes of images are: a folder, or a bucket of an S3-compatible store.</summary>
internal interface IImageStore
{
    /// <summary>Keeps an image; the same key again replaces it.</summary>
    Task WriteAsync(string key, byte[] bytes, string contentType, CancellationToken ct);

    /// <summary>The image, or null if there is none.</summary>
    Task<byte[]?> ReadAsync(string key, CancellationToken ct);

    /// <summary>Removes the image if there is one.</summary>
    Task RemoveAsync(string key, CancellationToken ct);
}
