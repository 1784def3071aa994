using MongoDB.Bson;
using MongoDB.Driver;

namespace ExportConsortia.Marketing.Catalogue;

/// <summary>
/// The live catalogue in MongoDB 4.4 or later: one document an item, with its words in an indexed array. It finds what the service's own database
/// finds. Only find, aggregate, bulk write and indexes on arrays: no text index, no transaction.
/// </summary>
internal sealed class MongoCatalogue(IMongoDatabase database) : IPublishedCatalogue
{
    /// <summary>The collection.</summary>
    public const string Collection = "items";

    private const string Consortium = "consortium";
    private const string Words = "words";
    private const string Sort = "sort";

    private readonly IMongoCollection<BsonDocument> _items = database.GetCollection<BsonDocument>(Collection);

    public string Store => "MongoDB";

    public async Task<IReadOnlyDictionary<Guid, string>> HashesAsync(Guid consortiumId, CancellationToken ct)
    {
        var all = await _items.Find(new BsonDocument(Consortium, Text(consortiumId)))
            .Project(new BsonDocument { ["_id"] = 0, ["item"] = 1, ["hash"] = 1 }).ToListAsync(ct);
        return all.ToDictionary(item => Guid.Parse(item["item"].AsString), item => item["hash"].AsString);
    }

    public async Task WriteAsync(
        Guid consortiumId, IReadOnlyList<(ShownItem Item, string Hash)> put, IReadOnlyList<Guid> remove, CancellationToken ct)
    {
        // An index that exists is left as it is.
        await _items.Indexes.CreateManyAsync(
        [
            new(new BsonDocument { [Consortium] = 1, [$"{Words}.w"] = 1 }),
            new(new BsonDocument { [Consortium] = 1, ["slug"] = 1 }),
        ], ct);
        await _items.BulkWriteAsync(
        [
            .. remove.Select(id => new DeleteOneModel<BsonDocument>(new BsonDocument("_id", Id(consortiumId, id)))),
            .. put.Select(p => new ReplaceOneModel<BsonDocument>(
                new BsonDocument("_id", Id(consortiumId, p.Item.Id)), DocumentOf(consortiumId, p.Item, p.Hash)) { IsUpsert = true }),
        ], new BulkWriteOptions { IsOrdered = false }, ct);
    }

    public async Task<ShownItem?> FindAsync(Guid consortiumId, string slugOrId, DateTime now, CancellationToken ct)
    {
        var which = Guid.TryParse(slugOrId, out var id) ? new BsonDocument("item", Text(id)) : new BsonDocument("slug", slugOrId);
        var found = await _items.Find(Shown(consortiumId, now).Merge(which)).Project(OnlyContent).Limit(1).FirstOrDefaultAsync(ct);
        return found is null ? null : ShownItem.FromJson(found["content"].AsString);
    }

    public async Task<IReadOnlySet<Guid>> ShownAsync(Guid consortiumId, IReadOnlyCollection<Guid> items, DateTime now, CancellationToken ct)
    {
        var which = new BsonDocument("_id", new BsonDocument("$in", new BsonArray(items.Select(id => Id(consortiumId, id)))));
        var found = await _items.Find(Shown(consortiumId, now).Merge(which)).Project(new BsonDocument { ["_id"] = 0, ["item"] = 1 }).ToListAsync(ct);
        return found.Select(item => Guid.Parse(item["item"].AsString)).ToHashSet();
    }

    public async Task<FoundItems> SearchAsync(Guid consortiumId, CatalogueQuery query, DateTime now, CancellationToken ct)
    {
        var matching = Shown(consortiumId, now);
        if (query.Words.Count > 0)
        {
            matching["$and"] = new BsonArray(query.Words.Select(forms => Matches(forms, query.Language)));
        }

        var filtered = matching.DeepClone().AsBsonDocument.Merge(Filtered(query.Filters));
        var counts = CountAsync(matching, query, ct);
        var page = new List<BsonDocument>();
        if (query.Take > 0)
        {
            page = await (await _items.AggregateAsync<BsonDocument>(PagePipeline(filtered, query), cancellationToken: ct)).ToListAsync(ct);
        }

        var (total, values) = await counts;
        return new(total, page.ConvertAll(item => ShownItem.FromJson(item["content"].AsString)), values);
    }

    public async Task<IReadOnlyList<ShownItem>> AllAsync(
        Guid consortiumId, DateTime now, CancellationToken ct, int skip = 0, int take = int.MaxValue)
    {
        // Sorted here: MongoDB sorts no more than 100 MB of documents.
        var all = await _items.Find(Shown(consortiumId, now)).Project(new BsonDocument { ["_id"] = 1, [Sort] = 1, ["content"] = 1 }).ToListAsync(ct);
        return
        [
            .. all.OrderBy(i => i[Sort].AsString, StringComparer.Ordinal).ThenBy(i => i["_id"].AsString, StringComparer.Ordinal)
                .Skip(skip).Take(take).Select(i => ShownItem.FromJson(i["content"].AsString)),
        ];
    }

    // Best match first: the weight of the best place of each word, added up; then by name and id.
    private static BsonDocument[] PagePipeline(BsonDocument filtered, CatalogueQuery query) =>
    [
        new("$match", filtered),
        new("$project", new BsonDocument
        {
            [Sort] = 1, ["content"] = 1,
            // A constant first: there may be no word.
            ["score"] = new BsonDocument("$add", new BsonArray(query.Words.Select(forms => Weight(forms, query.Language)).Prepend(Literal(0)))),
        }),
        new("$sort", new BsonDocument { ["score"] = -1, [Sort] = 1, ["_id"] = 1 }),
        new("$skip", query.Skip),
        new("$limit", query.Take),
        new("$project", OnlyContent),
    ];

    private async Task<(int Total, IReadOnlyList<FilterCount> Counts)> CountAsync(BsonDocument matching, CatalogueQuery query, CancellationToken ct)
    {
        // One command counts everything: all filters together, and each value of a filter without its own choice.
        var facets = new BsonDocument("total", new BsonArray
        {
            new BsonDocument("$match", Filtered(query.Filters)), new BsonDocument("$count", "items"),
        });
        foreach (var filter in Enum.GetValues<CatalogueFilter>())
        {
            facets[filter.ToString()] = new BsonArray
            {
                new BsonDocument("$match", Filtered(query.Filters.Where(f => f.Key != filter))),
                new BsonDocument("$unwind", $"${Field(filter)}"),
                new BsonDocument("$group", new BsonDocument { ["_id"] = $"${Field(filter)}", ["items"] = new BsonDocument("$sum", 1) }),
            };
        }

        BsonDocument[] pipeline =
        [
            new("$match", matching),
            new("$project", new BsonDocument(Enum.GetValues<CatalogueFilter>().ToDictionary(Field, _ => 1))),
            new("$facet", facets),
        ];
        var counted = await (await _items.AggregateAsync<BsonDocument>(pipeline, cancellationToken: ct)).SingleAsync(ct);
        var total = counted["total"].AsBsonArray is [var one, ..] ? one["items"].ToInt32() : 0;
        return (total,
        [
            .. Enum.GetValues<CatalogueFilter>().SelectMany(filter => counted[filter.ToString()].AsBsonArray
                .Select(value => new FilterCount(filter, value["_id"].AsString, value["items"].ToInt32()))
                .OrderByDescending(c => c.Items).ThenBy(c => c.Value, StringComparer.Ordinal)),
        ]);
    }

    private static BsonDocument OnlyContent => new() { ["_id"] = 0, ["content"] = 1 };

    private static BsonDocument DocumentOf(Guid consortiumId, ShownItem item, string hash)
    {
        var document = new BsonDocument
        {
            ["_id"] = Id(consortiumId, item.Id),
            [Consortium] = Text(consortiumId),
            ["item"] = Text(item.Id),
            ["slug"] = item.Slug,
            [Sort] = OwnCatalogue.SortNameOf(item),
            ["hash"] = hash,
            ["from"] = item.ShownFrom ?? DateTime.UnixEpoch,
            ["until"] = item.ShownUntil ?? Never,
            ["content"] = item.ToJson(),
            [Words] = new BsonArray(SearchWords.Of(item).Select(word => new BsonDocument
            {
                ["w"] = word.Word, ["l"] = word.Language, ["s"] = word.Weight,
            })),
        };
        foreach (var filter in Enum.GetValues<CatalogueFilter>())
        {
            document[Field(filter)] = new BsonArray(item.Facets().Where(f => f.Filter == filter).Select(f => f.Value));
        }

        return document;
    }

    private static readonly DateTime Never = new(9999, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private static BsonDocument Shown(Guid consortiumId, DateTime now) => new()
    {
        [Consortium] = Text(consortiumId), ["from"] = new BsonDocument("$lte", now), ["until"] = new BsonDocument("$gt", now),
    };

    private static BsonDocument Filtered(IEnumerable<KeyValuePair<CatalogueFilter, string>> filters) =>
        new(filters.ToDictionary(f => Field(f.Key), f => f.Value));

    private static string Field(CatalogueFilter filter) => $"by{filter}";

    // A range of words within one element of the array: the index has it.
    private static BsonDocument Matches(IReadOnlyList<string> forms, string? language)
    {
        var any = forms.Select(form =>
        {
            var word = new BsonDocument("w", new BsonDocument { ["$gte"] = form, ["$lt"] = SearchWords.After(form) });
            if (language is not null)
            {
                word["l"] = new BsonDocument("$in", new BsonArray { language, "" });
            }

            return new BsonDocument(Words, new BsonDocument("$elemMatch", word));
        }).ToList();
        return any.Count == 1 ? any[0] : new BsonDocument("$or", new BsonArray(any));
    }

    private static BsonDocument Weight(IReadOnlyList<string> forms, string? language)
    {
        var begins = new BsonDocument("$or", new BsonArray(forms.Select(form => new BsonDocument("$and", new BsonArray
        {
            new BsonDocument("$gte", new BsonArray { "$$word.w", Literal(form) }),
            new BsonDocument("$lt", new BsonArray { "$$word.w", Literal(SearchWords.After(form)) }),
        }))));
        var condition = language is null ? begins : new BsonDocument("$and", new BsonArray
        {
            begins, new BsonDocument("$in", new BsonArray { "$$word.l", new BsonArray { Literal(language), "" } }),
        });
        var matching = new BsonDocument("$filter", new BsonDocument { ["input"] = $"${Words}", ["as"] = "word", ["cond"] = condition });
        return new BsonDocument("$max", new BsonDocument("$map", new BsonDocument { ["input"] = matching, ["as"] = "word", ["in"] = "$$word.s" }));
    }

    // What a visitor typed is never read as an expression.
    private static BsonDocument Literal(BsonValue value) => new("$literal", value);

    private static string Id(Guid consortiumId, Guid itemId) => $"{Text(consortiumId)}/{Text(itemId)}";

    private static string Text(Guid id) => id.ToString("D");
}
