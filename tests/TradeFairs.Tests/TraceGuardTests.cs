using System.Text.RegularExpressions;

namespace ExportConsortia.TradeFairs.Tests;

/// <summary>Whatever a manager changes has an author whom the clean team and the auditor can read.</summary>
public sealed partial class TraceGuardTests
{
    [Fact]
    public void A_use_case_in_which_a_manager_changes_something_records_it()
    {
        string[] elsewhere =
        [
            "ApprovePlan.cs", "SettleCosts.cs",   // they record it as proposals
            "SimulateCosts.cs",                   // it changes nothing
            "CaptureLeads.cs",                    // each lead keeps who captured it
        ];
        var folder = Path.Combine(Checkout.Current.Root, "services", "TradeFairs");
        var files = Directory.GetFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Select(file => (Name: Path.GetFileName(file), Text: File.ReadAllText(file))).ToList();

        var silent = files.Where(file => ManagersChange().Count(file.Text) > Traces().Count(file.Text)).Select(file => file.Name);

        Assert.Equal(elsewhere.Order(StringComparer.Ordinal), silent.Order(StringComparer.Ordinal));
        Assert.True(files.Sum(file => ManagersChange().Count(file.Text)) > 40);
    }

    [GeneratedRegex(@"Map(?:Post|Put|Delete)\([^;]*?Role\.ConsortiumManager")]
    private static partial Regex ManagersChange();

    // Also by a method of the use case that does it for several routes.
    [GeneratedRegex(@"\bdb\.Record\(|\bRecord\w+\(db,")]
    private static partial Regex Traces();
}
