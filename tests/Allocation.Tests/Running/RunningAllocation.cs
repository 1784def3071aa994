using ExportConsortia.Allocation.SealedPrices;
using Microsoft.EntityFrameworkCore;

namespace ExportConsortia.Allocation.Tests.Running;

/// <summary>
/// The allocation service, shared by the stories of one shape and started by the first of them. Stories run side by side, each with its own
/// consortium; one that moves the clock or looks at everything runs alone.
/// </summary>
public abstract class RunningAllocation : RunningService
{
    private const int Places = 8;

    private readonly ServerShare _servers;
    private readonly SemaphoreSlim _next = new(1);
    private readonly SemaphoreSlim _places = new(Places);
    private readonly Lazy<Task> _started;
    private bool _alone;

    private protected RunningAllocation(Shape shape)
        : this(shape, new ServerShare())
    {
    }

    private RunningAllocation(Shape shape, ServerShare servers)
        : base(new ServiceData(shape, servers, "allocation"), new AllocationModule())
    {
        (_servers, _started) = (servers, new(Start));
        if (shape == Shape.Distributed)
        {
            Settings["Allocation:PriceSecret"] = new string('s', 32);
        }
    }

    /// <summary>Whether a timer ends offers that are past their deadline.</summary>
    protected virtual bool HasTimer => true;

    /// <summary>The service's database.</summary>
    internal AllocationDb Store() => Data.Open<AllocationDb>();

    /// <summary>Distributed only: another database on the same server.</summary>
    public Task<string> CreateDatabase(string name) => _servers.CreateDatabase(name);

    /// <summary>A story begins when it is its turn: alone, when all that began before have ended.</summary>
    internal async Task Begin(bool alone)
    {
        await _started.Value;
        await _next.WaitAsync();
        for (var place = 0; place < PlacesOf(alone); place++)
        {
            await _places.WaitAsync();
        }

        Clock.MayMove = _alone = alone;
        _next.Release();
    }

    internal void End(bool alone) => _places.Release(PlacesOf(alone));

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Data.Dispose();
        await _servers.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Every row of every table but the traces of what was tried in vain, and how many messages were ever saved to be published.</summary>
    public async Task<IReadOnlyList<string>> AllThatIsStored()
    {
        Assert.True(_alone, "Other stories write meanwhile: a story that looks at everything must be [Alone].");
        await using var db = Store();
        // After a year every open offer of all stories expires, and up to three rounds follow, long runs among them.
        await Eventually.Holds("all work that earlier stories caused has ended", () => RequireQuiet(db), TimeSpan.FromMinutes(3));
        await db.Database.OpenConnectionAsync();
        var rows = new List<string>();
        foreach (var table in db.Model.GetEntityTypes().Select(t => t.GetTableName()!).Where(t => t != "Traces").Order(StringComparer.Ordinal))
        {
            rows.AddRange(await Rows(db, table, $"SELECT * FROM \"{table}\""));
        }

        var messages = db.Database.IsNpgsql()
            ? "SELECT last_value FROM \"Outbox_Sequence_seq\""
            : "SELECT seq FROM sqlite_sequence WHERE name = 'Outbox'";
        return [.. rows, .. await Rows(db, "messages", messages)];
    }

    private static int PlacesOf(bool alone) => alone ? Places : 1;

    // Earlier stories may have moved the clock past deadlines of other orders: the timer ends those offers, and new runs begin.
    private async Task RequireQuiet(AllocationDb db)
    {
        var now = Clock.Now();
        var orders = await db.Orders.AsNoTracking()
            .Select(o => new { o.Id, o.NextDeadline, o.Run, PriceRounds = (List<PriceRound>?)o.PriceRounds }).ToListAsync();
        var inRun = orders.FindAll(o => o.Run is not null && o.PriceRounds?.Exists(r => r.IsPending) is not true).ConvertAll(o => o.Id);
        var due = HasTimer ? orders.FindAll(o => o.NextDeadline <= now).ConvertAll(o => o.Id) : [];
        var unsent = await db.Outbox.AsNoTracking().OrderBy(m => m.Sequence).Select(m => $"{m.Type} {m.LastError}").Take(10).ToListAsync();
        Assert.True(
            inRun.Count + due.Count + unsent.Count == 0,
            $"Orders in a run: {string.Join(' ', inRun)}. Past a deadline: {string.Join(' ', due)}. Unsent: {string.Join("; ", unsent)}.");
    }

    private static async Task<IReadOnlyList<string>> Rows(AllocationDb db, string table, string query)
    {
        await using var command = db.Database.GetDbConnection().CreateCommand();
        command.CommandText = query;
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
        {
            var values = new object[reader.FieldCount];
            reader.GetValues(values);
            rows.Add($"{table}: {string.Join(" | ", values.Select(v => v is byte[] bytes ? Convert.ToHexString(bytes) : $"{v}"))}");
        }

        rows.Sort(StringComparer.Ordinal);
        return rows;
    }
}
