using System.Numerics;
using System.Runtime.CompilerServices;
using ExportConsortia.Allocation.Engine;

namespace ExportConsortia.Allocation.Tests.Engine;

/// <summary>What must hold for every order (F-Q1, F-Q4, F-Q5, F-Q8, F-Q9, F-C2); a thorough run checks hundreds of thousands.</summary>
public sealed class PropertyTests
{
    private static readonly int Orders = RandomCases.Of(100_000);
    private static readonly string[] Policies = ["EqualShare", "QuotaCatchUp", "Rotation", "WeightedScore", "SealedPrice", "Manual"];

    public static TheoryData<string> Every => [.. Policies];

    [Fact]
    public void Every_plan_keeps_the_rules_and_can_be_recalculated_by_hand()
    {
        var (parts, open, repaired) = (0, 0, 0);
        EachOrder(Orders, (snapshot, _) =>
        {
            var plan = SplitOrder.Plan(snapshot);
            PlanChecker.Check(snapshot, plan);
            Interlocked.Add(ref parts, plan.Lines.Sum(line => line.Parts.Count));
            Interlocked.Add(ref open, plan.Lines.Count(line => line.OpenAfter > 0));
            Interlocked.Add(ref repaired,
                plan.Lines.Count(line => line.ManagerSteps.Any(step => step.Text.Contains("given by the largest", StringComparison.Ordinal))));
        });

        // The orders must cover every case.
        Assert.True(parts > Orders && open > Orders / 10 && repaired > Orders / 1000, $"{parts} parts, {open} lines left open, {repaired} repaired");
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void Every_plan_of_every_policy_keeps_the_rules_and_can_be_recalculated_by_hand(string policy)
    {
        var (orders, parts, open, repaired) = (Orders / 5, 0, 0, 0);
        EachOrder(orders, (order, random) =>
        {
            var snapshot = random.By(order, policy, policy, policy, "CapacityProRata");
            var plan = SplitOrder.Plan(snapshot);
            PlanChecker.Check(snapshot, plan);
            Interlocked.Add(ref parts, plan.Lines.Sum(line => line.Parts.Count));
            Interlocked.Add(ref open, plan.Lines.Count(line => line.OpenAfter > 0));
            Interlocked.Add(ref repaired,
                plan.Lines.Count(line => line.ManagerSteps.Any(step => step.Text.Contains("given by the largest", StringComparison.Ordinal))));
        });

        // Repairs are rare: only a thorough run has enough orders to count on them.
        Assert.True(
            parts > orders / 4 && open > orders / 20 && repaired >= orders / 2000, $"{parts} parts, {open} lines left open, {repaired} repaired");
    }

    [Fact]
    public void Every_price_match_round_keeps_the_rules_and_can_be_recalculated_by_hand()
    {
        var (orders, toMatch, parts, limited, priced) = (Orders / 2, 0, 0, 0, 0);
        EachOrder(orders, (order, random) =>
        {
            var snapshot = random.Matched(random.By(order, "SealedPrice"));
            var plan = SplitOrder.Plan(snapshot);
            PlanChecker.Check(snapshot, plan);
            Interlocked.Add(ref toMatch, plan.Lines.Sum(line => line.Parts.Count(part => part.ToMatchMinor is not null)));
            Interlocked.Add(ref parts, plan.Lines.Sum(line => line.Parts.Count(part => part.ToMatchMinor is null)));
            Interlocked.Add(ref priced, plan.Lines.Count(line => line.OpenReason == "ABOVE_CEILING"));
            Interlocked.Add(ref limited,
                plan.Lines.Count(line => line.ManagerSteps.Any(step => step.Values.Any(value => value is { Name: "priceRoom", Value: > 0 }))));

            var shuffled = random.Shuffled(snapshot);
            Assert.True(
                snapshot.ToCanonicalBytes().AsSpan().SequenceEqual(shuffled.ToCanonicalBytes()), "The snapshot has one way of being written.");
            Assert.True(plan.ToCanonicalBytes().AsSpan()
                .SequenceEqual(SplitOrder.Plan(AllocationSnapshot.FromBytes(shuffled.ToCanonicalBytes())).ToCanonicalBytes()),
                "A replay from storage gives the same offers.");
        });
        Assert.True(toMatch > orders / 12 && parts > orders / 2 && priced > orders / 15 && limited > orders / 400,
            $"{toMatch} to match, {parts} at their own, {priced} open for the price, {limited} limited by it");
    }

    [Fact]
    public void Every_ceiling_without_a_match_round_binds_and_can_be_recalculated_by_hand()
    {
        var (orders, parts, priced, limited) = (Orders / 2, 0, 0, 0);
        EachOrder(orders, (order, random) =>
        {
            var snapshot = random.Limited(random.By(order, "SealedPrice"));
            var plan = SplitOrder.Plan(snapshot);
            PlanChecker.Check(snapshot, plan);
            Interlocked.Add(ref parts, plan.Lines.Sum(line => line.Parts.Count));
            Interlocked.Add(ref priced, plan.Lines.Count(line => line.OpenReason == "ABOVE_CEILING"));
            Interlocked.Add(ref limited,
                plan.Lines.Count(line => line.ManagerSteps.Any(step => step.Values.Any(value => value is { Name: "priceRoom", Value: > 0 }))));
            Assert.True(plan.ToCanonicalBytes().AsSpan()
                .SequenceEqual(SplitOrder.Plan(AllocationSnapshot.FromBytes(random.Shuffled(snapshot).ToCanonicalBytes())).ToCanonicalBytes()),
                "A replay from storage gives the same offers.");
        });
        Assert.True(parts > orders / 2 && priced > orders / 15 && limited > orders / 400,
            $"{parts} parts, {priced} open for the price, {limited} limited by it");
    }

    [Fact]
    public void Prices_for_other_quantities_at_the_same_rate_rank_and_cost_the_same()
    {
        var (orders, told, toMatch, priced) = (Orders / 4, 0, 0, 0);
        EachOrder(orders, (order, random) =>
        {
            var snapshot = random.By(order, "SealedPrice");
            snapshot = random.Next(3) switch { 0 => snapshot, 1 => random.Limited(snapshot), _ => random.Matched(snapshot) };
            var other = random.ForOtherQuantities(snapshot);
            var (plan, same) = (SplitOrder.Plan(snapshot), SplitOrder.Plan(other));

            Assert.Equal(plan.Lines.Select(Outcome), same.Lines.Select(Outcome));
            foreach (var ((line, one), (otherLine, another)) in snapshot.Lines.Zip(plan.Lines).Zip(other.Lines.Zip(same.Lines)))
            {
                Assert.Equal(one.Parts.Select(part => Cost(line, part)), another.Parts.Select(part => Cost(otherLine, part)));
            }

            foreach (var step in same.Lines.SelectMany(line => line.ManagerSteps))
            {
                ExplanationChecker.CheckNumbers(step);
                Interlocked.Add(ref told, step.Values.Count(value => value is { Name: "perQuantity" or "leadersPerQuantity", Value: > 1 }));
            }

            var stored = AllocationSnapshot.FromBytes(random.Shuffled(other).ToCanonicalBytes());
            Assert.True(
                same.ToCanonicalBytes().AsSpan().SequenceEqual(SplitOrder.Plan(stored).ToCanonicalBytes()), "A replay gives the same offers.");
            Interlocked.Add(ref toMatch, same.Lines.Sum(line => line.Parts.Count(part => part.ToMatchPerQuantity is not null)));
            Interlocked.Add(ref priced, same.Lines.Count(line => line.OpenReason == "ABOVE_CEILING"));
        });
        Assert.True(told > orders && toMatch > orders / 100 && priced > orders / 40, $"{told} told, {toMatch} to match, {priced} open for the price");

        static string Outcome(PlannedLine line) => string.Join(' ', [
            line.Policy, $"{line.OpenAfter}", line.OpenReason,
            .. line.Parts.Select(part => $"{part.MemberId}:{part.Quantity}:{string.Join('+', part.Draws)}"),
            .. line.PassedOver.Select(member => $"{member.MemberId}:{member.Code}"),
        ]);

        // Exactly what the part costs: minor units times the common quantity of all these prices.
        static BigInteger Cost(SnapshotLine line, PlannedPart part)
        {
            var price = part.ToMatch ?? line.Prices!.Single(price => price.MemberId == part.MemberId).Price;
            var cost = (BigInteger)part.Quantity * price.Minor * 7_000_000;
            Assert.True((cost % price.PerQuantity).IsZero);
            return cost / price.PerQuantity;
        }
    }

    [Fact]
    public void A_split_by_hand_is_carried_out_exactly_if_its_check_passes()
    {
        var (passed, refused) = (0, 0);
        EachOrder(Orders / 5, (order, random) =>
        {
            var one = random.By(order, "Manual");
            if (one.Lines[0] is not { ByHand.Parts.Count: > 0 } line)
            {
                return;
            }

            // Properly approved: only the parts can be wrong.
            var byHand = line.ByHand with { Reason = "As agreed.", ApprovedBy = Guid.Empty, ApprovedFor = Guid.Empty };
            one = one with { Lines = [line with { ByHand = byHand }] };
            var faults = Manual.Check(one);
            var carriedOut = SplitOrder.Plan(one).Lines[0].Parts.Select(part => (part.MemberId, part.Quantity)).Order()
                .SequenceEqual(byHand.Parts.Select(part => (part.MemberId, part.Quantity)).Order());
            Assert.Equal(carriedOut, faults.Count == 0);
            Assert.Equal(faults.Count, faults.DistinctBy(fault => fault.MemberId).Count());
            Interlocked.Increment(ref carriedOut ? ref passed : ref refused);
        });
        Assert.True(passed > Orders / 250 && refused > Orders / 100, $"{passed} passed, {refused} refused");
    }

    [Fact]
    public void The_same_order_in_another_order_and_from_storage_gives_the_same_plan_to_the_byte() => EachOrder(Orders / 10, (order, random) =>
    {
        var snapshot = random.Next(2) == 0 ? order : random.By(order, Policies);
        var bytes = snapshot.ToCanonicalBytes();
        var plan = SplitOrder.Plan(snapshot).ToCanonicalBytes();

        var shuffled = random.Shuffled(snapshot);
        Assert.True(bytes.AsSpan().SequenceEqual(shuffled.ToCanonicalBytes()), "The snapshot has one way of being written.");
        Assert.True(plan.AsSpan().SequenceEqual(SplitOrder.Plan(shuffled).ToCanonicalBytes()), "The order of the input doesn't matter.");

        var stored = AllocationSnapshot.FromBytes(bytes);
        Assert.True(bytes.AsSpan().SequenceEqual(stored.ToCanonicalBytes()), "A stored snapshot is the snapshot.");
        Assert.True(plan.AsSpan().SequenceEqual(SplitOrder.Plan(stored).ToCanonicalBytes()), "A replay from storage gives the same offers (F-Q8).");
        Assert.True(plan.AsSpan().SequenceEqual(AllocationPlan.FromBytes(plan).ToCanonicalBytes()), "A stored plan is the plan.");
    });

    [Fact]
    public void What_a_member_reads_depends_only_on_its_own_numbers_and_its_offer()
    {
        var (orders, compared) = (Orders / 200, 0);
        EachOrder(orders, (order, random) =>
        {
            var snapshot = random.Next(2) == 0 ? order : random.By(order, Policies);
            snapshot = random.Next(3) switch { 0 => snapshot, 1 => random.Limited(snapshot), _ => random.Matched(snapshot) };
            var line = snapshot.InOrder().Lines[0].LineId;
            foreach (var member in snapshot.Members)
            {
                // Whatever the others declare, the same offer has the same words: so the words reveal no more than the offer.
                var words = new Dictionary<string, string>();
                for (var i = 0; i < 40; i++)
                {
                    var (outcome, text) = Read(
                        SplitOrder.Plan(random.WithOtherCompetitors(snapshot, member.Id)).Lines.Single(planned => planned.LineId == line), member.Id);
                    if (!words.TryAdd(outcome, text))
                    {
                        Interlocked.Increment(ref compared);
                        Assert.Equal(words[outcome], text);
                    }
                }
            }
        });
        Assert.True(compared > orders * 50, $"only {compared} texts could be compared");
    }

    [Fact]
    public void The_bytes_of_a_snapshot_and_a_plan_never_change_unnoticed()
    {
        // Stored runs are replayed for years: a change here needs a new schema number or policy version, never just a new hash.
        var snapshots = new MemoryStream();
        var plans = new MemoryStream();
        var olderPlans = new MemoryStream();
        var plansWithKeys = new MemoryStream();
        var newer = 0;
        var orders = new RandomOrders(4);
        for (var i = 0; i < 200; i++)
        {
            var snapshot = orders.Next();
            snapshots.Write(snapshot.ToCanonicalBytes());
            Write(snapshot, SplitOrder.Plan(snapshot));
        }

        Assert.Equal("1c0137aa04a18387", Hash(snapshots));
        Assert.Equal("d36bf362e522b312", Hash(plans));
        plans.WriteTo(olderPlans);

        for (var i = 0; i < 300; i++)
        {
            var snapshot = orders.By(orders.Next(), Policies);
            snapshots.Write(snapshot.ToCanonicalBytes());
            var plan = SplitOrder.Plan(snapshot);
            Write(snapshot, plan);

            // As the first version of each policy split it; a plan that names no later version is the same.
            var older = SplitOrder.Plan(snapshot, stored: plan with { Lines = [.. plan.Lines.Select(AsFirst)] });
            olderPlans.Write(older.WithoutKeys().ToCanonicalBytes());
            Assert.True(SplitOrder.Plan(snapshot, stored: plan).ToCanonicalBytes().AsSpan().SequenceEqual(plan.ToCanonicalBytes()));
            if (plan.Lines.All(line => AsFirst(line) == line))
            {
                Assert.True(older.ToCanonicalBytes().AsSpan().SequenceEqual(plan.ToCanonicalBytes()));
            }
            else
            {
                newer++;
            }
        }

        Assert.InRange(newer, 5, 100);
        Assert.Equal("731d8c2434844867", Hash(snapshots));
        Assert.Equal("a9840045ec8e403e", Hash(olderPlans));
        Assert.Equal("7cf93792064f98ba", Hash(plans));
        Assert.Equal("c3aebb4113b54442", Hash(plansWithKeys));

        // As plans were before sentences had keys, and as they are.
        void Write(AllocationSnapshot snapshot, AllocationPlan plan)
        {
            plans.Write(SplitOrder.Plan(snapshot, stored: plan with { Schema = "allocation-plan/1" }).ToCanonicalBytes());
            plansWithKeys.Write(plan.ToCanonicalBytes());
        }

        static PlannedLine AsFirst(PlannedLine line) => line with { Policy = line.Policy.Replace("/2", "/1", StringComparison.Ordinal) };

        static string Hash(MemoryStream stream) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(stream.ToArray()))[..16];
    }

    private static (string Outcome, string Text) Read(PlannedLine line, Guid member)
    {
        if (line.Parts.SingleOrDefault(part => part.MemberId == member) is not { } part)
        {
            var reason = line.PassedOver.SingleOrDefault(other => other.MemberId == member);
            return ($"nothing: {reason?.Code}", $"{reason?.Step.Rule} {reason?.Step.Text}");
        }

        // The outcome: the pieces, at whose price, which rules applied, and how the share came about.
        var rules = string.Join(' ', part.MemberSteps.Select(step => step.Rule));
        string[] ways = [", one of them by rounding (largest remainder)", ", so that the rest of the line finds a maker",
            ", a little less than its share, so that the rest of the line finds a maker", ", all the whole lots it can make",
            ", all the whole lots its cap allows"];
        var text = new StringBuilder().AppendJoin('\n', part.MemberSteps.Select(step => step.Text)).ToString();
        return ($"{part.Quantity} {part.ToMatchMinor} {rules} {Array.FindLastIndex(ways, way => text.Contains(way, StringComparison.Ordinal))}",
            text);
    }

    private static void EachOrder(int orders, Action<AllocationSnapshot, RandomOrders> check, [CallerMemberName] string test = "") =>
        RandomCases.Each(
        orders,
        seed =>
        {
            var random = new RandomOrders((ulong)seed);
            var snapshot = random.WithStrikesOfFamilies(random.Next());
            try
            {
                check(snapshot, random);
            }
            catch (Exception broken)
            {
                throw new InvalidOperationException($"{broken.Message}\n{Encoding.UTF8.GetString(snapshot.ToCanonicalBytes())}", broken);
            }
        },
        test);
}
