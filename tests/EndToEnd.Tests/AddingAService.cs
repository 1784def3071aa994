using System.Text.RegularExpressions;

namespace ExportConsortia.EndToEnd.Tests;

/// <summary><c>docs/adding-a-service.md</c> is true: in a copy of the repository, its commands add a service that builds and works.</summary>
public sealed partial class AddingAService
{
    private const int MostEdits = 5;
    private const int MostNewFiles = 10;

    private static readonly string Page = Path.Combine("docs", "adding-a-service.md");

    // One MSBuild that ends with its command, and no compiler left behind; packages come from the cache. What the platform's own code looks like was
    // checked when it was built; what the page adds is checked here.
    private static readonly string[] Build =
    [
        "-c", Checkout.Configuration, "-nologo", "-v", "quiet",
        "-nodeReuse:false", "-p:UseSharedCompilation=false", "-p:RestoreLockedMode=false", "-p:NuGetAudit=false",
    ];

    private const string WithoutAnalyzers = "-p:RunAnalyzers=false";

    [Fact]
    public async Task The_commands_on_the_page_add_a_service_that_works()
    {
        Required.TurnOf(0);
        Assert.True(File.ReadLines(Path.Combine(Checkout.Current.Root, Page)).Count() < 60, $"{Page} has 60 lines or more.");
        await using var folder = await DataFolder.Create("adding-a-service");
        var copy = Path.Combine(folder.Path, "repository");
        CopyRepository(copy);
        var before = await FilesAsync(copy);

        await RunAsync(copy, "bash", "-e", "-c", CommandBlock().Match(await File.ReadAllTextAsync(Path.Combine(copy, Page))).Groups[1].Value);
        var after = await FilesAsync(copy);
        var added = after.Keys.Except(before.Keys).ToList();
        var edited = before.Keys.Where(file => after[file] != before[file]).ToList();
        Assert.True(added.Count <= MostNewFiles, $"New files: {string.Join(", ", added)}");
        Assert.True(edited.Count <= MostEdits, $"Edited files: {string.Join(", ", edited)}");
        Assert.Equal(["ExportConsortia.sln", "README.md", Path.Combine("services", "services.txt")], edited.Order(StringComparer.Ordinal));

        await RunAsync(copy, "dotnet", ["build", "services/AllInOne", .. Build, WithoutAnalyzers]);
        await RunAsync(copy, "dotnet", ["build", "tests/Notices.Tests", .. Build, WithoutAnalyzers]);
        await RunAsync(copy, "dotnet", ["build", "services/Notices", .. Build, "--no-dependencies", "--no-incremental"]);
        await RunAsync(copy, "dotnet", ["build", "tests/Notices.Tests", .. Build, "--no-dependencies", "--no-incremental"]);
        await using var deployment = await Deployment.StartAsync(Shape.Embedded, checkout: copy);
        using var vtf = await FurnitureConsortium.FoundAsync(deployment);
        await Eventually.Holds("Notices knows the firm and posts a notice to it", async () =>
            (await PostAsync(vtf.Manager, vtf.Firms["F1"])).Ok["noticeId"] is not null);
        var unknown = await PostAsync(vtf.Manager, Guid.CreateVersion7());
        Assert.Equal((HttpStatusCode.BadRequest, "INVALID_INPUT"), (unknown.Status, unknown.Code));
        Assert.Equal(HttpStatusCode.Forbidden, (await PostAsync(vtf["F1"], vtf.Firms["F1"])).Status);
    }

    private static Task<Answer> PostAsync(Session person, Guid memberId) =>
        person.PostAsync("/api/notices/notices", new { memberId, text = "Please declare your capacity for March." });

    // What a build of the services, of the pages beside them and of a service's tests needs, and what the page edits.
    private static void CopyRepository(string copy)
    {
        var root = Checkout.Current.Root;
        string[] whole = ["services", "docs", Path.Combine("gateway", "Portal"), Path.Combine("tests", "Servers")];
        var files = Directory.EnumerateFiles(root)
            .Concat(Directory.EnumerateFiles(Path.Combine(root, "tests")))
            .Concat(whole.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(root, folder), "*", SearchOption.AllDirectories)))
            .Select(file => Path.GetRelativePath(root, file));
        foreach (var file in files.Where(file => !BuildOutput().IsMatch(file)))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(copy, file))!);
            File.Copy(Path.Combine(root, file), Path.Combine(copy, file));
        }
    }

    private static async Task<Dictionary<string, string>> FilesAsync(string root)
    {
        var files = new Dictionary<string, string>();
        foreach (var file in Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories))
        {
            files[Path.GetRelativePath(root, file)] = await File.ReadAllTextAsync(file);
        }

        return files;
    }

    private static async Task RunAsync(string folder, string program, params string[] arguments) =>
        await ChildProcess.Run(null, folder, program, arguments, new Dictionary<string, string?>
        {
            ["CI"] = null, ["DOTNET_NOLOGO"] = "1", ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1", ["MSBUILDDISABLENODEREUSE"] = "1",
        });

    [GeneratedRegex(@"^```sh\n(.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex CommandBlock();

    [GeneratedRegex(@"/(bin|obj)/")]
    private static partial Regex BuildOutput();
}
