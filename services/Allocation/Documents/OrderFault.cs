namespace ExportConsortia.Allocation.Documents;

/// <summary>A fault of an order: the field's path in JSON, the rule and a sentence.</summary>
internal sealed record OrderFault(string Field, string Rule, string Sentence);
