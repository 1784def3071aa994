namespace ExportConsortia.Allocation.Offers;

/// <summary>A subcontractor makes the pieces under a member's responsibility .</summary>
/// <param name="Subcontractor">Name of the approved subcontractor.</param>
/// <param name="UnitPriceMinor">What it gets for a piece, in minor units of <paramref name="Currency"/>; known to the responsible member and the clean team.</param>
/// <param name="Currency">ISO 4217 code.</param>
public sealed record Subcontract(string Subcontractor, long UnitPriceMinor, string Currency);
