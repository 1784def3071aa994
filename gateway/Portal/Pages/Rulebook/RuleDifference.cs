namespace ExportConsortia.Portal.Pages.Rulebook;

/// <summary>What a version of the rulebook says otherwise of a family than another one.</summary>
/// <param name="Family">What the family is called.</param>
/// <param name="Added">True: only the newer version has a rule of its own for it.</param>
/// <param name="Removed">True: only the older one has.</param>
/// <param name="Changes">The sentences that differ; null where a version has no such sentence.</param>
public sealed record RuleDifference(string Family, bool Added, bool Removed, IReadOnlyList<(string? Before, string? After)> Changes);
