using System.Text.Json;

namespace ExportConsortia.Platform.Tests;

/// <summary>A lost cent is a lost member: F-M1, F-M2 and F-M3, checked with arithmetic that shares no code with the routine.</summary>
public sealed class ApportionmentTests
{
    [Fact]
    public void The_annual_budget_of_60_000_is_split_to_the_cent()
    {
        // 40 % equally, 60 % by last year's turnover.
        var equal = Split(24_000_00, ("A", 1), ("B", 1), ("C", 1), ("D", 1), ("E", 1), ("F", 1));
        var variable = Split(36_000_00, ("A", 420), ("B", 310), ("C", 120), ("D", 90), ("E", 60), ("F", 0));
        Assert.Equal([19_120_00, 15_160_00, 8_320_00, 7_240_00, 6_160_00, 4_000_00], equal.Zip(variable, (a, b) => a + b));
    }

    [Fact]
    public void The_freight_of_the_fair_is_split_by_volume() =>
        Assert.Equal([1_375_66, 820_11, 634_92, 502_64], Split(3_333_33, ("F1", 52), ("F2", 31), ("F3", 24), ("F5", 19)));

    [Fact]
    public void The_grant_of_the_fair_is_split_by_eligible_share_and_again_when_one_firm_is_capped()
    {
        (string, long)[] eligible = [("F1", 7_852_50), ("F2", 6_822_50), ("F3", 5_607_50), ("F5", 5_607_50)];
        Assert.Equal([3_033_03, 2_635_19, 2_165_89, 2_165_89], Split(10_000_00, eligible));
        // Equal weights: the extra cent goes to the lower id.
        Assert.Equal([3_294_61, 2_352_70, 2_352_69], Split(8_000_00, eligible[0], eligible[2], eligible[3]));
    }

    [Fact]
    public void The_bank_charge_and_the_dollar_payouts_are_split_by_value()
    {
        Assert.Equal([59_18, 35_51, 11_84, 11_84], Split(118_37, ("F1", 24_000_00), ("F2", 14_400_00), ("F5", 4_800_00), ("F6", 4_800_00)));
        Assert.Equal(
            [24_552_89, 14_731_73, 4_910_58, 4_858_20],
            Split(49_053_40, ("F1", 22_500_82), ("F2", 13_500_49), ("F5", 4_500_16), ("F6", 4_452_16)));
    }

    [Fact]
    public void Equal_remainders_go_to_the_larger_weight_then_to_the_lower_id()
    {
        Assert.Equal([2, 0], Split(2, ("a", 3), ("b", 1)));
        Assert.Equal([1, 0, 0], Split(1, ("a", 1), ("b", 1), ("c", 1)));
        Assert.Equal([0, 1], Split(1, ("a", 0), ("b", 7)));
    }

    [Fact]
    public void The_widest_numbers_do_not_overflow()
    {
        Assert.Equal([long.MinValue / 2, long.MinValue / 2], Split(long.MinValue, ("a", long.MaxValue), ("b", long.MaxValue)));
        Assert.Equal([long.MaxValue], Split(long.MaxValue, ("a", long.MaxValue)));
    }

    [Fact]
    public void Without_a_weight_with_a_negative_weight_or_with_an_id_twice_there_is_no_split()
    {
        Assert.Throws<ArgumentException>(() => Split(1));
        Assert.Throws<ArgumentException>(() => Split(1, ("a", 0)));
        Assert.Throws<ArgumentException>(() => Split(1, ("a", 2), ("b", -1)));
        Assert.Throws<ArgumentException>(() => Split(1, ("a", 2), ("a", 1)));
    }

    [Fact]
    public void The_record_survives_storage_and_reproduces_the_split()
    {
        var split = Apportionment.Split(-100, [("b", 3), ("a", 3), ("c", 1)]);
        var stored = JsonSerializer.Deserialize<Apportionment>(JsonSerializer.Serialize(split))!;
        var again = Apportionment.Split(stored.Total, stored.Parts.Select(part => (part.Id, part.Weight)));
        Assert.Equal(stored.Parts, again.Parts);
        Assert.Equal(split.Parts, again.Parts);
        Assert.Equal("largest remainder, then larger weight, then ascending id", stored.TieBreak);
    }

    [Fact]
    public void Random_splits_lose_no_unit_and_depend_on_no_order()
    {
        var ids = Enumerable.Range(0, 40).Select(i => $"M{i:00}").ToArray();
        RandomCases.Each(RandomCases.Of(1_000_000), seed =>
        {
            var random = new Random(seed);

            // 0, 2 and 3 decimals are scales of the same integers; totals of either sign, weights often equal or zero.
            var total = random.NextInt64(-1_000_000, 1_000_000) * (random.Next(3) switch { 0 => 1, 1 => 100, _ => 1000 }) + random.Next(1000);
            var largestWeight = 1L << random.Next(1, 50);
            var weights = new (string Id, long Weight)[random.Next(1, 41)];
            for (var j = 0; j < weights.Length; j++)
            {
                weights[j] = (ids[j], random.Next(4) == 0 && j > 0 ? weights[j - 1].Weight : random.NextInt64(0, largestWeight + 1));
            }

            weights[random.Next(weights.Length)].Weight++;
            Check(total, weights, random);
        });
    }

    private static void Check(long total, (string Id, long Weight)[] weights, Random random)
    {
        var shuffled = weights.ToArray();
        random.Shuffle(shuffled);
        var parts = Apportionment.Split(total, shuffled).Parts;
        Require(parts.Count == weights.Length, "every receiver has a part");

        var sum = 0L;
        var allWeights = 0L;
        foreach (var (_, weight) in weights)
        {
            allWeights += weight;
        }

        Int128 largestNotRoundedUp = -1, smallestRoundedUp = allWeights;
        for (var i = 0; i < parts.Count; i++)
        {
            var (id, weight) = weights[i];
            var part = parts[i];
            sum += part.Amount;
            Require(part.Id == id && part.Weight == weight, "parts keep their receivers and weights, by id");

            // |part - total * weight / all| < 1, without division
            var error = ((Int128)part.Amount * allWeights) - ((Int128)total * weight);
            Require(Int128.Abs(error) < allWeights, "no part is a whole unit off (F-M2)");
            Require(weight > 0 || part.Amount == 0, "no weight, no part (F-M2)");
            Require(part.RoundedUp == (total >= 0 ? error > 0 : error < 0) || error == 0, "rounding is told as it is");

            var remainder = Int128.Abs((Int128)total * weight) % allWeights;
            largestNotRoundedUp = part.RoundedUp ? largestNotRoundedUp : Int128.Max(largestNotRoundedUp, remainder);
            smallestRoundedUp = part.RoundedUp ? Int128.Min(smallestRoundedUp, remainder) : smallestRoundedUp;
            if (i == 0)
            {
                continue;
            }

            // With its left neighbour, in both roles: the larger weight never has the smaller part, equal weights favour the lower id.
            var left = parts[i - 1];
            var (larger, smaller) = left.Weight >= part.Weight ? (left, part) : (part, left);
            Require(Math.Abs(larger.Amount) >= Math.Abs(smaller.Amount), "a larger weight never gets less");
            Require(larger.Weight > smaller.Weight || Math.Abs(larger.Amount - smaller.Amount) <= 1,
                "equal weights differ by one unit at most (F-M2)");
        }

        Require(smallestRoundedUp >= largestNotRoundedUp, "what is left over goes to the largest remainders (R-607)");
        Require(sum == total, "the parts are the total (F-M1)");
    }

    private static void Require(bool holds, string what)
    {
        if (!holds)
        {
            Assert.Fail($"Broken: {what}.");
        }
    }

    private static long[] Split(long total, params (string Id, long Weight)[] weights) =>
        [.. Apportionment.Split(total, weights).Parts.Select(part => part.Amount)];
}
