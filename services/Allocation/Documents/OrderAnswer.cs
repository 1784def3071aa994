namespace ExportConsortia.Allocation.Documents;

/// <summary>What the consortium answers to a line of the buyer's order.</summary>
internal enum LineAnswer
{
    /// <summary>As ordered.</summary>
    Accepted,

    /// <summary>Another quantity or another time.</summary>
    Changed,

    /// <summary>Nothing of it.</summary>
    Rejected,
}

/// <summary>The answer to one line.</summary>
/// <param name="LineId">The buyer's id of the line.</param>
/// <param name="Answer">What is answered.</param>
/// <param name="Quantity">
/// For a changed line: what will be delivered, more than zero, in the line's unit if it names no other; null if the quantity is as ordered.
/// </param>
/// <param name="Note">A sentence for the buyer.</param>
/// <param name="Promised">When the line will be delivered.</param>
internal sealed record AnsweredLine(
    string LineId, LineAnswer Answer, MeasuredQuantity? Quantity = null, string? Note = null, DeliveryPeriod? Promised = null);

/// <summary>The consortium's answer to an order.</summary>
/// <param name="ResponseId">The answer's own number.</param>
/// <param name="IssuedAt">When the answer is given, UTC.</param>
/// <param name="Lines">One answer for each line of the order.</param>
/// <param name="Note">A sentence for the buyer on the whole.</param>
/// <param name="Promised">When the whole will be delivered.</param>
/// <param name="Seller">The consortium, for an order that named no seller.</param>
/// <param name="OwnParty">
/// The party that the consortium trades as: it signs the answer, whoever the order was addressed to; null if none was stated.
/// </param>
/// <param name="OrderReference">How to name the order, if the buyer gave it no number.</param>
internal sealed record OrderAnswer(
    string ResponseId,
    DateTime IssuedAt,
    IReadOnlyList<AnsweredLine> Lines,
    string? Note = null,
    DeliveryPeriod? Promised = null,
    DocumentParty? Seller = null,
    DocumentParty? OwnParty = null,
    string? OrderReference = null);
