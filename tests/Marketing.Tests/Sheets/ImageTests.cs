using System.Buffers.Binary;
using System.IO.Compression;
using ExportConsortia.Marketing.Images;
using ExportConsortia.Platform;
using SkiaSharp;

namespace ExportConsortia.Marketing.Tests.Sheets;

public sealed class ImageTests(MarketingServices services)
{
    private static readonly byte[] PngSignature = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    [Theory, EachShape]
    public async Task Nothing_but_an_image_gets_in_whatever_it_is_called(Shape shape)
    {
        var vtf = await Exhibitors.In(await services.In(shape));
        var (jpeg, large) = (Photo(300, 200, SKEncodedImageFormat.Jpeg), Photo(2000, 1500, SKEncodedImageFormat.Jpeg));
        (string What, byte[] File, string Type, string Code)[] hostile =
        [
            ("SVG with a script", "<svg xmlns='http://www.w3.org/2000/svg'><script>x()</script></svg>"u8.ToArray(), "image/svg+xml", "IMAGE_KIND"),
            ("an archive called .png", Zip(), "image/png", "IMAGE_KIND"),
            ("nothing", [], "image/png", "IMAGE_EMPTY"),
            ("nine tenths of a JPEG", large[..(large.Length * 9 / 10)], "image/jpeg", "IMAGE_DAMAGED"),
            ("half a JPEG", jpeg[..(jpeg.Length / 2)], "image/jpeg", "IMAGE_DAMAGED"),
            ("the beginning of a PNG", [.. PngSignature, 1, 2, 3], "image/png", "IMAGE_DAMAGED"),
            ("20,000 x 20,000 pixels", PngOf(20_000, 20_000), "image/png", "IMAGE_DIMENSIONS"),
            ("12,001 pixels wide", PngOf(12_001, 1), "image/png", "IMAGE_DIMENSIONS"),
            ("a page", "<!DOCTYPE html><script>alert(1)</script>"u8.ToArray(), "image/webp", "IMAGE_KIND"),
        ];
        foreach (var (what, file, type, code) in hostile)
        {
            var no = await vtf.Upload(vtf.First, file, type);
            Assert.True(no.Code == code && no.Status == HttpStatusCode.BadRequest, $"{what}: {no}");
        }

        (await vtf.Upload(vtf.First, new byte[(10 * 1024 * 1024) + 1])).ExpectProblem(413, "TOO_LARGE");
        (await vtf.Upload(vtf.Manager, jpeg)).ExpectProblem(403, "NOT_ALLOWED");
        Assert.Empty((await vtf.Service.Get(vtf.First, "sheets/images")).ExpectOk().Json["images"]!.AsArray());
        // Larger than other bodies may be, and fine.
        (await vtf.Upload(vtf.First, [.. jpeg, .. new byte[8 * 1024 * 1024]])).Expect(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Firms_take_turns_however_many_files_one_of_them_sends()
    {
        var large = Photo(6000, 6000, SKEncodedImageFormat.Png);
        var (damaged, small) = (large[..(large.Length * 9 / 10)], Photo(30, 20, SKEncodedImageFormat.Jpeg));
        var (first, second, done) = (Guid.CreateVersion7(), Guid.CreateVersion7(), 0);
        var many = Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            Assert.Equal("IMAGE_DAMAGED", (await RecodeImage.ReadAsync(damaged, first, CancellationToken.None)).Refused?.Code);
            Interlocked.Increment(ref done);
        })).ToList();
        await Eventually.Holds("the first firm's files are being read", () => Task.FromResult(Volatile.Read(ref done) > 0));
        var before = Volatile.Read(ref done);

        Assert.NotNull((await RecodeImage.ReadAsync(small, second, CancellationToken.None)).Image);

        Assert.InRange(Volatile.Read(ref done) - before, 0, 2);
        await Task.WhenAll(many);
    }

    [Theory, EachShape]
    public async Task What_a_firm_may_not_keep_is_not_written(Shape shape)
    {
        var folder = Directory.CreateTempSubdirectory("exportconsortia-images-").FullName;
        try
        {
            var vtf = await Exhibitors.In(await services.Fresh(shape, ("Marketing:Images:Folder", folder)));
            await using (var db = vtf.Service.Data.Open<MarketingDb>())
            {
                db.Add(new SheetImage
                {
                    Id = Guid.CreateVersion7(), ConsortiumId = vtf.Id, MemberId = vtf.First.Member!.Value, ContentType = "image/jpeg", Width = 1,
                    Height = 1, Bytes = SheetImage.MostBytesOfFirm, AddedAt = vtf.Service.Clock.Now(),
                });
                await db.SaveChangesAsync();
            }

            (await vtf.Upload(vtf.First, Photo(30, 20, SKEncodedImageFormat.Jpeg))).ExpectProblem(409, "IMAGE_LIMIT");

            Assert.Empty(Directory.GetFiles(folder, "*", SearchOption.AllDirectories));
            (await vtf.Upload(vtf.Second, Photo(30, 20, SKEncodedImageFormat.Jpeg))).Expect(HttpStatusCode.Created);
            Assert.Single(Directory.GetFiles(folder, "*", SearchOption.AllDirectories));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory, EachShape]
    public async Task An_image_is_kept_upright_and_without_where_it_was_taken(Shape shape)
    {
        var vtf = await Exhibitors.In(await services.In(shape));
        var file = WithExif(Photo(3000, 1500, SKEncodedImageFormat.Jpeg, corner: SKColors.Red), orientation: 6);
        Assert.Contains("Exif", Encoding.Latin1.GetString(file), StringComparison.Ordinal);

        var added = (await vtf.Upload(vtf.First, file, "image/jpeg")).Expect(HttpStatusCode.Created);
        var again = (await vtf.Upload(vtf.First, file, "application/octet-stream")).Expect(HttpStatusCode.OK);
        var (_, bytes) = await vtf.Download(vtf.First, $"images/{added["id"]}");

        Assert.Equal(added["id"]!.GetValue<Guid>(), again["id"]!.GetValue<Guid>());
        Assert.NotEqual(added["id"]!.GetValue<Guid>(), (await vtf.Upload(vtf.Second, file)).Ok["id"]!.GetValue<Guid>());
        Assert.Equal((1200, 2400, "image/jpeg"), (added["width"]!.GetValue<int>(), added["height"]!.GetValue<int>(), $"{added["contentType"]}"));
        var text = Encoding.Latin1.GetString(bytes);
        Assert.DoesNotContain("Exif", text, StringComparison.Ordinal);
        Assert.DoesNotContain("GPSSECRET", text, StringComparison.Ordinal);
        using var bitmap = SKBitmap.Decode(bytes);
        Assert.Equal((1200, 2400), (bitmap.Width, bitmap.Height));
        Assert.True(bitmap.GetPixel(1150, 50) is { Red: > 200, Blue: < 60 }, "The camera's upper left corner is the upper right one, turned.");
        Assert.True(bitmap.GetPixel(50, 50) is { Blue: > 200, Red: < 60 });

        var transparent = (await vtf.Upload(vtf.First, Photo(40, 20, SKEncodedImageFormat.Png, corner: SKColors.Transparent))).Ok;
        Assert.Equal("image/webp", $"{transparent["contentType"]}");
    }

    [Theory, EachShape]
    public async Task Everybody_reads_an_image_once_it_was_part_of_an_approved_sheet(Shape shape)
    {
        var service = await services.In(shape);
        var vtf = await Exhibitors.In(service);
        var id = (await vtf.Upload(vtf.First, Photo(1000, 500, SKEncodedImageFormat.Png))).Ok["id"]!.GetValue<Guid>();
        var unused = (await vtf.Upload(vtf.First, Photo(100, 50, SKEncodedImageFormat.Png))).Ok["id"]!.GetValue<Guid>();
        foreach (var nobody in (Person?[])[null, vtf.Second, vtf.Manager with { Consortium = Guid.CreateVersion7() }])
        {
            Assert.Equal(HttpStatusCode.NotFound, (await vtf.Download(nobody, $"images/{id}?width=320")).Answer.StatusCode);
        }

        var (sheet, tag) = await vtf.Submitted(vtf.First, "TK-12", SheetTests.Chair("Chair", image: id));
        await service.Send(vtf.First, HttpMethod.Delete, $"sheets/images/{id}").IsRefused("IMAGE_IN_USE");
        await service.Send(vtf.Second, HttpMethod.Delete, $"sheets/images/{unused}").IsNotFound();
        (await service.Send(vtf.First, HttpMethod.Delete, $"sheets/images/{unused}")).Expect(HttpStatusCode.NoContent);
        Assert.Equal(HttpStatusCode.OK, (await vtf.Download(vtf.Manager, $"images/{id}")).Answer.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await vtf.Download(null, $"images/{id}")).Answer.StatusCode);
        (await vtf.Decide(sheet, tag)).ExpectOk();

        var (narrow, bytes) = await vtf.Download(null, $"images/{id}?width=320");
        using var bitmap = SKBitmap.Decode(bytes);
        Assert.Equal((320, 160, "image/jpeg"), (bitmap.Width, bitmap.Height, narrow.Content.Headers.ContentType!.MediaType));
        Assert.True(narrow.Headers.CacheControl is { Public: true, MaxAge.TotalDays: > 300 });
        Assert.Equal(bytes, (await vtf.Download(null, $"images/{id}?width=320")).Bytes);
        var known = await vtf.Download(null, $"images/{id}?width=320", narrow.Headers.ETag!.Tag);
        Assert.Equal((HttpStatusCode.NotModified, 0), (known.Answer.StatusCode, known.Bytes.Length));
        (await service.Get(null, $"images/{id}?width=321")).ExpectProblem(400, "INVALID_INPUT");
        // Also after the firm took it out: an edition may show it.
        tag = (await service.Get(vtf.First, $"sheets/{sheet}")).ETag!;
        (_, tag) = await vtf.Submitted(vtf.First, "TK-12", SheetTests.Chair("Chair"), tag);
        (await vtf.Decide(sheet, tag)).ExpectOk();
        Assert.Equal(HttpStatusCode.OK, (await vtf.Download(null, $"images/{id}")).Answer.StatusCode);
        await service.Send(vtf.First, HttpMethod.Delete, $"sheets/images/{id}").IsRefused("IMAGE_IN_USE");
    }

    internal static byte[] Photo(int width, int height, SKEncodedImageFormat format, SKColor? corner = null)
    {
        using var bitmap = new SKBitmap(width, height);
        using (var canvas = new SKCanvas(bitmap))
        {
            canvas.Clear(SKColors.Blue);
            using var paint = new SKPaint { Color = corner ?? SKColors.Green, BlendMode = SKBlendMode.Src };
            canvas.DrawRect(0, 0, width / 4f, height / 4f, paint);
        }

        using var data = bitmap.Encode(format, 90);
        return data.ToArray();
    }

    // A camera's note: how it was held, and where.
    private static byte[] WithExif(byte[] jpeg, short orientation)
    {
        byte[] tiff =
        [
            .. "II*\0"u8, 8, 0, 0, 0, 2, 0,
            0x12, 0x01, 3, 0, 1, 0, 0, 0, (byte)orientation, 0, 0, 0,
            0x25, 0x88, 4, 0, 1, 0, 0, 0, 38, 0, 0, 0,
            0, 0, 0, 0,
            1, 0, 1, 0, 2, 0, 10, 0, 0, 0, 56, 0, 0, 0, 0, 0, 0, 0, .. "GPSSECRET\0"u8,
        ];
        byte[] body = [.. "Exif\0\0"u8, .. tiff];
        var length = body.Length + 2;
        return [0xFF, 0xD8, 0xFF, 0xE1, (byte)(length >> 8), (byte)length, .. body, .. jpeg[2..]];
    }

    // A whole header, and hardly a pixel: it is refused by its header.
    private static byte[] PngOf(int width, int height)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, 2);
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            zlib.Write(new byte[1000]);
        }

        return [.. PngSignature, .. Chunk("IHDR"u8, header), .. Chunk("IDAT"u8, packed.ToArray()), .. Chunk("IEND"u8, [])];
    }

    private static byte[] Chunk(ReadOnlySpan<byte> type, byte[] content)
    {
        byte[] named = [.. type, .. content];
        var (length, sum) = (new byte[4], new byte[4]);
        BinaryPrimitives.WriteInt32BigEndian(length, content.Length);
        BinaryPrimitives.WriteUInt32BigEndian(sum, Crc(named));
        return [.. length, .. named, .. sum];
    }

    private static uint Crc(byte[] bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
            }
        }

        return ~crc;
    }

    private static byte[] Zip()
    {
        using var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var entry = zip.CreateEntry("run.exe").Open();
            entry.Write("MZ"u8);
        }

        return file.ToArray();
    }
}
