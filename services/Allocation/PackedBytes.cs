using System.IO.Compression;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace ExportConsortia.Allocation;

/// <summary>
/// Stores snapshots and plans compressed: they are long and repetitive. Rows from before are stored uncompressed and stay readable.
/// </summary>
internal static class PackedBytes
{
    public static ValueConverter<byte[], byte[]> Converter { get; } = new(bytes => Pack(bytes), bytes => Unpack(bytes));

    private static byte[] Pack(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var zip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            zip.Write(bytes);
        }

        return packed.ToArray();
    }

    private static byte[] Unpack(byte[] bytes)
    {
        if (bytes is not [0x1F, 0x8B, ..])
        {
            return bytes;
        }

        using var zip = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress);
        using var unpacked = new MemoryStream();
        zip.CopyTo(unpacked);
        return unpacked.ToArray();
    }
}
