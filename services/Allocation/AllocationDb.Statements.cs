using ExportConsortia.Allocation.Fairness;

namespace ExportConsortia.Allocation;

/// <content>SQL of our own. It adds to rows by their keys and reads none: no query filter applies to it.</content>
internal sealed partial class AllocationDb
{
    /// <summary>Reserves capacity, up to what is declared (F-Q4), and releases it, in one statement that locks the declarations by id.</summary>
    private async Task MoveReservationsAsync(List<(Guid BucketId, long Quantity)> moved, CancellationToken ct)
    {
        if (moved.Count == 0)
        {
            return;
        }

        var sql =
            $"""
            WITH moved ("Id", "Quantity") AS (VALUES {Placeholders(moved.Count, 2)}),
            locked AS (SELECT c."Id", m."Quantity" FROM "Capacity" c JOIN moved m ON m."Id" = c."Id" ORDER BY c."Id" {ForUpdateOf("c")})
            UPDATE "Capacity" SET "Reserved" = "Reserved" + l."Quantity" FROM locked l
            WHERE "Capacity"."Id" = l."Id" AND (l."Quantity" <= 0 OR "Reserved" + l."Quantity" <= "Declared")
            """;
        if (await Database.ExecuteSqlRawAsync(sql, moved.SelectMany(m => (object[])[m.BucketId, m.Quantity]), ct) != moved.Count)
        {
            throw new DbUpdateConcurrencyException("The capacity is no longer free.");
        }
    }

    /// <summary>Adds to the running sums of fairness accounts, in one statement that locks them by family, firm and year.</summary>
    /// <returns>The accounts that exist; the others must be created.</returns>
    public async Task<List<AccountKey>> AddToBalancesAsync(
        Guid consortiumId, IReadOnlyCollection<(AccountKey Key, long Entitled, long Received)> sums, CancellationToken ct)
    {
        var sql =
            $$"""
            WITH sums ("Family", "MemberId", "Year", "Entitled", "Received") AS (VALUES {{Placeholders(sums.Count, 5)}}),
            locked AS (SELECT s.* FROM "FairnessBalances" b
                JOIN sums s ON b."Family" = s."Family" AND b."MemberId" = s."MemberId" AND b."Year" = s."Year"
                WHERE b."ConsortiumId" = {{{sums.Count * 5}}} ORDER BY b."Family", b."MemberId", b."Year" {{ForUpdateOf("b")}})
            UPDATE "FairnessBalances"
            SET "Entitled" = "FairnessBalances"."Entitled" + l."Entitled", "Received" = "FairnessBalances"."Received" + l."Received"
            FROM locked l WHERE "FairnessBalances"."ConsortiumId" = {{{sums.Count * 5}}} AND "FairnessBalances"."Family" = l."Family"
                AND "FairnessBalances"."MemberId" = l."MemberId" AND "FairnessBalances"."Year" = l."Year"
            RETURNING "FairnessBalances"."Family", "FairnessBalances"."MemberId", "FairnessBalances"."Year"
            """;
        object[] values = [.. sums.SelectMany(s => (object[])[s.Key.Family, s.Key.MemberId, s.Key.Year, s.Entitled, s.Received]), consortiumId];
        return await Database.SqlQueryRaw<AccountKey>(sql, values).ToListAsync(ct);
    }

    // ({0}, {1}), ({2}, {3}) …
    private static string Placeholders(int rows, int columns) => string.Join(", ", Enumerable.Range(0, rows * columns).Chunk(columns)
        .Select(row => $"({string.Join(", ", row.Select(i => $"{{{i}}}"))})"));

    // On SQLite a transaction is the only writer.
    private string ForUpdateOf(string table) => Database.IsNpgsql() ? $"FOR UPDATE OF {table}" : "";
}
