using ExportConsortia.Allocation.Engine.Balanced;

namespace ExportConsortia.Benchmarks;

/// <summary>
/// Writes the problem of the policy Balanced as a mixed-integer linear programme in LP format, one stage at a time: first minimise Z1, then Z2 with
/// Z1 at most what was found. The two aren't combined by a weight: one large enough to be exact would exceed a solver's precision.
/// Variables: n packs of a pair beyond its accepted part, y whether a pair has a part, w whether an all-or-nothing line is filled, s pieces short of
/// a line, u and d an account's deviation above and below in each band. Money is in thousands of minor units, to suit the solvers' tolerances.
/// </summary>
internal static class WriteMilp
{
    /// <param name="problem">The problem.</param>
    /// <param name="mostShort">Null: minimise Z1. Otherwise Z1 is at most this, and Z2 is minimised.</param>
    public static string Of(BalancedProblem problem, long? mostShort)
    {
        var (rows, bounds, packs, choices) = (new StringBuilder(), new StringBuilder(), new StringBuilder(), new StringBuilder());
        var late = new List<(decimal, string)>();
        for (var line = 0; line < problem.Lines.Length; line++)
        {
            var pairs = Enumerable.Range(problem.LineFirst[line], problem.LineFirst[line + 1] - problem.LineFirst[line]).ToList();
            var accepted = pairs.Sum(pair => problem.Pairs[pair].Accepted);
            List<(decimal, string)> total = [.. pairs.Select(pair => ((decimal)problem.Pairs[pair].Pack, $"n{pair}"))];
            if (problem.LineLeast[line] > accepted)
            {
                late.Add((Thousands(problem.LinePriority[line] * problem.LineRef[line]), $"s{line}"));
                Row(rows, [.. total, (1, $"s{line}")], ">=", problem.LineLeast[line] - accepted);
            }

            Row(rows, total, "<=", problem.LineMost[line] - accepted);
            Row(rows, [.. pairs.Where(pair => problem.Pairs[pair].Accepted == 0).Select(pair => (1m, $"y{pair}"))], "<=",
                problem.LineMakers[line] - problem.LineAccepted[line]);
            if (problem.LineWhole[line])
            {
                Row(rows, [.. total, (-problem.LineLeast[line], $"w{line}")], ">=", 0);
                Row(rows, [.. total, (-problem.LineMost[line], $"w{line}")], "<=", 0);
                choices.Append($" w{line}\n");
            }
        }

        var chains = problem.EmptySlack.Select(_ => new List<(decimal, string)>()).ToArray();
        var free = problem.EmptySlack.ToArray();
        for (var pair = 0; pair < problem.PairCount; pair++)
        {
            bounds.Append($" n{pair} <= {(problem.Pairs[pair].Most - problem.Pairs[pair].Accepted) / problem.Pairs[pair].Pack}\n");
            packs.Append($" n{pair}\n");
            if (problem.Pairs[pair].Accepted == 0)
            {
                Row(rows, [(1, $"n{pair}"), (-(problem.Pairs[pair].LeastPart / problem.Pairs[pair].Pack), $"y{pair}")], ">=", 0);
                Row(rows, [(1, $"n{pair}"), (-(problem.Pairs[pair].Most / problem.Pairs[pair].Pack), $"y{pair}")], "<=", 0);
                choices.Append($" y{pair}\n");
            }

            for (var row = 0; row < problem.Pairs[pair].ChainRows; row++)
            {
                for (var column = 0; column < problem.Pairs[pair].ChainColumns; column++)
                {
                    var chain = problem.Pairs[pair].ChainFirst + (row * problem.Pairs[pair].ChainWidth) + column;
                    chains[chain].Add((problem.Pairs[pair].Minutes * problem.Pairs[pair].Pack, $"n{pair}"));
                    free[chain] -= problem.Pairs[pair].Minutes * problem.Pairs[pair].Accepted;
                }
            }
        }

        for (var chain = 0; chain < chains.Length; chain++)
        {
            Row(rows, chains[chain], "<=", free[chain]);
        }

        var unfair = new List<(decimal, string)>();
        if (mostShort is { } most)
        {
            Row(rows, late, "<=", Thousands(most));
            var received = Enumerable.Range(0, problem.PairCount).Where(pair => problem.Pairs[pair].Account >= 0)
                .ToLookup(pair => problem.Pairs[pair].Account);
            for (var account = 0; account < problem.Accounts.Length; account++)
            {
                var balance = new List<(decimal, string)>(
                    received[account].Select(pair => (Thousands(problem.LineRef[problem.Pairs[pair].Line] * problem.Pairs[pair].Pack), $"n{pair}")));
                for (var band = 0; band <= problem.Fairness.Bands; band++)
                {
                    foreach (var (way, sign) in new[] { ("u", -1), ("d", 1) })
                    {
                        var name = $"{way}{account}_{band}";
                        balance.Add((sign, name));
                        unfair.Add((problem.Fairness.Slopes[band], name));
                        if (band < problem.Fairness.Bands)
                        {
                            var edges = problem.Fairness.Edges(account);
                            bounds.Append($" {name} <= {Thousands(edges[band] - (band == 0 ? 0 : edges[band - 1]))}\n");
                        }
                    }
                }

                Row(rows, balance, "=",
                    Thousands(problem.Fairness.Entitlement[account] - received[account]
                        .Sum(pair => problem.LineRef[problem.Pairs[pair].Line] * problem.Pairs[pair].Accepted)));
            }
        }

        var aim = Terms(mostShort is null ? late : unfair);
        return $"Minimize\n aim:{(aim.Length == 0 ? " 0 n0" : aim)}\nSubject To\n{rows}Bounds\n{bounds}Generals\n{packs}Binaries\n{choices}End\n";
    }

    /// <summary>The parts of a solution: accepted pieces and whole packs.</summary>
    public static List<InstancePart> Parts(BalancedProblem problem, IReadOnlyDictionary<string, double> solution) =>
        [.. Enumerable.Range(0, problem.PairCount)
        .Select(pair => new InstancePart(
            problem.Lines[problem.Pairs[pair].Line].Id, problem.Members[problem.Pairs[pair].Member].Id,
            problem.Pairs[pair].Accepted + (problem.Pairs[pair].Pack * (long)Math.Round(solution.GetValueOrDefault($"n{pair}")))))
        .Where(part => part.Qty > 0)];

    private static decimal Thousands(long minorUnits) => minorUnits / 1000m;

    // One term per line: some readers limit the line length.
    private static string Terms(IEnumerable<(decimal Factor, string Variable)> terms) =>
        string.Concat(
            terms.Where(term => term.Factor != 0).Select(term => $"\n {(term.Factor < 0 ? '-' : '+')} {Math.Abs(term.Factor)} {term.Variable}"));

    private static void Row(StringBuilder rows, List<(decimal, string)> terms, string sense, decimal right)
    {
        if (terms.Count > 0)
        {
            rows.Append($" r{rows.Length}:{Terms(terms)}\n {sense} {right}\n");
        }
    }
}
