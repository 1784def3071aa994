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
                    ShownFrom = item.ShownFrom, ShownUntil = item.ShownUntil, Facets = PackedFacets.Of(item), Content = item.ToJson(),
                });
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

    public async Task<IReadOnlySet<Guid>> ShownAsync(Guid consortiumId, IReadOnlyCollection<Guid> items, DateTime now, CancellationToken ct) =>
        (await Shown(consortiumId, now).Where(i => items.Contains(i.ItemId)).Select(i => i.ItemId).ToListAsync(ct)).ToHashSet();

    public async Task<FoundItems> SearchAsync(Guid consortiumId, CatalogueQuery query, DateTime now, CancellationToken ct)
    {
        if (query.Words.Count == 0)
        {
            return await BrowseAsync(consortiumId, query, now, ct);
        }

        // One query says what matches; filters, counts and order are worked out here, for as many kinds of items as there are.
        var matches = await Matches(consortiumId, query, now).ToListAsync(ct);
        var facets = new PackedFacets(matches.Select(m => (m.Facets, 1)), query.Filters);
        var page = matches.Where(m => facets.Pass(m.Facets)).OrderByDescending(m => m.Score).ThenBy(m => m.SortName, StringComparer.Ordinal)
            .ThenBy(m => m.ItemId).Skip(query.Skip).Take(query.Take).Select(m => m.ItemId).ToList();
        var contents = page.Count == 0 ? [] : await db.PublishedItems.AsNoTracking()
            .Where(i => i.ConsortiumId == consortiumId && page.Contains(i.ItemId)).Select(i => new { i.ItemId, i.Content })
            .ToDictionaryAsync(i => i.ItemId, i => i.Content, ct);
        return new(
            facets.Total, [.. page.Where(contents.ContainsKey).Select(id => ShownItem.FromJson(contents[id]))], facets.Counts());
    }

    public async Task<IReadOnlyList<ShownItem>> AllAsync(
        Guid consortiumId, DateTime now, CancellationToken ct, int skip = 0, int take = int.MaxValue) =>
        (await Shown(consortiumId, now).OrderBy(i => i.SortName).ThenBy(i => i.ItemId).Skip(skip).Take(take).Select(i => i.Content).ToListAsync(ct))
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

    // Without words: the store counts each kind of items, and reads only the page.
    private async Task<FoundItems> BrowseAsync(Guid consortiumId, CatalogueQuery query, DateTime now, CancellationToken ct)
    {
        var kinds = await Shown(consortiumId, now).GroupBy(i => i.Facets).Select(g => new { Facets = g.Key, Items = g.Count() }).ToListAsync(ct);
        var facets = new PackedFacets(kinds.Select(kind => (kind.Facets, kind.Items)), query.Filters);
        var passing = facets.Passing;
        var page = query.Take == 0 || passing.Count == 0 ? [] : await Shown(consortiumId, now)
            .Where(i => query.Filters.Count == 0 || passing.Contains(i.Facets)).OrderBy(i => i.SortName).ThenBy(i => i.ItemId)
            .Skip(query.Skip).Take(query.Take).Select(i => i.Content).ToListAsync(ct);
        return new(facets.Total, page.ConvertAll(ShownItem.FromJson), facets.Counts());
    }

    private IQueryable<Match> Matches(Guid consortiumId, CatalogueQuery query, DateTime now)
    {
        var matches = Shown(consortiumId, now).Select(i => new Match { ItemId = i.ItemId, SortName = i.SortName, Facets = i.Facets, Score = 0 });
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
                ItemId = m.ItemId, SortName = m.SortName, Facets = m.Facets, Score = m.Score + f.Weight,
            });
        }

        return matches;
    }

    private sealed class Match
    {
        public Guid ItemId { get; init; }

        public string SortName { get; init; } = "";

        public string Facets { get; init; } = "";

        public int Score { get; init; }
    }
}
