using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace ExportConsortia.Platform;

/// <summary>
/// What the link of somebody without an account carries: 256 random bits, of which only the SHA-256 is stored. Who reads the database can't use it,
/// and a link that was lost is replaced by a new one.
/// </summary>
public static class LinkToken
{
    /// <summary>Length of a hash.</summary>
    public const int HashLength = 64;

    /// <summary>A new token, of 43 characters.</summary>
    public static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>The hash under which a token is kept.</summary>
    public static string HashOf(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}
