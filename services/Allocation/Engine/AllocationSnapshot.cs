using System.Security.Cryptography;
using System.Text.Json;

namespace ExportConsortia.Allocation.Engine;

/// <summary>
/// Everything an allocation run knows, frozen when the run started. The same snapshot gives the same plan to the byte (F-Q8), whatever the order
/// of its lists. All quantities are in pieces.
/// </summary>
internal sealed record AllocationSnapshot
{
    /// <summary>The largest number of pieces in a snapshot: far above any real trade, and small enough that sums don't overflow.</summary>
    public const long MaxPieces = 1_000_000_000_000;

    public string Schema { get; init; } = "allocation-snapshot/1";

    public required Guid ConsortiumId { get; init; }

    public required Guid OrderId { get; init; }

    public required Guid RunId { get; init; }

    /// <summary>1 is the first run over the order; each re-allocation round and each step of the shortage procedure adds one.</summary>
    public required int Round { get; init; }

    /// <summary>The rulebook pinned by the order; a later one never applies retroactively (F-G4).</summary>
    public required int RulebookVersion { get; init; }

    /// <summary>UTC.</summary>
    public required DateTime TakenAt { get; init; }

    /// <summary>The first day on which pieces of this order can be made.</summary>
    public required DateOnly ProductionFrom { get; init; }

    public required IReadOnlyList<SnapshotMember> Members { get; init; }

    public required IReadOnlyList<SnapshotBucket> Buckets { get; init; }

    public required IReadOnlyList<SnapshotLine> Lines { get; init; }

    /// <summary>For <c>Balanced</c>: the fairness account of each member and product family.</summary>
    public IReadOnlyList<MemberAccount>? Accounts { get; init; }

    /// <summary>The canonical form, which is stored and hashed: lists by id, lines by position.</summary>
    public byte[] ToCanonicalBytes() => JsonSerializer.SerializeToUtf8Bytes(InOrder(), EngineJson.Default.AllocationSnapshot);

    /// <summary>Reads what <see cref="ToCanonicalBytes"/> wrote.</summary>
    public static AllocationSnapshot FromBytes(ReadOnlySpan<byte> bytes) =>
        JsonSerializer.Deserialize(bytes, EngineJson.Default.AllocationSnapshot) ?? throw new JsonException("The snapshot is empty.");

    /// <summary>SHA-256 of the canonical bytes, in hexadecimal: runs with the same hash had the same inputs.</summary>
    public string Hash() => Convert.ToHexStringLower(SHA256.HashData(ToCanonicalBytes()));

    /// <summary>The same snapshot with every list in canonical order.</summary>
    /// <exception cref="ArgumentException">The snapshot contradicts itself: a bug in the code that took it, not a business refusal.</exception>
    public AllocationSnapshot InOrder()
    {
        var members = Sorted(Members, member => member.Id);
        var known = members.Select(member => member.Id).ToHashSet();
        var buckets = Sorted(Buckets, bucket => bucket.Id);
        Require(buckets.All(bucket => known.Contains(bucket.MemberId) && bucket.Free is >= 0 and <= MaxPieces),
            "a bucket belongs to a known member and has 0 or more pieces");
        Require(Lines.Select(line => (line.OrderId, line.LineId)).Distinct().Count() == Lines.Count, "a line occurs once");
        foreach (var line in Lines)
        {
            var named = line.Capable.Concat(line.Held.Select(part => part.MemberId)).Concat(line.NotAskedAgain.Select(member => member.MemberId));
            Require(named.All(known.Contains), "a line names known members only");
            Require(line.Rule is { LotSize: >= 1, MinLot: >= 0 }, "lots are 1 piece or more");
            named = [.. QuotasOf(line).Select(quota => quota.MemberId), .. TurnsOf(line).Select(turn => turn.MemberId),
                .. ScoresOf(line).Select(score => score.MemberId),
                .. PricesOf(line).Select(price => price.MemberId), .. line.Strikes?.Select(own => own.MemberId) ?? [],
                .. line.Match?.Awarded.Select(part => part.MemberId) ?? [], .. line.Licensed ?? [],
                .. line.Limit?.Awarded.Select(part => part.MemberId) ?? [], .. line.ByHand?.Parts.Select(part => part.MemberId) ?? []];
            Require(named.All(known.Contains), "a policy's numbers name known members only");
            Require(QuotasOf(line).All(quota => quota is { SharePpm: >= 0, Received: >= 0 }), "quotas are 0 or more");
            Require(QuotasOf(line).Sum(quota => quota.SharePpm) <= MemberQuota.Whole && QuotasOf(line).Sum(quota => quota.Received) <= MaxPieces,
                "quotas are parts of one whole (R-613)");
            Require(TurnsOf(line).Select(turn => turn.Place).Distinct().Count() == TurnsOf(line).Count,
                "a place in the rotation belongs to one member (R-614)");
            Require(
                ScoresOf(line).All(score => score is
                    { Quality: >= 0 and <= 100, Delivery: >= 0 and <= 100, Price: >= 0 and <= 100, Equity: >= 0 and <= 100 }),
                "scores are 0 to 100 (R-616)");
            Require(PricesOf(line).All(price => IsPrice(price.Own) && IsPrice(price.Price)) && line.Rule.Sources is null or 2 or 3,
                "prices are 0 or more, sources two or three (R-615)");
            Require(
                line.Match is null
                    || (line.Match.Ceiling is null or { Percent: >= 1 and <= 100, BuyersMinor: >= 0, Pieces: >= 1 }
                        && line.Match.Awarded.All(part => part.Quantity >= 1 && IsPrice(part.Price))
                        && (line.Match.Leaders is not { } leaders || IsPrice(leaders))),
                "a ceiling is 1 to 100 percent of the buyer's price (R-615)");
            Require(
                line.Limit is null or { Ceiling: { Percent: >= 1 and <= 100, BuyersMinor: >= 0, Pieces: >= 1 } }
                    && (line.Limit?.Awarded.All(part => part.Quantity >= 1 && IsPrice(part.Price)) ?? true)
                    && (line.Limit is null || line.Match is null),
                "a ceiling without a match round is one too (R-615)");
            Require(line.ByHand?.Parts.All(part => part.Quantity is >= 1 and <= MaxPieces) ?? true, "a part set by hand has pieces (R-618)");
            Require(line is { Ordered: <= MaxPieces, Rule.LotSize: <= MaxPieces, Rule.MinLot: <= MaxPieces }, "quantities are in range");
            Require(line.Open >= 0 && line.Held.All(part => part.Quantity >= 0) && line.Open + line.Held.Sum(part => part.Quantity) <= line.Ordered,
                "held and open pieces are part of what was ordered (F-Q1)");
        }

        Require(Accounts?.DistinctBy(account => (account.Family, account.MemberId)).Count() == Accounts?.Count,
            "a member has one account per family");
        Require(Accounts?.All(account => known.Contains(account.MemberId)
            && account is { Entitled: >= 0 and <= MaxPieces, Owed: >= -MaxPieces and <= MaxPieces, Offered: >= 0 and <= MaxPieces }) ?? true,
            "accounts belong to known members and are in range");
        return this with
        {
            Members = members,
            Buckets = buckets,
            Accounts = Accounts is null
                ? null : [.. Accounts.OrderBy(account => account.Family, StringComparer.Ordinal).ThenBy(account => account.MemberId)],
            Lines = Sorted(Lines.Select(line => line with
            {
                Capable = Sorted(line.Capable, id => id),
                Held = Sorted(line.Held, part => part.MemberId),
                NotAskedAgain = Sorted(line.NotAskedAgain, member => member.MemberId),
                Quotas = line.Quotas is null ? null : Sorted(line.Quotas, quota => quota.MemberId),
                Turns = line.Turns is null ? null : Sorted(line.Turns, turn => turn.MemberId),
                Scores = line.Scores is null ? null : Sorted(line.Scores, score => score.MemberId),
                Prices = line.Prices is null ? null : Sorted(line.Prices, price => price.MemberId),
                Match = line.Match is null ? null
                    : line.Match with { Awarded = Sorted(line.Match.Awarded) },
                Limit = line.Limit is null ? null : line.Limit with { Awarded = Sorted(line.Limit.Awarded) },
                Licensed = line.Licensed is null ? null : Sorted(line.Licensed, id => id),
                Strikes = line.Strikes is null ? null : Sorted(line.Strikes, own => own.MemberId),
                ByHand = line.ByHand is null ? null : line.ByHand with { Parts = Sorted(line.ByHand.Parts, part => part.MemberId) },
            }), line => line.Position),
        };
    }

    private static IReadOnlyList<MemberQuota> QuotasOf(SnapshotLine line) => line.Quotas ?? [];

    private static IReadOnlyList<MemberTurn> TurnsOf(SnapshotLine line) => line.Turns ?? [];

    private static IReadOnlyList<MemberScore> ScoresOf(SnapshotLine line) => line.Scores ?? [];

    private static IReadOnlyList<SealedOffer> PricesOf(SnapshotLine line) => line.Prices ?? [];

    private static IReadOnlyList<AwardedPart> Sorted(IReadOnlyList<AwardedPart> awarded) =>
        [.. awarded.OrderBy(part => part.MemberId).ThenBy(part => part.UnitPriceMinor).ThenBy(part => part.Quantity)
            .ThenBy(part => part.PerQuantity ?? 1)];

    private static bool IsPrice(SealedAmount price) => price is { Minor: >= 0, PerQuantity: >= 1 and <= SealedAmount.MostPerQuantity };

    private static T[] Sorted<T, TKey>(IEnumerable<T> list, Func<T, TKey> key)
        where TKey : IComparable<TKey>
    {
        T[] sorted = [.. list.OrderBy(key)];
        for (var i = 1; i < sorted.Length; i++)
        {
            Require(key(sorted[i - 1]).CompareTo(key(sorted[i])) != 0, $"each {typeof(T).Name} has a unique key");
        }

        return sorted;
    }

    private static void Require(bool holds, string rule)
    {
        if (!holds)
        {
            throw new ArgumentException($"Invalid allocation snapshot; violated rule: {rule}.");
        }
    }
}
