using ExportConsortia.Allocation.Engine;
using ExportConsortia.Allocation.Offers;
using ExportConsortia.Allocation.Runs;
using static ExportConsortia.Allocation.Tests.Engine.PlanChecker;

namespace ExportConsortia.Allocation.Tests.Engine;

/// <summary>
/// The policy <c>Balanced</c> in a run of the service: what must hold for every plan over several lines, derived from the snapshot and the rules
/// alone. The quality of the plans is tested with the optimiser.
/// </summary>
public sealed class BalancedRunTests
{
    private static readonly int Orders = RandomCases.Of(100_000);
    private static readonly long[] Bands = [50, 100, 200, 400];
    private static readonly long[] Slopes = [1, 2, 3, 5, 9];

    [Fact]
    public void Every_plan_keeps_the_rules_and_its_numbers_are_right()
    {
        var (parts, shared, open, passedOver) = (0, 0, 0, new HashSet<string>());
        RandomCases.Each(Orders, seed =>
        {
            var random = new RandomOrders((ulong)seed);
            var snapshot = random.Together(random.Next());
            var plan = SplitOrder.Plan(snapshot);
            Check(snapshot, plan);
            Interlocked.Add(ref parts, plan.Lines.Sum(line => line.Parts.Count));
            Interlocked.Add(ref shared, plan.Lines.SelectMany(line => line.Parts).CountBy(part => part.MemberId).Count(member => member.Value > 1));
            Interlocked.Add(ref open, plan.Lines.Count(line => line.OpenAfter > 0));
            lock (passedOver)
            {
                passedOver.UnionWith(plan.Lines.SelectMany(line => line.PassedOver).Select(member => member.Code));
            }
        });

        // The orders must cover every case.
        Assert.True(
            parts > Orders && shared > Orders / 20 && open > Orders / 20, $"{parts} parts, {shared} members with several, {open} lines left open");
        Assert.Subset(passedOver, new HashSet<string>
        {
            "NO_FREE_CAPACITY", "ENTITLEMENT_REACHED", "MAKERS_REACHED", "FAIRER_ELSEWHERE", "NOT_NEEDED", "SHARE_BELOW_MIN_LOT", "DECLINED_BEFORE",
        });
    }

    [Fact]
    public void The_same_order_in_another_order_and_from_storage_gives_the_same_plan_to_the_byte() => RandomCases.Each(Orders / 100, seed =>
    {
        var random = new RandomOrders((ulong)seed);
        var snapshot = random.Together(random.Next());
        var plan = SplitOrder.Plan(snapshot).ToCanonicalBytes();
        Assert.Equal(snapshot.ToCanonicalBytes(), random.Shuffled(snapshot).ToCanonicalBytes());
        Assert.Equal(plan, SplitOrder.Plan(random.Shuffled(snapshot)).ToCanonicalBytes());
        Assert.Equal(plan, SplitOrder.Plan(AllocationSnapshot.FromBytes(snapshot.ToCanonicalBytes())).ToCanonicalBytes());
    });

    [Fact]
    public void A_stored_plan_is_replayed_only_with_the_same_policy_versions()
    {
        var random = new RandomOrders(900_000);
        var snapshot = random.Together(random.Next());
        var plan = Encoding.UTF8.GetString(SplitOrder.Plan(snapshot).ToCanonicalBytes());
        Assert.True(Replays(plan));
        var withoutKeys = Encoding.UTF8.GetString(AllocationPlan.FromBytes(Encoding.UTF8.GetBytes(plan)).WithoutKeys().ToCanonicalBytes());
        Assert.DoesNotContain("\"key\":", withoutKeys, StringComparison.Ordinal);
        Assert.True(Replays(withoutKeys));
        Assert.False(Replays(plan.Replace("\"quantity\":", "\"quantity\":1", StringComparison.Ordinal)));
        Assert.Null(Replays(plan.Replace(Policies.Label("Balanced"), "Balanced/1", StringComparison.Ordinal)));

        bool? Replays(string stored) => new AllocationRun
        {
            Id = snapshot.RunId,
            OrderId = snapshot.OrderId,
            ConsortiumId = snapshot.ConsortiumId,
            Round = 1,
            Stage = OfferKind.Normal,
            RulebookVersion = 1,
            StartedAt = snapshot.TakenAt,
            CompletedAt = snapshot.TakenAt,
            Snapshot = snapshot.ToCanonicalBytes(),
            Plan = Encoding.UTF8.GetBytes(stored),
        }.ReplaysIdentically(default);
    }

    [Theory]
    [InlineData(100_000, null)]
    [InlineData(AllocationSnapshot.MaxPieces, "TOO_MANY_PIECES")]
    public void More_pieces_than_it_can_calculate_stay_open(long pieces, string? reason)
    {
        var (f1, f2) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var snapshot = new AllocationSnapshot
        {
            ConsortiumId = Guid.CreateVersion7(),
            OrderId = Guid.CreateVersion7(),
            RunId = Guid.CreateVersion7(),
            Round = 1,
            RulebookVersion = 1,
            TakenAt = new DateTime(2027, 1, 1, 0, 0, 0, DateTimeKind.Utc),
            ProductionFrom = new DateOnly(2027, 1, 1),
            Members = [new(f1, "F1", MemberStanding.Active, 0), new(f2, "F2", MemberStanding.Active, 0)],
            Buckets = [.. new[] { f1, f2 }.Select(f => new SnapshotBucket(
                Guid.CreateVersion7(), f, "chairs", new DateOnly(2027, 1, 1), new DateOnly(2028, 1, 1), AllocationSnapshot.MaxPieces, 0))],
            Accounts = [new("chairs", f1, pieces / 4 * 3, pieces / 4 * 3, 0), new("chairs", f2, pieces / 4 * 3, pieces / 4 * 3, 0)],
            Lines = [.. Enumerable.Range(0, 3).Select(i => new SnapshotLine
            {
                LineId = $"{i}", Position = i, Product = "TK-12", Family = "chairs", Ordered = pieces / 2, Open = pieces / 2,
                Rule = new() { Policy = "Balanced" }, Capable = [f1, f2],
            })],
        };

        var lines = SplitOrder.Plan(snapshot).Lines;
        Assert.All(lines, line => Assert.Equal(reason, line.OpenReason));
        var received = lines.SelectMany(line => line.Parts).GroupBy(part => part.MemberId).Select(parts => parts.Sum(part => part.Quantity)).ToList();
        Assert.Equal(reason is null ? pieces / 2 * 3 : 0, received.Sum());
        Assert.All(received, firm => Assert.InRange(firm, pieces * 748 / 1000, pieces * 752 / 1000));
    }

    private static void Check(AllocationSnapshot snapshot, AllocationPlan plan)
    {
        var lines = snapshot.Lines.OrderBy(line => line.Position).ToArray();
        Require(plan.Lines.Select(line => line.LineId).SequenceEqual(lines.Select(line => line.LineId)), "lines come in the order of the document");
        var drawn = plan.Lines.SelectMany(line => line.Parts).SelectMany(part => part.Draws).ToLookup(draw => draw.BucketId, draw => draw.Quantity);
        Require(drawn.All(bucket => bucket.Sum() <= snapshot.Buckets.Single(known => known.Id == bucket.Key).Free), "no bucket is overdrawn (F-Q4)");
        foreach (var (line, planned) in lines.Zip(plan.Lines))
        {
            CheckLine(snapshot, line, planned, plan, drawn);
        }

        CheckPoints(lines, plan);
    }

    private static void CheckLine(
        AllocationSnapshot snapshot, SnapshotLine line, PlannedLine planned, AllocationPlan plan, ILookup<Guid, long> drawn)
    {
        Require(planned.Parts.Sum(part => part.Quantity) + planned.OpenAfter == line.Open && planned.OpenAfter >= 0,
            "parts and open pieces are what was open (F-Q1)");
        Require((planned.OpenAfter > 0) == (planned.OpenReason is not null), "open pieces have a reason, and only those");
        if (line.Open == 0)
        {
            return;
        }

        // Eligibility is checked for every line with the whole capacity, which the lines then share.
        var free = snapshot.Buckets.ToDictionary(bucket => bucket.Id, bucket => bucket.Free);
        var firms = snapshot.Members.Select(member => new Firm(snapshot, line, member, free)).ToArray();
        var rivals = firms.Count(firm => firm.Refused is null || firm.Known);
        var given = planned.Parts.ToDictionary(part => part.MemberId);
        var passedOver = planned.PassedOver.ToDictionary(member => member.MemberId);
        Require(snapshot.Members.Select(member => member.Id).Order().SequenceEqual(given.Keys.Concat(passedOver.Keys).Order()),
            "every member has a part or a reason, never both");
        foreach (var firm in firms)
        {
            firm.ApplyCaps(line, rivals);
            var part = given.GetValueOrDefault(firm.Id);
            var quantity = firm.Quantity = part?.Quantity ?? 0;
            Require(firm.Refused is not { } code || (quantity == 0 && passedOver[firm.Id].Code == code), "a refused member has its one reason");
            Require(quantity <= firm.Cap, "no part is above capacity or a cap (R-608, F-Q5)");
            Require(quantity == 0 || quantity >= line.Rule.MinLot || (firm.Held > 0 && firm.Held >= line.Rule.MinLot),
                "no part is below the minimum lot, but for a top-up (R-609, F-Q5)");
            Require((part?.Draws ?? []).Sum(draw => draw.Quantity) == quantity, "a part is drawn in full");
            Require(
                (part?.Draws ?? []).All(draw => snapshot.Buckets.Any(bucket =>
                    bucket.Id == draw.BucketId && bucket.MemberId == firm.Id && Firm.Counts(snapshot, line, bucket))),
                "from the member's own capacity in time");
            CheckWords(snapshot, line, firm, part, passedOver.GetValueOrDefault(firm.Id), plan);
        }

        RoomChecker.Check(line, planned, firms, firm =>
        {
            var left = snapshot.Buckets.Where(bucket => bucket.MemberId == firm.Id && Firm.Counts(snapshot, line, bucket))
                .Sum(bucket => bucket.Free - drawn[bucket.Id].Sum());
            return Math.Min(left, firm.Cap - firm.Quantity) / line.Rule.LotSize;
        }, raises: false);
        var odd = firms.Where(firm => firm.Quantity % line.Rule.LotSize != 0).ToArray();
        Require(odd.Length <= 1 && odd.All(firm => firm.Quantity % line.Rule.LotSize == line.Open % line.Rule.LotSize),
            "one odd remainder at most (R-606)");
        Require(odd.All(firm => firm.Quantity < line.Rule.LotSize || firms.All(other => other.Quantity <= firm.Quantity)),
            "it goes to the largest allocation (R-606)");
        Require(
            line.Rule.MaxMakers is not { } most
                || firms.Count(firm => firm.Quantity > 0 || firm.Held > 0) <= Math.Max(most, firms.Count(firm => firm.Held > 0)),
            "the line has no more makers than it may have");
        foreach (var step in planned.ManagerSteps)
        {
            ExplanationChecker.CheckNumbers(step);
        }
    }

    private static void CheckWords(
        AllocationSnapshot snapshot, SnapshotLine line, Firm own, PlannedPart? part, PassedOver? passedOver, AllocationPlan plan)
    {
        var account = snapshot.Accounts!.SingleOrDefault(a => a.Family == line.Family && a.MemberId == own.Id);
        var due = account is null ? 0 : account.Owed - account.Offered;
        var parts = plan.Lines.Where(other => snapshot.Lines.Single(l => l.LineId == other.LineId).Family == line.Family)
            .SelectMany(other => other.Parts.Where(p => p.MemberId == own.Id)
                .Select(p => (Rule: snapshot.Lines.Single(l => l.LineId == other.LineId).Rule, p.Quantity))).ToList();
        var lots = parts.Sum(p => p.Quantity / p.Rule.LotSize * p.Rule.LotSize);
        foreach (var step in part?.MemberSteps ?? [passedOver!.Step])
        {
            ExplanationChecker.CheckOwnNumbers(line, own, [step], name => name switch
            {
                "offeredOfFamily" => parts.Sum(p => p.Quantity),
                "maxMakers" => line.Rule.MaxMakers,
                "ahead" => -due,
                "due" => due,
                "planned" => lots,
                _ => null,
            });
        }

        switch (passedOver?.Code)
        {
            case "MAKERS_REACHED":
                Require(line.Rule.MaxMakers > 0 && plan.Lines.Single(l => l.LineId == line.LineId).Parts.Select(p => p.MemberId)
                    .Concat(line.Held.Where(h => h.Quantity > 0).Select(h => h.MemberId)).Any(maker => maker != own.Id), "others make the line");
                break;
            case "ENTITLEMENT_REACHED":
                Require(lots >= due, "who has reached what it is due has");
                break;
            case "NO_FREE_CAPACITY" when own.Free > 0:
                Require(parts.Count > 0, "other lines use up what the firm can make");
                break;
        }
    }

    // The numbers of the whole plan that the manager reads, recalculated.
    private static void CheckPoints(SnapshotLine[] lines, AllocationPlan plan)
    {
        if (lines.FirstOrDefault(line => line.Open > 0) is null
            || plan.Lines.FirstOrDefault(line => line.ManagerSteps.Any(step => step.Values.Any(v => v.Name == "bound"))) is not { } first)
        {
            return;
        }

        var told = first.ManagerSteps.Where(step => step.Rule == "Balanced").SelectMany(step => step.Values).DistinctBy(value => value.Name)
            .ToDictionary(value => value.Name, value => value.Value);
        var points = 0L;
        var named = plan.Lines.SelectMany(line => line.ManagerSteps).Where(step => step.Values.Any(value => value.Name == "entitled")).ToList();
        foreach (var step in named)
        {
            var value = step.Values.ToDictionary(v => v.Name, v => v.Value);
            points += Points(value["planned"] - value["due"], value["entitled"]);
        }

        Require(told["unfair"] == points, "unfairness is that of the accounts told");
        Require(told["bound"] <= told["unfair"], "no plan is fairer than the bound");
        var least = plan.Lines.Zip(lines).Sum(pair => pair.First.OpenAfter / pair.Second.Rule.LotSize * pair.Second.Rule.LotSize);
        Require(told["short"] <= told["greedyShort"] && told["short"] <= least, "the search is no shorter than filling line after line");
    }

    private static long Points(long deviation, long scale)
    {
        var (points, left, from) = (0L, Math.Abs(deviation), 0L);
        for (var band = 0; band < Bands.Length; band++)
        {
            var to = scale * Bands[band] / 1000;
            var inside = Math.Min(left, to - from);
            points += inside * Slopes[band];
            (left, from) = (left - inside, to);
        }

        return points + (left * Slopes[^1]);
    }
}
