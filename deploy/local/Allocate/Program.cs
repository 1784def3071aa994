using System.Diagnostics;
using ExportConsortia.Allocation.Engine.Balanced;
foreach (var f in args.Skip(3))
{
    var p = BalancedProblem.Of(ReadInstance.From(File.ReadAllBytes(f)));
    for (int r = 0; r < int.Parse(args[0]); r++)
    {
        var w = Stopwatch.StartNew();
        var plan = SolveBalanced.Plan(p, Enum.Parse<BalancedEffort>(args[1], true), ulong.Parse(args[2]) + (ulong)r);
        Console.WriteLine($"{Path.GetFileName(f)} {plan.Aims} fairest {plan.FairestUnfair} greedy {plan.Greedy} {w.ElapsedMilliseconds} ms");
        File.WriteAllText("/tmp/bal_" + Path.GetFileName(f), System.Text.Json.JsonSerializer.Serialize(new { parts = plan.Parts.Select(x => new { line = x.Line, member = x.Member, qty = x.Qty }) }));
    }
}
