namespace ExportConsortia.Marketing.Catalogue;

/// <summary>An edition of the joint catalogue. It never changes: what was published can be read to the byte.</summary>
internal sealed class CatalogueEdition
{
    /// <summary>The most editions of a consortium.</summary>
    public const int Most = 1000;

    public required Guid Id { get; init; }

    public required Guid ConsortiumId { get; init; }

    /// <summary>1, 2, 3 … in the consortium.</summary>
    public required int Number { get; init; }

    public required DateTime PublishedAt { get; init; }

    public required Guid PublishedBy { get; init; }

    /// <summary>Number of its items.</summary>
    public required int Items { get; init; }

    /// <summary>Sheets that were approved and that the manager left out; null: none.</summary>
    public List<Guid>? LeftOut { get; init; }

    /// <summary>Why; the firms of these sheets read it.</summary>
    public string? LeftOutBecause { get; init; }

    /// <summary>The document: JSON in a canonical form, in UTF-8; stored compressed.</summary>
    public required byte[] Document { get; init; }

    /// <summary>SHA-256 of the document, in hexadecimal.</summary>
    public required string Hash { get; init; }

    /// <summary>SHA-256 of what it says apart from its number and date: two editions that say the same have the same.</summary>
    public required string ContentHash { get; init; }
}
