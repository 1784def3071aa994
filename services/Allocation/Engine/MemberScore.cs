namespace ExportConsortia.Allocation.Engine;

/// <summary>A member firm's scores over twelve months, 0 (worst) to 100 (best) each .</summary>
/// <param name="MemberId">The member firm.</param>
/// <param name="Quality">Quality.</param>
/// <param name="Delivery">Delivery.</param>
/// <param name="Price">Price; never shown to any member.</param>
/// <param name="Equity">Equity.</param>
internal sealed record MemberScore(Guid MemberId, int Quality, int Delivery, int Price, int Equity);
