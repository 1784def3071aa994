using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using ExportConsortia.Allocation.Engine.Balanced;
using ExportConsortia.Allocation.Tests.Balanced;

namespace ExportConsortia.Benchmarks;

/// <summary>What a solver found within its time, verified by the tests' own checker.</summary>
/// <param name="Best">Z1 and Z2 of its best plan; null if it found no feasible plan.</param>
/// <param name="Seconds">Time used for both stages: for CBC from start to exit of its processes, for HiGHS the warm solver alone.</param>
/// <param name="Proven">Both stages finished: the result is optimal.</param>
internal sealed record PeerResult((long Short, long Unfair)? Best, double Seconds, bool Proven);

/// <summary>
/// General solvers that plan the same instance as a mixed-integer programme (<see cref="WriteMilp"/>), on one thread: CBC (Debian's coinor-cbc) and
/// HiGHS (the npm package, WebAssembly, so slower than a native build). They work in artifacts/temp of the repository.
/// </summary>
internal static class MilpPeers
{
    private const string HighsVersion = "1.15.3";

    private const string HighsScript = """
        const fs = require("node:fs");
        const [model, seconds, output] = process.argv.slice(2);
        require("highs")().then(highs => {
          const solve = limit => highs.solve(fs.readFileSync(model, "utf8"), { output_flag: false, time_limit: limit, mip_rel_gap: 0 });
          solve(3);   // warm: WebAssembly is compiled while it runs
          const begin = performance.now();
          const found = solve(Number(seconds));
          if (!Number.isFinite(found.ObjectiveValue)) process.exit(1);
          const lines = Object.values(found.Columns).filter(column => column.Primal).map(column => `0 ${column.Name} ${column.Primal} 0\n`);
          fs.writeFileSync(output, `${found.Status} after ${(performance.now() - begin) / 1000}\n${lines.join("")}`);
        });
        """;

    private static readonly string s_folder = Path.Combine(Root(), "artifacts", "temp", "milp");

    /// <summary>The solvers installed on this machine; prints how to install missing ones.</summary>
    public static List<(string Name, Func<BalancedInstance, BalancedProblem, double, PeerResult> Plan)> Installed()
    {
        var peers = new List<(string, Func<BalancedInstance, BalancedProblem, double, PeerResult>)>();
        Directory.CreateDirectory(s_folder);
        if (Start("cbc", ["-quit"], 20))
        {
            peers.Add(("CBC", (instance, problem, seconds) => Plan(instance, problem, seconds, (model, limit, output) =>
            {
                var watch = Stopwatch.StartNew();
                _ = Start("cbc",
                    [model, "-timeMode", "elapsed", "-seconds", limit, "-ratioGap", "0", "-allowableGap", "0", "-solve", "-solution", output],
                    Patience(limit));
                return watch.Elapsed.TotalSeconds;
            })));
        }
        else
        {
            Console.WriteLine("CBC is skipped: install Debian's package coinor-cbc.");
        }

        File.WriteAllText(Path.Combine(s_folder, "highs.cjs"), HighsScript);
        if (Directory.Exists(Path.Combine(s_folder, "node_modules", "highs"))
            || Start("npm", ["install", "--no-save", "--no-audit", "--no-fund", "--prefix", s_folder, $"highs@{HighsVersion}"], 120))
        {
            peers.Add(("HiGHS", (instance, problem, seconds) => Plan(instance, problem, seconds, (model, limit, output) =>
                Start("node", ["highs.cjs", model, limit, output], Patience(limit))
                    ? double.Parse(File.ReadLines(output).First().Split(' ')[^1], CultureInfo.InvariantCulture)
                    : double.Parse(limit, CultureInfo.InvariantCulture))));
        }
        else
        {
            Console.WriteLine($"HiGHS is skipped: it needs node and npm, and npm must be able to install highs {HighsVersion}.");
        }

        return peers;
    }

    private static PeerResult Plan(BalancedInstance instance, BalancedProblem problem, double seconds, Func<string, string, string, double> solve)
    {
        var used = 0.0;
        var first = Stage(null, seconds / 2);
        var second = first.Best is { } best ? Stage(best.Short, seconds - used) : first;
        return new(second.Best is { } fairer && fairer.CompareTo(first.Best!.Value) < 0 ? fairer : first.Best, used, first.Optimal && second.Optimal);

        ((long Short, long Unfair)? Best, bool Optimal) Stage(long? mostShort, double limit)
        {
            var (model, output) = (Path.Combine(s_folder, "model.lp"), Path.Combine(s_folder, "solution.txt"));
            File.WriteAllText(model, WriteMilp.Of(problem, mostShort));
            File.Delete(output);
            used += solve(model, limit.ToString("F1", CultureInfo.InvariantCulture), output);
            if (!File.Exists(output))
            {
                return (null, false);
            }

            // Both write the status, then a line for each nonzero variable: number, name, value, reduced cost; ** marks a violated constraint.
            var lines = File.ReadAllLines(output);
            var solution = lines.Skip(1)
                .Select(line => line.Replace("**", "", StringComparison.Ordinal).Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .ToDictionary(words => words[1], words => double.Parse(words[2], CultureInfo.InvariantCulture));
            var check = new CheckBalancedPlan(instance, WriteMilp.Parts(problem, solution));
            var optimal = lines[0].StartsWith("Optimal", StringComparison.Ordinal);
            return check.Faults().Count == 0 ? ((check.Aims().Short, check.Aims().Unfair), optimal) : (null, false);
        }
    }

    // A solver checks its clock only now and then.
    private static double Patience(string limit) => (double.Parse(limit, CultureInfo.InvariantCulture) * 2) + 20;

    /// <summary>Whether the program exists and succeeds in time; kills it otherwise.</summary>
    private static bool Start(string program, string[] arguments, double seconds)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments)
            {
                WorkingDirectory = s_folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
            })!;
            process.OutputDataReceived += (_, _) => { };
            process.ErrorDataReceived += (_, _) => { };
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            process.StandardInput.Close();
            if (process.WaitForExit(TimeSpan.FromSeconds(seconds)))
            {
                return process.ExitCode == 0;
            }

            process.Kill(entireProcessTree: true);
            return false;
        }
        catch (Win32Exception)
        {
            // The program doesn't exist.
            return false;
        }
    }

    private static string Root([CallerFilePath] string file = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", ".."));
}
