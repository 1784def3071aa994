namespace ExportConsortia.Membership.Consortia;

/// <summary>A number that a party is known by.</summary>
/// <param name="Value">The number, 1 to 100 characters.</param>
/// <param name="Scheme">The code of its scheme, such as <c>0088</c> for a GLN; 1 to 20 letters, digits, hyphens, underscores or dots.</param>
public sealed record PartyNumber(string Value, string? Scheme = null);
