namespace ExportConsortia.Allocation.Documents;

/// <summary>A fault of an order file: where it is, which rule it breaks (<see cref="OrderRule"/>), and a sentence for the buyer.</summary>
/// <param name="Line">Line of the file, from 1.</param>
/// <param name="Column">Column of the line, from 1.</param>
/// <param name="Path">The element, such as <c>/Order/OrderLine[2]/LineItem/Quantity</c>; <c>/</c> if it is the file as a whole.</param>
/// <param name="Rule">The id of the rule.</param>
/// <param name="Sentence">What is wrong, in words.</param>
internal sealed record UblFault(int Line, int Column, string Path, string Rule, string Sentence);
