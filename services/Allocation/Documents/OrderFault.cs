namespace ExportConsortia.Allocation.Documents;

/// <summary>Why an order can't be taken in: the field by its path in JSON, the rule, a sentence.</summary>
internal sealed record OrderFault(string Field, string Rule, string Sentence);
