using System.Text.RegularExpressions;
using System.Xml.Linq;
using ExportConsortia.Platform.Tests.Probe;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace ExportConsortia.Platform.Tests;

/// <summary>What keeps the tree as it was meant: small shared code, services that don't know each other, queues of one's own.</summary>
public sealed partial class GuardTests
{
    private static readonly string Root = FindRoot();

    [Fact]
    public void Platform_stays_below_1600_lines_of_code()
    {
        // More than it was meant to have: what it may know is a better limit than how many lines it takes.
        // A line of code has a letter or digit on it and is not blank, a comment, a using directive or the namespace.
        var lines = Directory.GetFiles(Path.Combine(Root, "services", "Platform"), "*.cs")
            .SelectMany(File.ReadLines)
            .Count(line => LetterOrDigit().IsMatch(line) && !NotCode().IsMatch(line));
        Assert.InRange(lines, 500, 1600);
    }

    [Fact]
    public void Projects_refer_to_each_other_only_as_the_rule_allows()
    {
        var references = Projects("services").Concat(Projects("gateway")).ToDictionary(p => p.Name, p => p.References);
        string[] shared = ["Contracts", "Platform"];
        string[] modules = [.. references.Keys.Where(name => references.ContainsKey(name + ".Host"))];
        Assert.Superset(new HashSet<string> { "Membership", "Allocation" }, modules.ToHashSet());

        Assert.Empty(references["Contracts"]);
        Assert.Empty(references["Platform"]);
        Assert.All(modules, module => Assert.Subset(shared.ToHashSet(), references[module]));
        Assert.All(modules, module => Assert.Equal([module], references[module + ".Host"]));
        Assert.Superset(modules.ToHashSet(), references["AllInOne"]);
        Assert.Subset(modules.Concat(Projects("gateway").Select(p => p.Name)).ToHashSet(), references["AllInOne"]);
        Assert.All(Projects("gateway"), project => Assert.DoesNotContain(project.References, reference => modules.Contains(reference) || reference == "Contracts"));
    }

    [Fact]
    public void A_queue_carries_its_services_name_and_belongs_to_one_use_case()
    {
        var services = new ServiceCollection();
        services.AddMassTransit(bus =>
        {
            new ProbeModule("probe").AddConsumers(bus);
            new MirrorModule("mirror").AddConsumers(bus);
            Assert.Throws<InvalidOperationException>(() => bus.Add<KeepLine>("probe"));
            Assert.Throws<InvalidOperationException>(() => bus.Add<KeepLine>(new string('p', 100)));
        });
        Assert.Equal(
            ["mirror-keep-line", "probe-count-line", "probe-keep-line"],
            services.Select(s => s.ImplementationInstance).OfType<Subscription>().Select(s => s.Name).Order());
    }

    [Fact]
    public void Who_looks_across_member_firms_does_so_on_purpose_and_nobody_looks_across_consortia()
    {
        // Where a request of one member firm needs rows of others, and why. In what only the platform or the clean team calls no filter need be dropped.
        (string File, string Rows, string Why)[] acrossMembers =
        [
            ("Allocation/AllocationDb.cs", "Orders", "A firm that answers acts on the order, which it may not read."),
            ("Allocation/AllocationDb.SaveOrders.cs", "MemberOffers", "One firm's answer can end the offers of others, at a deadline for example."),
            ("Allocation/AllocationDb.SaveOrders.cs", "PriceInvitations", "The last firm to answer closes the round for all."),
            ("Allocation/Runs/PassTurns.cs", "db.Turns", "A firm that declines keeps its place in the rotation, which it may not read ..."),
            ("Allocation/Runs/PassTurns.cs", "db.Turns", "... and one that is silent loses it."),
            ("Allocation/AllocationDb.cs", "Members", "A line is shared out among all firms, also when a claim is the first thing that happens to it."),
            ("Allocation/Fairness/KeepFairness.cs", "db.FairnessBalances", "A firm's score is reckoned from running sums, which it may not read."),
            ("Allocation/Fairness/KeepFairness.cs", "db.FairnessEntries", "The same, less what firms aren't told yet."),
            ("Allocation/Fairness/KeepFairness.cs", "db.FairnessEntries", "An order that a firm's answer changes has entries of all firms."),
            ("Allocation/Fairness/KeepFairness.cs", "db.FairnessBalances", "Their sums follow in the same save, in later years too ..."),
            ("Allocation/Fairness/KeepFairness.cs", "db.FairnessBalances", "... and account by account."),
            ("Allocation/Offers/CallForPieces.cs", "db.Orders", "How much is left of a call stands in the order."),
            ("Allocation/Offers/CallForPieces.cs", "db.ReceivedDocuments", "The terms of what is claimed stand in the order's document."),
            ("Allocation/SealedPrices/HandInPrice.cs", "db.PriceInvitations", "The last firm to answer closes the round: have all answered?"),
            ("Allocation/SealedPrices/PriceInvitationView.cs", "db.PriceInvitations", "A firm reads all commitments of its line, not whose they are."),
            ("Allocation/SealedPrices/PriceScore.cs", "db.PriceInvitations", "A price scores against the lowest of its line."),
        ];
        var services = Path.Combine(Root, "services");
        var sources = Directory.GetFiles(services, "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Select(file => (Path: Path.GetRelativePath(services, file).Replace('\\', '/'), Text: File.ReadAllText(file))).ToList();

        Assert.Equal(
            acrossMembers.Select(place => (place.File, place.Rows)).Order(),
            sources.SelectMany(source => AcrossMembers().Matches(source.Text).Select(match => (source.Path, match.Groups[1].Value))).Order());
        Assert.Equal(
            [("Membership/Accounts/Account.cs", "[MembershipDb.Readers]"), ("Platform/ServiceDb.cs", "[Member]")],
            sources.SelectMany(source => IgnoreFilters().Matches(source.Text).Select(match => (source.Path, match.Groups[1].Value))).Order());
        // SQL of our own passes no filter: it adds to rows by their keys, reservations and the sums of fairness accounts, and reads none.
        Assert.Equal(
            ["Allocation/AllocationDb.Statements.cs", "Allocation/AllocationDb.Statements.cs"],
            sources.Where(source => !source.Path.StartsWith("Platform/", StringComparison.Ordinal))
                .SelectMany(source => OwnSql().Matches(source.Text).Select(_ => source.Path)));
    }

    private static IEnumerable<(string Name, HashSet<string> References)> Projects(string folder) =>
        Directory.GetFiles(Path.Combine(Root, folder), "*.csproj", SearchOption.AllDirectories).Select(file => (
            Path.GetFileNameWithoutExtension(file),
            XDocument.Load(file).Descendants("ProjectReference").Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value)).ToHashSet()));

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "ExportConsortia.sln")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException("The tests don't run inside the tree.");
        }

        return folder.FullName;
    }

    [GeneratedRegex(@"([\w.]*)\.AcrossMembers\(")]
    private static partial Regex AcrossMembers();

    [GeneratedRegex(@"IgnoreQueryFilters\(([^)]*)\)")]
    private static partial Regex IgnoreFilters();

    [GeneratedRegex(@"\.(SqlQuery|SqlQueryRaw|FromSql\w*|ExecuteSql\w*)[<(]")]
    private static partial Regex OwnSql();

    [GeneratedRegex(@"[\w]")]
    private static partial Regex LetterOrDigit();

    [GeneratedRegex(@"^\s*(//|using [\w.=< >,]+;|namespace )")]
    private static partial Regex NotCode();
}
