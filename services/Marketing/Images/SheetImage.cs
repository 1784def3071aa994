using System.Security.Cryptography;

namespace ExportConsortia.Marketing.Images;

/// <summary>An image of a member firm, as it was decoded and encoded again by us. Its bytes are in the <see cref="IImageStore"/>.</summary>
internal sealed class SheetImage
{
    /// <summary>The most images of a firm.</summary>
    public const int MostOfFirm = 200;

    /// <summary>The most bytes of a firm's images together, as we keep them.</summary>
    public const long MostBytesOfFirm = 500L * 1024 * 1024;

    /// <summary>Made of the firm and the file as it was sent: the same file again is the same image.</summary>
    public required Guid Id { get; init; }

    public required Guid ConsortiumId { get; init; }

    public required Guid MemberId { get; init; }

    public required string ContentType { get; init; }

    public required int Width { get; init; }

    public required int Height { get; init; }

    public required long Bytes { get; init; }

    public required DateTime AddedAt { get; init; }

    /// <summary>When it was first part of an approved sheet, UTC: since then everybody may read it, also in older editions.</summary>
    public DateTime? PublicSince { get; set; }

    public long Version { get; set; }

    /// <summary>Id of what this firm sends.</summary>
    public static Guid IdOf(Guid memberId, ReadOnlySpan<byte> sent)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(memberId.ToByteArray());
        hash.AppendData(sent);
        return new Guid(hash.GetHashAndReset()[..16]);
    }

    /// <summary>Where it lies in the store: whole, or in a smaller width.</summary>
    public string KeyIn(int? width = null) => $"{ConsortiumId:N}/{Id:N}{(width is null ? "" : $"-{width}")}";

    /// <summary>It is part of an approved sheet.</summary>
    public void Publish(DateTime now)
    {
        if (PublicSince is null)
        {
            PublicSince = now;
            Version++;
        }
    }
}
