namespace ExportConsortia.Allocation.Offers;

/// <summary>A subcontractor makes the pieces under a member firm's responsibility .</summary>
/// <param name="Subcontractor">Name of the approved subcontractor.</param>
/// <param name="UnitPriceMinor">
/// Its price for a piece, in minor units of <paramref name="Currency"/>; only the responsible firm and the clean team see it.
/// </param>
/// <param name="Currency">ISO 4217 code.</param>
public sealed record Subcontract(string Subcontractor, long UnitPriceMinor, string Currency);
