using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

/// <summary>A picture of a piece of furniture: boards on a plain ground, as a PNG file.</summary>
internal static class Picture
{
    private const int Width = 800;
    private const int Height = 600;
    private const int Grid = 40;   // pixels of a square of the drawing, which is 20 wide and 15 high

    private static readonly (byte, byte, byte) s_ground = (0xf4, 0xf1, 0xea);
    private static readonly (byte, byte, byte) s_floor = (0xe3, 0xdc, 0xcf);

    /// <summary>Boards of a product, each as left, top, width and height in fortieths of pixels; the first ones are behind.</summary>
    public static byte[] Of((byte, byte, byte) wood, params (double Left, double Top, double Width, double Height)[] boards)
    {
        var pixels = new byte[Height * (1 + (Width * 3))];   // each row begins with a byte: as it is, without a filter
        Fill(pixels, (0, 0, 20, 15), s_ground);
        Fill(pixels, (0, 12.5, 20, 2.5), s_floor);
        for (var board = 0; board < boards.Length; board++)
        {
            Fill(pixels, boards[board], board % 2 == 0 ? wood : Darker(wood));
        }

        using var file = new MemoryStream();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', (byte)'\r', (byte)'\n', 0x1a, (byte)'\n']);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, Width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), Height);
        (header[8], header[9]) = (8, 2);   // 8 bits each of red, green and blue
        Write(file, "IHDR", header);
        using var packed = new MemoryStream();
        using (var zip = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            zip.Write(pixels);
        }

        Write(file, "IDAT", packed.ToArray());
        Write(file, "IEND", []);
        return file.ToArray();
    }

    private static void Fill(byte[] pixels, (double Left, double Top, double Width, double Height) board, (byte Red, byte Green, byte Blue) colour)
    {
        for (var y = (int)(board.Top * Grid); y < (int)((board.Top + board.Height) * Grid); y++)
        {
            for (var x = (int)(board.Left * Grid); x < (int)((board.Left + board.Width) * Grid); x++)
            {
                var at = (y * (1 + (Width * 3))) + 1 + (x * 3);
                (pixels[at], pixels[at + 1], pixels[at + 2]) = colour;
            }
        }
    }

    private static (byte, byte, byte) Darker((byte Red, byte Green, byte Blue) c) =>
        ((byte)(c.Red * 4 / 5), (byte)(c.Green * 4 / 5), (byte)(c.Blue * 4 / 5));

    private static void Write(MemoryStream file, string kind, byte[] data)
    {
        var number = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        byte[] content = [.. Encoding.ASCII.GetBytes(kind), .. data];
        file.Write(content);
        BinaryPrimitives.WriteUInt32BigEndian(number, Checksum(content));
        file.Write(number);
    }

    // CRC-32 of the PNG specification.
    private static uint Checksum(byte[] content)
    {
        var crc = uint.MaxValue;
        foreach (var one in content)
        {
            crc ^= one;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) == 1 ? (crc >> 1) ^ 0xedb88320 : crc >> 1;
            }
        }

        return ~crc;
    }
}
