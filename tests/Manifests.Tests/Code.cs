using System.Text.RegularExpressions;

namespace ExportConsortia.Manifests.Tests;

/// <summary>What the code has: programs, paths of probes, settings.</summary>
internal static partial class Code
{
    // Settings of the framework.
    private static readonly HashSet<string> OfTheFramework = ["urls", "shutdownTimeoutSeconds"];

    private static readonly List<string> Sources =
    [
        .. new[] { "services", "gateway" }
            .SelectMany(folder => Directory.GetFiles(Path.Combine(Checkout.Current.Root, folder), "*.cs", SearchOption.AllDirectories))
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Select(File.ReadAllText),
    ];

    public static IReadOnlyList<string> Services { get; } = [.. Checkout.Current.Services.Select(service => service.Name)];

    /// <summary>Every program that runs as a workload: services by their names, the others by their projects in lower case.</summary>
    public static IReadOnlyList<string> Hosts { get; } =
    [
        .. Services,
        .. Directory.GetFiles(Path.Combine(Checkout.Current.Root, "gateway"), "Program.cs", SearchOption.AllDirectories)
            .Select(file => Path.GetFileName(Path.GetDirectoryName(file)!)).Select(project => project.ToLowerInvariant()),
    ];

    public static IReadOnlySet<string> ProbePaths { get; } =
        Sources.SelectMany(text => ProbePath().Matches(text)).Select(match => match.Groups[1].Value).ToHashSet();

    /// <summary>True if the code reads the setting <c>A__B</c>: some file names <c>A:B</c>, or <c>A</c> and <c>B</c>.</summary>
    public static bool Reads(string variable)
    {
        var name = variable.Replace("__", ":", StringComparison.Ordinal);
        if (OfTheFramework.Contains(name) || Sources.Exists(text => text.Contains($"\"{name}\"", StringComparison.Ordinal)))
        {
            return true;
        }

        var end = name.LastIndexOf(':');
        if (end < 0)
        {
            return false;
        }

        var (section, last) = (name[..end], name[(end + 1)..]);
        if (section is "ConnectionStrings" or "Services" && Services.Contains(last))
        {
            return true;
        }

        var reads = section == "ConnectionStrings" ? "GetConnectionString(" : $"\"{section}\"";
        return Sources.Exists(text =>
            text.Contains(reads, StringComparison.Ordinal) && text.Contains($"\"{last}\"", StringComparison.Ordinal));
    }

    /// <summary>The settings without which this program doesn't start, or forgets what it encrypted.</summary>
    public static IEnumerable<string> Required(string host) => host switch
    {
        "gateway" => [.. Services.Select(service => $"Services__{service}"), "Services__portal", "Auth__AllowHttpMetadata"],
        "portal" => ["Portal__Api", "Portal__Secret", "Auth__Issuer"],
        _ =>
        [
            $"ConnectionStrings__{host}", "ConnectionStrings__rabbitmq", "Idempotency__Secret", "Auth__Issuer",
            .. host == Services[0] ? (string[])[] : ["Auth__Metadata", "Auth__AllowHttpMetadata"],
            .. SecretsOf(host),
        ],
    };

    private static IEnumerable<string> SecretsOf(string service)
    {
        var project = Checkout.Current.Services.First(s => s.Name == service).Project;
        return Sources.SelectMany(text => StoredSecret().Matches(text)).Select(match => match.Groups[1].Value)
            .Where(setting => setting.StartsWith(project + ":", StringComparison.Ordinal))
            .Select(setting => setting.Replace(":", "__", StringComparison.Ordinal));
    }

    [GeneratedRegex("""MapHealthChecks\("([^"]+)""")]
    private static partial Regex ProbePath();

    [GeneratedRegex("""StoredSecret\(configuration, "([^"]+)""")]
    private static partial Regex StoredSecret();
}
