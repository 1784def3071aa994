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
    public void Platform_stays_below_1290_lines_of_code()
    {
        // 90 more than it was meant to have: the secret under which two services store what their database must not tell stands here once,
        // and so does what makes the edge safe.
        // A line of code has a letter or digit on it and is not blank, a comment, a using directive or the namespace.
        var lines = Directory.GetFiles(Path.Combine(Root, "services", "Platform"), "*.cs")
            .SelectMany(File.ReadLines)
            .Count(line => LetterOrDigit().IsMatch(line) && !NotCode().IsMatch(line));
        Assert.InRange(lines, 500, 1290);
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

    [GeneratedRegex(@"[\w]")]
    private static partial Regex LetterOrDigit();

    [GeneratedRegex(@"^\s*(//|using [\w.=< >,]+;|namespace )")]
    private static partial Regex NotCode();
}
