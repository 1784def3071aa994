namespace ExportConsortia.Allocation.Orders;

/// <summary>
/// What lists say of an order. It is kept in a column of its own and made anew at each change, so that a list of orders, or of what is to be done,
/// opens no order. Orders from before there were digests get one at their next change.
/// </summary>
/// <param name="Lines">The number of lines.</param>
/// <param name="ValueMinor">What the buyer pays for all lines, in minor units; null if a line has no price.</param>
/// <param name="Quantities">The sums over all lines; null unless all are counted in the same unit.</param>
/// <param name="Tasks">What the manager must do before the order goes on.</param>
internal sealed record OrderDigest(int Lines, long? ValueMinor, OrderQuantities? Quantities, IReadOnlyList<OrderTask> Tasks);

/// <summary>Where an order's pieces are: ordered = accepted + offered + unallocated + short-closed (F-Q1).</summary>
/// <param name="Unit">UN/ECE code of the unit in which all lines are counted.</param>
/// <param name="Ordered">Ordered by the buyer.</param>
/// <param name="Accepted">Binding for members.</param>
/// <param name="Offered">Offered and not answered yet.</param>
/// <param name="Unallocated">What no firm holds or is asked for.</param>
/// <param name="ShortClosed">What will not be delivered, by agreement.</param>
public sealed record OrderQuantities(string Unit, long Ordered, long Accepted, long Offered, long Unallocated, long ShortClosed);

/// <summary>Something that an order needs a person for.</summary>
/// <param name="Kind">What is to be done.</param>
/// <param name="LineId">The line that it is about; null if it is about the whole order.</param>
/// <param name="Since">Since when, UTC.</param>
/// <param name="FirstPerson">Who decided first, if a second person must decide too.</param>
internal sealed record OrderTask(TaskKind Kind, string? LineId, DateTime Since, Guid? FirstPerson = null);
