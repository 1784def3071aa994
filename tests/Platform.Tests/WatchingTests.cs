using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ExportConsortia.Platform.Tests;

/// <summary>What operators are alarmed by: each alert says what to do, and alerts and dashboard ask for metrics that there are.</summary>
public sealed partial class WatchingTests
{
    private static readonly string Root = Checkout.Current.Root;
    private static readonly string Folder = Path.Combine(Root, "deploy", "kubernetes", "watching");

    [Fact]
    public async Task Each_alert_has_its_paragraph_in_the_guide()
    {
        var guide = await File.ReadAllTextAsync(Path.Combine(Root, "docs", "operations.md"));
        var alerts = AlertNames().Matches(await File.ReadAllTextAsync(Path.Combine(Folder, "alerts.yaml"))).Select(m => m.Groups[1].Value).ToList();
        Assert.NotEmpty(alerts);
        Assert.All(alerts, alert => Assert.Contains($"**{alert}**", guide, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Alerts_and_dashboard_ask_for_metrics_that_the_services_send()
    {
        var sent = Directory.EnumerateFiles(Path.Combine(Root, "services"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(file => MeterNames().Matches(File.ReadAllText(file))).Select(m => m.Groups[1].Value.Replace('.', '_')).ToHashSet();
        var dashboard = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Folder, "dashboard.json")))!;
        var shown = dashboard["panels"]!.AsArray().SelectMany(panel => panel!["targets"]!.AsArray()).Select(t => t!["expr"]!.GetValue<string>());
        var asked = string.Join('\n', shown) + await File.ReadAllTextAsync(Path.Combine(Folder, "alerts.yaml"));
        var ours = OurMetrics().Matches(asked).Select(m => m.Value).Distinct().ToList();
        Assert.NotEmpty(ours);
        // The collector adds the unit and, to counters, "total".
        Assert.All(ours, metric => Assert.Contains(sent, name => Units().Replace(metric, "") == name));
    }

    [GeneratedRegex(@"alert: (\w+)")]
    private static partial Regex AlertNames();

    [GeneratedRegex("Create(?:Counter|Histogram|ObservableGauge)(?:<\\w+>)?\\(\\s*\"([a-z.]+)\"")]
    private static partial Regex MeterNames();

    [GeneratedRegex(@"\b(outbox|messages|allocation)_[a-z_]+")]
    private static partial Regex OurMetrics();

    [GeneratedRegex("(_seconds)?(_total|_bucket|_count|_sum)?$")]
    private static partial Regex Units();
}
