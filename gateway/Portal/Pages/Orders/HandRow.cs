namespace ExportConsortia.Portal.Pages.Orders;

/// <summary>A firm that a part of a line can be given to.</summary>
/// <param name="Id">The firm.</param>
/// <param name="Name">Its name.</param>
/// <param name="Free">What it can still make until the line is due.</param>
/// <param name="Held">What it has taken of the line already.</param>
public sealed record HandRow(Guid Id, string Name, long Free, long Held);
