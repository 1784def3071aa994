using ExportConsortia.Allocation.Engine;
using ExportConsortia.Platform;

namespace ExportConsortia.Allocation.Tests.Engine;

/// <summary>Random orders with unusual values; the same seed gives the same order on every machine.</summary>
internal sealed class RandomOrders(ulong seed)
{
    private static readonly string[] Families = ["chairs", "tables"];
    private ulong _state = (seed * 0x9E3779B97F4A7C15) + 0x1234567;

    public AllocationSnapshot Next()
    {
        var size = Of(1, 2, 3, 5, 10, 100, 1000);
        var tidy = Next(3) > 0;
        var members = Many(Next(20) == 0 ? 40 : 9, i => new SnapshotMember(
            Id(), $"F{i}",
            Next(tidy ? 20 : 3) > 0 ? MemberStanding.Active : Of(MemberStanding.Probation, MemberStanding.Suspended, MemberStanding.Left),
            Next(9) == 0 ? Next(6) : 0));
        var from = new DateOnly(2027, 2, 1);
        return new()
        {
            ConsortiumId = Id(),
            OrderId = Id(),
            RunId = Id(),
            Round = 1 + Next(5),
            RulebookVersion = 1 + Next(9),
            TakenAt = new DateTime(2027, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddTicks(Next(1_000_000_000)),
            ProductionFrom = from.AddDays(Next(30)),
            Members = members,
            Buckets = [.. members.SelectMany(member => Many(Of(1, 2, 4), i => Bucket(Id(), member.Id, i == 1 && tidy, size, from)))],
            Lines = Many(Of(1, 1, 2, 3), i => Line(i, size, tidy, members, from)),
        };
    }

    /// <summary>The same order, every list in another order.</summary>
    public AllocationSnapshot Shuffled(AllocationSnapshot order) => order with
    {
        Members = Shuffled(order.Members),
        Buckets = Shuffled(order.Buckets),
        Accounts = ShuffledIfAny(order.Accounts),
        Lines = Shuffled([.. order.Lines.Select(line => line with
        {
            Capable = Shuffled(line.Capable), Held = Shuffled(line.Held), NotAskedAgain = Shuffled(line.NotAskedAgain),
            Quotas = ShuffledIfAny(line.Quotas), Turns = ShuffledIfAny(line.Turns), Scores = ShuffledIfAny(line.Scores),
            Prices = ShuffledIfAny(line.Prices),
            Match = line.Match is null ? null : line.Match with { Awarded = Shuffled(line.Match.Awarded) },
            Limit = line.Limit is null ? null : line.Limit with { Awarded = Shuffled(line.Limit.Awarded) },
            ByHand = line.ByHand is null ? null : line.ByHand with { Parts = Shuffled(line.ByHand.Parts) },
            Strikes = ShuffledIfAny(line.Strikes), Licensed = ShuffledIfAny(line.Licensed),
        })]),
    };

    /// <summary>The same order with family-specific strikes for some lines.</summary>
    public AllocationSnapshot WithStrikesOfFamilies(AllocationSnapshot order) => order with
    {
        Lines = [.. order.Lines.Select(line => Next(8) > 0 ? line : line with
        {
            Strikes = [.. order.Members.Where(_ => Next(3) == 0).Select(member => new MemberStrikes(member.Id, 1 + Next(5)))],
        })],
    };

    /// <summary>The same order with a rulebook that asks for brand licences, which most members have.</summary>
    public AllocationSnapshot WithLicences(AllocationSnapshot order) => order with
    {
        Lines = [.. order.Lines.Select(line => line with { Licensed = [.. order.Members.Where(_ => Next(4) > 0).Select(member => member.Id)] })],
    };

    /// <summary>The same order with other numbers for all other members: capacity, parts held, strikes and codes.</summary>
    public AllocationSnapshot WithOtherCompetitors(AllocationSnapshot order, Guid member) => order with
    {
        Members = [.. order.Members.Select(other => other.Id == member ? other : other with { Code = $"X{Next(100000)}", Strikes = Next(2) })],
        Buckets = [
            .. order.Buckets.Select(bucket => bucket.MemberId == member
                ? bucket : bucket with { Free = (bucket.Free * (900_000 + Next(200_000)) / 1_000_000) + Next(3) })],
        Lines = [.. order.Lines.Select(line => line with
        {
            Held = [.. line.Held.Select(part => part.MemberId == member ? part : part with { Quantity = part.Quantity * (900 + Next(101)) / 1000 })],
            Quotas = line.Quotas is null ? null
                : [.. line.Quotas.Select(quota => quota.MemberId == member
                    ? quota : quota with { SharePpm = quota.SharePpm * (900 + Next(100)) / 1000, Received = quota.Received + Next(3) })],
            Turns = line.Turns is null ? null : [.. line.Turns.Select(turn => turn with { Place = turn.Place * 10 })],
            Scores = line.Scores is null ? null
                : [.. line.Scores.Select(
                    score => score.MemberId == member ? score with { Price = Next(101) } : score with { Quality = Score(), Price = Score() })],
            Prices = line.Prices is null ? null
                : [.. line.Prices.Select(
                    price => price.MemberId == member ? price : price with { UnitPriceMinor = price.UnitPriceMinor + Next(20) })],
        })],
    };

    /// <summary>The same order under other policies, with the numbers they need; lines may have different policies.</summary>
    public AllocationSnapshot By(AllocationSnapshot order, params string[] policies) => order with
    {
        Lines = [.. order.Lines.Select(line => By(order.Members, line with { Rule = line.Rule with { Policy = Of(policies) } }))],
    };

    private SnapshotLine By(IReadOnlyList<SnapshotMember> members, SnapshotLine line) => line.Rule.Policy switch
    {
        "QuotaCatchUp" => line with
        {
            Quotas = [.. members.Where(_ => Next(8) > 0).Select(member => new MemberQuota(
                member.Id, Next(9) == 0 ? 0 : Of(1, 2, 2, 5, 10) * 1_000_000 / (members.Count * 10),
                Next(4) == 0 ? 0 : Next((int)Math.Min(line.Ordered, 100_000) + 5)))],
        },
        "Rotation" =>
            line with
            {
                Turns = [.. members.Where(_ => Next(20) > 0).Select((member, i) => new MemberTurn(member.Id, (i * 7919 % 101 * 50) + Next(50)))],
            },
        "WeightedScore" =>
            line with
            {
                Scores = [.. members.Where(_ => Next(12) > 0).Select(member => new MemberScore(member.Id, Score(), Score(), Score(), Score()))],
            },
        "SealedPrice" => line with
        {
            Rule = line.Rule with { Sources = Of(default(int?), 2, 3) },
            Prices = [.. members.Where(_ => Next(10) > 0).Select(member => new SealedOffer(member.Id, 4000 + Next(20)))],
        },
        "Manual" => line with { ByHand = ByHand(members, line) },
        _ => line,
    };

    /// <summary>The same order with a price-match round for every line that goes by sealed prices, before it or after.</summary>
    public AllocationSnapshot Matched(AllocationSnapshot order) => order with
    {
        Lines = [
            .. order.Lines.Select(line => line.Prices is null ? line : Next(3) == 0
                ? line with { Match = new(null, Ceiling(), []) } : AfterMatch(line, 4000 + Next(12)))],
    };

    private SnapshotLine AfterMatch(SnapshotLine line, long leaders) => line with
    {
        Prices = [.. line.Prices!.Select(price => price.UnitPriceMinor > leaders && Next(4) == 0 ? price with { MatchedMinor = leaders } : price)],
        Match = new(leaders, Ceiling(),
            [.. line.Held.Where(part => part.Quantity > 0)
                .Select(part => new AwardedPart(part.MemberId, part.Quantity, leaders + Of(0, 0, 0, Next(20))))]),
        NotAskedAgain = [.. line.NotAskedAgain.Select(member => Next(2) == 0 ? member : member with { Answer = EarlierAnswer.RefusedToMatch })],
    };

    /// <summary>The same order with every sealed price told for another quantity: ten for ten instead of one for one.</summary>
    public AllocationSnapshot ForOtherQuantities(AllocationSnapshot order) => order with
    {
        Lines = [.. order.Lines.Select(line => line with
        {
            Prices = line.Prices is null ? null : [.. line.Prices.Select(price => Other(price.Own) switch
            {
                var (own, per) => price with { UnitPriceMinor = own, PerQuantity = per },
            }).Select(price => price.Matched is { } matched && Other(matched) is var (minor, per)
                ? price with { MatchedMinor = minor, MatchedPerQuantity = per } : price)],
            Match = line.Match is not { } match ? null : (match.Leaders is { } leaders && Other(leaders) is var (leading, quantity)
                ? match with { LeadersPriceMinor = leading, LeadersPerQuantity = quantity } : match) with { Awarded = Others(match.Awarded) },
            Limit = line.Limit is { } limit ? limit with { Awarded = Others(limit.Awarded) } : null,
        })],
    };

    private IReadOnlyList<AwardedPart> Others(IReadOnlyList<AwardedPart> awarded) => [.. awarded.Select(part =>
        Other(part.Price) is var (minor, per) ? part with { UnitPriceMinor = minor, PerQuantity = per } : part)];

    private (long Minor, long? PerQuantity) Other(SealedAmount price)
    {
        var times = Of(1, 7, 10, 1000, 1_000_000);
        return (price.Minor * times, new SealedAmount(1, price.PerQuantity * times).StoredPerQuantity);
    }

    /// <summary>The same order with a ceiling, but no match round, for every line that goes by sealed prices.</summary>
    public AllocationSnapshot Limited(AllocationSnapshot order) => order with
    {
        Lines = [.. order.Lines.Select(line => line.Prices is null ? line : line with
        {
            Limit = new(Ceiling() ?? new(100, 4010, 1), [.. line.Held.Where(part => part.Quantity > 0 && Next(3) > 0)
                .Select(part => new AwardedPart(part.MemberId, part.Quantity, 3990 + Next(25)))]),
        })],
    };

    private PriceCeiling? Ceiling() => Of(default, new PriceCeiling(100, 4000 + Next(20), 1), new(90 + Next(11), 4_200_000 + Next(300_000), 1000));

    /// <summary>The same order with all lines planned together by <c>Balanced</c>, with random accounts.</summary>
    public AllocationSnapshot Together(AllocationSnapshot order) => order with
    {
        Accounts = [.. Families.SelectMany(family => order.Members.Where(_ => Next(10) > 0).Select(member => new MemberAccount(
            family, member.Id, Next(8) == 0 ? 0 : Next(2000), Next(3000) - 1000, Next(3) > 0 ? 0 : Next(300))))],
        Lines = [.. order.Lines.SelectMany(line => Many(Of(1, 2, 4), i => line with
        {
            LineId = $"{line.LineId}{i}",
            Position = line.Position + i,
            Stage = Of(line.Stage, AllocationStage.Normal, AllocationStage.Normal),
            Due = line.Due?.AddDays(Next(40) - 5),
            Rule = line.Rule with
            {
                Policy = "Balanced", MinLot = Math.Min(line.Rule.MinLot, line.Rule.LotSize * 5), MaxMakers = Of(default(int?), null, 1, 2, 3),
            },
        }))],
    };

    private int Score() => Next(9) == 0 ? 0 : Next(101);

    private SplitByHand ByHand(IReadOnlyList<SnapshotMember> members, SnapshotLine line)
    {
        var (me, us, lot) = (Id(), Id(), line.Rule.LotSize);
        var (chosen, left) = (members.Where(_ => Next(3) == 0).Take(3).ToList(), line.Open);
        var parts = new List<HeldPart>();
        foreach (var member in chosen)
        {
            // Largest first, in lots; now and then too much or not whole lots.
            var part = Next(15) == 0 ? 1 + Next(1000) : left / lot / 2 * lot;
            if (part > 0)
            {
                parts.Add(new(member.Id, part + (parts.Count == 0 && Next(3) > 0 ? line.Open % lot : 0)));
                left -= Math.Min(left, part);
            }
        }

        return new(
            Of("", "As agreed with the buyer.", "As agreed.", "Sample order."), me, us, Next(15) == 0 ? me : Id(), Next(15) == 0 ? us : Id(), parts);
    }

    public int Next(int below) => (int)(Bits() % (ulong)below);

    public T Of<T>(params T[] choices) => choices[Next(choices.Length)];

    private SnapshotBucket Bucket(Guid id, Guid member, bool useful, int size, DateOnly from) => new(
        id, member, useful ? Families[0] : Of(Families), from.AddDays(Next(60) - 20), from.AddDays(useful ? 100 : Next(120)),
        Of(Next((size * 30) + 1), Next(size * 5), size * 10), useful ? Next(60) : Next(100));

    private SnapshotLine Line(int i, int size, bool tidy, SnapshotMember[] members, DateOnly from)
    {
        var lot = Of(1, 1, 2, 5, 10, size);
        var held = members.Where(_ => Next(5) == 0).Select(member => new HeldPart(member.Id, Next((size * 10) + 1))).ToArray();
        var open = Next(3) == 0 ? Next(lot * 4) : Next(size * Of(10, 40, 100));
        return new()
        {
            LineId = $"{(char)('Z' - i)}",
            Position = i * 10,
            Product = $"TK-{Next(100)}",
            Family = tidy ? Families[0] : Of(Families),
            Ordered = held.Sum(part => part.Quantity) + open + (Next(3) == 0 ? Next(size * 20) : 0),
            Open = open,
            Due = Next(3) == 0 ? null : from.AddDays((tidy ? 50 : 0) + Next(50)),
            Stage = Of(AllocationStage.Normal, AllocationStage.Normal, AllocationStage.Normal, AllocationStage.Normal,
                AllocationStage.OverConcentration, AllocationStage.OverConcentration, AllocationStage.Probation),
            Rule = new()
            {
                LotSize = lot,
                MinLot = Of(0, lot, lot * 3, (lot * 3) - 1, size * 3, size * Of(1, 10)),
                ConcentrationCapPercent = Of(25, 40, 50, 50, 100),
                ConcentrationFromMembers = Of(0, 3, 3, 5),
                ProbationCapPercent = Of(5, 10, 60),
            },
            Capable = [.. members.Where(_ => Next(tidy ? 30 : 5) > 0).Select(member => member.Id)],
            Held = held,
            NotAskedAgain = [.. members.Where(_ => Next(12) == 0).Select(member => new NotAskedAgain(
                member.Id, Of(EarlierAnswer.Declined, EarlierAnswer.Expired, EarlierAnswer.AcceptedLess, EarlierAnswer.OfferOpen)))],
        };
    }

    private T[] Many<T>(int most, Func<int, T> make) => [.. Enumerable.Range(1, 1 + Next(most)).Select(make)];

    private T[]? ShuffledIfAny<T>(IReadOnlyList<T>? list) => list is null ? null : Shuffled(list);

    private T[] Shuffled<T>(IReadOnlyList<T> list)
    {
        T[] shuffled = [.. list];
        for (var i = shuffled.Length - 1; i > 0; i--)
        {
            var j = Next(i + 1);
            (shuffled[i], shuffled[j]) = (shuffled[j], shuffled[i]);
        }

        return shuffled;
    }

    private Guid Id()
    {
        Span<byte> bytes = stackalloc byte[16];
        BitConverter.TryWriteBytes(bytes, Bits());
        BitConverter.TryWriteBytes(bytes[8..], Bits());
        return new(bytes);
    }

    private ulong Bits()
    {
        _state ^= _state << 13;
        _state ^= _state >> 7;
        _state ^= _state << 17;
        return _state * 0x2545F4914F6CDD1D;
    }
}
