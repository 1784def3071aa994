using ExportConsortia.Allocation.Engine.Balanced;

namespace ExportConsortia.Allocation.Tests.Balanced;

/// <summary>Small instances that cover every case: tight weeks, large lots, single makers, all-or-nothing, members without an account.</summary>
internal static class RandomInstances
{
    public static readonly BalancedPolicy Policy = new([50, 100, 200, 400], [0, 1, 2, 4, 8], 2, 5, 125, 3);

    public static BalancedInstance Of(int seed, int mostLines = 5, int mostMembers = 5, long scale = 400)
    {
        var random = new Random(seed);
        var (weeks, lineCount, memberCount) = (random.Next(2, 7), random.Next(1, mostLines + 1), random.Next(2, mostMembers + 1));
        string[] destinations = ["D1", "D2"];
        var pools = random.Next(1, 3);
        var products = Enumerable.Range(1, random.Next(1, 4))
            .Select(p => new InstanceProduct($"P{p}", $"G{random.Next(1, pools + 1)}", random.Next(1, 200) * 25)).ToList();
        var members = Enumerable.Range(1, memberCount).Select(m =>
        {
            var resources = Enumerable.Range(1, random.Next(1, 3))
                .Select(r => new InstanceResource(
                    $"R{r}", [.. Enumerable.Range(0, weeks).Select(_ => random.Next(4) == 0 ? 0 : random.NextInt64(scale * 8))])).ToList();
            var capabilities = products.Where(_ => random.Next(4) > 0).Select(product => new InstanceCapability(
                product.Id, resources[random.Next(resources.Count)].Id, random.Next(1, 20), random.Next(2) == 0 ? 0 : random.NextInt64(scale / 2),
                random.Next(3) switch { 0 => 1, 1 => random.Next(1, 4), _ => random.Next(1, 13) }, random.Next(0, 3),
                product.RefPrice * random.Next(60, 120) / 100,
                random.Next(4) == 0 ? ["D1"] : destinations)).ToList();
            return new InstanceMember($"M{m}", random.Next(700, 1000), resources, capabilities);
        }).ToList();
        var lines = Enumerable.Range(1, lineCount).Select(l =>
        {
            var quantity = random.NextInt64(1, scale);
            var tolerance = random.Next(2) * quantity / 20;
            return new InstanceLine(
                $"L{l}", products[random.Next(products.Count)].Id, quantity, quantity - tolerance, quantity + tolerance, random.Next(1, weeks + 1),
                destinations[random.Next(2)], random.Next(1, 4), random.Next(1, 4), random.Next(4) == 0, random.Next(5) == 0,
                random.Next(6) == 0 ? [$"M{random.Next(1, memberCount + 1)}"] : []);
        }).ToList();
        var shares = Enumerable.Range(1, pools).Select(g => new InstancePool($"G{g}", random.NextInt64(scale * 10_000), [.. members
            .Where(_ => random.Next(8) > 0)
            .Select(member => new InstanceShare(member.Id, 1_000_000 / memberCount, random.NextInt64(-scale * 100, scale * 100)))])).ToList();
        return new($"random-{seed}", weeks, Policy, products, members, shares, lines, []);
    }

    /// <summary>The same instance after some members accepted their offer, or a part of it.</summary>
    public static BalancedInstance Accepting(BalancedInstance instance, IReadOnlyList<InstancePart> offers, int seed)
    {
        var random = new Random(seed);
        return instance with
        {
            Accepted = [.. offers.Where(_ => random.Next(3) == 0).Select(offer => offer with { Qty = random.NextInt64(1, offer.Qty + 1) })],
        };
    }

    /// <summary>The same instance with every list in another order.</summary>
    public static BalancedInstance Shuffled(BalancedInstance instance, int seed)
    {
        var random = new Random(seed);
        return instance with
        {
            Products = Mixed(instance.Products),
            Members = [.. Mixed(instance.Members)
                .Select(member => member with { Resources = Mixed(member.Resources), Capabilities = Mixed(member.Capabilities) })],
            Pools = [.. Mixed(instance.Pools).Select(pool => pool with { Shares = Mixed(pool.Shares) })],
            Lines = Mixed(instance.Lines),
            Accepted = Mixed(instance.Accepted),
        };

        T[] Mixed<T>(IReadOnlyList<T> items)
        {
            T[] mixed = [.. items];
            random.Shuffle(mixed);
            return mixed;
        }
    }
}
