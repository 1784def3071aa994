using Microsoft.AspNetCore.Http;

namespace ExportConsortia.Platform.Http;

/// <summary>Reads a file that is the body of a request.</summary>
public static class ReadBody
{
    /// <summary>The file, or null if it is larger than that. It can be read again when the request is retried after a conflict.</summary>
    public static async Task<byte[]?> ReadFileAsync(this HttpRequest request, int largest, CancellationToken ct)
    {
        request.EnableBuffering(bufferThreshold: 64 * 1024);
        request.Body.Position = 0;
        using var bytes = new MemoryStream();
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await request.Body.ReadAsync(buffer, ct)) > 0)
        {
            if (bytes.Length + read > largest)
            {
                return null;
            }

            bytes.Write(buffer, 0, read);
        }

        return bytes.ToArray();
    }
}
