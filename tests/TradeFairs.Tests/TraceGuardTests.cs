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
        var silent = Directory.GetFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Where(file => File.ReadAllText(file) is var text && ManagersChange().IsMatch(text)
                && !text.Contains("db.Record(", StringComparison.Ordinal))
            .Select(file => Path.GetFileName(file));

        Assert.Equal(elsewhere.Order(StringComparer.Ordinal), silent.Order(StringComparer.Ordinal));
    }

    [GeneratedRegex(@"Map(?:Post|Put|Delete)\([^;]*?Role\.ConsortiumManager")]
    private static partial Regex ManagersChange();
}
