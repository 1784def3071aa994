using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ExportConsortia.Allocation.Engine;

/// <summary>
/// All that one allocation run may know, frozen when it started. The same snapshot gives the same plan to the byte (F-Q8), in whatever order
/// its lists were filled. All quantities are pieces.
/// </summary>
internal sealed record AllocationSnapshot
{
    /// <summary>The most pieces a snapshot may name in one number; far beyond trade, and sums of it stay in range.</summary>
    public const long MaxPieces = 1_000_000_000_000;

    public string Schema { get; init; } = "allocation-snapshot/1";

    public required Guid ConsortiumId { get; init; }

    public required Guid OrderId { get; init; }

    public required Guid RunId { get; init; }

    /// <summary>1 is the first run over the order; each re-allocation round and each step of the shortage procedure adds one.</summary>
    public required int Round { get; init; }

    /// <summary>The rulebook pinned by the order; a later one never acts backwards (F-G4).</summary>
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

    /// <summary>The one way of writing this snapshot: lists by id, lines by position; what is stored and hashed.</summary>
    public byte[] ToCanonicalBytes() => JsonSerializer.SerializeToUtf8Bytes(InOrder(), EngineJson.Default.AllocationSnapshot);

    /// <summary>Reads what <see cref="ToCanonicalBytes"/> wrote.</summary>
    public static AllocationSnapshot FromBytes(ReadOnlySpan<byte> bytes) =>
        JsonSerializer.Deserialize(bytes, EngineJson.Default.AllocationSnapshot) ?? throw new JsonException("The snapshot is empty.");

    /// <summary>SHA-256 of the canonical bytes, in hexadecimal: two runs with one hash had the same inputs.</summary>
    public string Hash() => Convert.ToHexStringLower(SHA256.HashData(ToCanonicalBytes()));

    /// <summary>The same snapshot with every list in its one order.</summary>
    /// <exception cref="ArgumentException">The snapshot contradicts itself: a defect of whoever took it, not a business refusal.</exception>
    public AllocationSnapshot InOrder()
    {
        var members = Sorted(Members, member => member.Id);
        var known = members.Select(member => member.Id).ToHashSet();
        var buckets = Sorted(Buckets, bucket => bucket.Id);
        Require(buckets.All(bucket => known.Contains(bucket.MemberId) && bucket.Free is >= 0 and <= MaxPieces), "a bucket is of a known member and holds 0 or more pieces");
        Require(Lines.Select(line => (line.OrderId, line.LineId)).Distinct().Count() == Lines.Count, "a line occurs once");
        foreach (var line in Lines)
        {
            var named = line.Capable.Concat(line.Held.Select(part => part.MemberId)).Concat(line.NotAskedAgain.Select(member => member.MemberId));
            Require(named.All(known.Contains), "a line names known members only");
            Require(line.Rule is { LotSize: >= 1, MinLot: >= 0 }, "lots are 1 piece or more");
            named = [.. QuotasOf(line).Select(quota => quota.MemberId), .. TurnsOf(line).Select(turn => turn.MemberId), .. ScoresOf(line).Select(score => score.MemberId),
                .. PricesOf(line).Select(price => price.MemberId), .. line.Strikes?.Select(own => own.MemberId) ?? [], .. line.Match?.Awarded.Select(part => part.MemberId) ?? [], .. line.ByHand?.Parts.Select(part => part.MemberId) ?? []];
            Require(named.All(known.Contains), "a policy's numbers are of known members only");
            Require(QuotasOf(line).All(quota => quota is { SharePpm: >= 0, Received: >= 0 }), "quotas are 0 or more");
            Require(QuotasOf(line).Sum(quota => quota.SharePpm) <= MemberQuota.Whole && QuotasOf(line).Sum(quota => quota.Received) <= MaxPieces, "quotas are parts of one whole (R-613)");
            Require(TurnsOf(line).Select(turn => turn.Place).Distinct().Count() == TurnsOf(line).Count, "a place in the rotation is one member's (R-614)");
            Require(ScoresOf(line).All(score => score is { Quality: >= 0 and <= 100, Delivery: >= 0 and <= 100, Price: >= 0 and <= 100, Equity: >= 0 and <= 100 }), "scores are 0 to 100 (R-616)");
            Require(PricesOf(line).All(price => price.UnitPriceMinor >= 0) && line.Rule.Sources is null or 2 or 3, "prices are 0 or more, sources two or three (R-615)");
            Require(
                line.Match is null || (line.Match.Ceiling is null or { Percent: >= 1 and <= 100, BuyersMinor: >= 0, Pieces: >= 1 } && line.Match.Awarded.All(part => part is { Quantity: >= 1, UnitPriceMinor: >= 0 })),
                "a ceiling is a part of the buyer's price (R-615)");
            Require(line.ByHand?.Parts.All(part => part.Quantity is >= 1 and <= MaxPieces) ?? true, "a part set by hand has pieces (R-618)");
            Require(line is { Ordered: <= MaxPieces, Rule.LotSize: <= MaxPieces, Rule.MinLot: <= MaxPieces }, "quantities are in range");
            Require(line.Open >= 0 && line.Held.All(part => part.Quantity >= 0) && line.Open + line.Held.Sum(part => part.Quantity) <= line.Ordered, "held and open pieces are part of what was ordered (F-Q1)");
        }

        Require(Accounts?.DistinctBy(account => (account.Family, account.MemberId)).Count() == Accounts?.Count, "a member has one account of a family");
        Require(Accounts?.All(account => known.Contains(account.MemberId) && account is { Entitled: >= 0 and <= MaxPieces, Owed: >= -MaxPieces and <= MaxPieces, Offered: >= 0 and <= MaxPieces }) ?? true, "accounts are of known members and in range");
        return this with
        {
            Members = members,
            Buckets = buckets,
            Accounts = Accounts is null ? null : [.. Accounts.OrderBy(account => account.Family, StringComparer.Ordinal).ThenBy(account => account.MemberId)],
            Lines = Sorted(Lines.Select(line => line with
            {
                Capable = Sorted(line.Capable, id => id),
                Held = Sorted(line.Held, part => part.MemberId),
                NotAskedAgain = Sorted(line.NotAskedAgain, member => member.MemberId),
                Quotas = line.Quotas is null ? null : Sorted(line.Quotas, quota => quota.MemberId),
                Turns = line.Turns is null ? null : Sorted(line.Turns, turn => turn.MemberId),
                Scores = line.Scores is null ? null : Sorted(line.Scores, score => score.MemberId),
                Prices = line.Prices is null ? null : Sorted(line.Prices, price => price.MemberId),
                Match = line.Match is null ? null : line.Match with { Awarded = [.. line.Match.Awarded.OrderBy(part => part.MemberId).ThenBy(part => part.UnitPriceMinor).ThenBy(part => part.Quantity)] },
                Strikes = line.Strikes is null ? null : Sorted(line.Strikes, own => own.MemberId),
                ByHand = line.ByHand is null ? null : line.ByHand with { Parts = Sorted(line.ByHand.Parts, part => part.MemberId) },
            }), line => line.Position),
        };
    }

    private static IReadOnlyList<MemberQuota> QuotasOf(SnapshotLine line) => line.Quotas ?? [];

    private static IReadOnlyList<MemberTurn> TurnsOf(SnapshotLine line) => line.Turns ?? [];

    private static IReadOnlyList<MemberScore> ScoresOf(SnapshotLine line) => line.Scores ?? [];

    private static IReadOnlyList<SealedOffer> PricesOf(SnapshotLine line) => line.Prices ?? [];

    private static T[] Sorted<T, TKey>(IEnumerable<T> list, Func<T, TKey> key)
        where TKey : IComparable<TKey>
    {
        T[] sorted = [.. list.OrderBy(key)];
        for (var i = 1; i < sorted.Length; i++)
        {
            Require(key(sorted[i - 1]).CompareTo(key(sorted[i])) != 0, $"each {typeof(T).Name} has a key of its own");
        }

        return sorted;
    }

    private static void Require(bool holds, string rule)
    {
        if (!holds)
        {
            throw new ArgumentException($"Not an allocation snapshot: {rule}.");
        }
    }
}

/// <param name="Id">The member firm; ties go to the lower id .</param>
/// <param name="Code">Its short code, for the manager's explanation.</param>
/// <param name="Standing">Its standing.</param>
/// <param name="Strikes">Strikes in force by the rule for all product families .</param>
internal sealed record SnapshotMember(Guid Id, string Code, MemberStanding Standing, int Strikes);

/// <summary>What a member firm can still make of one product family in one period.</summary>
/// <param name="Id">The capacity declaration.</param>
/// <param name="MemberId">The member firm.</param>
/// <param name="Family">The product family.</param>
/// <param name="From">First day.</param>
/// <param name="To">First day after the period.</param>
/// <param name="Free">Declared pieces less those reserved.</param>
/// <param name="AgeDays">Whole days since it was declared .</param>
internal sealed record SnapshotBucket(Guid Id, Guid MemberId, string Family, DateOnly From, DateOnly To, long Free, int AgeDays);

/// <summary>Whom a run asks .</summary>
internal enum AllocationStage
{
    /// <summary>Active members, within all caps.</summary>
    Normal,

    /// <summary>Active members, above the concentration cap: the first step of the shortage procedure, after a board vote.</summary>
    OverConcentration,

    /// <summary>Members on probation, each up to its cap: the second step.</summary>
    Probation,
}

/// <summary>Why a member isn't asked a second time about one line, or why it is.</summary>
internal enum EarlierAnswer
{
    Declined,
    Expired,

    /// <summary>It took less than it was offered: that was all it can do for this order .</summary>
    AcceptedLess,

    /// <summary>An offer is still waiting for its answer: one live offer a line and member (F-Q3).</summary>
    OfferOpen,

    /// <summary>It won't match the leader's price: it may be asked again, at its own .</summary>
    RefusedToMatch,
}

/// <summary>One order line with pieces to allocate. A line whose product isn't known yet is in no snapshot.</summary>
internal sealed record SnapshotLine
{
    public required string LineId { get; init; }

    /// <summary>The order of the line, where the run plans several orders together.</summary>
    public Guid? OrderId { get; init; }

    /// <summary>Place in the order document: earlier lines draw on capacity first. Of several orders, the one that came in first comes first.</summary>
    public required int Position { get; init; }

    public required string Product { get; init; }

    public required string Family { get; init; }

    /// <summary>Pieces the buyer ordered; caps are a part of these.</summary>
    public required long Ordered { get; init; }

    /// <summary>Pieces to allocate now.</summary>
    public required long Open { get; init; }

    /// <summary>The day by which pieces must be made, exclusive; none = no limit.</summary>
    public DateOnly? Due { get; init; }

    public AllocationStage Stage { get; init; }

    public required LineRule Rule { get; init; }

    /// <summary>Members able to make the product.</summary>
    public required IReadOnlyList<Guid> Capable { get; init; }

    /// <summary>What members accepted of this line so far; a run never touches it .</summary>
    public IReadOnlyList<HeldPart> Held { get; init; } = [];

    public IReadOnlyList<NotAskedAgain> NotAskedAgain { get; init; } = [];

    /// <summary>For <see cref="QuotaCatchUp"/>: every member with a quota of the family, or with pieces of it.</summary>
    public IReadOnlyList<MemberQuota>? Quotas { get; init; }

    /// <summary>For <see cref="Rotation"/>: the queue of the family.</summary>
    public IReadOnlyList<MemberTurn>? Turns { get; init; }

    /// <summary>For <see cref="WeightedScore"/>.</summary>
    public IReadOnlyList<MemberScore>? Scores { get; init; }

    /// <summary>For <see cref="SealedPrice"/>: the sealed offers, opened after their deadline.</summary>
    public IReadOnlyList<SealedOffer>? Prices { get; init; }

    /// <summary>For <see cref="SealedPrice"/> with a <see cref="PriceMatchRound"/>; none, the default: each at its own price.</summary>
    public PriceMatch? Match { get; init; }

    /// <summary>For <see cref="Manual"/>.</summary>
    public SplitByHand? ByHand { get; init; }

    /// <summary>Where strikes lapse sooner or later for the product family than for others: those that are in force here, of every member that has any.</summary>
    public IReadOnlyList<MemberStrikes>? Strikes { get; init; }

    /// <summary>How many strikes of a member are in force for this line.</summary>
    public int StrikesOf(SnapshotMember member) => Strikes is null ? member.Strikes : Strikes.FirstOrDefault(own => own.MemberId == member.Id)?.Count ?? 0;
}

/// <summary>What a member was due of a product family when the run started (<see cref="FairnessAccount"/>). In pieces.</summary>
/// <param name="Family">The product family.</param>
/// <param name="MemberId">The member firm.</param>
/// <param name="Entitled">Due of this year's lines, those of this run included, 0 or more.</param>
/// <param name="Owed">Carried from before, plus entitled, less received; below 0: it is ahead.</param>
/// <param name="Offered">Offered and not answered yet.</param>
internal sealed record MemberAccount(string Family, Guid MemberId, long Entitled, long Owed, long Offered);

/// <param name="MemberId">The member firm.</param>
/// <param name="SharePpm">Its quota of the product family, in millionths; all quotas together are at most <see cref="Whole"/>.</param>
/// <param name="Received">Pieces of the family that it accepted this year, on any order.</param>
internal sealed record MemberQuota(Guid MemberId, long SharePpm, long Received)
{
    /// <summary>All quotas of a family together.</summary>
    public const long Whole = 1_000_000;
}

/// <param name="MemberId">The member firm.</param>
/// <param name="Count">Its strikes in force, 1 or more.</param>
internal sealed record MemberStrikes(Guid MemberId, int Count);

/// <param name="MemberId">The member firm.</param>
/// <param name="Place">Its place in the queue of the family; the pointer is at the lowest.</param>
internal sealed record MemberTurn(Guid MemberId, int Place);

/// <summary>How a member firm did over twelve months, 0 (worst) to 100 (best) each .</summary>
/// <param name="MemberId">The member firm.</param>
/// <param name="Quality">Quality.</param>
/// <param name="Delivery">Delivery.</param>
/// <param name="Price">Price; never shown to any member.</param>
/// <param name="Equity">Equity.</param>
internal sealed record MemberScore(Guid MemberId, int Quality, int Delivery, int Price, int Equity);

/// <param name="MemberId">The member firm.</param>
/// <param name="UnitPriceMinor">What it asks for a piece, in minor units of the order's currency; shown to no other member (F-C2), but for the leader's in a <see cref="PriceMatchRound"/>.</param>
internal sealed record SealedOffer(Guid MemberId, long UnitPriceMinor)
{
    /// <summary>The leader's price, if the member has taken pieces of the line at it: it stands for what else it gets of the line.</summary>
    public long? MatchedMinor { get; init; }

    /// <summary>What a piece costs of it now.</summary>
    [JsonIgnore]
    public long PriceMinor => MatchedMinor ?? UnitPriceMinor;
}

/// <summary>How far a line's price-match round has come .</summary>
/// <param name="LeadersPriceMinor">What the round's leader asks for a piece, in minor units; none: this run begins the round.</param>
/// <param name="Ceiling">What all pieces may cost for parts above the leader's price; none: there are no such parts.</param>
/// <param name="Awarded">What members accepted of the line at sealed prices, whoever's.</param>
internal sealed record PriceMatch(long? LeadersPriceMinor, PriceCeiling? Ceiling, IReadOnlyList<AwardedPart> Awarded);

/// <summary>The blended price may be at most so many percent of what the buyer pays.</summary>
/// <param name="Percent">1 to 100.</param>
/// <param name="BuyersMinor">What the buyer pays, in minor units of the order's currency, 0 or more …</param>
/// <param name="Pieces">… for so many pieces, 1 or more.</param>
internal sealed record PriceCeiling(int Percent, long BuyersMinor, long Pieces);

/// <param name="MemberId">The member firm.</param>
/// <param name="Quantity">Pieces, 1 or more.</param>
/// <param name="UnitPriceMinor">At how much a piece, in minor units.</param>
internal sealed record AwardedPart(Guid MemberId, long Quantity, long UnitPriceMinor);

/// <summary>What the manager gives each member, instead of a policy .</summary>
/// <param name="Reason">Why; required.</param>
/// <param name="SetBy">Who set it.</param>
/// <param name="SetFor">The organisation that person belongs to: a member firm or the consortium itself.</param>
/// <param name="ApprovedBy">The second person.</param>
/// <param name="ApprovedFor">The organisation of the second person: another one (F-G3).</param>
/// <param name="Parts">Pieces, 1 or more a member.</param>
internal sealed record SplitByHand(string Reason, Guid SetBy, Guid SetFor, Guid ApprovedBy, Guid ApprovedFor, IReadOnlyList<HeldPart> Parts);

/// <param name="MemberId">The member firm.</param>
/// <param name="Quantity">Pieces it accepted of the line.</param>
internal sealed record HeldPart(Guid MemberId, long Quantity);

/// <param name="MemberId">The member firm.</param>
/// <param name="Answer">What it said, or didn't.</param>
internal sealed record NotAskedAgain(Guid MemberId, EarlierAnswer Answer);

/// <summary>The numbers of the rulebook for one line.</summary>
internal sealed record LineRule
{
    /// <summary>Name of the allocation policy, one of <see cref="Policies"/>.</summary>
    public string Policy { get; init; } = nameof(CapacityProRata);

    /// <summary>R-606, 1 or more.</summary>
    public long LotSize { get; init; } = 1;

    /// <summary>R-609, 0 or more.</summary>
    public long MinLot { get; init; }

    /// <summary>R-608, percent of the ordered pieces.</summary>
    public int ConcentrationCapPercent { get; init; } = 50;

    /// <summary>R-608: with fewer members than this there is no concentration cap.</summary>
    public int ConcentrationFromMembers { get; init; } = 3;

    /// <summary>R-401, percent of the ordered pieces.</summary>
    public int ProbationCapPercent { get; init; } = 10;

    /// <summary>R-602: an older declaration isn't used.</summary>
    public int CapacityMaxAgeDays { get; init; } = 60;

    /// <summary>R-602: with this many strikes a member isn't asked.</summary>
    public int StrikeLimit { get; init; } = 3;

    /// <summary>For <c>Balanced</c>: the most makers of a line; none, the default: any number.</summary>
    public int? MaxMakers { get; init; }

    /// <summary>R-615: how many sources <see cref="SealedPrice"/> awards by ratio, 2 or 3; none, the default: the cheapest get all they can make.</summary>
    public int? Sources { get; init; }
}

/// <summary>Writes snapshots and plans with properties in the order of their declaration, fixed when the program is built.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AllocationSnapshot))]
[JsonSerializable(typeof(AllocationPlan))]
internal sealed partial class EngineJson : JsonSerializerContext;
