using System.Text.RegularExpressions;

namespace ExportConsortia.Marketing.Tests;

public sealed partial class TraceTests
{
    // What these do says itself who did it.
    private static readonly string[] Others =
    [
        "CaptureLead.cs",   // each capture of a lead names the account
    ];

    [Fact]
    public void Whatever_a_manager_changes_leaves_a_trace()
    {
        var files = Directory.EnumerateFiles(Path.Combine(Checkout.Current.Root, "services", "Marketing"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Select(file => (Name: Path.GetFileName(file), Text: File.ReadAllText(file))).ToList();

        var silent = files.Where(file => !Others.Contains(file.Name) && Writes(file.Text) > Traces(file.Text))
            .Select(file => $"{file.Name}: {Writes(file.Text)} writes, {Traces(file.Text)} traces");

        Assert.Empty(silent);
        Assert.True(files.Sum(file => Writes(file.Text)) > 30);
    }

    // Routes that change something and that managers may call.
    private static int Writes(string text) => text.Split("routes.Map").Skip(1)
        .Count(route => Change().IsMatch(route) && ByManager().IsMatch(route));

    private static int Traces(string text) => text.Split("db.Record(").Length - 1;

    [GeneratedRegex("^(Post|Put|Delete)\\(")]
    private static partial Regex Change();

    [GeneratedRegex("\\.For\\([^)]*Role\\.ConsortiumManager")]
    private static partial Regex ByManager();
}
