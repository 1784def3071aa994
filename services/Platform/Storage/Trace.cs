namespace ExportConsortia.Platform.Storage;

/// <summary>
/// Who did or tried something that others may want to know of, when and why. The clean team and the auditor read it, and the firm that it concerns;
/// operators read what operators did.
/// </summary>
public sealed class Trace
{
    /// <summary>Somebody asked for what isn't there for them: an id of others, or none at all.</summary>
    public const string ForeignId = "FOREIGN_ID";

    /// <summary>Length of the longest name of what was done.</summary>
    public const int LongestWhat = 60;

    /// <summary>Length of the longest reason.</summary>
    public const int LongestReason = 1000;

    /// <summary>The trace.</summary>
    public required Guid Id { get; init; }

    /// <summary>The consortium that it concerns; null: the whole installation.</summary>
    public Guid? ConsortiumId { get; init; }

    /// <summary>The member firm that it concerns: its people read it too; null: none.</summary>
    public Guid? MemberId { get; init; }

    /// <summary>The account that did it; empty: nobody who had signed in.</summary>
    public required Guid AuthorId { get; init; }

    /// <summary>What was done, such as <c>ACCOUNT_LOCKED</c>.</summary>
    public required string What { get; init; }

    /// <summary>Whom or what it was done to.</summary>
    public Guid? AboutId { get; init; }

    /// <summary>Why, in the author's words.</summary>
    public string? Reason { get; init; }

    /// <summary>When, UTC; of something repeated, when its hour began.</summary>
    public required DateTime At { get; init; }

    /// <summary>How often: more than once only for what was repeated within an hour.</summary>
    public int Count { get; init; } = 1;
}
