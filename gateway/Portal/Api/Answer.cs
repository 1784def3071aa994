namespace ExportConsortia.Portal.Api;

/// <summary>An answer of the interface: a value, or the problem that it tells.</summary>
/// <param name="Status">HTTP status; 503 also when nobody answered.</param>
/// <param name="Value">The value, of a request that succeeded.</param>
/// <param name="Problem">What was wrong, of one that didn't.</param>
/// <param name="Tag">The entity tag of the value, to change it with.</param>
internal sealed record Answer<T>(int Status, T? Value, Problem? Problem, string? Tag = null)
{
    /// <summary>True if the request succeeded.</summary>
    public bool Ok => Status is >= 200 and < 300;
}

/// <summary>What the interface says when it refuses (RFC 9457): a stable code, a sentence, and sentences for fields.</summary>
internal sealed record Problem(
    string? Code, string? Detail, Dictionary<string, string[]>? Errors, IReadOnlyList<RowError>? Rows = null,
    IReadOnlyList<FileFault>? Faults = null, IReadOnlyList<RefusedAnswer>? Answers = null);

/// <summary>What is wrong in a row of a file.</summary>
public sealed record RowError(int Row, string Column, string Sentence);

/// <summary>One of many answers to offers that is refused.</summary>
public sealed record RefusedAnswer(Guid OfferId);

/// <summary>What is wrong in an order file, and where.</summary>
public sealed record FileFault(int Line, int Column, string Path, string Rule, string Sentence);
