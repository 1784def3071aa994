using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace ExportConsortia.Platform.Storage;

/// <summary>
/// A firm's answer to a request for its price: what the columns of its row hold. Until it is opened the price is encrypted under a
/// <see cref="StoredSecret"/>, beside a commitment that shows afterwards that the price is the one that was handed in (F-C4).
/// </summary>
/// <param name="AnsweredAt">When the firm last changed its answer; null: it has not answered.</param>
/// <param name="Box">Price and salt, encrypted; null once they are opened.</param>
/// <param name="Commitment">See <see cref="CommitmentTo"/>; null: no price.</param>
/// <param name="Minor">Set when it is opened, never before.</param>
/// <param name="PerQuantity">How many of the product's unit the price is for; null with a price: one.</param>
/// <param name="Salt">Set when it is opened, never before: a firm that had it could prove its price to others.</param>
/// <param name="OpenedAt">When it was opened.</param>
public readonly record struct SealedAnswer(
    DateTime? AnsweredAt, byte[]? Box, string? Commitment, long? Minor, long? PerQuantity, string? Salt, DateTime? OpenedAt)
{
    /// <summary>The opened price.</summary>
    public SealedAmount? Opened => Minor is { } minor ? SealedAmount.Of(minor, PerQuantity) : null;

    /// <summary>Encrypts a price in place of an earlier one. The same price again changes nothing.</summary>
    /// <param name="amount">The price.</param>
    /// <param name="owner">Id of the request that it answers.</param>
    /// <param name="secret">What encrypts it.</param>
    /// <param name="now">When, UTC.</param>
    public SealedAnswer HandIn(SealedAmount amount, Guid owner, StoredSecret secret, DateTime now)
    {
        if (AmountFor(owner, secret) == amount)
        {
            return this;
        }

        // Earlier boxes end with the salt. The length never depends on the price.
        Span<byte> plain = stackalloc byte[sizeof(long) + SHA256.HashSizeInBytes + sizeof(long)];
        var salt = plain.Slice(sizeof(long), SHA256.HashSizeInBytes);
        BinaryPrimitives.WriteInt64BigEndian(plain, amount.Minor);
        RandomNumberGenerator.Fill(salt);
        BinaryPrimitives.WriteInt64BigEndian(plain[^sizeof(long)..], amount.PerQuantity);
        return this with
        {
            AnsweredAt = now, Box = secret.Seal(plain, owner), Commitment = CommitmentTo(Convert.ToHexStringLower(salt), owner, amount),
        };
    }

    /// <summary>The firm hands in no price, or withdraws it.</summary>
    public SealedAnswer Refuse(DateTime now) =>
        this with { Box = null, Commitment = null, AnsweredAt = AnsweredAt is null || Commitment is not null ? now : AnsweredAt };

    /// <summary>The price for the firm itself: it can read its price again as long as the secret has not changed.</summary>
    public SealedAmount? AmountFor(Guid owner, StoredSecret secret)
    {
        try
        {
            return Box is null ? Opened : Unseal(Box, owner, secret).Amount;
        }
        catch (WrongSettingException)
        {
            // Reading must not fail if the price can't be decrypted any more; opening does.
            return null;
        }
    }

    /// <summary>Price and salt are readable from now on.</summary>
    public SealedAnswer Open(Guid owner, StoredSecret secret, DateTime now)
    {
        if (Box is null)
        {
            return this with { OpenedAt = now };
        }

        var (amount, salt) = Unseal(Box, owner, secret);
        return this with { OpenedAt = now, Box = null, Minor = amount.Minor, PerQuantity = amount.StoredPerQuantity, Salt = salt };
    }

    /// <summary>
    /// SHA-256, in hexadecimal, of the text <c>salt:owner:price</c>, with <c>:quantity</c> if the price is not for one; the firm and the clean team
    /// can calculate it once they see the salt.
    /// </summary>
    public static string CommitmentTo(string salt, Guid owner, SealedAmount amount) => Convert.ToHexStringLower(SHA256.HashData(
        Encoding.UTF8.GetBytes($"{salt}:{owner}:{amount.Minor}{(amount.StoredPerQuantity is { } quantity ? $":{quantity}" : "")}")));

    private static (SealedAmount Amount, string Salt) Unseal(byte[] box, Guid owner, StoredSecret secret)
    {
        ReadOnlySpan<byte> plain = secret.Open(box, owner);
        var salt = plain.Slice(sizeof(long), SHA256.HashSizeInBytes);
        var quantity = plain[(sizeof(long) + SHA256.HashSizeInBytes)..];
        return (
            new(BinaryPrimitives.ReadInt64BigEndian(plain), quantity.IsEmpty ? 1 : BinaryPrimitives.ReadInt64BigEndian(quantity)),
            Convert.ToHexStringLower(salt));
    }
}
