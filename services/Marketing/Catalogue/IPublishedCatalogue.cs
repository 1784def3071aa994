namespace ExportConsortia.Marketing.Catalogue;

/// <summary>
/// The live catalogue as the public reads it: a read model, apart from the service's own data, from which it can be built again at any time.
/// </summary>
internal interface IPublishedCatalogue
{
    /// <summary>Where it lies, for people: <c>MongoDB</c> or <c>own database</c>.</summary>
    string Store { get; }

    /// <summary>What is stored of a consortium's items: the hash of each, by its id.</summary>
    Task<IReadOnlyDictionary<Guid, string>> HashesAsync(Guid consortiumId, CancellationToken ct);

    /// <summary>Stores these items in place of what was stored of them, and removes others.</summary>
    Task WriteAsync(Guid consortiumId, IReadOnlyList<(ShownItem Item, string Hash)> put, IReadOnlyList<Guid> remove, CancellationToken ct);

    /// <summary>An item that is shown at this instant, by its place in addresses or by its id.</summary>
    Task<ShownItem?> FindAsync(Guid consortiumId, string slugOrId, DateTime now, CancellationToken ct);

    /// <summary>Which of these items are shown at this instant.</summary>
    Task<IReadOnlySet<Guid>> ShownAsync(Guid consortiumId, IReadOnlyCollection<Guid> items, DateTime now, CancellationToken ct);

    /// <summary>Searches what is shown at this instant.</summary>
    Task<FoundItems> SearchAsync(Guid consortiumId, CatalogueQuery query, DateTime now, CancellationToken ct);

    /// <summary>Everything that is shown at this instant, by name, or a part of it.</summary>
    Task<IReadOnlyList<ShownItem>> AllAsync(Guid consortiumId, DateTime now, CancellationToken ct, int skip = 0, int take = int.MaxValue);
}

/// <summary>What a visitor searches for.</summary>
/// <param name="Words">Every entry must match as the beginning of a word, in one of its forms; none: everything.</param>
/// <param name="Filters">Only items with these values.</param>
/// <param name="Skip">How many to pass over.</param>
/// <param name="Take">How many to give at most.</param>
internal sealed record CatalogueQuery(
    IReadOnlyList<IReadOnlyList<string>> Words, IReadOnlyDictionary<CatalogueFilter, string> Filters, int Skip, int Take)
{
    /// <summary>The language whose texts are searched; null: all.</summary>
    public string? Language => Filters.GetValueOrDefault(CatalogueFilter.Language);
}

/// <summary>What a search found: best first, then by name, then by id.</summary>
/// <param name="Total">How many match.</param>
/// <param name="Items">The page of them.</param>
/// <param name="Counts">How many there would be with each value of each filter; the other filters count.</param>
internal sealed record FoundItems(int Total, IReadOnlyList<ShownItem> Items, IReadOnlyList<FilterCount> Counts);

/// <summary>How many items have a value of a filter.</summary>
/// <param name="Filter">What is filtered by.</param>
/// <param name="Value">The value.</param>
/// <param name="Items">Number of items.</param>
internal sealed record FilterCount(CatalogueFilter Filter, string Value, int Items);
