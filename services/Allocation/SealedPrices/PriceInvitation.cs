using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using ExportConsortia.Allocation.Offers;

namespace ExportConsortia.Allocation.SealedPrices;

/// <summary>What an invited firm has said.</summary>
public enum PriceAnswer
{
    /// <summary>Nothing yet.</summary>
    Awaited,

    /// <summary>It has handed in a price.</summary>
    HandedIn,

    /// <summary>It hands in none, or has taken its price back.</summary>
    Refused,
}

/// <summary>
/// A member firm may hand in a price for a line. Until the round is opened the price is a box that only <see cref="PriceSecret"/> opens, beside its
/// commitment: whoever holds that, can say afterwards whether the price is the one that was handed in.
/// </summary>
internal sealed class PriceInvitation
{
    public required Guid Id { get; init; }

    public required Guid RoundId { get; init; }

    public required Guid OrderId { get; init; }

    public required Guid ConsortiumId { get; init; }

    public required Guid MemberId { get; init; }

    public required string LineId { get; init; }

    public required string Family { get; init; }

    public required DateTime AskedAt { get; init; }

    /// <summary>Deadline, exclusive.</summary>
    public required DateTime ClosesAt { get; init; }

    public required OfferTerms Terms { get; init; }

    /// <summary>The round's, as the order has it.</summary>
    public PriceRoundState Round { get; private set; }

    public DateTime? AnsweredAt { get; private set; }

    /// <summary>Price and salt, sealed; none once they are open.</summary>
    public byte[]? Box { get; private set; }

    public string? Commitment { get; private set; }

    /// <summary>Set when the round is opened, never before.</summary>
    public long? UnitPriceMinor { get; private set; }

    /// <summary>Set when the round is opened, never before: who could show it would prove its price to the others.</summary>
    public string? Salt { get; private set; }

    public DateTime? OpenedAt { get; private set; }

    public PriceAnswer Answer => (AnsweredAt, Commitment) switch { (null, _) => PriceAnswer.Awaited, (_, null) => PriceAnswer.Refused, _ => PriceAnswer.HandedIn };

    /// <summary>Why the firm can't hand in, replace or take back a price now; null if it can.</summary>
    public Refusal? CannotBeAnswered(DateTime now) => Round switch
    {
        PriceRoundState.Open when now < ClosesAt => null,
        PriceRoundState.Cancelled => new("ALREADY_DECIDED", "This price round was cancelled; no price of it is ever opened."),
        _ when Commitment is not null => new("SEALED", "The round has closed: your firm's price stays as it was handed in (R-615)."),
        _ => new("OFFER_EXPIRED", $"The round has closed; its deadline was {ClosesAt:yyyy-MM-dd HH:mm:ss} UTC (R-615)."),
    };

    /// <summary>Seals a price in place of an earlier one. The same price again changes nothing.</summary>
    public void HandIn(long unitPriceMinor, PriceSecret secret, DateTime now)
    {
        if (PriceFor(secret) == unitPriceMinor)
        {
            return;
        }

        Span<byte> plain = stackalloc byte[sizeof(long) + SHA256.HashSizeInBytes];
        BinaryPrimitives.WriteInt64BigEndian(plain, unitPriceMinor);
        RandomNumberGenerator.Fill(plain[sizeof(long)..]);
        (Box, AnsweredAt) = (secret.Seal(plain, Id), now);
        Commitment = CommitmentTo(Convert.ToHexStringLower(plain[sizeof(long)..]), Id, unitPriceMinor);
    }

    /// <summary>Hands in no price, or takes it back.</summary>
    public void Refuse(DateTime now) => (Box, Commitment, AnsweredAt) = (null, null, AnsweredAt is null || Commitment is not null ? now : AnsweredAt);

    /// <summary>The price, for the firm itself: what it has handed in it can read again, as long as the secret is the one under which it was sealed.</summary>
    public long? PriceFor(PriceSecret secret)
    {
        try
        {
            return Box is null ? UnitPriceMinor : Unseal(secret).Price;
        }
        catch (WrongSettingException)
        {
            // Reading must not fail for a box that nobody can open any more; opening the round does.
            return null;
        }
    }

    /// <summary>The deadline has passed: price and salt are open from now on.</summary>
    public void Open(PriceSecret secret, DateTime now)
    {
        OpenedAt = now;
        if (Box is not null)
        {
            ((UnitPriceMinor, Salt), Box) = (Unseal(secret), null);
        }
    }

    /// <summary>Takes over what became of the round.</summary>
    public void Follow(PriceRound round) => Round = round.State;

    /// <summary>SHA-256, in hexadecimal, of the text <c>salt:invitation:price</c>; anybody can reckon it with what the owner and the clean team are shown.</summary>
    public static string CommitmentTo(string salt, Guid invitation, long unitPriceMinor) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{salt}:{invitation}:{unitPriceMinor}")));

    private (long Price, string Salt) Unseal(PriceSecret secret)
    {
        var plain = secret.Open(Box, Id);
        return (BinaryPrimitives.ReadInt64BigEndian(plain), Convert.ToHexStringLower(plain.AsSpan(sizeof(long))));
    }
}
