using ExportConsortia.Allocation.Engine;

namespace ExportConsortia.Allocation.Tests.Engine;

/// <summary>Each sentence has a key of its own, tells all its numbers and names as values, and names the unit of its line.</summary>
public sealed class SentenceTests
{
    private static readonly int Orders = RandomCases.Of(5_000);

    private static readonly string[] LineByLine =
        ["CapacityProRata", "EqualShare", "QuotaCatchUp", "Rotation", "WeightedScore", "SealedPrice", "Manual"];

    // Told outside of a run: UnitStories read them.
    private static readonly ExplanationKey[] ToldElsewhere = [ExplanationKey.FirstToClaim, ExplanationKey.ResponsibleFor];

    public static TheoryData<string> EveryPolicy => [.. LineByLine, "Balanced"];

    [Fact]
    public void Every_key_has_one_sentence_and_no_two_have_the_same()
    {
        Assert.Equal(Enum.GetValues<ExplanationKey>(), SentenceFile.Words.Keys);
        Assert.Equal(SentenceFile.Words.Count, SentenceFile.Words.Values.Distinct().Count());
    }

    [Fact]
    public void Every_sentence_of_every_plan_can_be_told_from_its_key()
    {
        var told = new HashSet<ExplanationKey>(ToldElsewhere);
        // Always the same orders, so that each sentence is surely among theirs.
        Parallel.For(1, 2500, seed =>
        {
            var random = new RandomOrders((ulong)seed);
            var order = random.WithStrikesOfFamilies(random.Next());
            order = random.Next(8) == 0 ? OnProbation(order) : order;
            order = seed % 8 == 0 ? random.WithLicences(order) : order;
            order = random.Next(8) == 0 ? random.Together(order) : random.By(order, LineByLine);
            order = random.Next(3) switch { 0 => order, 1 => random.Limited(order), _ => random.Matched(order) };
            var plan = SplitOrder.Plan(InGrams(order, random));
            Tell(StepsOf(plan), told);
            Tell(plan.Lines.SelectMany(line => line.PassedOver).Select(member => Sentences.WithoutTheLine(member.Step)), told);
        });
        Tell(StepsOf(SplitOrder.Plan(WithoutParts(new RandomOrders(1).By(new RandomOrders(2).Next(), "Manual")))), told);

        // These two take a policy that doesn't exist and trillions of pieces.
        var unknown = new RandomOrders(1).By(new RandomOrders(2).Next(), "ByColour");
        Tell(StepsOf(SplitOrder.Plan(unknown)), told);
        Tell(StepsOf(SplitOrder.Plan(TooMuch())), told);

        // Sealed prices for other quantities than one have sentences of their own.
        Parallel.For(1, 1500, seed =>
        {
            var random = new RandomOrders((ulong)seed);
            var order = random.By(random.Next(), "SealedPrice");
            order = random.ForOtherQuantities(random.Next(3) == 0 ? random.Limited(order) : random.Matched(order));
            Tell(StepsOf(SplitOrder.Plan(InGrams(order, random))), told);
        });

        Assert.Empty(Enum.GetValues<ExplanationKey>().Except(told));
    }

    [Theory]
    [MemberData(nameof(EveryPolicy))]
    public void A_line_counted_in_grams_is_split_as_one_in_pieces_and_explained_in_grams(string policy)
    {
        var named = 0;
        RandomCases.Each(Orders, seed =>
        {
            var random = new RandomOrders((ulong)seed);
            var order = policy == "Balanced" ? random.Together(random.Next()) : random.By(random.Next(), policy);
            order = random.Next(2) == 0 ? order : random.Next(2) == 0 ? random.Limited(order) : random.Matched(order);
            var (pieces, grams) = (SplitOrder.Plan(order), SplitOrder.Plan(InGrams(order)));

            Assert.Equal(Quantities(pieces), Quantities(grams));
            foreach (var (inPieces, inGrams) in StepsOf(pieces).Zip(StepsOf(grams), (one, other) => (one.Text, other.Text)))
            {
                Assert.DoesNotContain("piece", inGrams, StringComparison.Ordinal);
                if (inPieces.Contains("piece", StringComparison.Ordinal))
                {
                    Assert.Contains("GRM (gram)", inGrams, StringComparison.Ordinal);
                    Interlocked.Increment(ref named);
                }
                else
                {
                    Assert.Equal(inPieces, inGrams);
                }
            }

            if (policy == "Manual" && order.Lines[0].ByHand is not null)
            {
                Assert.All(Manual.Check(InGrams(order with { Lines = [order.Lines[0]] })),
                    fault => Assert.DoesNotContain("piece", fault.Sentence, StringComparison.Ordinal));
            }
        });
        Assert.True(named > Orders, $"only {named} sentences name a quantity");
    }

    private static void Tell(IEnumerable<ExplanationStep> steps, HashSet<ExplanationKey> told)
    {
        foreach (var step in steps)
        {
            Assert.Equal(step.Text, SentenceFile.Tell(step));
            ExplanationChecker.CheckNumbers(step with { Text = step.Text.Replace("GRM", "", StringComparison.Ordinal) });
            lock (told)
            {
                told.Add(step.Key!.Value);
            }
        }
    }

    private static IEnumerable<ExplanationStep> StepsOf(AllocationPlan plan) => plan.Lines.SelectMany(line =>
        line.ManagerSteps.Concat(line.Parts.SelectMany(part => part.MemberSteps)).Concat(line.PassedOver.Select(member => member.Step)));

    private static IEnumerable<object> Quantities(AllocationPlan plan) => plan.Lines.SelectMany(line =>
        line.Parts.Select(part => (object)(line.LineId, part.MemberId, part.Quantity)).Append((line.LineId, line.OpenAfter, line.OpenReason)));

    // All families, or some, and then some firms still have declared their capacity in another unit than the family's.
    private static AllocationSnapshot InGrams(AllocationSnapshot order, RandomOrders? random = null)
    {
        var families = order.Lines.Select(line => line.Family).Distinct().Where(_ => random is null || random.Next(2) == 0).ToHashSet();
        return order with
        {
            Lines = [.. order.Lines.Select(line => families.Contains(line.Family) ? line with { Unit = "GRM" } : line)],
            Buckets = [.. order.Buckets.Select(bucket =>
                families.Contains(bucket.Family) && (random is null || random.Next(8) > 0) ? bucket with { Unit = "GRM" } : bucket)],
        };
    }

    private static AllocationSnapshot OnProbation(AllocationSnapshot order) => order with
    {
        Members = [.. order.Members.Select(member => member with { Standing = MemberStanding.Probation })],
        Lines = [.. order.Lines.Select(line => line with { Stage = AllocationStage.Probation })],
    };

    private static AllocationSnapshot WithoutParts(AllocationSnapshot order) => order with
    {
        Lines = [.. order.Lines.Select(line => line with { ByHand = null })],
    };

    private static AllocationSnapshot TooMuch()
    {
        var order = new RandomOrders(3).Together(new RandomOrders(3).Next());
        return order with
        {
            Buckets = [.. order.Buckets.Select(bucket => bucket with { Free = AllocationSnapshot.MaxPieces, AgeDays = 0 })],
            Lines = [.. Enumerable.Range(0, 3).Select(i => order.Lines[0] with
            {
                LineId = $"{i}", Position = i, Ordered = AllocationSnapshot.MaxPieces, Open = AllocationSnapshot.MaxPieces, Held = [], Due = null,
            })],
        };
    }
}
