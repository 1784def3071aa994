using System.Text.RegularExpressions;
using System.Xml.Linq;
using ExportConsortia.Platform.Tests.Probe;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace ExportConsortia.Platform.Tests;

/// <summary>What keeps the tree as it was meant: small shared code, services that don't know each other, queues of one's own.</summary>
public sealed partial class GuardTests
{
    private static readonly string Root = Checkout.Current.Root;

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
        string[] services = [.. Checkout.Current.Services.Select(service => service.Project)];

        Assert.Equal([.. services.Concat([.. shared, "AllInOne", "Gateway"]).Order()], references.Keys.Order());
        Assert.Empty(references["Contracts"]);
        Assert.Equal(["Contracts"], references["Platform"]);
        // services/Directory.Build.props gives a service the shared projects; its own project adds none.
        Assert.All(services, service => Assert.Empty(references[service]));
        Assert.Equal(["Platform"], references["Gateway"]);
    }

    [Fact]
    public void Each_listed_service_has_its_module_and_tests_and_is_in_the_solution_and_the_README()
    {
        var solution = File.ReadAllText(Path.Combine(Root, "ExportConsortia.sln"));
        var readme = File.ReadAllText(Path.Combine(Root, "README.md"));
        Assert.Equal("membership", Checkout.Current.Services[0].Name);
        Assert.All(Checkout.Current.Services, service =>
        {
            var (project, name) = service;
            var module = File.ReadAllText(Path.Combine(Root, "services", project, $"{project}Module.cs"));
            Assert.Contains($"""public string Name => "{name}";""", module, StringComparison.Ordinal);
            Assert.Matches("^[a-z]+$", name);
            Assert.Contains($"""services\{project}\{project}.csproj""", solution, StringComparison.Ordinal);
            Assert.Contains($"""tests\{project}.Tests\{project}.Tests.csproj""", solution, StringComparison.Ordinal);
            Assert.Contains($"- **`{project}`**: ", readme, StringComparison.Ordinal);
        });
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
            ("Allocation/AllocationDb.cs", "MemberOffers", "One firm's answer can end the offers of others, at a deadline for example."),
            ("Allocation/AllocationDb.cs", "PriceInvitations", "The last firm to answer closes the round for all."),
            ("Allocation/AllocationDb.cs", "Turns", "A firm that declines keeps its place in the rotation, which it may not read ..."),
            ("Allocation/AllocationDb.cs", "Turns", "... and one that is silent loses it."),
            ("Platform/Roster/RosterDb.cs", "Members", "A line is shared out among all firms, also when a claim is the first thing that happens to it."),
            ("Allocation/Fairness/LoadFairness.cs", "db.FairnessBalances", "A firm's score is calculated from running sums, which it may not read."),
            ("Allocation/Fairness/LoadFairness.cs", "db.FairnessEntries", "The same, less what is still hidden from firms."),
            ("Allocation/Fairness/BookFairness.cs", "db.FairnessEntries", "An order that a firm's answer changes has entries of all firms."),
            ("Allocation/Fairness/BookFairness.cs", "db.FairnessBalances", "Their sums follow in the same save, in later years too ..."),
            ("Allocation/Fairness/BookFairness.cs", "db.FairnessBalances", "... and account by account."),
            ("Allocation/Orders/CallForPieces.cs", "db.Orders", "How much is left of a call stands in the order."),
            ("Allocation/Orders/CallForPieces.cs", "db.OrderPapers", "The terms of what is claimed stand in the order's document."),
            ("Allocation/Orders/HandInPrice.cs", "db.PriceInvitations", "The last firm to answer closes the round: have all answered?"),
            ("Allocation/Orders/HandInPrice.cs", "db.PriceInvitations", "A firm reads all commitments of its line, not whose they are."),
            ("Allocation/Orders/PriceScore.cs", "db.PriceInvitations", "A price scores against the lowest of its line."),
        ];
        var services = Path.Combine(Root, "services");
        var sources = Directory.GetFiles(services, "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Select(file => (Path: Path.GetRelativePath(services, file).Replace('\\', '/'), Text: File.ReadAllText(file))).ToList();

        Assert.Equal(
            acrossMembers.Select(place => (place.File, place.Rows)).Order(),
            sources.SelectMany(source => AcrossMembers().Matches(source.Text).Select(match => (source.Path, match.Groups[1].Value))).Order());
        Assert.Equal(
            [("Membership/Accounts/AccountStore.cs", "[MembershipDb.Readers]"), ("Platform/ServiceDb.cs", "[Member]")],
            sources.SelectMany(source => IgnoreFilters().Matches(source.Text).Select(match => (source.Path, match.Groups[1].Value))).Order());
        // SQL of our own passes no filter: it adds to rows by their keys, reservations and the sums of fairness accounts, and reads none.
        Assert.Equal(
            ["Allocation/AllocationDb.cs", "Allocation/AllocationDb.cs"],
            sources.Where(source => !source.Path.StartsWith("Platform/", StringComparison.Ordinal))
                .SelectMany(source => OwnSql().Matches(source.Text).Select(_ => source.Path)));
    }

    private static IEnumerable<(string Name, HashSet<string> References)> Projects(string folder) =>
        Directory.GetFiles(Path.Combine(Root, folder), "*.csproj", SearchOption.AllDirectories).Select(file => (
            Path.GetFileNameWithoutExtension(file),
            XDocument.Load(file).Descendants("ProjectReference")
                .Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value)).ToHashSet()));

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
