namespace ExportConsortia.Allocation.Documents;

/// <summary>A question about an element of a file, while its values are collected.</summary>
/// <param name="Kind">Why it is asked.</param>
/// <param name="LineId">The buyer's id of the line; null if it is about the whole order.</param>
/// <param name="Path">The element.</param>
internal sealed record UblQuestion(QuestionKind Kind, string? LineId, string Path)
{
    /// <summary>What is in the element, with paths from the root.</summary>
    public List<UnmappedValue> Values { get; } = [];

    /// <summary>The question with the values as one text: the value itself, or <c>path: value</c> for each.</summary>
    public DocumentQuestion ToDocumentQuestion() => new(Kind, LineId, Path, string.Join("; ", Values.Select(value =>
        value.Path == Path ? value.Value : $"{value.Path[(Path.Length + 1)..]}: {value.Value}")));
}
