namespace ExportConsortia.Portal.Pages.Rulebook;

/// <summary>What the manager looks at before a copy of the rulebook counts.</summary>
/// <param name="Differences">What it says otherwise than the version in force.</param>
/// <param name="Effect">What it would do to open orders.</param>
/// <param name="Print">Fingerprint of what was looked at: only this can be put into effect.</param>
/// <param name="Overtaken">True if another version came into force after the copy was made.</param>
/// <param name="Again">True if the copy was changed after it had been looked at.</param>
public sealed record RulebookReview(IReadOnlyList<RuleDifference> Differences, RulebookEffect Effect, string Print, bool Overtaken, bool Again);
