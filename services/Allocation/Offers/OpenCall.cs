using System.Text.Json.Serialization;
using ExportConsortia.Allocation.Engine;
using ExportConsortia.Allocation.Orders;

namespace ExportConsortia.Allocation.Offers;

/// <summary>Pieces that several firms may claim; the first to do so gets them.</summary>
internal sealed class OpenCall(Guid id, string lineId, long quantity, long lotSize, IReadOnlyList<Guid> members, DateTime expiresAt)
{
    public Guid Id { get; } = id;

    public string LineId { get; } = lineId;

    public long Quantity { get; } = quantity;

    public long LotSize { get; } = lotSize;

    /// <summary>
    /// The fewest pieces of the line that a firm may hold with its claim, unless it claims all that is left; older calls store none.
    /// </summary>
    public long MinLot { get; init; }

    public IReadOnlyList<Guid> Members { get; } = members;

    public DateTime ExpiresAt { get; } = expiresAt;

    public long Claimed { get; set; }

    public bool Closed { get; set; }

    [JsonIgnore]
    public long Remaining => Closed ? 0 : Quantity - Claimed;

    /// <summary>
    /// Whether a firm that holds so much of the line can claim this quantity: whole lots, not below the minimum lot, or all that is left. The refusal
    /// names the line's unit.
    /// </summary>
    public Refusal? RefuseQuantity(long quantity, long held, string? unit) => this switch
    {
        { Remaining: 0 } => null,
        _ when quantity == Remaining => null,
        _ when quantity % LotSize != 0 =>
            new("LOT_MULTIPLE", $"{quantity} is not a multiple of the lot of {LotSize} {UnitWords.Many(unit)} (R-606)."),
        _ when quantity + held < MinLot =>
            new("BELOW_MIN_LOT",
                $"{quantity} is below the minimum lot of {MinLot} {UnitWords.Many(unit)}; claim more, or all {Remaining} that are left (R-609)."),
        _ => null,
    };
}

/// <summary>An open call that a member may claim from.</summary>
/// <param name="CallId">The call.</param>
/// <param name="Product">The consortium's product code.</param>
/// <param name="Quantity">How many of <paramref name="Unit"/> are called for.</param>
/// <param name="Remaining">How many are still available.</param>
/// <param name="ExpiresAt">Deadline, UTC, exclusive.</param>
/// <param name="LotSize">A claim must be a multiple of this, unless it takes all that is left .</param>
/// <param name="MinLot">A firm must hold at least this much of the line with its claim, unless it takes all that is left .</param>
/// <param name="Unit">UN/ECE code of the unit in which the line is counted: all quantities here are in it.</param>
/// <param name="Terms">
/// What a claim is binding for: the same terms as in the offer that it makes. Absent where the clean team reads the order.
/// </param>
public sealed record OpenCallView(
    Guid CallId, string Product, long Quantity, long Remaining, DateTime ExpiresAt, long LotSize, long MinLot, string Unit,
    OfferTerms? Terms = null)
{
    internal static OpenCallView Of(OpenCall call, OrderLine line, OfferTerms? terms = null) =>
        new(call.Id, line.Product!, call.Quantity, call.Remaining, call.ExpiresAt, call.LotSize, call.MinLot, line.CountedIn, terms);
}

/// <summary>A member firm may claim from an open call.</summary>
internal sealed record CallInvitation(Guid CallId, Guid MemberId, Guid ConsortiumId, Guid OrderId, DateTime ExpiresAt);
