using ExportConsortia.Allocation.Tests.Running;
using Microsoft.EntityFrameworkCore;

namespace ExportConsortia.Allocation.Tests;

/// <summary>A lock on rows lasts until its transaction ends; others wait. SQLite has only one writer anyway.</summary>
public sealed class LockTests(Distributed host)
{
    [Fact]
    public async Task A_second_lock_on_a_row_waits_for_the_first()
    {
        Required.Servers();
        var store = await host.CreateDatabase("locked");
        await using var first = ServiceData.Open<AllocationDb>(o => o.UseNpgsql(store));
        await using var second = ServiceData.Open<AllocationDb>(o => o.UseNpgsql(store));
        await using var onlooker = ServiceData.Open<AllocationDb>(o => o.UseNpgsql(store));
        await first.Database.MigrateAsync();
        first.AddRange(new Consortium(Guid.CreateVersion7(), "VTF", "Vientiane Teak"), new Consortium(Guid.CreateVersion7(), "LBC", "Luang Bamboo"));
        await first.SaveChangesAsync();
        var ct = TestContext.Current.CancellationToken;

        await using var transaction = await first.Database.BeginTransactionAsync(ct);
        Assert.Equal(1, await first.LockAsync(Row(first, "VTF"), ct));
        Assert.True(await LockInSecondAsync("LBC"));
        var waiting = LockInSecondAsync("VTF");
        await Eventually.Holds("the second waits", async () => await onlooker.Database.SqlQuery<int>(
            $"""
             SELECT count(*)::int AS "Value" FROM pg_stat_activity
             WHERE datname = current_database() AND wait_event_type = 'Lock'
             """).SingleAsync(ct) == 1);
        Assert.False(waiting.IsCompleted);

        await transaction.CommitAsync(ct);
        Assert.True(await waiting);

        Task<bool> LockInSecondAsync(string code) => second.InOneTransactionAsync(async () => await second.LockAsync(Row(second, code), ct) == 1, ct);
    }

    private static IOrderedQueryable<Guid> Row(AllocationDb db, string code) =>
        db.Consortia.Where(c => c.Code == code).Select(c => c.Id).OrderBy(id => id);
}
