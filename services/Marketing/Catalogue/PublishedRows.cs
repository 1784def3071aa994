namespace ExportConsortia.Marketing.Catalogue;

/// <summary>An item of the live catalogue in the service's own database.</summary>
internal sealed class PublishedItem
{
    public required Guid ConsortiumId { get; init; }

    public required Guid ItemId { get; init; }

    public required string Slug { get; init; }

    /// <summary>Its default name as words, by which equally good matches are sorted.</summary>
    public required string SortName { get; init; }

    public required string Hash { get; init; }

    public DateTime? ShownFrom { get; init; }

    public DateTime? ShownUntil { get; init; }

    /// <summary>What searches filter by: a letter for the filter and a value, in lines. Many items have the same.</summary>
    public required string Facets { get; init; }

    /// <summary>The item as JSON.</summary>
    public required string Content { get; init; }
}

/// <summary>A word by which an item is found.</summary>
internal sealed class PublishedWord
{
    public required Guid ConsortiumId { get; init; }

    public required string Word { get; init; }

    /// <summary>The language of the text that it stands in; empty: what is the same in all of them, such as the product's code.</summary>
    public required string Language { get; init; }

    public required Guid ItemId { get; init; }

    /// <summary>Where it stands: 3 in the name, 2 in what the item is and has, 1 in the text.</summary>
    public required int Weight { get; init; }
}
