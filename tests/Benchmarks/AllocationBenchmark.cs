using System.Diagnostics;
using ExportConsortia.Allocation.Engine.Balanced;
using ExportConsortia.Allocation.Tests.Balanced;
using Microsoft.Extensions.Configuration;

namespace ExportConsortia.Benchmarks;

/// <summary>
/// Runs the policy Balanced on every instance of a folder on one thread, checks each plan with the tests' own checker, and compares the aims with the
/// known values: proven optima of the small instances, the best known of the others. D is the value ordered. Ten more runs of each must give the same
/// bytes; then general solvers plan the medium instances in <see cref="PeerTimes"/> times the time.
/// </summary>
internal static class AllocationBenchmark
{
    /// <summary>
    /// Z1..Z4 of each stage: proven optimal for the small instances; for the others the best known Z1 and Z2, and a proven bound on Z2 from
    /// elsewhere.
    /// </summary>
    private static readonly Dictionary<string, (long Z1, long Z2, long? Z3, long? Z4, long? Bound)> s_known = new()
    {
        ["small-std-1"] = (0, 23_387_721, 57_504_344, 2, 23_387_721),
        ["small-std-2"] = (0, 4_240_650, 15_875_690, 3, 4_240_650),
        ["small-std-3"] = (0, 2_818_550, 50_665_529, 5, 2_818_550),
        ["small-std-4"] = (0, 2_900_046, 17_027_630, 3, 2_900_046),
        ["small-std-5"] = (0, 23_008_648, 33_694_942, 2, 23_008_648),
        ["small-std-6"] = (0, 34_293_435, 89_222_699, 2, 34_293_435),
        ["medium-std-1"] = (0, 23_786_748, null, null, 22_147_932),
        ["medium-std-2"] = (0, 147_137_799, null, null, 143_814_954),
        ["medium-std-3"] = (17_017_000, 210_165_553, null, null, 201_034_623),
        ["medium-realloc-6"] = (0, 138_339_604, null, null, 134_731_699),
        ["large-std-1"] = (0, 1_489_455_557, null, null, 536_970_651),
    };

    private const int PeerTimes = 100;

    public static int Run(string folder, string[] options)
    {
        var settings = new ConfigurationBuilder().AddCommandLine(options).Build();
        var (effort, seeds, compared) = (
            settings.GetValue("effort", BalancedEffort.Standard), settings.GetValue("seeds", 3UL), settings["peers"] ?? "medium");
        var files = Directory.GetFiles(folder, "*.json").Order(StringComparer.Ordinal).ToArray();
        Console.WriteLine(
            $"effort {effort}, one thread, {Environment.ProcessorCount} cores, load "
            + $"{(File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown")}");
        Console.WriteLine(
            "Z2 is that of the fairest plan; the final plan may use the policy's slack of Z2 for cost (column Z2 plan). In brackets: difference to "
            + "the best known, Z1 and Z2 in % of D, Z3 in %.");
        Console.WriteLine();
        Console.WriteLine("| instance | seed | ms | Z1 | Z2 | Z2 plan | Z3 | Z4 | own bound | gap, % D | bound ms | greedy Z2, % D | checked |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|---|---|---|");
        var wrong = 0;
        var planned = new List<Planned>();
        if (files.Length > 0)
        {
            // Warm-up: the runtime compiles the search before anything is measured.
            _ = SolveBalanced.Plan(BalancedProblem.Of(ReadInstance.From(File.ReadAllBytes(files.MinBy(file => new FileInfo(file).Length)!))));
        }

        foreach (var file in files)
        {
            var instance = ReadInstance.From(File.ReadAllBytes(file));
            var problem = BalancedProblem.Of(instance);
            var (times, aims, parts) = (new List<double>(), new List<(long, long)>(), (IReadOnlyList<InstancePart>)[]);
            for (var seed = 1UL; seed <= seeds; seed++)
            {
                var watch = Stopwatch.StartNew();
                var plan = SolveBalanced.Plan(problem, effort, seed);
                var milliseconds = watch.Elapsed.TotalMilliseconds;
                times.Add(milliseconds);
                parts = plan.Parts;
                aims.Add((plan.Aims.Short, plan.FairestUnfair));
                watch.Restart();
                var bound = LagrangianBound.Of(problem, plan, 200);
                var bounded = watch.Elapsed.TotalMilliseconds;

                var known = s_known.TryGetValue(instance.Name, out var found) ? found : ((long, long, long?, long?, long?)?)null;
                var check = new CheckBalancedPlan(instance, plan.Parts);
                var faults = check.Faults();
                if (check.Aims() != plan.Aims || bound > plan.FairestUnfair)
                {
                    faults.Add("the aims don't match the parts");
                }

                // A result below a proven bound is wrong.
                if (known is { } reference && plan.Aims.Short <= reference.Item1 && plan.FairestUnfair < reference.Item5)
                {
                    faults.Add("below a proven bound");
                }

                wrong += faults.Count;
                Console.WriteLine(
                    $"| {instance.Name} | {seed} | {milliseconds:F0} | {plan.Aims.Short}{Above(plan.Aims.Short, known?.Item1, problem.Ordered)} "
                    + $"| {plan.FairestUnfair}{Above(plan.FairestUnfair, known?.Item2, problem.Ordered)} | {plan.Aims.Unfair} "
                    + $"| {plan.CheapestCost}{Above(plan.CheapestCost, known?.Item3, known?.Item3 ?? 1)} | "
                    + $"{plan.Aims.Splits}{(known?.Item4 is { } splits ? $" ({plan.Aims.Splits - splits:+0;-0;0})" : "")} "
                    + $"| {bound} | {Percent(plan.FairestUnfair - bound, problem.Ordered):F2} | {bounded:F0} | "
                    + $"{Percent(plan.Greedy.Unfair, problem.Ordered):F1} "
                    + $"| {(faults.Count == 0 ? "yes" : string.Join("; ", faults))} |");
            }

            planned.Add(new(instance, problem, parts, Figures.Median(times), [.. aims.Order()]));
        }

        Console.WriteLine();
        foreach (var item in planned)
        {
            wrong += (SamePlan.TenTimes(item.Instance, effort) ? 0 : 1) + Decline(item);
        }

        Compare([.. planned.Where(item => item.Instance.Name.StartsWith(compared, StringComparison.Ordinal))]);
        return wrong == 0 ? 0 : 1;
    }

    /// <summary>Counts the faults of re-plans: half of the offers are accepted, then each of ten others is declined, one at a time.</summary>
    private static int Decline(Planned planned)
    {
        var instance = planned.Instance with
        {
            Accepted = [.. planned.Instance.Accepted.UnionBy(planned.Parts.Where((_, at) => at % 2 == 0), part => (part.Line, part.Member))],
        };
        var open = planned.Parts.ExceptBy(instance.Accepted.Select(part => (part.Line, part.Member)), part => (part.Line, part.Member)).Take(10)
            .ToList();
        var (times, changed, faults) = (new List<double>(), 0, 0);
        foreach (var declined in open)
        {
            var watch = Stopwatch.StartNew();
            var plan = SolveBalanced.AfterDecline(instance, planned.Parts, declined.Line, declined.Member);
            times.Add(watch.Elapsed.TotalMilliseconds);
            var check = new CheckBalancedPlan(instance, plan.Parts);
            faults += check.Faults().Count + (check.Quantity(declined.Line, declined.Member) == 0 ? 0 : 1);
            changed += plan.OffersChanged;
        }

        if (open.Count > 0)
        {
            Console.WriteLine(
                $"{instance.Name}: re-planned after {open.Count} declines in {Figures.Median(times):F0} ms (median; maximum {times.Max():F0}), "
                + $"{changed} other open offers changed, {faults} faults");
        }

        return faults;
    }

    /// <summary>Compares with general solvers, which get <see cref="PeerTimes"/> times the time.</summary>
    private static void Compare(IReadOnlyList<Planned> planned)
    {
        if (planned.Count == 0)
        {
            return;
        }

        Console.WriteLine();
        var peers = MilpPeers.Installed();
        Console.WriteLine(
            $"Solvers get {PeerTimes} times our median time, also on one thread: up to half of it for Z1, the rest for Z2 at the Z1 found.");
        Console.WriteLine();
        Console.WriteLine(
            "| instance | ms | Z1, worst seed | Z2, best to worst seed | solver | its s | its Z1 | its Z2 | worst seed's Z2 above its, % D | no "
            + "worse than it |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|");
        var beyond = peers.ToDictionary(peer => peer.Name, _ => new List<double>());
        foreach (var (instance, problem, _, milliseconds, aims) in planned)
        {
            foreach (var (name, plan) in peers)
            {
                var peer = plan(instance, problem, milliseconds * PeerTimes / 1000);
                var noWorse = aims.Count(own => peer.Best is not { } best || own.CompareTo(best) <= 0);
                Console.WriteLine(
                    $"| {instance.Name} | {milliseconds:F0} | {aims[^1].Short} | {aims[0].Unfair} to {aims[^1].Unfair} | {name} | "
                    + $"{peer.Seconds:F1}{(peer.Proven ? ", proven" : "")} | "
                    + (peer.Best is { } its
                        ? $"{its.Short} | {its.Unfair} | {Percent(aims[^1].Unfair - its.Unfair, problem.Ordered):+0.00;-0.00;0} " : "no plan | | ")
                    + $"| {noWorse} of {aims.Count} seeds |");
                beyond[name]
                    .AddRange(peer.Best is { } found
                        ? aims.Where(own => own.Short == found.Short).Select(own => Percent(own.Unfair - found.Unfair, problem.Ordered)) : []);
            }
        }

        Console.WriteLine();
        foreach (var (name, differences) in beyond.Where(entry => entry.Value.Count > 0))
        {
            Console.WriteLine(
                $"{name}: for equal Z1, our Z2 is on average {differences.Average():+0.00;-0.00;0} % of D above its Z2 ({differences.Count} plans).");
        }
    }

    private static string Above(long value, long? known, long whole) =>
        known is { } best ? $" ({Percent(value - best, whole):+0.0000;-0.0000;0})" : "";

    private static double Percent(long part, long whole) => whole == 0 ? 0 : part * 100.0 / whole;

    /// <param name="Instance">The instance.</param>
    /// <param name="Problem">The same in arrays.</param>
    /// <param name="Parts">The plan of the last seed.</param>
    /// <param name="Milliseconds">Median of the seeds.</param>
    /// <param name="Aims">Z1 and Z2 of each seed, the best first.</param>
    private sealed record Planned(
        BalancedInstance Instance, BalancedProblem Problem,
        IReadOnlyList<InstancePart> Parts, double Milliseconds, IReadOnlyList<(long Short, long Unfair)> Aims);
}
