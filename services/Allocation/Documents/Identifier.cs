namespace ExportConsortia.Allocation.Documents;

/// <summary>A number and the scheme that it comes from, such as 0088 for a GLN.</summary>
/// <param name="Value">The number.</param>
/// <param name="SchemeId">The scheme.</param>
public sealed record Identifier(string Value, string? SchemeId = null);

/// <summary>A code and the list that it comes from.</summary>
/// <param name="Value">The code.</param>
/// <param name="ListId">The list.</param>
/// <param name="ListVersionId">Version of the list.</param>
/// <param name="Name">What the code means.</param>
public sealed record ListedCode(string Value, string? ListId = null, string? ListVersionId = null, string? Name = null);
