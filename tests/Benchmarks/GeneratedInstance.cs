using ExportConsortia.Allocation.Engine.Balanced;
using ExportConsortia.Allocation.Tests.Balanced;

namespace ExportConsortia.Benchmarks;

/// <summary>
/// Generates an instance of any size from a seed: twelve weeks, ten products in two pools, members that make three of them. For any number of lines
/// and members, the lines need about half of the capacity.
/// </summary>
internal static class GeneratedInstance
{
    private const int Weeks = 12, Products = 10;

    public static BalancedInstance Of(int lineCount, int memberCount, int seed)
    {
        var random = new Random(seed);
        string[] destinations = ["D1", "D2", "D3", "D4"];
        var products = Enumerable.Range(0, Products)
            .Select(p => (Product: new InstanceProduct($"P{p:D2}", $"G{1 + (p % 2)}", random.Next(20, 500) * 25), Minutes: random.Next(10, 90)))
            .ToList();
        var lines = Enumerable.Range(0, lineCount).Select(l =>
        {
            var quantity = 10L * random.Next(5, 30) * random.Next(1, 10);
            var tolerance = random.Next(2) * quantity / 20;
            return new InstanceLine(
                $"L{l:D4}", products[random.Next(Products)].Product.Id, quantity, quantity - tolerance, quantity + tolerance,
                random.Next(4, Weeks + 1),
                destinations[random.Next(destinations.Length)], random.Next(4) == 0 ? random.Next(2, 4) : 1, random.Next(1, 6), random.Next(5) == 0,
                random.Next(25) == 0, []);
        }).ToList();
        var minutes = lines.Sum(line => line.Qty * products.Find(item => item.Product.Id == line.Product).Minutes);
        var members = Enumerable.Range(0, memberCount).Select(m =>
        {
            var size = random.Next(4, 17);
            var resources = random.Next(1, 3);
            return new InstanceMember(
                $"M{m:D3}", random.Next(800, 1000),
                [.. Enumerable.Range(1, resources).Select(r => new InstanceResource(
                    $"R{r}",
                    [.. Enumerable.Range(0, Weeks)
                        .Select(_ => random.Next(15) == 0
                            ? 0 : minutes * 2 * size * random.Next(70, 130) / (1000L * memberCount * Weeks * resources))]))],
                [.. new[] { m, m + random.Next(1, 5), m + random.Next(5, 10) }.Select(p => products[p % Products])
                    .Select(item => new InstanceCapability(
                    item.Product.Id, $"R{1 + random.Next(resources)}", item.Minutes * random.Next(80, 121) / 100,
                    random.Next(2) == 0 ? 0 : 10 * random.Next(5, 31),
                    new[] { 1L, 2, 5, 10, 12 }[random.Next(5)], random.Next(4), item.Product.RefPrice * random.Next(65, 111) / 100,
                    [.. destinations.Where(_ => random.Next(6) > 0)]))]);
        }).ToList();
        var pools = new[] { "G1", "G2" }.Select(pool =>
        {
            var ordered = lines.Where(line => Product(line.Product).Pool == pool).Sum(line => line.Qty * Product(line.Product).RefPrice);

            // Shares loosely follow what a member can make of the pool.
            var weights = members.ConvertAll(member => member.Capabilities.Count(item => Product(item.Product).Pool == pool)
                * member.Resources.Sum(resource => resource.Capacity.Sum()) * random.Next(70, 131) / 100);
            return new InstancePool(pool, ordered, [.. members.Select((member, m) => new InstanceShare(
                member.Id, 1_000_000L * weights[m] / weights.Sum(), random.NextInt64(-1000, 1001) * (ordered / memberCount / 5000)))]);
        }).ToList();
        return new($"generated, {lineCount} lines, {memberCount} members", Weeks, RandomInstances.Policy, [.. products.Select(item => item.Product)],
            members, pools, lines, []);

        InstanceProduct Product(string id) => products.Find(item => item.Product.Id == id).Product;
    }
}
