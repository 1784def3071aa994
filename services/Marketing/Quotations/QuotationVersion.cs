using System.Text.Json.Serialization;

namespace ExportConsortia.Marketing.Quotations;

/// <summary>Where a version stands.</summary>
public enum VersionState
{
    /// <summary>The buyer can answer.</summary>
    Issued,

    /// <summary>A newer version has replaced it.</summary>
    Superseded,

    /// <summary>The manager took it back.</summary>
    Withdrawn,

    /// <summary>The buyer accepted it.</summary>
    Accepted,

    /// <summary>The buyer refused it.</summary>
    Refused,

    /// <summary>It was not answered in time.</summary>
    Expired,
}

/// <summary>A version of a quotation: what was promised, word for word, and how its prices came about.</summary>
internal sealed record QuotationVersion
{
    public required int Number { get; init; }

    public required DateTime IssuedAt { get; init; }

    /// <summary>Account of the manager who chose rule, margin and commission; older versions have none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Guid? IssuedBy { get; init; }

    /// <summary>Exclusive.</summary>
    public required DateTime ValidUntil { get; init; }

    /// <summary>Canonical JSON of the <see cref="QuotationContent"/>, never changed.</summary>
    public required string Content { get; init; }

    /// <summary>SHA-256 of it, in hexadecimal.</summary>
    public required string ContentHash { get; init; }

    /// <summary>Every input and step; for the clean team only.</summary>
    public required Composition Composition { get; init; }

    /// <summary>The difference to the version before; empty for the first.</summary>
    public required IReadOnlyList<QuotationChange> Changes { get; init; }

    public VersionState State { get; init; }

    public DateTime? EndedAt { get; init; }

    /// <summary>Why it was withdrawn or refused.</summary>
    public string? Reason { get; init; }

    /// <summary>Who accepted it, as the person wrote it.</summary>
    public string? AnsweredBy { get; init; }

    public QuotationContent Read() => QuotationContent.Read(Content);
}
