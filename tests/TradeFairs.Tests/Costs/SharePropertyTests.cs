using System.Numerics;
using System.Text.Json;
using ExportConsortia.TradeFairs.Costs;

namespace ExportConsortia.TradeFairs.Tests.Costs;

/// <summary>Any items, keys, withdrawals and grants: nothing is lost, nobody is favoured by the order of a list, no ceiling is broken.</summary>
public sealed class SharePropertyTests
{
    private static readonly CostKey[] Keys = Enum.GetValues<CostKey>();

    [Fact]
    public void Shares_penalties_and_grants_are_the_invoice_whatever_is_shared()
    {
        var random = new Random(20_270_118);
        for (var run = 0; run < 4_000; run++)
        {
            var input = Any(random);
            var shares = ShareCosts.Of(input);

            // F-M9, F-M1: all shares + grants + what nobody is left to bear = the sum of the invoices; each item by itself as well.
            var sum = shares.Firms.Sum(f => f.NetMinor) + shares.Grants.Sum(g => g.PaidMinor) + shares.CommonMinor;
            Assert.Equal(input.Items.Sum(i => i.AmountMinor), sum);
            Assert.True(input.Firms.Count == 0 || shares.CommonMinor == 0, $"Run {run}");
            foreach (var item in shares.Items.Where(_ => input.Firms.Count > 0))
            {
                Assert.Equal(item.AmountMinor, item.LostMinor + item.Parts.Sum(p => p.AmountMinor));
                AssertFair(item.AmountMinor - item.LostMinor, item.Parts);
            }

            if (input.Firms.Count > 0)
            {
                Assert.Equal(shares.Pool.AdjustmentMinor, shares.Pool.Parts.Sum(p => p.AmountMinor));
                AssertFair(shares.Pool.AdjustmentMinor, shares.Pool.Parts);
            }

            foreach (var firm in input.Withdrawn)
            {
                Assert.Equal(firm.PenaltyMinor, shares.Of(firm.MemberId)!.NetMinor);
            }

            AssertGrants(input, shares);
        }
    }

    [Fact]
    public void No_share_depends_on_the_order_of_the_input()
    {
        var random = new Random(7);
        for (var run = 0; run < 1_500; run++)
        {
            var input = Any(random);
            var shuffled = new CostInput(
                Shuffle(random, input.Firms),
                [.. Shuffle(random, input.Items).Select(i => i with { Parts = Shuffle(random, i.Parts) })],
                Shuffle(random, input.Withdrawn),
                [.. input.Grants.Select(g => g with { Headrooms = Shuffle(random, g.Headrooms) })]);

            Assert.Equal(JsonSerializer.Serialize(ShareCosts.Of(input)), JsonSerializer.Serialize(ShareCosts.Of(shuffled)));
        }
    }

    [Fact]
    public void The_reasons_of_a_share_add_up_to_it()
    {
        var random = new Random(11);
        for (var run = 0; run < 500; run++)
        {
            var plan = Any(random, firms: random.Next(2, 8)) with { Withdrawn = [] };
            var leaving = plan.Firms[random.Next(plan.Firms.Count)].MemberId;
            var before = Any(random) with { Firms = plan.Firms, Withdrawn = [] };
            var after = SimulateWithdrawals.Without(before, new Dictionary<Guid, long> { [leaving] = random.Next(1_000_000) });
            var now = after with { Items = [.. after.Items.Skip(1)] };
            CostStep[] steps = [new(1, ShareCause.Plan, null, plan), new(2, ShareCause.Withdrawal, before, after)];

            foreach (var firm in plan.Firms)
            {
                var changes = ExplainShare.Of(firm.MemberId, steps, now);
                Assert.Equal(ShareCosts.Of(now).Of(firm.MemberId)!.NetMinor, changes.Sum(c => c.DeltaMinor));
                Assert.All(changes.SelectMany(c => c.Parts), part => Assert.NotEqual(0, part.DeltaMinor));
            }
        }
    }

    [Fact]
    public void The_worst_withdrawals_are_the_worst()
    {
        var random = new Random(13);
        for (var run = 0; run < 300; run++)
        {
            var input = Any(random, firms: random.Next(3, 7)) with { Withdrawn = [] };
            var self = input.Firms[random.Next(input.Firms.Count)].MemberId;
            var penalties = input.Firms.ToDictionary(f => f.MemberId, _ => random.NextInt64(100_000));
            var others = input.Firms.Select(f => f.MemberId).Where(f => f != self).ToArray();
            var pairs = from a in others from b in others where a.CompareTo(b) < 0 select new[] { a, b };

            var worst = SimulateWithdrawals.Worst(input, self, 2, f => penalties[f])!.Value;

            var all = pairs.Max(pair => ShareCosts.Of(SimulateWithdrawals.Without(input, pair.ToDictionary(f => f, f => penalties[f])))
                .Of(self)!.GrossMinor);
            Assert.InRange(all - worst, 0, (2 * input.Items.Count) + 2);   // the choice is estimated to a minor unit an item
        }
    }

    [Fact]
    public void No_undertaking_is_above_its_ceiling_in_any_three_years()
    {
        var random = new Random(17);
        for (var run = 0; run < 2_000; run++)
        {
            var (aids, ceiling) = (new List<AidGranted>(), random.NextInt64(1, 300_000_00));
            for (var n = 0; n < 12; n++)
            {
                // Grants are not recorded in the order of their days.
                var on = new DateOnly(2020, 1, 1).AddDays(random.Next(4_000));
                var headroom = DeMinimis.Headroom(ceiling, on, aids);
                aids.Add(new(on, random.Next(3) == 0 ? headroom : random.NextInt64(headroom + 1)));
            }

            // F-M13, day by day.
            for (var end = new DateOnly(2020, 1, 1); end < new DateOnly(2034, 1, 1); end = end.AddDays(29))
            {
                Assert.InRange(DeMinimis.InYearsUntil(end, aids), 0, ceiling);
            }

            Assert.All(aids, aid => Assert.InRange(DeMinimis.InYearsUntil(aid.GrantedOn, aids), 0, ceiling));
        }
    }

    [Fact]
    public void Aid_frees_its_headroom_on_the_same_day_three_years_later()
    {
        AidGranted[] aids = [new(new(2024, 3, 1), 298_000_00)];

        Assert.Equal(2_000_00, DeMinimis.Headroom(300_000_00, new(2027, 2, 28), aids));
        Assert.Equal(300_000_00, DeMinimis.Headroom(300_000_00, new(2027, 3, 1), aids));
        Assert.Equal(2_000_00, DeMinimis.Headroom(300_000_00, new(2021, 3, 2), aids));    // what is recorded late counts as well
        Assert.Equal(300_000_00, DeMinimis.Headroom(300_000_00, new(2021, 3, 1), aids));
    }

    private static void AssertFair(long total, IReadOnlyList<FirmCost> parts)
    {
        var weights = parts.Aggregate(BigInteger.Zero, (sum, p) => sum + p.Weight);
        Assert.All(parts, part => Assert.True(   // F-M2: less than a minor unit away from the exact part
            weights.IsZero || BigInteger.Abs((part.AmountMinor * weights) - (total * (BigInteger)part.Weight)) < weights));
        Assert.All(parts.Where(p => p.Weight == 0), part => Assert.Equal(0, part.AmountMinor));
    }

    private static void AssertGrants(CostInput input, CostShares shares)
    {
        var headrooms = input.Grants.SelectMany(g => g.Headrooms.Select(h => (g.State, h.Undertaking, h.AmountMinor))).Distinct();
        foreach (var (state, undertaking, headroom) in headrooms)
        {
            var members = input.Firms.Where(f => SplitGrant.UndertakingOf(f) == undertaking).Select(f => f.MemberId).ToHashSet();
            var got = input.Grants.Zip(shares.Grants).Where(g => g.First.State == state)
                .Sum(g => g.Second.Parts.Where(p => members.Contains(p.MemberId)).Sum(p => p.AmountMinor));
            Assert.InRange(got, 0, headroom);
        }

        foreach (var (terms, grant) in input.Grants.Zip(shares.Grants))
        {
            Assert.Equal(grant.PaidMinor, grant.Parts.Sum(p => p.AmountMinor));
            Assert.Equal(grant.GrantedMinor, grant.PaidMinor + grant.ForfeitedMinor);
            Assert.True(grant.GrantedMinor <= terms.CapMinor && grant.GrantedMinor <= grant.EligibleMinor);
            Assert.All(grant.Parts, part => Assert.InRange(part.AmountMinor, 0, part.EligibleMinor));
            // Something is lost under Reapportion only if nobody could take more.
            Assert.True(terms.Overflow == GrantOverflow.Forfeit || grant.ForfeitedMinor == 0
                || grant.Parts.All(p => p.IsCapped || p.EligibleMinor == 0));
        }
    }

    private static CostInput Any(Random random, int? firms = null)
    {
        var ids = Enumerable.Range(0, (firms ?? random.Next(0, 9)) + random.Next(0, 4)).Select(_ => NewId(random)).ToArray();
        var here = firms ?? random.Next(0, ids.Length + 1);
        var grants = Enumerable.Range(0, random.Next(0, 3)).Select(_ => NewId(random)).ToArray();
        var sharing = ids.Take(here).Select(id => new SharingFirm(
            id, random.Next(4) * random.Next(3_000), random.Next(3) * random.Next(6_000), random.Next(3) * random.Next(40),
            random.Next(2) * random.NextInt64(1_000_000_000_000_000), random.Next(0, 3),
            random.Next(4) == 0 ? $"group {random.Next(2)}" : null)).ToArray();
        var headrooms = new[] { "LA", "DE" }.ToDictionary(state => state, _ => sharing.Select(SplitGrant.UndertakingOf).Distinct()
            .Select(u => new UndertakingHeadroom(u, random.Next(3) == 0 ? 0 : random.NextInt64(400_000))).ToArray());
        var items = Enumerable.Range(0, random.Next(0, 9)).Select(_ =>
        {
            var key = Keys[random.Next(Keys.Length)];
            FirmPart[] parts = key is CostKey.Direct or CostKey.Custom
                ? [.. ids.Where(_ => random.Next(3) > 0).Select(id => new FirmPart(id, random.Next(3) * random.NextInt64(500_000)))] : [];
            return new SharedItem(
                NewId(random), key, key == CostKey.Direct ? parts.Sum(p => p.Value) : random.Next(5) * random.NextInt64(2_000_000), parts,
                grants.Length > 0 && random.Next(2) == 0 ? grants[random.Next(grants.Length)] : null);
        }).ToArray();
        return new(
            sharing, items, [.. ids.Skip(here).Select(id => new WithdrawnFirm(id, random.Next(2) * random.NextInt64(900_000)))],
            [.. grants.Select(id =>
            {
                var state = random.Next(2) == 0 ? "LA" : "DE";
                return new GrantTerms(
                    id, random.Next(1, 101), random.NextInt64(3_000_000), (GrantOverflow)random.Next(2), state, headrooms[state]);
            })]);
    }

    private static Guid NewId(Random random)
    {
        var bytes = new byte[16];
        random.NextBytes(bytes);
        return new(bytes);
    }

    private static T[] Shuffle<T>(Random random, IEnumerable<T> list)
    {
        T[] all = [.. list];
        random.Shuffle(all);
        return all;
    }
}
