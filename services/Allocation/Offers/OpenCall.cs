using System.Text.Json.Serialization;

namespace ExportConsortia.Allocation.Offers;

/// <summary>Pieces that several firms may claim; the first to do so gets them.</summary>
internal sealed class OpenCall(Guid id, string lineId, long quantity, long lotSize, IReadOnlyList<Guid> members, DateTime expiresAt)
{
    public Guid Id { get; } = id;

    public string LineId { get; } = lineId;

    public long Quantity { get; } = quantity;

    public long LotSize { get; } = lotSize;

    public IReadOnlyList<Guid> Members { get; } = members;

    public DateTime ExpiresAt { get; } = expiresAt;

    public long Claimed { get; set; }

    public bool Closed { get; set; }

    [JsonIgnore]
    public long Remaining => Closed ? 0 : Quantity - Claimed;
}

/// <summary>An open call that a member may claim from.</summary>
/// <param name="CallId">The call.</param>
/// <param name="Product">The consortium's product code.</param>
/// <param name="Quantity">Pieces called for.</param>
/// <param name="Remaining">Pieces still available.</param>
/// <param name="ExpiresAt">Deadline, UTC, exclusive.</param>
public sealed record OpenCallView(Guid CallId, string Product, long Quantity, long Remaining, DateTime ExpiresAt);

/// <summary>A member firm may claim from an open call.</summary>
internal sealed record CallInvitation(Guid CallId, Guid MemberId, Guid ConsortiumId, Guid OrderId, DateTime ExpiresAt);
