using System.Collections.Concurrent;
using ExportConsortia.Marketing.Catalogue;
using ExportConsortia.Marketing.Sheets;
using MongoDB.Bson;
using MongoDB.Driver;
using MongoDB.Driver.Core.Events;

namespace ExportConsortia.Marketing.Tests.Catalogue;

/// <summary>
/// The commands that go to MongoDB, as the driver reports them: only those that every MongoDB since 4.4 has, and what a visitor types is a
/// value in them.
/// </summary>
public sealed class MongoCommandTests
{
    // Of the manual of MongoDB 4.4.
    private static readonly string[] s_stages = ["$match", "$project", "$sort", "$skip", "$limit", "$facet", "$count", "$unwind", "$group"];

    private static readonly string[] s_operators =
    [
        .. s_stages, "$and", "$or", "$in", "$gte", "$gt", "$lte", "$lt", "$elemMatch", "$add", "$max", "$map", "$filter", "$literal", "$sum", "$db",
    ];

    [Fact]
    public async Task A_search_is_two_aggregations_of_documented_operators()
    {
        using var server = new MongoStandIn();
        var (catalogue, sent) = Connect(server);
        server.Finds = command => command["pipeline"].AsBsonArray.Any(stage => stage.AsBsonDocument.Contains("$facet"))
            ? [BsonDocument.Parse("""
                { total: [{ items: 7 }], Family: [{ _id: "chairs", items: 7 }], Origin: [], Certificate: [], Language: [] }
                """)]
            : [new BsonDocument("content", Chair.ToJson())];

        var found = await catalogue.SearchAsync(
            Guid.CreateVersion7(),
            new(SearchWords.Asked("Möbel $where"), new Dictionary<CatalogueFilter, string>
            {
                [CatalogueFilter.Language] = "de", [CatalogueFilter.Origin] = "{\"$ne\": 1}",
            }, 24, 12),
            new DateTime(2027, 3, 1, 0, 0, 0, DateTimeKind.Utc), CancellationToken.None);

        Assert.Equal((7, "TK-12"), (found.Total, found.Items.Single().ProductCode));
        Assert.Equal(["aggregate", "aggregate"], sent.Select(command => command.GetElement(0).Name));
        Assert.All(sent, command => Assert.Empty(Operators(command).Except(s_operators)));
        var page = sent.Select(command => command["pipeline"].AsBsonArray)
            .Single(stages => stages.Any(stage => stage.AsBsonDocument.Contains("$limit")));
        Assert.Equal(["$match", "$project", "$sort", "$skip", "$limit", "$project"], page.Select(stage => stage.AsBsonDocument.GetElement(0).Name));
        var match = page[0]["$match"].AsBsonDocument;
        Assert.Equal("{\"$ne\": 1}", match["byOrigin"].AsString);
        Assert.Equal(2, match["$and"].AsBsonArray.Count);
        var word = match["$and"][0]["$or"][0]["words"]["$elemMatch"];
        Assert.Equal(("mobel", "mobel\U0010FFFF"), (word["w"]["$gte"].AsString, word["w"]["$lt"].AsString));
        Assert.Equal("""["de", ""]""", word["l"]["$in"].ToJson());
        Assert.Equal((24, 12), (page[3]["$skip"].ToInt32(), page[4]["$limit"].ToInt32()));
        Assert.Equal("""{ "score" : -1, "sort" : 1, "_id" : 1 }""", page[2]["$sort"].ToJson());
    }

    [Fact]
    public async Task What_is_written_is_one_bulk_and_two_indexes_on_arrays()
    {
        using var server = new MongoStandIn();
        var (catalogue, sent) = Connect(server);

        await catalogue.WriteAsync(Guid.CreateVersion7(), [(Chair, "h")], [Guid.CreateVersion7()], CancellationToken.None);
        Assert.Empty(await catalogue.HashesAsync(Guid.CreateVersion7(), CancellationToken.None));

        Assert.Equal(["createIndexes", "delete", "update", "find"], sent.Select(command => command.GetElement(0).Name));
        Assert.DoesNotContain(sent, command => command.Contains("txnNumber") || command.Contains("startTransaction"));
        Assert.Equal(
            ["""{ "consortium" : 1, "words.w" : 1 }""", """{ "consortium" : 1, "slug" : 1 }"""],
            sent.First()["indexes"].AsBsonArray.Select(index => index["key"].ToJson()));
    }

    [Fact]
    public async Task What_of_some_items_is_shown_is_one_find_by_their_ids()
    {
        using var server = new MongoStandIn();
        var (catalogue, sent) = Connect(server);

        Assert.Empty(await catalogue.ShownAsync(
            Guid.CreateVersion7(), [Chair.Id], new DateTime(2027, 3, 1, 0, 0, 0, DateTimeKind.Utc), CancellationToken.None));

        var filter = Assert.Single(sent)["filter"].AsBsonDocument;
        Assert.Equal(["consortium", "from", "until", "_id"], filter.Names);
        Assert.EndsWith($"/{Chair.Id}", filter["_id"]["$in"][0].AsString, StringComparison.Ordinal);
    }

    private static readonly ShownItem Chair = new()
    {
        Id = Guid.CreateVersion7(), Slug = "chair", ProductCode = "TK-12", Family = "chairs", Unit = "C62",
        Texts = new Dictionary<string, SheetText> { ["en"] = new("Chair", "") },
    };

    private static (MongoCatalogue Catalogue, ConcurrentQueue<BsonDocument> Sent) Connect(MongoStandIn server)
    {
        var sent = new ConcurrentQueue<BsonDocument>();
        var settings = MongoClientSettings.FromConnectionString(server.Address);
        settings.ServerSelectionTimeout = TimeSpan.FromSeconds(10);
        settings.RetryWrites = false;
        settings.ClusterConfigurator = cluster => cluster.Subscribe<CommandStartedEvent>(e =>
        {
            if (e.CommandName is not ("hello" or "isMaster"))
            {
                sent.Enqueue(e.Command.DeepClone().AsBsonDocument);
            }
        });
        return (new MongoCatalogue(new MongoClient(settings).GetDatabase("catalogue")), sent);
    }

    private static IEnumerable<string> Operators(BsonValue value) => value switch
    {
        BsonDocument document => document.Elements.SelectMany(e =>
            (e.Name[0] == '$' ? new[] { e.Name } : []).Concat(e.Name == "$literal" ? [] : Operators(e.Value))),
        BsonArray array => array.SelectMany(Operators),
        _ => [],
    };
}
