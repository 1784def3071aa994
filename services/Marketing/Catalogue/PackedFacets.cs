namespace ExportConsortia.Marketing.Catalogue;

/// <summary>
/// What searches filter by, as one text an item. Few kinds of items differ in it, so that filters and counts look at each kind once, however many
/// items there are.
/// </summary>
internal sealed class PackedFacets
{
    private readonly Dictionary<string, Kind> _kinds = new(StringComparer.Ordinal);

    public PackedFacets(IEnumerable<(string Facets, int Items)> items, IReadOnlyDictionary<CatalogueFilter, string> filters)
    {
        foreach (var (item, count) in items)
        {
            if (!_kinds.TryGetValue(item, out var kind))
            {
                var values = Read(item);
                _kinds[item] = kind = new(values, [.. filters.Where(f => !values.Contains((f.Key, f.Value))).Select(f => f.Key)]);
            }

            kind.Items += count;
        }
    }

    /// <summary>How many items pass all filters.</summary>
    public int Total => _kinds.Values.Where(kind => kind.Failed.Count == 0).Sum(kind => kind.Items);

    /// <summary>The text of an item.</summary>
    public static string Of(ShownItem item) => string.Join('\n', item.Facets().Select(
        facet => $"{(int)facet.Filter}{facet.Value.ReplaceLineEndings(" ")}"));

    /// <summary>The kinds of items that pass all filters.</summary>
    public List<string> Passing => [.. _kinds.Where(kind => kind.Value.Failed.Count == 0).Select(kind => kind.Key)];

    /// <summary>True if items of this kind pass all filters.</summary>
    public bool Pass(string item) => _kinds[item].Failed.Count == 0;

    /// <summary>How many items there would be with each value of each filter: the other filters count.</summary>
    public IReadOnlyList<FilterCount> Counts() =>
    [
        .. _kinds.Values.SelectMany(kind => kind.Values.Where(v => kind.Failed.TrueForAll(failed => failed == v.Filter))
                .Select(value => (value.Filter, value.Value, kind.Items)))
            .GroupBy(v => (v.Filter, v.Value)).Select(g => new FilterCount(g.Key.Filter, g.Key.Value, g.Sum(v => v.Items)))
            .OrderBy(c => c.Filter).ThenByDescending(c => c.Items).ThenBy(c => c.Value, StringComparer.Ordinal),
    ];

    private static HashSet<(CatalogueFilter Filter, string Value)> Read(string item) =>
        [.. item.Split('\n').Select(facet => ((CatalogueFilter)(facet[0] - '0'), facet[1..]))];

    private sealed class Kind(HashSet<(CatalogueFilter Filter, string Value)> values, List<CatalogueFilter> failed)
    {
        public HashSet<(CatalogueFilter Filter, string Value)> Values => values;

        /// <summary>The filters that items of this kind don't pass.</summary>
        public List<CatalogueFilter> Failed => failed;

        public int Items { get; set; }
    }
}
