using System.Text;
using System.Text.Json;
using ExportConsortia.Allocation.Engine.Balanced;

const string Usage = "deploy/local/allocate INSTANCE.json [--explain] [--effort quick|standard|thorough] [--seed N]";

var (file, explain, effort, seed) = ((string?)null, false, BalancedEffort.Standard, 1UL);
for (var i = 0; i < args.Length; i++)
{
    switch (args[i])
    {
        case "--explain":
            explain = true;
            break;
        case "--effort" when i + 1 < args.Length && args[i + 1] is "quick" or "standard" or "thorough":
            effort = Enum.Parse<BalancedEffort>(args[++i], ignoreCase: true);
            break;
        case "--seed" when i + 1 < args.Length && ulong.TryParse(args[i + 1], out seed):
            i++;
            break;
        case var option when option.StartsWith('-') || file is not null:
            return Refuse($"Invalid argument '{option}'. Usage: {Usage}");
        case var name:
            file = name;
            break;
    }
}

if (file is null)
{
    return Refuse($"Usage: {Usage}");
}

if (!File.Exists(file))
{
    return Refuse($"File not found: '{file}'.");
}

BalancedProblem problem;
try
{
    problem = BalancedProblem.Of(ReadInstance.From(File.ReadAllBytes(file)));
}
catch (InstanceException fault)
{
    return Refuse($"{file}: {fault.Message}");
}

var plan = SolveBalanced.Plan(problem, effort, seed, Environment.ProcessorCount);
using (var output = Console.OpenStandardOutput())
{
    using var json = new Utf8JsonWriter(
        output, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    json.WriteStartObject();
    json.WriteStartArray("parts");
    foreach (var part in plan.Parts)
    {
        json.WriteRawValue(Encoding.UTF8.GetBytes($"\n{{\"line\":{Quoted(part.Line)},\"member\":{Quoted(part.Member)},\"qty\":{part.Qty}}}"),
            skipInputValidation: true);
    }

    json.WriteEndArray();
    if (explain)
    {
        WriteReasons(json, problem, plan, effort);
    }

    json.WriteEndObject();
}

Console.WriteLine();
return 0;

static int Refuse(string sentence)
{
    Console.Error.WriteLine(sentence);
    return 2;
}

static string Quoted(string text) => JsonSerializer.Serialize(text);

static void WriteReasons(Utf8JsonWriter json, BalancedProblem problem, BalancedPlan plan, BalancedEffort effort)
{
    var bound = LagrangianBound.Of(problem, plan, effort == BalancedEffort.Thorough ? 600 : 200);
    json.WriteStartObject("aims");
    WriteAims(json, plan.Aims);
    json.WriteNumber("z2Fairest", plan.FairestUnfair);
    json.WriteNumber("z2Bound", bound);
    json.WriteNumber("gapPerMilleOfDemand", problem.Ordered == 0 ? 0 : (long)((Int128)(plan.FairestUnfair - bound) * 1000 / problem.Ordered));
    json.WriteNumber("z3Cheapest", plan.CheapestCost);
    json.WriteEndObject();
    json.WriteStartObject("greedy");
    WriteAims(json, plan.Greedy);
    json.WriteEndObject();
    json.WriteStartArray("reasons");
    foreach (var reason in ExplainPlan.Of(problem, plan))
    {
        json.WriteStartObject();
        json.WriteString("line", reason.Line);
        json.WriteString("member", reason.Member);
        json.WriteString("code", reason.Code);
        json.WriteStartObject("values");
        foreach (var value in reason.Values)
        {
            json.WriteNumber(value.Name, value.Value);
        }

        json.WriteEndObject();
        json.WriteString("text", reason.Text);
        json.WriteEndObject();
    }

    json.WriteEndArray();
}

static void WriteAims(Utf8JsonWriter json, Aims aims)
{
    json.WriteNumber("z1", aims.Short);
    json.WriteNumber("z2", aims.Unfair);
    json.WriteNumber("z3", aims.Cost);
    json.WriteNumber("z4", aims.Splits);
}
