using System.Globalization;
using ExportConsortia.Allocation.Engine;
using ExportConsortia.Allocation.Engine.Balanced;
using ExportConsortia.Allocation.Tests.Balanced;
using Microsoft.Extensions.Configuration;

namespace ExportConsortia.Benchmarks;

/// <summary>
/// How fair a policy is in the long run: 200 successive orders, planned by <c>Balanced</c> and by every policy that needs no manual input, each with
/// its own accounts. Members, orders, capacity, lots and prices are the same for all; a piece takes a minute, so pieces and minutes are the same, and
/// there are no caps. Every plan must pass the tests' own checker.
/// </summary>
internal static class AllocationFairness
{
    private const int Orders = 200, Members = 20, Weeks = 4, Lot = 10, LeastPart = 50, YearOfOrders = 50;
    private static readonly string[] s_pools = ["G1", "G2"];
    private static readonly string[] s_policies =
        ["Balanced", nameof(QuotaCatchUp), nameof(CapacityProRata), nameof(EqualShare), nameof(Rotation), nameof(WeightedScore), nameof(SealedPrice)];

    public static int Run(string[] options)
    {
        var settings = new ConfigurationBuilder().AddCommandLine(options).Build();
        var worlds = settings.GetValue("worlds", 3);
        Console.WriteLine($"{Orders} successive orders of 1 to 3 lines, {Members} members, {s_pools.Length} product pools; mean of {worlds} worlds.");
        Console.WriteLine(
            "Misallocated: value received by the wrong members, % of the value delivered so far. Cost: % of reference value. Short: % of the value "
            + "ordered.");
        Console.WriteLine();
        Console.WriteLine("| policy | misallocated after all orders | mean of orders 51 to 200 | cost | short | makers beyond the first, per line |");
        Console.WriteLine("|---|---|---|---|---|---|");
        var plotted = new List<(string Policy, double[] Misallocated)>();
        foreach (var policy in s_policies)
        {
            var runs = new History[worlds];
            Parallel.For(0, worlds, new ParallelOptions { MaxDegreeOfParallelism = 2 }, world => runs[world] = new(policy, world + 1));
            Console.WriteLine(
                $"| {policy} | {runs.Average(run => run.Misallocated[^1]):F2} | {runs.Average(run => run.Misallocated.Skip(50).Average()):F2} "
                + $"| {runs.Average(run => run.Cost):F2} | {runs.Average(run => run.Short):F2} | {runs.Average(run => run.Splits):F2} |");
            plotted.Add((policy, runs[0].Misallocated));
        }

        if (settings["plot"] is { } file)
        {
            File.WriteAllText(file, Plot(plotted));
        }

        return 0;
    }

    /// <summary>One policy over all orders of one world.</summary>
    private sealed class History
    {
        private readonly string _policy;
        private readonly long[,] _ppm = new long[Members, s_pools.Length], _owed = new long[Members, s_pools.Length];
        private readonly long[,] _pieces = new long[Members, s_pools.Length];
        private readonly List<int>[] _queues = [.. s_pools.Select(_ => Enumerable.Range(0, Members).ToList())];
        private readonly List<long[]> _delivered = [];

        public History(string policy, int world)
        {
            _policy = policy;
            var random = new Random(world);
            var products = Enumerable.Range(0, 6).Select(p => new InstanceProduct($"P{p}", s_pools[p % 2], random.Next(20, 200) * 25)).ToList();
            var scores = Enumerable.Range(0, Members).Select(_ => (Quality: random.Next(60, 101), Delivery: random.Next(60, 101))).ToList();
            var sizes = Enumerable.Range(0, Members).Select(_ => random.Next(5, 21)).ToList();
            var capabilities = Enumerable.Range(0, Members)
                .Select(m => products.Where((_, p) => p == m % 6 || random.Next(10) < 6).Select(product => new InstanceCapability(
                product.Id, product.Pool, 1, LeastPart, Lot, 0, product.RefPrice * random.Next(70, 111) / 100, ["D"])).ToList()).ToList();
            for (var pool = 0; pool < s_pools.Length; pool++)
            {
                // Shares loosely follow size; only members that make something of the pool have one.
                var weights = capabilities.Select((own, m) => own.Exists(item => item.Resource == s_pools[pool]) ? sizes[m] + random.Next(1, 16) : 0)
                    .ToList();
                for (var m = 0; m < Members; m++)
                {
                    _ppm[m, pool] = 1_000_000L * weights[m] / weights.Sum();
                }
            }

            var (ordered, late, cost, reference, splits, lineCount) = (0L, 0L, 0L, 0L, 0L, 0L);
            for (var order = 0; order < Orders; order++)
            {
                var lines = Enumerable.Range(0, random.Next(1, 4)).Select(l =>
                {
                    var quantity = (long)Lot * random.Next(10, 201);
                    return new InstanceLine($"L{l}", products[random.Next(6)].Id, quantity, quantity, quantity, random.Next(2, Weeks + 1), "D", 1,
                        Members, false, false, []);
                }).ToList();
                var members = Enumerable.Range(0, Members).Select(m => new InstanceMember(
                    Id(m), 1000,
                    [.. s_pools.Select(pool => new InstanceResource(
                        pool, [.. Enumerable.Range(0, Weeks).Select(_ => random.Next(7) == 0 ? 0L : sizes[m] * random.Next(3, 14))]))],
                    capabilities[m])).ToList();
                var pools = s_pools.Select((pool, g) => new InstancePool(
                    pool, _delivered.TakeLast(YearOfOrders).Sum(value => value[g]),
                    [.. Enumerable.Range(0, Members).Where(m => _ppm[m, g] > 0).Select(m => new InstanceShare(Id(m), _ppm[m, g], _owed[m, g]))]))
                        .ToList();
                var instance = new BalancedInstance($"order {order}", Weeks, RandomInstances.Policy, products, members, pools, lines, []);
                var parts = policy == "Balanced" ? SolveBalanced.Plan(BalancedProblem.Of(instance)).Parts : Plain(instance, scores);
                if (new CheckBalancedPlan(instance, parts).Faults() is [var fault, ..])
                {
                    throw new InvalidOperationException($"{policy}, world {world}, order {order}: {fault}");
                }

                foreach (var line in lines)
                {
                    var (product, own) = (products.Find(item => item.Id == line.Product)!, parts.Where(part => part.Line == line.Id).ToList());
                    ordered += line.Qty * product.RefPrice;
                    late += (line.Qty - own.Sum(part => part.Qty)) * product.RefPrice;
                    reference += own.Sum(part => part.Qty) * product.RefPrice;
                    cost += own.Sum(part => part.Qty * capabilities[Number(part.Member)].Find(item => item.Product == line.Product)!.Price);
                    splits += Math.Max(0, own.Count - 1);
                    lineCount++;
                }

                Carry(instance, parts);
                Misallocated[order] = Misplaced() * 50.0 / reference;
            }

            (Cost, Short, Splits) = (cost * 100.0 / reference, late * 100.0 / ordered, (double)splits / lineCount);
        }

        /// <summary>After each order: half of the sum of all deviations, in percent of the value delivered so far.</summary>
        public double[] Misallocated { get; } = new double[Orders];

        public double Cost { get; }

        public double Short { get; }

        public double Splits { get; }

        private static string Id(int member) => $"M{member:D2}";

        private static int Number(string member) => int.Parse(member.AsSpan(1), CultureInfo.InvariantCulture);

        private static Guid Key(int member) => new(member + 1, 0, 0, new byte[8]);

        // Each member is entitled to its share of what was delivered: the balances of a pool add up to the rounding error.
        private void Carry(BalancedInstance instance, IReadOnlyList<InstancePart> parts)
        {
            var delivered = new long[s_pools.Length];
            foreach (var part in parts)
            {
                var (member, pool) = (Number(part.Member), PoolOf(instance, part.Line));
                var value = part.Qty * instance.Products.Single(
                    product => product.Id == instance.Lines.Single(line => line.Id == part.Line).Product).RefPrice;
                delivered[pool] += value;
                _owed[member, pool] -= value;
                _pieces[member, pool] += part.Qty;
            }

            _delivered.Add(delivered);
            for (var pool = 0; pool < s_pools.Length; pool++)
            {
                // Members that were served go to the end of the queue.
                var served = parts.Where(part => PoolOf(instance, part.Line) == pool).Select(part => Number(part.Member)).ToHashSet();
                _queues[pool] = [.. _queues[pool].OrderBy(served.Contains)];
            }

            for (var member = 0; member < Members; member++)
            {
                for (var pool = 0; pool < s_pools.Length; pool++)
                {
                    _owed[member, pool] += delivered[pool] * _ppm[member, pool] / 1_000_000;
                }
            }
        }

        private long Misplaced()
        {
            var sum = 0L;
            foreach (var owed in _owed)
            {
                sum += Math.Abs(owed);
            }

            return sum;
        }

        // Runs rounds, everybody accepting, until a round places nothing: some policies leave to the next round what the first members can't make.
        private List<InstancePart> Plain(BalancedInstance instance, List<(int Quality, int Delivery)> scores)
        {
            var from = new DateOnly(2027, 1, 4);
            var held = new Dictionary<(string Line, int Member), long>();
            var buckets = instance.Members.SelectMany(
                (member, m) => member.Resources.SelectMany((resource, g) => resource.Capacity.Select((free, week) => new SnapshotBucket(
                new Guid(m + 1, (short)(g + 1), (short)(week + 1), new byte[8]), Key(m), resource.Id, from.AddDays(7 * week),
                from.AddDays(7 * (week + 1)), free, 1)))).ToDictionary(bucket => bucket.Id);
            for (var round = 1; ; round++)
            {
                var snapshot = new AllocationSnapshot
                {
                    ConsortiumId = Guid.Empty, OrderId = Guid.Empty, RunId = Guid.Empty, Round = round, RulebookVersion = 1,
                    TakenAt = new DateTime(2027, 1, 1, 0, 0, 0, DateTimeKind.Utc), ProductionFrom = from,
                    Members = [.. Enumerable.Range(0, Members).Select(m => new SnapshotMember(Key(m), Id(m), MemberStanding.Active, 0))],
                    Buckets = [.. buckets.Values],
                    Lines = [.. instance.Lines.Select((line, at) => Line(instance, line, at, from, scores, held))],
                };
                var placed = SplitOrder.Plan(snapshot).Lines.SelectMany(line => line.Parts.Select(part => (line.LineId, Part: part))).ToList();
                if (placed.Count == 0)
                {
                    return [.. held.Select(part => new InstancePart(part.Key.Line, Id(part.Key.Member), part.Value))];
                }

                foreach (var (line, part) in placed)
                {
                    var key = (line, Number(snapshot.Members.First(member => member.Id == part.MemberId).Code));
                    held[key] = held.GetValueOrDefault(key) + part.Quantity;
                    foreach (var draw in part.Draws)
                    {
                        buckets[draw.BucketId] = buckets[draw.BucketId] with { Free = buckets[draw.BucketId].Free - draw.Quantity };
                    }
                }
            }
        }

        private SnapshotLine Line(
            BalancedInstance instance, InstanceLine line, int at, DateOnly from,
            List<(int Quality, int Delivery)> scores, Dictionary<(string Line, int Member), long> held)
        {
            var pool = PoolOf(instance, line.Id);
            var own = held.Where(part => part.Key.Line == line.Id).ToList();
            var prices = instance.Members.SelectMany(
                (member, m) => member.Capabilities.Where(item => item.Product == line.Product).Select(item => (Member: m, item.Price))).ToList();
            var cheapest = prices.Min(item => item.Price);
            return new()
            {
                LineId = line.Id, Position = at, Product = line.Product, Family = s_pools[pool],
                Ordered = line.Qty, Open = line.Qty - own.Sum(part => part.Value), Due = from.AddDays(7 * line.DueWeek),
                Rule = new() { Policy = _policy, LotSize = Lot, MinLot = LeastPart, ConcentrationFromMembers = int.MaxValue },
                Capable = [.. prices.Select(item => Key(item.Member))],
                Held = [.. own.Select(part => new HeldPart(Key(part.Key.Member), part.Value))],
                Quotas = [.. Enumerable.Range(0, Members).Select(m => new MemberQuota(
                    Key(m), _ppm[m, pool],
                    _pieces[m, pool] + held.Where(part => part.Key.Member == m && PoolOf(instance, part.Key.Line) == pool).Sum(part => part.Value)))],
                Turns = [.. _queues[pool].Select((m, place) => new MemberTurn(Key(m), place))],
                Scores = [.. prices.Select(item => new MemberScore(
                    Key(item.Member), scores[item.Member].Quality, scores[item.Member].Delivery, (int)(100 * cheapest / item.Price),
                    50 + (50 * Math.Sign(_owed[item.Member, pool]))))],
                Prices = [.. prices.Select(item => new SealedOffer(Key(item.Member), item.Price))],
            };
        }

        private static int PoolOf(BalancedInstance instance, string line) =>
            Array.IndexOf(s_pools, instance.Products.Single(product => product.Id == instance.Lines.Single(item => item.Id == line).Product).Pool);
    }

    /// <summary>Misallocated value by order, one line per policy, labelled at its end.</summary>
    private static string Plot(List<(string Policy, double[] Misallocated)> series)
    {
        const double Left = 50, Top = 30, Width = 560, Height = 300, Most = 40;
        string[] colours = ["#d62728", "#1f77b4", "#2ca02c", "#9467bd", "#8c564b", "#e377c2", "#7f7f7f"];
        var svg = new StringBuilder($"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 760 380" font-family="sans-serif" font-size="12">
            <rect width="760" height="380" fill="#fff"/>
            <text x="{Left}" y="18" font-size="14">Value that the wrong members received, % of all delivered so far (world 1)</text>

            """);
        for (var percent = 0; percent <= Most; percent += 10)
        {
            svg.AppendLine(CultureInfo.InvariantCulture,
                $"<path d=\"M{Left} {Y(percent):F1}h{Width}\" stroke=\"#ddd\"/><text x=\"{Left - 8}\" y=\"{Y(percent) + 4:F1}\" "
                + $"text-anchor=\"end\">{percent}</text>");
        }

        for (var order = 0; order <= Orders; order += 50)
        {
            svg.AppendLine(
                CultureInfo.InvariantCulture, $"<text x=\"{X(order):F1}\" y=\"{Top + Height + 18}\" text-anchor=\"middle\">{order}</text>");
        }

        svg.AppendLine(
            CultureInfo.InvariantCulture, $"<text x=\"{Left + (Width / 2)}\" y=\"{Top + Height + 38}\" text-anchor=\"middle\">orders</text>");
        var label = double.MaxValue;
        foreach (var ((policy, values), colour) in series.Zip(colours).OrderBy(item => item.First.Misallocated[^1]))
        {
            // Labels keep a minimum distance, lowest first.
            label = Math.Min(Y(values[^1]) + 4, label - 14);
            var points = string.Join(
                ' ', values.Select((value, order) => string.Create(CultureInfo.InvariantCulture, $"{X(order + 1):F1},{Y(value):F1}")));
            svg.AppendLine(CultureInfo.InvariantCulture,
                $"<polyline points=\"{points}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"{(policy == "Balanced" ? 2.5 : 1.3)}\"/>");
            svg.AppendLine(
                CultureInfo.InvariantCulture, $"<text x=\"{Left + Width + 8}\" y=\"{label:F1}\" fill=\"{colour}\">{policy} {values[^1]:F1}</text>");
        }

        return svg.Append("</svg>\n").ToString();

        static double X(int order) => Left + (Width * order / Orders);

        static double Y(double percent) => Top + Height - (Height * Math.Min(percent, Most) / Most);
    }
}
