using System.Diagnostics;
using ExportConsortia.Allocation.Engine.Balanced;
using ExportConsortia.Allocation.Tests.Balanced;
using Microsoft.Extensions.Configuration;

namespace ExportConsortia.Benchmarks;

/// <summary>
/// How the time of the policy Balanced grows with lines and members, on generated instances with a constant load: ten times the lines may take at
/// most twelve times as long, and the exponent in members may be at most 0.8. Takes the lowest processor time of several seeds to reduce noise.
/// </summary>
internal static class AllocationGrowth
{
    private const int FewLines = 300, ManyLines = 3000;
    private const double MostTimes = 12, MostExponent = 0.8;

    public static int Run(string[] options)
    {
        var runs = new ConfigurationBuilder().AddCommandLine(options).Build().GetValue("runs", 3);
        Console.WriteLine($"Standard effort, one thread, lowest processor time of {runs} seeds, {Environment.ProcessorCount} cores.");
        Console.WriteLine();
        Console.WriteLine("| lines | members | pairs | processor ms | wall ms | Z1, % D | Z2, % D | greedy Z2, % D |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|");
        _ = SolveBalanced.Plan(BalancedProblem.Of(GeneratedInstance.Of(30, 30, 1)));

        var byLines = new[] { FewLines, 1000, ManyLines }.ToDictionary(lines => lines, lines => Measure(lines, 100, runs));
        int[] members = [10, 20, 40, 80, 160];
        var byMembers = members.Select(count => Measure(FewLines, count, runs)).ToArray();

        // The least-squares slope of log time over log members.
        var (x, y) = (Array.ConvertAll(members, count => Math.Log(count)), Array.ConvertAll(byMembers, Math.Log));
        var exponent = x.Zip(y, (one, other) => (one - x.Average()) * (other - y.Average())).Sum() / x.Sum(one => Math.Pow(one - x.Average(), 2));
        var times = byLines[ManyLines] / byLines[FewLines];
        Console.WriteLine();
        Console.WriteLine(
            $"time({ManyLines} lines) / time({FewLines} lines) = {times:F1} (at most {MostTimes}); exponent in members {exponent:F2} (at most "
            + $"{MostExponent})");
        var same = SamePlan.TenTimes(GeneratedInstance.Of(FewLines, 40, 1), BalancedEffort.Quick)
            & SamePlan.TenTimes(GeneratedInstance.Of(50, 30, 1), BalancedEffort.Standard);
        return same ? 0 : 1;
    }

    private static double Measure(int lines, int members, int runs)
    {
        var times = new List<(double Processor, double Wall, BalancedPlan Plan)>();
        var instance = GeneratedInstance.Of(lines, members, 1);
        var problem = BalancedProblem.Of(instance);
        for (var seed = 1; seed <= runs; seed++)
        {
            var (before, watch) = (Environment.CpuUsage.TotalTime, Stopwatch.StartNew());
            var planned = SolveBalanced.Plan(problem, seed: (ulong)seed);
            times.Add(((Environment.CpuUsage.TotalTime - before).TotalMilliseconds, watch.Elapsed.TotalMilliseconds, planned));
        }

        times.Sort((one, other) => one.Processor.CompareTo(other.Processor));
        var (processor, wall, plan) = times[0];
        if (new CheckBalancedPlan(instance, plan.Parts).Faults() is [var fault, ..])
        {
            throw new InvalidOperationException($"A plan of {instance.Name} isn't allowed: {fault}");
        }

        Console.WriteLine(
            $"| {lines} | {members} | {problem.PairCount} | {processor:F0} | {wall:F0} | {Percent(plan.Aims.Short):F2} | "
            + $"{Percent(plan.FairestUnfair):F1} | {Percent(plan.Greedy.Unfair):F1} |");
        return processor;

        double Percent(long value) => value * 100.0 / problem.Ordered;
    }
}
