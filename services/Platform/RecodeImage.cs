using System.Collections.Concurrent;
using ExportConsortia.Platform.Http;
using SkiaSharp;

namespace ExportConsortia.Platform;

/// <summary>
/// Makes of a file that somebody sent an image of ours: decoded and encoded again, upright, of limited size, with nothing of the file but its pixels.
/// Its content says what it is, never its name or the type that the sender claims.
/// </summary>
public static class RecodeImage
{
    /// <summary>The largest file, in bytes.</summary>
    public const int LargestFile = 10 * 1024 * 1024;

    /// <summary>The most pixels a side, by the file's own header: more is refused before anything is decoded.</summary>
    public const int LongestSide = 12_000;

    /// <summary>The most pixels in all: what decoding takes of memory.</summary>
    public const long MostPixels = 64_000_000;

    /// <summary>The longest side that is kept.</summary>
    public const int KeptSide = 2400;

    private const int JpegQuality = 85;
    private const int WebpQuality = 90;
    private const int BytesAPixel = 4;

    // A large image takes 256 MB while it is decoded: two at a time would double that.
    private static readonly SemaphoreSlim OneAtATime = new(1);

    // Of a firm only one waits there, so that firms take turns, however many files one of them sends: decoding can't be broken off.
    private static readonly ConcurrentDictionary<Guid, SemaphoreSlim> OneOfFirm = new();
    private static readonly SKSamplingOptions Smooth = new(SKFilterMode.Linear, SKMipmapMode.Linear);

    /// <summary>An image of ours.</summary>
    /// <param name="Bytes">As it is kept.</param>
    /// <param name="ContentType"><c>image/jpeg</c> or <c>image/webp</c>.</param>
    /// <param name="Width">In pixels.</param>
    /// <param name="Height">In pixels.</param>
    public sealed record Image(byte[] Bytes, string ContentType, int Width, int Height);

    /// <summary>The image, or why it is none.</summary>
    /// <param name="file">The file.</param>
    /// <param name="firm">Who sent it: a firm, or a consortium for its managers. Of each only one waits.</param>
    /// <param name="ct">Ends the wait.</param>
    public static async Task<(Refusal? Refused, Image? Image)> ReadAsync(byte[] file, Guid firm, CancellationToken ct)
    {
        if (file.Length == 0)
        {
            return (new("IMAGE_EMPTY", "The file is empty."), null);
        }

        if (!IsKnownKind(file))
        {
            return (new("IMAGE_KIND", "The file is no PNG, JPEG or WebP image, whatever its name says."), null);
        }

        var turn = OneOfFirm.GetOrAdd(firm, _ => new(1));
        await turn.WaitAsync(ct);
        try
        {
            await OneAtATime.WaitAsync(ct);
            try
            {
                return Decode(file);
            }
            finally
            {
                OneAtATime.Release();
            }
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>One of our images in a smaller width; null if it isn't wider than that.</summary>
    public static async Task<byte[]?> NarrowAsync(byte[] ours, int width, CancellationToken ct)
    {
        await OneAtATime.WaitAsync(ct);
        try
        {
            using var bitmap = SKBitmap.Decode(ours);
            if (bitmap is null || bitmap.Width <= width)
            {
                return null;
            }

            var height = (int)Math.Max(1, (long)bitmap.Height * width / bitmap.Width);
            using var narrow = bitmap.Resize(new SKImageInfo(width, height, bitmap.ColorType, bitmap.AlphaType), Smooth);
            return Encode(narrow).Bytes;
        }
        finally
        {
            OneAtATime.Release();
        }
    }

    private static bool IsKnownKind(ReadOnlySpan<byte> file) =>
        file.StartsWith((ReadOnlySpan<byte>)[0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
        || file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF])
        || (file.Length > 12 && file.StartsWith("RIFF"u8) && file[8..].StartsWith("WEBP"u8));

    private static (Refusal? Refused, Image? Image) Decode(byte[] file)
    {
        using var data = SKData.CreateCopy(file);
        using var codec = SKCodec.Create(data);
        if (codec?.EncodedFormat is not (SKEncodedImageFormat.Png or SKEncodedImageFormat.Jpeg or SKEncodedImageFormat.Webp))
        {
            return (Damaged, null);
        }

        var (width, height) = (codec.Info.Width, codec.Info.Height);
        if (width > LongestSide || height > LongestSide || (long)width * height > MostPixels)
        {
            return (new(
                "IMAGE_DIMENSIONS",
                $"The image has {width:N0} × {height:N0} pixels; at most {LongestSide:N0} a side and {MostPixels:N0} in all are accepted."), null);
        }

        var origin = codec.EncodedOrigin;
        var size = SizeToDecode(codec);
        // In one colour space, since the file's own profile is not kept.
        var info = new SKImageInfo(
            size.Width, size.Height, SKColorType.Rgba8888, codec.Info.AlphaType == SKAlphaType.Opaque ? SKAlphaType.Opaque : SKAlphaType.Premul,
            SKColorSpace.CreateSrgb());
        using var whole = new SKBitmap(info);
        if (codec.GetPixels(info, whole.GetPixels()) != SKCodecResult.Success)
        {
            return (Damaged, null);
        }

        using var kept = Shrink(whole);
        using var upright = Turn(kept ?? whole, origin);
        return (null, Encode(upright ?? kept ?? whole));
    }

    private static Refusal Damaged => new("IMAGE_DAMAGED", "The image can't be read to its end: the file is damaged or cut off.");

    // JPEG and WebP can be decoded to a smaller size at once, which saves most of the memory.
    private static SKSizeI SizeToDecode(SKCodec codec)
    {
        var whole = new SKSizeI(codec.Info.Width, codec.Info.Height);
        for (var eighths = 1; eighths < 8 && codec.EncodedFormat != SKEncodedImageFormat.Png; eighths++)
        {
            var scaled = codec.GetScaledDimensions(eighths / 8f);
            if (Math.Max(scaled.Width, scaled.Height) is var side && side >= KeptSide && side < Math.Max(whole.Width, whole.Height))
            {
                return scaled;
            }
        }

        return whole;
    }

    private static SKBitmap? Shrink(SKBitmap bitmap)
    {
        var longest = Math.Max(bitmap.Width, bitmap.Height);
        return longest <= KeptSide ? null : bitmap.Resize(
            new SKImageInfo(
                (int)Math.Max(1, (long)bitmap.Width * KeptSide / longest), (int)Math.Max(1, (long)bitmap.Height * KeptSide / longest),
                bitmap.ColorType, bitmap.AlphaType, bitmap.ColorSpace),
            Smooth);
    }

    // As the camera was held: the note about it is not kept.
    private static SKBitmap? Turn(SKBitmap bitmap, SKEncodedOrigin origin)
    {
        if (origin == SKEncodedOrigin.TopLeft)
        {
            return null;
        }

        var onItsSide = origin is SKEncodedOrigin.LeftTop or SKEncodedOrigin.RightTop or SKEncodedOrigin.RightBottom or SKEncodedOrigin.LeftBottom;
        var (w, h) = onItsSide ? (bitmap.Height, bitmap.Width) : (bitmap.Width, bitmap.Height);
        var turned = new SKBitmap(new SKImageInfo(w, h, bitmap.ColorType, bitmap.AlphaType, bitmap.ColorSpace));
        using var canvas = new SKCanvas(turned);
        canvas.SetMatrix(origin switch
        {
            SKEncodedOrigin.TopRight => new SKMatrix(-1, 0, w, 0, 1, 0, 0, 0, 1),
            SKEncodedOrigin.BottomRight => new SKMatrix(-1, 0, w, 0, -1, h, 0, 0, 1),
            SKEncodedOrigin.BottomLeft => new SKMatrix(1, 0, 0, 0, -1, h, 0, 0, 1),
            SKEncodedOrigin.LeftTop => new SKMatrix(0, 1, 0, 1, 0, 0, 0, 0, 1),
            SKEncodedOrigin.RightTop => new SKMatrix(0, -1, w, 1, 0, 0, 0, 0, 1),
            SKEncodedOrigin.RightBottom => new SKMatrix(0, -1, w, -1, 0, h, 0, 0, 1),
            _ => new SKMatrix(0, 1, 0, -1, 0, h, 0, 0, 1),
        });
        canvas.DrawBitmap(bitmap, 0, 0, SKSamplingOptions.Default);
        canvas.Flush();
        return turned;
    }

    private static Image Encode(SKBitmap bitmap)
    {
        var opaque = bitmap.AlphaType == SKAlphaType.Opaque || !HasTransparentPixel(bitmap);
        using var image = SKImage.FromBitmap(bitmap);
        using var encoded = opaque ? image.Encode(SKEncodedImageFormat.Jpeg, JpegQuality) : image.Encode(SKEncodedImageFormat.Webp, WebpQuality);
        return new(encoded.ToArray(), opaque ? "image/jpeg" : "image/webp", bitmap.Width, bitmap.Height);
    }

    private static bool HasTransparentPixel(SKBitmap bitmap)
    {
        var pixels = bitmap.GetPixelSpan();
        for (var alpha = BytesAPixel - 1; alpha < pixels.Length; alpha += BytesAPixel)
        {
            if (pixels[alpha] != byte.MaxValue)
            {
                return true;
            }
        }

        return false;
    }
}
