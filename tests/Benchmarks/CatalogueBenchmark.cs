using System.Diagnostics;
using System.Globalization;
using ExportConsortia.Marketing;
using ExportConsortia.Marketing.Catalogue;
using ExportConsortia.Marketing.Sheets;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;

namespace ExportConsortia.Benchmarks;

/// <summary>
/// Search of the published catalogue: a page of results with all counts, beside the bare query of the same store that reads the same words by the
/// same index, counts and pages the same items. Both alternate in one run.
/// </summary>
internal static class CatalogueBenchmark
{
    private static readonly string[] s_languages = ["en", "de", "fr", "vi", "th"];

    private static readonly (string Kind, string Words, (CatalogueFilter, string)[] Filters)[] s_searches =
    [
        ("rare word", "walnut17", []),
        ("two words", "garden teak", []),
        ("beginning", "cha", []),
        ("umlaut", "möbel", []),
        ("pairs (Thai)", "ไม้สัก", []),
        ("word and filter", "garden", [(CatalogueFilter.Origin, "LA")]),
        ("one language", "garden", [(CatalogueFilter.Language, "en")]),
    ];

    public static async Task RunAsync(string[] options)
    {
        var settings = new ConfigurationBuilder().AddCommandLine(options).Build();
        var (sheets, rounds) = (settings.GetValue("sheets", 20_000), settings.GetValue("rounds", 30));
        await using var postgres = await PostgresServer.Launch(fsync: true);
        var folder = Directory.CreateTempSubdirectory("catalogue-").FullName;
        var address = await postgres.CreateDatabase("catalogue");
        await using var sqlite = ServiceData.Open<MarketingDb>(o => o.UseSqlite($"Data Source={Path.Combine(folder, "catalogue.db")}"));
        await using var server = ServiceData.Open<MarketingDb>(o => o.UseNpgsql(address));
        Console.WriteLine(
            $"{sheets:N0} sheets in {s_languages.Length} languages, {rounds} rounds, medians in ms; {Environment.ProcessorCount} processors.");
        Console.WriteLine("store       search              found   service      bare    ratio");
        foreach (var (name, db) in new[] { ("SQLite", sqlite), ("PostgreSQL", server) })
        {
            await MeasureAsync(name, db, sheets, rounds);
        }

        Directory.Delete(folder, recursive: true);
    }

    private static async Task MeasureAsync(string name, MarketingDb db, int sheets, int rounds)
    {
        await db.Database.MigrateAsync();
        var (consortium, now, catalogue) = (Guid.CreateVersion7(), TimeProvider.System.GetUtcNow().UtcDateTime, new OwnCatalogue(db));
        db.ChangeTracker.AutoDetectChangesEnabled = false;
        await using (var transaction = await db.Database.BeginTransactionAsync())
        {
            await catalogue.WriteAsync(consortium, [.. Enumerable.Range(0, sheets).Select(i => (Draw(i), "h"))], [], default);
            await transaction.CommitAsync();
        }

        await db.Database.ExecuteSqlRawAsync("ANALYZE");
        foreach (var (kind, words, filters) in s_searches)
        {
            var query = new CatalogueQuery(SearchWords.Asked(words), filters.ToDictionary(f => f.Item1, f => f.Item2), 0, 24);
            var (own, bare, total) = (new List<double>(), new List<double>(), 0);
            for (var round = -3; round < rounds; round++)
            {
                var started = Stopwatch.GetTimestamp();
                total = (await catalogue.SearchAsync(consortium, query, now, default)).Total;
                var searched = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
                started = Stopwatch.GetTimestamp();
                await BareAsync(db, consortium, query);
                if (round >= 0)
                {
                    own.Add(searched);
                    bare.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
                }
            }

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{name,-11} {kind,-17} {total,7} {Figures.Median(own),9:F2} {Figures.Median(bare),9:F2} "
                + $"{Figures.Median(own) / Figures.Median(bare),8:F2}"));
        }
    }

    // By SQL, without the model, without filters by date, and without counts: what the index costs at least.
    private static async Task BareAsync(MarketingDb db, Guid consortium, CatalogueQuery query)
    {
        await using var command = db.Database.GetDbConnection().CreateCommand();
        var id = command.CreateParameter();
        (id.ParameterName, id.Value) = ("@c", db.Database.IsNpgsql() ? consortium : consortium.ToString().ToUpperInvariant());
        command.Parameters.Add(id);
        var from = query.Words.Select((forms, i) =>
        {
            var ranges = forms.Select((form, j) =>
            {
                Add($"@f{i}_{j}", form);
                Add($"@t{i}_{j}", SearchWords.After(form));
                return $"(\"Word\" >= @f{i}_{j} AND \"Word\" < @t{i}_{j})";
            });
            return $"(SELECT \"ItemId\", MAX(\"Weight\") AS w FROM \"PublishedWords\" WHERE \"ConsortiumId\" = @c AND "
                + $"({string.Join(" OR ", ranges)}) GROUP BY \"ItemId\") w{i}" + (i > 0 ? $" ON w{i}.\"ItemId\" = w0.\"ItemId\"" : "");
        });
        command.CommandText = $"SELECT i.\"Content\" FROM {string.Join(" JOIN ", from)} JOIN \"PublishedItems\" i ON i.\"ConsortiumId\" = @c AND "
            + $"i.\"ItemId\" = w0.\"ItemId\" ORDER BY {string.Join(" + ", query.Words.Select((_, i) => $"w{i}.w"))} DESC, i.\"SortName\", "
            + "i.\"ItemId\" LIMIT 24";
        await db.Database.OpenConnectionAsync();
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            _ = reader.GetString(0);
        }

        void Add(string name, string value)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value);
            command.Parameters.Add(parameter);
        }
    }

    private static ShownItem Draw(int i)
    {
        string[] things = ["chair", "table", "bench", "basket", "lamp", "shelf", "stool", "box", "bowl", "tray"];
        string[] woods = ["teak", "rattan", "bamboo", "acacia", "rosewood"];
        var (thing, wood) = (things[i % things.Length], woods[i / 7 % woods.Length]);
        var place = i % 3 == 0 ? "garden" : i % 3 == 1 ? "kitchen" : "office";
        return new ShownItem
        {
            Id = Guid.CreateVersion7(), Slug = $"item-{i}", ProductCode = $"P-{i}", Family = things[i % things.Length] + "s", Unit = "C62",
            Origin = i % 4 == 0 ? "LA" : i % 4 == 1 ? "TH" : "VN",
            Certificates = i % 5 == 0 ? [new("FSC", "SGS", null, new(2099, 1, 1))] : [],
            Attributes = new Dictionary<string, string> { ["wood"] = wood, ["batch"] = $"walnut{i % 997}" },
            Texts = s_languages.ToDictionary(language => language, language => language switch
            {
                "de" => new SheetText($"{thing} Möbel {wood} {i}", $"Für Haus und {place}, große Auswahl, Nummer {i}."),
                "fr" => new SheetText($"{thing} en {wood} {i}", $"Pour la maison et le {place}, grand choix, numéro {i}."),
                "vi" => new SheetText($"{thing} gỗ {wood} {i}", $"Cho nhà và {place}, nhiều lựa chọn, số {i}."),
                "th" => new SheetText(i % 5 == 0 ? $"เก้าอี้ไม้สัก {i}" : $"ตะกร้าหวาย {i}", "ทำด้วยมือ"),
                _ => new SheetText($"{place} {thing} of {wood} {i}", $"For house and {place}, wide choice, number {i}."),
            }),
        };
    }
}
