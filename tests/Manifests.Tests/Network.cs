using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ExportConsortia.Manifests.Tests;

/// <summary>Who may call whom: the NetworkPolicies, compared with the addresses that settings name.</summary>
internal sealed partial class Network(IReadOnlyList<JsonNode> all, IReadOnlyList<Pod> pods)
{
    // Public addresses: visitors use them, no process calls them.
    private static readonly string[] NotCalled = ["Auth__Issuer", "Marketing__Mail__PublicAddress", "urls"];

    private readonly List<JsonNode> _policies = [.. all.Where(m => m.Kind == "NetworkPolicy")];

    /// <summary>What settings name and policies don't let through, and what policies let through without naming it.</summary>
    public IEnumerable<string> Faults() =>
    [
        .. _policies.Any(DeniesAll) ? (string[])[] : ["There is no NetworkPolicy that denies all."],
        .. from policy in _policies
           from rule in policy.List("spec ingress")
           where !rule.List("from").Any() || rule.List("from").Any(peer => peer is JsonObject { Count: 0 })
           select $"{policy.Title}: lets in everybody.",
        .. from policy in _policies
           from rule in policy.List("spec ingress").Concat(policy.List("spec egress"))
           where !rule.List("ports").Any()
           select $"{policy.Title}: opens every port.",
        .. pods.SelectMany(FaultsOf),
        .. all.Where(m => m.Kind == "Ingress").SelectMany(FaultsOfIngress),
    ];

    private static bool DeniesAll(JsonNode policy) =>
        policy.At("spec podSelector") is JsonObject { Count: 0 } && !policy.List("spec ingress").Any() && !policy.List("spec egress").Any()
        && policy.Texts("spec policyTypes").Order().SequenceEqual(["Egress", "Ingress"]);

    private IEnumerable<string> FaultsOf(Pod pod)
    {
        if (!Lets("egress", pod.Labels, 53, Number, rule => rule.List("to").Any(IsNameServer)))
        {
            yield return $"{pod.Workload.Title}: may not ask for the addresses of names.";
        }

        foreach (var (setting, value) in pod.Settings.Where(s => !NotCalled.Contains(s.Key)))
        {
            foreach (var (host, port) in Addresses(value))
            {
                foreach (var fault in FaultsOfCall(pod, host, port))
                {
                    yield return $"{pod.Workload.Title}: {setting} names {host}:{port}, {fault}";
                }
            }
        }
    }

    private IEnumerable<string> FaultsOfCall(Pod caller, string host, int port)
    {
        if (host.Contains('.', StringComparison.Ordinal))
        {
            return Lets("egress", caller.Labels, port, Number, IsOutside) ? [] : ["which it may not reach."];
        }

        var (labels, number, resolve, fault) = Find(host, port);
        return fault is not null ? [fault]
            :
            [
                .. Lets("egress", caller.Labels, number, resolve, rule => rule.List("to").Any(peer => Is(peer, labels)))
                    ? (string[])[] : ["which it may not call."],
                .. Lets("ingress", labels, number, resolve, rule => rule.List("from").Any(peer => Is(peer, caller.Labels)))
                    ? (string[])[] : ["which does not let it in."],
            ];
    }

    // The pods behind a Service: our own, or those that an operator makes of its kind.
    private (Dictionary<string, string> Labels, int Port, Func<string, int?> Resolve, string? Fault) Find(string host, int port)
    {
        if (all.FirstOrDefault(m => m.Kind == "Service" && m.Name == host) is { } service)
        {
            var pod = pods.FirstOrDefault(p => service.Map("spec selector").AreIn(p.Labels));
            var target = service.List("spec ports").FirstOrDefault(p => p.Text("port") == port.ToString(CultureInfo.InvariantCulture));
            return pod is null ? ([], 0, Number, "a Service without pods.")
                : target is null ? ([], 0, Number, "a Service without this port.")
                : pod.PortNumber(target.Text("targetPort") ?? target.Text("port")!) is { } number ? (pod.Labels, number, pod.PortNumber, null)
                : ([], 0, Number, "a Service whose port no container has.");
        }

        if (host.EndsWith("-rw", StringComparison.Ordinal) && all.Any(m => m.Kind == "Cluster" && m.Name == host[..^3]) && port == 5432)
        {
            return (new() { ["cnpg.io/cluster"] = host[..^3] }, port, Number, null);
        }

        return all.Any(m => m.Kind == "RabbitmqCluster" && m.Name == host) && port == 5672
            ? (new() { ["app.kubernetes.io/name"] = host }, port, Number, null)
            : ([], 0, Number, "which is no Service.");
    }

    private IEnumerable<string> FaultsOfIngress(JsonNode ingress) =>
        from path in ingress.List("spec rules").SelectMany(rule => rule.List("http paths"))
        let service = all.FirstOrDefault(m => m.Kind == "Service" && m.Name == path.Text("backend service name"))
        let port = service.List("spec ports").FirstOrDefault(p =>
            p.Text("name") == path.Text("backend service port name") || p.Text("port") == path.Text("backend service port number"))
        let pod = pods.FirstOrDefault(p => service is not null && service.Map("spec selector").AreIn(p.Labels))
        let number = port is null ? null : pod?.PortNumber(port.Text("targetPort") ?? port.Text("port")!)
        where number is null
            || !Lets("ingress", pod!.Labels, number.Value, pod.PortNumber, rule => rule.List("from").Any(f => f.At("namespaceSelector") is not null))
        select $"{ingress.Title}: does not reach {path.Text("backend service name")}.";

    // A rule of some policy for these pods allows this port to or from this peer.
    private bool Lets(string direction, Dictionary<string, string> labels, int port, Func<string, int?> resolve, Func<JsonNode, bool> allows) =>
        _policies.Where(policy => policy.At("spec podSelector").Selects(labels))
            .SelectMany(policy => policy.List($"spec {direction}"))
            .Any(rule => allows(rule) && rule.List("ports").Any(p => p.Text("port") is { } named && resolve(named) == port));

    private static int? Number(string port) => int.TryParse(port, out var number) ? number : null;

    private static bool Is(JsonNode peer, Dictionary<string, string> labels) =>
        peer.At("podSelector") is not null && peer.At("namespaceSelector") is null && peer.At("podSelector").Selects(labels);

    private static bool IsOutside(JsonNode rule) => !rule.List("to").Any() || rule.List("to").Any(peer => peer.At("ipBlock") is not null);

    private static bool IsNameServer(JsonNode peer) =>
        peer.Map("namespaceSelector matchLabels").ContainsValue("kube-system") && peer.Map("podSelector matchLabels").ContainsValue("kube-dns");

    private static IEnumerable<(string Host, int Port)> Addresses(string value)
    {
        foreach (Match match in Address().Matches(value))
        {
            var usual = match.Groups["scheme"].Value switch
            {
                "http" => "80", "https" => "443", "amqp" => "5672", "amqps" => "5671", _ => "27017",
            };
            yield return (match.Groups["host"].Value, Port(match, usual));
        }

        if (Postgres().Match(value) is { Success: true } store)
        {
            yield return (store.Groups["host"].Value, Port(store, "5432"));
        }
    }

    private static int Port(Match match, string usual) =>
        int.Parse(match.Groups["port"] is { Success: true } port ? port.Value : usual, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"(?<scheme>https?|amqps?|mongodb)://(?:[^@/,\s]*@)?(?<host>[\w.-]+)(?::(?<port>\d+))?")]
    private static partial Regex Address();

    [GeneratedRegex(@"\bHost=(?<host>[^;]+)(?:.*\bPort=(?<port>\d+))?")]
    private static partial Regex Postgres();
}
