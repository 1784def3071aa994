using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace ExportConsortia.Platform.Tests;

/// <summary>A list is read page by page, the latest first, also when many rows share an instant.</summary>
public sealed class PagingTests
{
    private static readonly DateTime Noon = new(2027, 2, 1, 12, 0, 0, DateTimeKind.Utc);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pages_together_show_every_row_once_the_latest_first()
    {
        var ofThreeInstants = Enumerable.Range(0, 7).Select(i => new Row { Id = Guid.CreateVersion7(), At = Noon.AddHours(i / 3), Wanted = i != 4 });
        await using var db = await ListDb.WithAsync(ofThreeInstants);

        var seen = new List<Row>();
        Guid? before = null;
        do
        {
            var (refused, page, limit) = await db.Rows.PageAsync(nameof(Row.At), 2, before, r => r.Wanted, Cancel);
            Assert.Null(refused);
            Assert.Equal(2, limit);
            var rows = await page.ToListAsync(Cancel);
            seen.AddRange(rows);
            before = rows.Count == limit ? rows[^1].Id : null;
        }
        while (before is not null);

        var expected = await db.Rows.Where(r => r.Wanted).OrderByDescending(r => r.At).ThenBy(r => r.Id).Select(r => r.Id).ToListAsync(Cancel);
        Assert.Equal(expected, seen.Select(r => r.Id));
    }

    [Theory]
    [InlineData(0, "limit")]
    [InlineData(201, "limit")]
    [InlineData(null, "before")]
    public async Task A_wrong_limit_or_an_unknown_row_is_refused(int? limit, string field)
    {
        await using var db = await ListDb.WithAsync([]);

        var (refused, _, _) = await db.Rows.PageAsync(nameof(Row.At), limit, Guid.CreateVersion7(), _ => true, Cancel);

        Assert.Equal(400, refused!.StatusCode);
        Assert.Equal([field], ((IReadOnlyDictionary<string, string[]>)refused.ProblemDetails.Extensions["errors"]!).Keys);
    }

    [Fact]
    public void Every_wrong_field_is_named_with_all_its_sentences()
    {
        var errors = new InputErrors();
        Assert.Equal("Teak", errors.Text(" Teak ", "name", 10));
        Assert.Equal("F-1", errors.Code("F-1", "code"));
        Assert.False(errors.Any);

        errors.Text("", "name", 10);
        errors.Code("F 1", "code");
        errors.Unless(false, "code", "Is taken.");
        Assert.True(errors.Any);
        var named = (IReadOnlyDictionary<string, string[]>)errors.ToProblem().ProblemDetails.Extensions["errors"]!;
        Assert.Equal([("code", 2), ("name", 1)], named.Select(e => (e.Key, e.Value.Length)).Order());
    }

    private sealed class Row
    {
        public Guid Id { get; init; }

        public DateTime At { get; init; }

        public bool Wanted { get; init; }
    }

    private sealed class ListDb(SqliteConnection connection) : DbContext
    {
        public DbSet<Row> Rows => Set<Row>();

        public static async Task<ListDb> WithAsync(IEnumerable<Row> rows)
        {
            var connection = new SqliteConnection("Data Source=:memory:");
            await connection.OpenAsync(Cancel);
            var db = new ListDb(connection);
            await db.Database.EnsureCreatedAsync(Cancel);
            db.AddRange(rows);
            await db.SaveChangesAsync(Cancel);
            return db;
        }

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            await connection.DisposeAsync();
        }

        protected override void OnConfiguring(DbContextOptionsBuilder optionsBuilder) => optionsBuilder.UseSqlite(connection);
    }
}
