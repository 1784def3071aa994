using System.Runtime.CompilerServices;
using Xunit.Sdk;

namespace ExportConsortia.Servers;

/// <summary>
/// The cases of property tests: a twentieth of them, different ones in each run; a thorough run (<c>tests/run --thorough</c>, or
/// <c>EXPORTCONSORTIA_THOROUGH=true</c>) takes all. A failure reports the run's seed, which (<c>tests/run --seed</c>, or
/// <c>EXPORTCONSORTIA_SEED</c>) repeats the same cases.
/// </summary>
public static class RandomCases
{
    /// <summary>True for <c>tests/run --thorough</c>: all cases.</summary>
    public static bool Thorough { get; } = Environment.GetEnvironmentVariable("EXPORTCONSORTIA_THOROUGH") == "true";

    /// <summary>The run's seed: chosen by <c>tests/run</c>, which prints it.</summary>
    public static int Seed { get; } = Environment.GetEnvironmentVariable("EXPORTCONSORTIA_SEED") is { Length: > 0 } given
        ? int.Parse(given, System.Globalization.CultureInfo.InvariantCulture)
        : Random.Shared.Next(1_000_000_000);

    /// <summary>
    /// True if this run takes this case: of two that follow each other, or of four, it takes one, a thorough run all. Turns by different bits of the
    /// seed don't depend on each other.
    /// </summary>
    public static bool IsTurnOf(int one, int of = 2, int bit = 0) => Thorough || (one + (Seed >> bit)) % of == 0;

    /// <summary>How many of all cases this run takes.</summary>
    public static int Of(int all) => Thorough ? all : all / 20;

    /// <summary>Checks so many cases, each with a seed derived from the run's seed, the test's name and the case's number.</summary>
    /// <exception cref="XunitException">A case failed; the message says how to repeat it.</exception>
    public static void Each(int cases, Action<int> check, [CallerMemberName] string test = "")
    {
        // This takes minutes: leave threads to others.
        Parallel.For(0, cases, new ParallelOptions { MaxDegreeOfParallelism = 2 }, i =>
        {
            var seed = SeedOf($"{Seed} {test} {i}");
            try
            {
                check(seed);
            }
            catch (Exception broken)
            {
                throw new XunitException($"Case {i} of run seed {Seed} (tests/run --seed {Seed}), its own seed {seed}: {broken.Message}", broken);
            }
        });
    }

    // FNV-1a, and the mixing that its low bits need: the same on every machine, never negative.
    private static int SeedOf(string text)
    {
        var hash = 14695981039346656037UL;
        foreach (var letter in text)
        {
            hash = (hash ^ letter) * 1099511628211UL;
        }

        return (int)((hash ^ (hash >> 32)) & int.MaxValue);
    }
}
