using ExportConsortia.Contracts;

namespace ExportConsortia.Allocation.Members;

/// <summary>Which rule of a rulebook applies.</summary>
internal static class RulebookRules
{
    extension(Rulebook rulebook)
    {
        /// <summary>The rule for a product family: its own, else the one for all families, else the defaults.</summary>
        public AllocationRule RuleFor(string? family) =>
            rulebook.Rules.Find(r => r.ProductFamily == family)
            ?? rulebook.Rules.Find(r => r.ProductFamily == "*")
            ?? new AllocationRule { ProductFamily = "*" };

        /// <summary>The same rules with another policy for every product family.</summary>
        public Rulebook With(string policy) => new()
        {
            ConsortiumId = rulebook.ConsortiumId,
            Version = rulebook.Version,
            Rules =
            [
                .. rulebook.Rules.Append(rulebook.RuleFor("*")).DistinctBy(rule => rule.ProductFamily).Select(rule => rule with { Policy = policy }),
            ],
            ActiveFrom = rulebook.ActiveFrom,
        };
    }
}
