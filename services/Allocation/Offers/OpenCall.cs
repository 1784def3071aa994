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

    /// <summary>
    /// The most of the line that a firm may hold with its claim; null: no cap, which a second person approved or too few firms can make it.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? MostPerFirm { get; init; }

    /// <summary>The line is sold by sealed price: a claim is at the firm's own.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool BySealedPrice { get; init; }

    public IReadOnlyList<Guid> Members { get; } = members;

    public DateTime ExpiresAt { get; } = expiresAt;

    public long Claimed { get; set; }

    public bool Closed { get; set; }

    /// <summary>Firms that claimed, or came too late: each may try once. Older calls store none.</summary>
    public IReadOnlyList<Guid> Tried { get => field ?? []; set; }

    [JsonIgnore]
    public long Remaining => Closed ? 0 : Quantity - Claimed;

    /// <summary>
    /// Whether a firm that holds so much of the line can claim this quantity: whole lots, not below the minimum lot, or all that is called for.
    /// Not all that is left: a firm would learn how much that is. The refusal names the line's unit.
    /// </summary>
    public Refusal? RefuseQuantity(long quantity, long held, string? unit) => this switch
    {
        _ when quantity == Quantity => null,
        _ when quantity % LotSize != 0 =>
            new("LOT_MULTIPLE", $"{quantity} is not a multiple of the lot of {LotSize} {UnitWords.Many(unit)} (R-606)."),
        _ when quantity + held < MinLot =>
            new("BELOW_MIN_LOT",
                $"{quantity} is below the minimum lot of {MinLot} {UnitWords.Many(unit)}; claim more, or all {Quantity} (R-609)."),
        _ => null,
    };
}

/// <summary>An open call as the clean team sees it.</summary>
/// <param name="CallId">The call.</param>
/// <param name="Product">The consortium's product code.</param>
/// <param name="Quantity">How many of <paramref name="Unit"/> are called for.</param>
/// <param name="Remaining">How many are still available.</param>
/// <param name="ExpiresAt">Deadline, UTC, exclusive.</param>
/// <param name="LotSize">A claim must be a multiple of this, unless it takes all that is called for .</param>
/// <param name="MinLot">A firm must hold at least this much of the line with its claim, unless it takes all that is called for .</param>
/// <param name="Unit">UN/ECE code of the unit in which the line is counted: all quantities here are in it.</param>
/// <param name="Members">The firms that may claim.</param>
/// <param name="MostPerFirm">The most of the line that a firm may hold with its claim; absent: no cap.</param>
public sealed record OpenCallView(
    Guid CallId, string Product, long Quantity, long Remaining, DateTime ExpiresAt, long LotSize, long MinLot, string Unit,
    IReadOnlyList<Guid> Members, long? MostPerFirm)
{
    internal static OpenCallView Of(OpenCall call, OrderLine line) => new(
        call.Id, line.Product!, call.Quantity, call.Remaining, call.ExpiresAt, call.LotSize, call.MinLot, line.CountedIn, call.Members,
        call.MostPerFirm);
}

/// <summary>
/// An open call as a firm sees it that may claim from it: the same until it ends, whatever others claim. What is left would tell how much they took.
/// </summary>
/// <param name="CallId">The call.</param>
/// <param name="Product">The consortium's product code.</param>
/// <param name="Quantity">How many of <paramref name="Unit"/> are called for.</param>
/// <param name="ExpiresAt">Deadline, UTC, exclusive.</param>
/// <param name="LotSize">A claim must be a multiple of this, unless it takes all that is called for .</param>
/// <param name="MinLot">The firm must hold at least this much of the line with its claim, unless it takes all that is called for .</param>
/// <param name="Unit">UN/ECE code of the unit in which the line is counted: all quantities here are in it.</param>
/// <param name="Terms">What a claim is binding for: the same terms as in the offer that it makes.</param>
public sealed record CallForFirmView(
    Guid CallId, string Product, long Quantity, DateTime ExpiresAt, long LotSize, long MinLot, string Unit, OfferTerms Terms)
{
    internal static CallForFirmView Of(OpenCall call, OrderLine line, OfferTerms terms) =>
        new(call.Id, line.Product!, call.Quantity, call.ExpiresAt, call.LotSize, call.MinLot, line.CountedIn, terms);
}

/// <summary>A member firm may claim from an open call.</summary>
internal sealed record CallInvitation(Guid CallId, Guid MemberId, Guid ConsortiumId, Guid OrderId, DateTime ExpiresAt);
