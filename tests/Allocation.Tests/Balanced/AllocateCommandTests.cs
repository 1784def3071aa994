using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using ExportConsortia.Allocation.Engine.Balanced;

namespace ExportConsortia.Allocation.Tests.Balanced;

/// <summary><c>deploy/local/allocate</c> as a user runs it: takes a file, prints a plan or an error.</summary>
public sealed class AllocateCommandTests : IDisposable
{
    private static readonly JsonSerializerOptions s_schema = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };
    private readonly string _folder = Directory.CreateTempSubdirectory("allocate-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_file_becomes_the_plan_of_its_effort_and_seed_that_the_checker_accepts()
    {
        var instance = RandomInstances.Of(7);
        var run = await Allocate(FileOf(Json(instance)), "--effort", "quick", "--seed", "5");

        Assert.Equal((0, ""), (run.Code, run.Error));
        var parts = Parts(run);
        Assert.Empty(new CheckBalancedPlan(instance, parts).Faults());
        Assert.NotEmpty(parts);
        Assert.Equal(SolveBalanced.Plan(BalancedProblem.Of(instance), BalancedEffort.Quick, 5).Parts, parts);
    }

    [Fact]
    public async Task Explained_it_adds_the_aims_the_bound_and_a_reason_for_every_line_and_member()
    {
        var instance = RandomInstances.Of(8);
        var run = await Allocate("--explain", FileOf(Json(instance)));

        Assert.Equal((0, ""), (run.Code, run.Error));
        var (aims, check) = (JsonNode.Parse(run.Output)!["aims"]!, new CheckBalancedPlan(instance, Parts(run)));
        Assert.Equal(check.Aims(), new Aims((long)aims["z1"]!, (long)aims["z2"]!, (long)aims["z3"]!, (long)aims["z4"]!));
        Assert.True((long)aims["z2Bound"]! <= (long)aims["z2Fairest"]!);
        var reasons = JsonNode.Parse(run.Output)!["reasons"]!.AsArray()
            .Select(reason => ((string)reason!["line"]!, (string)reason["member"]!, (string)reason["text"]!)).ToList();
        Assert.Equal(instance.Lines.Count * instance.Members.Count, reasons.DistinctBy(reason => (reason.Item1, reason.Item2)).Count());
        Assert.DoesNotContain(reasons, reason => reason.Item3.Length == 0);
    }

    [Fact]
    public async Task An_error_in_the_file_is_named_by_its_place_and_nothing_is_planned()
    {
        var json = Json(RandomInstances.Of(7));
        json["lines"]![0]!["product"] = "P99";
        var run = await Allocate(FileOf(json));

        Assert.Equal((2, ""), (run.Code, run.Output));
        Assert.Contains("$.lines[0].product: Unknown id 'P99'.", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("deploy/local/allocate INSTANCE.json")]
    [InlineData("File not found", "nowhere.json")]
    [InlineData("Invalid argument '--effort'", "--effort", "heroic")]
    [InlineData("Invalid argument '--seed'", "--seed", "-1")]
    [InlineData("Invalid argument 'second.json'", "first.json", "second.json")]
    public async Task Invalid_arguments_are_refused_with_a_sentence(string sentence, params string[] arguments)
    {
        var run = await Allocate(arguments);

        Assert.Equal((2, ""), (run.Code, run.Output));
        Assert.Contains(sentence, run.Error, StringComparison.Ordinal);
    }

    private static JsonNode Json(BalancedInstance instance)
    {
        var json = JsonSerializer.SerializeToNode(instance, s_schema)!;
        json["schema"] = "alloc-instance/1";
        return json;
    }

    private string FileOf(JsonNode json)
    {
        var file = Path.Combine(_folder, "instance.json");
        File.WriteAllText(file, json.ToJsonString());
        return file;
    }

    private static List<InstancePart> Parts((int Code, string Output, string Error) run) =>
        [.. JsonNode.Parse(run.Output)!["parts"]!.AsArray()
            .Select(part => new InstancePart((string)part!["line"]!, (string)part["member"]!, (long)part["qty"]!))];

    // Builds the program first if necessary.
    private static async Task<(int Code, string Output, string Error)> Allocate(params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(Command(), arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, (await output).Trim(), (await error).Trim());
    }

    private static string Command([CallerFilePath] string file = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", "..", "..", "deploy", "local", "allocate"));
}
