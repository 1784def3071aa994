using System.Reflection;

namespace ExportConsortia.Servers;

/// <summary>A checkout of this repository: the one these tests were built from, or another to compare with.</summary>
public sealed class Checkout
{
    private const string Solution = "ExportConsortia.sln";

    /// <param name="folder">A folder inside it.</param>
    public Checkout(string folder)
    {
        var root = new DirectoryInfo(folder);
        while (!File.Exists(Path.Combine(root.FullName, Solution)))
        {
            root = root.Parent ?? throw new DirectoryNotFoundException($"{folder} is not inside a checkout: no folder above it has {Solution}.");
        }

        Root = root.FullName;
        Services = ReadServices();
    }

    /// <summary>How these tests were built, <c>Release</c> or <c>Debug</c>: they run programs that were built alike.</summary>
    public static string Configuration { get; } = typeof(Checkout).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;

    /// <summary>The checkout these tests were built from.</summary>
    public static Checkout Current { get; } = new(AppContext.BaseDirectory);

    public string Root { get; }

    /// <summary>What <c>services/services.txt</c> lists: each service's project, and the name that its addresses and settings carry.</summary>
    public IReadOnlyList<(string Project, string Name)> Services { get; }

    /// <summary>The program that was built of a project, such as <c>Allocation</c>, <c>AllInOne</c> or <c>Gateway</c>.</summary>
    public string FindProgram(string project)
    {
        var folder = Directory.Exists(Path.Combine(Root, "gateway", project)) ? "gateway" : "services";
        if (File.Exists(Path.Combine(Root, folder, project + ".Host", project + ".Host.csproj")))
        {
            project += ".Host";   // older checkouts have the program in a project of its own
        }

        var program = Path.Combine(Root, folder, project, "bin", Configuration, "net10.0", $"ExportConsortia.{project}.dll");
        return File.Exists(program) ? program : throw new FileNotFoundException($"{project} isn't built: {program} is missing.", program);
    }

    private List<(string Project, string Name)> ReadServices()
    {
        var list = Path.Combine(Root, "services", "services.txt");
        return File.Exists(list)
            ? [.. File.ReadLines(list).Where(line => !line.StartsWith('#')).Select(line => line.Split(' ')).Select(words => (words[0], words[1]))]
            : [("Membership", "membership"), ("Allocation", "allocation")];   // checkouts older than the list
    }
}
