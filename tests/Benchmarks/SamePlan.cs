using System.Text.Json;
using ExportConsortia.Allocation.Engine.Balanced;
using ExportConsortia.Allocation.Tests.Balanced;

namespace ExportConsortia.Benchmarks;

/// <summary>
/// The same instance, effort and seed give the same bytes: ten runs, two at a time, every other one on two threads, half of them on
/// shuffled lists.
/// </summary>
internal static class SamePlan
{
    private const int Runs = 10;

    public static bool TenTimes(BalancedInstance instance, BalancedEffort effort)
    {
        var plans = new string[Runs];
        Parallel.For(0, Runs, new ParallelOptions { MaxDegreeOfParallelism = 2 }, run =>
        {
            var problem = BalancedProblem.Of(run < Runs / 2 ? instance : RandomInstances.Shuffled(instance, run));
            plans[run] = Encoding.UTF8.GetString(JsonSerializer.SerializeToUtf8Bytes(SolveBalanced.Plan(problem, effort, threads: 1 + (run % 2))));
        });
        var different = plans.Distinct(StringComparer.Ordinal).Count();
        Console.WriteLine(
            $"{instance.Name}: {Runs} runs on 1 and 2 threads, half of them shuffled: "
            + $"{(different == 1 ? $"identical, {plans[0].Length} characters" : $"{different} DIFFERENT plans")}");
        return different == 1;
    }
}
