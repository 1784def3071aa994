using System.Diagnostics;

namespace ExportConsortia.Gateway.Tests;

/// <summary>A body sent over a slow line: in pieces, with a pause before each.</summary>
public sealed class SlowContent(string text, int pieces, TimeSpan pause) : HttpContent
{
    /// <summary>How long sending took.</summary>
    public TimeSpan Took { get; private set; }

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        var watch = Stopwatch.StartNew();
        foreach (var piece in Encoding.UTF8.GetBytes(text).Chunk(Math.Max(1, (text.Length + pieces - 1) / pieces)))
        {
            await Task.Delay(pause);
            await stream.WriteAsync(piece);
            await stream.FlushAsync();
        }

        Took = watch.Elapsed;
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
