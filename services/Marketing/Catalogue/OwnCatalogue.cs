namespace ExportConsortia.Marketing.Catalogue;

/// <summary>
/// The live catalogue in the service's own database, the default: a table of words, read in order from the first to the last word that begins as
/// asked. No full-text extension: SQLite and PostgreSQL find the same.
/// </summary>
internal sealed class OwnCatalogue(MarketingDb db) : IPublishedCatalogue
{
    private const int ItemsASave = 200;

    public string Store => "own database";

    public async Task<IReadOnlyDictionary<Guid, string>> HashesAsync(Guid consortiumId, CancellationToken ct) =>
        await db.PublishedItems.Where(i => i.ConsortiumId == consortiumId).Select(i => new { i.ItemId, i.Hash })
            .ToDictionaryAsync(i => i.ItemId, i => i.Hash, ct);

    public async Task WriteAsync(
        Guid consortiumId, IReadOnlyList<(ShownItem Item, string Hash)> put, IReadOnlyList<Guid> remove, CancellationToken ct)
    {
        foreach (var gone in remove.Concat(put.Select(p => p.Item.Id)).Chunk(ItemsASave))
        {
            await db.PublishedWords.Where(w => w.ConsortiumId == consortiumId && gone.Contains(w.ItemId)).ExecuteDeleteAsync(ct);
            await db.PublishedFacets.Where(f => f.ConsortiumId == consortiumId && gone.Contains(f.ItemId)).ExecuteDeleteAsync(ct);
            await db.PublishedItems.Where(i => i.ConsortiumId == consortiumId && gone.Contains(i.ItemId)).ExecuteDeleteAsync(ct);
        }

        foreach (var some in put.Chunk(ItemsASave))
        {
            await db.SaveChangesAsync(ct);   // what the caller has pending, before its rows are let go
            db.ChangeTracker.Clear();
            foreach (var (item, hash) in some)
            {
                db.Add(new PublishedItem
                {
                    ConsortiumId = consortiumId, ItemId = item.Id, Slug = item.Slug, SortName = SortNameOf(item), Hash = hash,
                    ShownFrom = item.ShownFrom, ShownUntil = item.ShownUntil, Content = item.ToJson(),
                });
                db.AddRange(item.Facets().Select(facet => new PublishedFacet
                {
                    ConsortiumId = consortiumId, ItemId = item.Id, Filter = facet.Filter, Value = facet.Value,
                }));
                db.AddRange(SearchWords.Of(item).Select(word => new PublishedWord
                {
                    ConsortiumId = consortiumId, ItemId = item.Id, Language = word.Language, Word = word.Word, Weight = word.Weight,
                }));
            }

            await db.SaveChangesAsync(ct);
            db.ChangeTracker.Clear();
        }
    }

    public async Task<ShownItem?> FindAsync(Guid consortiumId, string slugOrId, DateTime now, CancellationToken ct)
    {
        Guid? id = Guid.TryParse(slugOrId, out var known) ? known : null;
        var content = await Shown(consortiumId, now).Where(i => i.Slug == slugOrId || i.ItemId == id).Select(i => i.Content).FirstOrDefaultAsync(ct);
        return content is null ? null : ShownItem.FromJson(content);
    }

    public async Task<FoundItems> SearchAsync(Guid consortiumId, CatalogueQuery query, DateTime now, CancellationToken ct)
    {
        var matches = Matches(consortiumId, query, now, query.Filters);
        var total = await matches.CountAsync(ct);
        var page = await matches.OrderByDescending(m => m.Score).ThenBy(m => m.SortName).ThenBy(m => m.ItemId).Skip(query.Skip).Take(query.Take)
            .Select(m => m.ItemId).ToListAsync(ct);
        var contents = await db.PublishedItems.Where(i => i.ConsortiumId == consortiumId && page.Contains(i.ItemId))
            .ToDictionaryAsync(i => i.ItemId, i => i.Content, ct);
        var counts = await CountAsync(consortiumId, matches, filter => !query.Filters.ContainsKey(filter), ct);
        foreach (var chosen in query.Filters.Keys)
        {
            // What another choice would find: without this filter, with the others.
            var others = query.Filters.Where(f => f.Key != chosen).ToDictionary();
            counts.AddRange(await CountAsync(consortiumId, Matches(consortiumId, query, now, others), filter => filter == chosen, ct));
        }

        return new(
            total,
            [.. page.Where(contents.ContainsKey).Select(id => ShownItem.FromJson(contents[id]))],
            [.. counts.OrderBy(c => c.Filter).ThenByDescending(c => c.Items).ThenBy(c => c.Value, StringComparer.Ordinal)]);
    }

    public async Task<IReadOnlyList<ShownItem>> AllAsync(Guid consortiumId, DateTime now, CancellationToken ct) =>
        (await Shown(consortiumId, now).OrderBy(i => i.SortName).ThenBy(i => i.ItemId).Select(i => i.Content).ToListAsync(ct))
        .ConvertAll(ShownItem.FromJson);

    /// <summary>The default name as it is sorted, in both stores.</summary>
    public static string SortNameOf(ShownItem item)
    {
        var name = SearchWords.Joined(item.DefaultName, ' ');
        return name.Length > LongestSortName ? name[..LongestSortName] : name;
    }

    public const int LongestSortName = 120;

    private IQueryable<PublishedItem> Shown(Guid consortiumId, DateTime now) => db.PublishedItems.AsNoTracking().Where(i =>
        i.ConsortiumId == consortiumId && (i.ShownFrom == null || i.ShownFrom <= now) && (i.ShownUntil == null || now < i.ShownUntil));

    private IQueryable<Match> Matches(
        Guid consortiumId, CatalogueQuery query, DateTime now, IReadOnlyDictionary<CatalogueFilter, string> filters)
    {
        var items = Shown(consortiumId, now);
        foreach (var (filter, value) in filters)
        {
            items = items.Where(i => db.PublishedFacets.Any(f =>
                f.ConsortiumId == consortiumId && f.Filter == filter && f.Value == value && f.ItemId == i.ItemId));
        }

        var matches = items.Select(i => new Match { ItemId = i.ItemId, SortName = i.SortName, Score = 0 });
        foreach (var forms in query.Words)
        {
            var (from, to) = (forms[0], SearchWords.After(forms[0]));
            var (from2, to2) = (forms[^1], SearchWords.After(forms[^1]));
            var words = db.PublishedWords.Where(w => w.ConsortiumId == consortiumId);
            words = forms.Count == 1
                ? words.Where(w => string.Compare(w.Word, from) >= 0 && string.Compare(w.Word, to) < 0)
                : words.Where(w => (string.Compare(w.Word, from) >= 0 && string.Compare(w.Word, to) < 0)
                    || (string.Compare(w.Word, from2) >= 0 && string.Compare(w.Word, to2) < 0));
            if (query.Language is { } language)
            {
                words = words.Where(w => w.Language == language || w.Language == "");
            }

            var found = words.GroupBy(w => w.ItemId).Select(g => new { ItemId = g.Key, Weight = g.Max(w => w.Weight) });
            matches = matches.Join(found, m => m.ItemId, f => f.ItemId, (m, f) => new Match
            {
                ItemId = m.ItemId, SortName = m.SortName, Score = m.Score + f.Weight,
            });
        }

        return matches;
    }

    private async Task<List<FilterCount>> CountAsync(
        Guid consortiumId, IQueryable<Match> matches, Func<CatalogueFilter, bool> which, CancellationToken ct)
    {
        var filters = Enum.GetValues<CatalogueFilter>().Where(which).ToList();
        return filters.Count == 0
            ? []
            : (await db.PublishedFacets.Where(f => f.ConsortiumId == consortiumId && filters.Contains(f.Filter))
                .Join(matches, f => f.ItemId, m => m.ItemId, (f, m) => new { f.Filter, f.Value })
                .GroupBy(f => new { f.Filter, f.Value }).Select(g => new { g.Key.Filter, g.Key.Value, Items = g.Count() }).ToListAsync(ct))
            .ConvertAll(count => new FilterCount(count.Filter, count.Value, count.Items));
    }

    private sealed class Match
    {
        public Guid ItemId { get; init; }

        public string SortName { get; init; } = "";

        public int Score { get; init; }
    }
}
