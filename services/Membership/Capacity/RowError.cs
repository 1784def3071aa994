namespace ExportConsortia.Membership.Capacity;

/// <summary>An error in a row of the file.</summary>
/// <param name="Row">Line number, from 1; the header is line 1.</param>
/// <param name="Column">The column's name.</param>
/// <param name="Sentence">What is wrong and how to fix it.</param>
public sealed record RowError(int Row, string Column, string Sentence);
