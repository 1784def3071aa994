using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace ExportConsortia.Marketing.Quotations;

/// <summary>
/// The link by which a buyer reads and answers one version: 256 random bits, of which only the SHA-256 is stored. Who reads the database can't use
/// it, and a link that was lost is replaced by a new one.
/// </summary>
internal sealed class QuotationLink
{
    public required string TokenHash { get; init; }

    public required Guid ConsortiumId { get; init; }

    public required Guid QuotationId { get; init; }

    /// <summary>Number of the version.</summary>
    public required int Version { get; init; }

    /// <summary>A new link and its token, which is never seen again.</summary>
    public static (QuotationLink Link, string Token) New(Quotation quotation)
    {
        var token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var link = new QuotationLink
        {
            TokenHash = HashOf(token), ConsortiumId = quotation.ConsortiumId, QuotationId = quotation.Id, Version = quotation.Versions[^1].Number,
        };
        return (link, token);
    }

    public static string HashOf(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}
