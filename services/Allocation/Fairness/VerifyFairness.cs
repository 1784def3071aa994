using ExportConsortia.Allocation.Engine;

namespace ExportConsortia.Allocation.Fairness;

/// <summary>The running sums of the fairness accounts are reckoned anew from all entries ever made and compared; where they differ, they can be repaired.</summary>
internal static class VerifyFairness
{
    /// <summary>What to do.</summary>
    public sealed record Request
    {
        /// <summary>True: sums that differ are replaced by those of the entries; false: nothing is changed.</summary>
        public bool Repair { get; init; }
    }

    /// <summary>What was found.</summary>
    /// <param name="Accounts">Accounts there should be by the entries: one a firm, product family and year.</param>
    /// <param name="Differences">Those whose running sum is another; none if all is well.</param>
    /// <param name="Repaired">True: the differences are gone now.</param>
    public sealed record Response(int Accounts, IReadOnlyList<Difference> Differences, bool Repaired);

    /// <summary>An account whose running sum is not that of its entries.</summary>
    /// <param name="MemberId">The member firm.</param>
    /// <param name="ProductFamily">The product family.</param>
    /// <param name="Year">The calendar year.</param>
    /// <param name="Kept">The sum that was kept; absent if there was none.</param>
    /// <param name="Reckoned">The sum by the entries; absent if there are none.</param>
    public sealed record Difference(Guid MemberId, string ProductFamily, int Year, Sums? Kept, Sums? Reckoned);

    /// <summary>The three numbers of an account, in pieces.</summary>
    /// <param name="Carried">Owed from the years before.</param>
    /// <param name="Entitled">Entitled in the year.</param>
    /// <param name="Received">Received in the year.</param>
    public sealed record Sums(long Carried, long Entitled, long Received);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("fairness-accounts/verifications", Handle)
        .WithName(nameof(VerifyFairness)).For(Role.ConsortiumManager)
        .WithSummary("Reckon the fairness accounts anew and compare")
        .WithDescription("Sums all entries ever made, carries them from year to year by the rulebook, and names each account whose running sum is another. With `repair` the running sums are set right.")
        .WithExample(new Request());

    private static async Task<Ok<Response>> Handle(Request request, AllocationDb db, Caller caller, CancellationToken ct)
    {
        var consortium = await db.ConsortiumAsync(caller.ConsortiumId, ct);
        return TypedResults.Ok(request.Repair ? await RepairAsync(consortium, db, ct) : await CompareAsync(consortium, db, ct));
    }

    /// <summary>Compares the running sums with the entries, both as of one moment.</summary>
    internal static async Task<Response> CompareAsync(Consortium consortium, AllocationDb db, CancellationToken ct)
    {
        // One statement: what others book meanwhile is in both or in neither.
        var both = await db.FairnessBalances.Where(b => b.ConsortiumId == consortium.Id)
            .Select(b => new { b.MemberId, b.Family, b.Year, b.Carried, b.Entitled, b.Received, IsKept = true })
            .Concat(db.FairnessEntries.Where(e => e.ConsortiumId == consortium.Id)
                .GroupBy(e => new { e.MemberId, e.Family, e.Year })
                .Select(g => new { g.Key.MemberId, g.Key.Family, g.Key.Year, Carried = 0L, Entitled = g.Sum(e => e.Entitled), Received = g.Sum(e => e.Received), IsKept = false }))
            .ToListAsync(ct);
        var cap = await KeepFairness.CapsAsync(consortium, both.Select(row => row.Year), db, ct);
        var kept = both.Where(row => row.IsKept).ToDictionary(row => (row.MemberId, row.Family, row.Year), row => new Sums(row.Carried, row.Entitled, row.Received));
        var reckoned = both.Where(row => !row.IsKept).GroupBy(row => (row.MemberId, row.Family))
            .SelectMany(account => FairnessAccount.Years(account.Select(row => (row.Year, row.Entitled, row.Received)), year => cap(account.Key.Family, year))
                .Select(year => (Key: (account.Key.MemberId, account.Key.Family, year.Year), Sums: new Sums(year.Carried, year.Entitled, year.Received))))
            .ToDictionary(account => account.Key, account => account.Sums);
        return new(
            reckoned.Count,
            [.. kept.Keys.Union(reckoned.Keys).Where(key => kept.GetValueOrDefault(key) != reckoned.GetValueOrDefault(key)).Order()
                .Select(key => new Difference(key.MemberId, key.Family, key.Year, kept.GetValueOrDefault(key), reckoned.GetValueOrDefault(key)))],
            Repaired: false);
    }

    /// <summary>Sets the running sums to what the entries say.</summary>
    internal static async Task<Response> RepairAsync(Consortium consortium, AllocationDb db, CancellationToken ct)
    {
        Response? found = null;
        await db.InOneTransactionAsync(
            async () =>
            {
                // Whoever books waits until the sums are right.
                var balances = db.FairnessBalances.Where(b => b.ConsortiumId == consortium.Id);
                await db.LockAsync(balances.OrderBy(b => b.Family).ThenBy(b => b.MemberId).ThenBy(b => b.Year), ct);
                found = await CompareAsync(consortium, db, ct);
                foreach (var wrong in found.Differences)
                {
                    await balances.Where(b => b.MemberId == wrong.MemberId && b.Family == wrong.ProductFamily && b.Year == wrong.Year).ExecuteDeleteAsync(ct);
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
