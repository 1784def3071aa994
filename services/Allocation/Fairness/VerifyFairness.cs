using ExportConsortia.Allocation.Engine;
using ExportConsortia.Allocation.Members;

namespace ExportConsortia.Allocation.Fairness;

/// <summary>Recalculates the fairness accounts from all entries and compares them with the running sums. Differences can be repaired.</summary>
internal static class VerifyFairness
{
    /// <summary>What to do.</summary>
    public sealed record Request
    {
        /// <summary>True: replaces running sums that differ; false: changes nothing.</summary>
        public bool Repair { get; init; }
    }

    /// <summary>What was found.</summary>
    /// <param name="Accounts">Number of accounts by the entries: one per firm, product family and year.</param>
    /// <param name="Differences">Accounts whose running sum differs; empty if all agree.</param>
    /// <param name="Repaired">True: the differences were corrected.</param>
    public sealed record Response(int Accounts, IReadOnlyList<Difference> Differences, bool Repaired);

    /// <summary>An account whose running sum differs from its entries.</summary>
    /// <param name="MemberId">The member firm.</param>
    /// <param name="ProductFamily">The product family.</param>
    /// <param name="Year">The calendar year.</param>
    /// <param name="Kept">The running sum; absent if there was none.</param>
    /// <param name="Reckoned">The sum of the entries; absent if there are none.</param>
    /// <param name="Unit">UN/ECE code of the family's unit: all quantities here are in it.</param>
    public sealed record Difference(Guid MemberId, string ProductFamily, int Year, Sums? Kept, Sums? Reckoned, string Unit);

    /// <summary>The three numbers of an account.</summary>
    /// <param name="Carried">Owed from the years before.</param>
    /// <param name="Entitled">Entitled in the year.</param>
    /// <param name="Received">Received in the year.</param>
    public sealed record Sums(long Carried, long Entitled, long Received);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("fairness-accounts/verifications", HandleAsync)
        .WithName(nameof(VerifyFairness)).For(Role.ConsortiumManager)
        .WithSummary("Recalculate the fairness accounts and compare")
        .WithDescription(
            "Sums up all entries, carries balances from year to year by the rulebook, and lists each account whose running sum differs. With "
            + "`repair`, the running sums are corrected.")
        .WithExample(new Request());

    private static async Task<Ok<Response>> HandleAsync(Request request, AllocationDb db, Caller caller, CancellationToken ct)
    {
        var consortium = await db.ConsortiumAsync(caller.ConsortiumId, ct);
        return TypedResults.Ok(request.Repair ? await RepairAsync(consortium, db, ct) : await CompareAsync(consortium, db, ct));
    }

    /// <summary>Compares the running sums with the entries, both as of one moment.</summary>
    internal static async Task<Response> CompareAsync(Consortium consortium, AllocationDb db, CancellationToken ct)
    {
        // One statement: concurrent bookings are in both or in neither.
        var both = await db.FairnessBalances.Where(b => b.ConsortiumId == consortium.Id)
            .Select(b => new { b.MemberId, b.Family, b.Year, b.Carried, b.Entitled, b.Received, IsKept = true })
            .Concat(db.FairnessEntries.Where(e => e.ConsortiumId == consortium.Id)
                .GroupBy(e => new { e.MemberId, e.Family, e.Year })
                .Select(g => new
                {
                    g.Key.MemberId, g.Key.Family, g.Key.Year, Carried = 0L, Entitled = g.Sum(e => e.Entitled), Received = g.Sum(e => e.Received),
                    IsKept = false,
                }))
            .ToListAsync(ct);
        var cap = await LoadFairness.CapsAsync(consortium, both.Select(row => row.Year), db, ct);
        var kept = both.Where(row => row.IsKept)
            .ToDictionary(row => (row.MemberId, row.Family, row.Year), row => new Sums(row.Carried, row.Entitled, row.Received));
        var reckoned = both.Where(row => !row.IsKept).GroupBy(row => (row.MemberId, row.Family))
            .SelectMany(
                account => FairnessAccount.Years(account.Select(row => (row.Year, row.Entitled, row.Received)), year => cap(account.Key.Family, year))
                .Select(year =>
                    (Key: (account.Key.MemberId, account.Key.Family, year.Year), Sums: new Sums(year.Carried, year.Entitled, year.Received))))
            .ToDictionary(account => account.Key, account => account.Sums);
        var unitOf = await Product.UnitsByFamilyAsync(db, consortium.Id, ct);
        return new(
            reckoned.Count,
            [.. kept.Keys.Union(reckoned.Keys).Where(key => kept.GetValueOrDefault(key) != reckoned.GetValueOrDefault(key)).Order()
                .Select(key => new Difference(
                    key.MemberId, key.Family, key.Year, kept.GetValueOrDefault(key), reckoned.GetValueOrDefault(key), unitOf(key.Family)))],
            Repaired: false);
    }

    /// <summary>Corrects the running sums from the entries.</summary>
    internal static async Task<Response> RepairAsync(Consortium consortium, AllocationDb db, CancellationToken ct)
    {
        Response? found = null;
        await db.InOneTransactionAsync(
            async () =>
            {
                // Concurrent bookings wait until the sums are correct.
                var balances = db.FairnessBalances.Where(b => b.ConsortiumId == consortium.Id);
                await db.LockAsync(balances.OrderBy(b => b.Family).ThenBy(b => b.MemberId).ThenBy(b => b.Year), ct);
                found = await CompareAsync(consortium, db, ct);
                foreach (var wrong in found.Differences)
                {
                    await balances.Where(b => b.MemberId == wrong.MemberId && b.Family == wrong.ProductFamily && b.Year == wrong.Year)
                        .ExecuteDeleteAsync(ct);
                    if (wrong.Reckoned is { } right)
                    {
                        db.Add(new FairnessBalance
                        {
                            ConsortiumId = consortium.Id,
                            Family = wrong.ProductFamily,
                            MemberId = wrong.MemberId,
                            Year = wrong.Year,
                            Carried = right.Carried,
                            Entitled = right.Entitled,
                            Received = right.Received,
                        });
                    }
                }

                await db.SaveChangesAsync(ct);
                return true;
            },
            ct);
        return found! with { Repaired = true };
    }
}
