using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using ExportConsortia.Marketing.Sheets;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace ExportConsortia.Marketing.Catalogue;

/// <summary>
/// What an edition says, in a form in which the same content is the same bytes: properties in the order of these records, languages and attributes in
/// the order of their codes, items by product code and sheet, no blanks, nothing for what is unknown.
/// </summary>
/// <param name="Consortium">The consortium's code.</param>
/// <param name="Number">1, 2, 3 …</param>
/// <param name="PublishedAt">When, UTC.</param>
/// <param name="Items">Its items.</param>
internal sealed record EditionDocument(string Consortium, int Number, DateTime PublishedAt, IReadOnlyList<EditionItem> Items)
{
    private static readonly JsonSerializerOptions Canonical = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>Stores documents compressed.</summary>
    public static ValueConverter<byte[], byte[]> Packed { get; } = new(bytes => Pack(bytes), bytes => Unpack(bytes));

    /// <summary>The document's bytes.</summary>
    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, Canonical);

    /// <summary>The document from its bytes.</summary>
    public static EditionDocument Read(byte[] bytes) => JsonSerializer.Deserialize<EditionDocument>(bytes, Canonical)!;

    /// <summary>SHA-256 of the items alone.</summary>
    public string HashOfItems() => HashOf(JsonSerializer.SerializeToUtf8Bytes(Items, Canonical));

    /// <summary>SHA-256 in hexadecimal.</summary>
    public static string HashOf(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static byte[] Pack(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var stream = new BrotliStream(packed, CompressionLevel.Fastest))
        {
            stream.Write(bytes);
        }

        return packed.ToArray();
    }

    private static byte[] Unpack(byte[] bytes)
    {
        using var stream = new BrotliStream(new MemoryStream(bytes), CompressionMode.Decompress);
        using var unpacked = new MemoryStream();
        stream.CopyTo(unpacked);
        return unpacked.ToArray();
    }
}

/// <summary>An item of an edition: a sheet that its firm and the manager had approved, as it was then.</summary>
internal sealed record EditionItem
{
    public required Guid SheetId { get; init; }

    /// <summary>Which approval of the sheet it is.</summary>
    public required int Version { get; init; }

    public required string ProductCode { get; init; }

    public required string Family { get; init; }

    public required string Unit { get; init; }

    public required Guid MemberId { get; init; }

    /// <summary>The firm's name at that time.</summary>
    public required string Firm { get; init; }

    public required SortedDictionary<string, SheetText> Texts { get; init; }

    public string? HsCode { get; init; }

    public SheetSize? Size { get; init; }

    public SheetPack? Pack { get; init; }

    public int? LeadTimeDays { get; init; }

    public long? MinimumOrder { get; init; }

    public string? Origin { get; init; }

    public required SortedDictionary<string, string> Attributes { get; init; }

    /// <summary>The certificates that its sheet names, as they were.</summary>
    public required IReadOnlyList<EditionCertificate> Certificates { get; init; }

    public required IReadOnlyList<Guid> Images { get; init; }

    /// <summary>The item's place in addresses: its name and product code, and a part of the sheet's id, to tell two firms' sheets apart.</summary>
    [JsonIgnore]
    public string Slug
    {
        get
        {
            var name = SearchWords.Joined((Texts.GetValueOrDefault("en") ?? Texts.First().Value).Name, '-');
            name = string.Concat(name.Where(c => char.IsAsciiLetterOrDigit(c) || c == '-')).Trim('-');
            var code = string.Concat(ProductCode.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-'));
            return $"{(name.Length > 60 ? name[..60] : name)}-{code}-{SheetId.ToString("N")[^8..]}".TrimStart('-');
        }
    }

    public static EditionItem Of(
        ProductSheet sheet, SheetContent content, Products.ListedProduct product, string firm,
        IReadOnlyDictionary<Guid, Certificate> certificates) => new()
    {
        SheetId = sheet.Id,
        Version = sheet.ApprovedVersion,
        ProductCode = product.Code,
        Family = product.Family,
        Unit = product.Unit,
        MemberId = sheet.MemberId,
        Firm = firm,
        Texts = new(content.Texts.ToDictionary(), StringComparer.Ordinal),
        HsCode = content.HsCode,
        Size = content.Size,
        Pack = content.Pack,
        LeadTimeDays = content.LeadTimeDays,
        MinimumOrder = content.MinimumOrder,
        Origin = content.Origin,
        Attributes = new(content.Attributes.ToDictionary(), StringComparer.Ordinal),
        Certificates = [.. content.Certificates.Select(id => certificates.GetValueOrDefault(id) is { } known
            ? new EditionCertificate(id, known.Kind, known.Number, known.Issuer, known.ValidFrom, known.ValidUntil)
            : new EditionCertificate(id, null, null, null, null, null))],
        Images = content.Images,
    };
}

/// <summary>A certificate as it was when the edition was published; only its id if there was none any more.</summary>
internal sealed record EditionCertificate(
    Guid Id, string? Kind, string? Number, string? Issuer, DateOnly? ValidFrom, DateOnly? ValidUntil);
