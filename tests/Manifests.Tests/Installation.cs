using System.Globalization;
using System.Text.Json.Nodes;

namespace ExportConsortia.Manifests.Tests;

/// <summary>All manifests of one installation, and what is wrong with them: by themselves, with each other, with the code.</summary>
internal sealed class Installation
{
    private static readonly (string Path, string Kind)[] VolumeSources =
        [("configMap name", "ConfigMap"), ("secret secretName", "Secret"), ("persistentVolumeClaim claimName", "PersistentVolumeClaim")];

    private static readonly string[] Probes = ["startupProbe", "livenessProbe", "readinessProbe"];

    private readonly IReadOnlyList<JsonNode> _all;
    private readonly List<Pod> _pods;

    public Installation(IReadOnlyList<JsonNode> manifests)
    {
        _all = manifests;
        _pods = [.. manifests.Where(Pod.IsWorkload).Where(m => Pod.TemplateOf(m).At("spec") is JsonObject).Select(m => new Pod(m, manifests))];
    }

    public IEnumerable<string> Faults() =>
    [
        .. _all.SelectMany(manifest => KubernetesSchema.Current.Faults(manifest)),
        .. _all.CountBy(m => m.Title).Where(m => m.Value > 1).Select(m => $"{m.Key} is there {m.Value} times."),
        .. from host in Code.Hosts
           from kind in (string[])["Deployment", "Service", "ServiceAccount", "PodDisruptionBudget", "HorizontalPodAutoscaler", "NetworkPolicy"]
           where Find(kind, host) is null
           select $"{host} has no {kind}.",
        .. _pods.SelectMany(pod => FaultsOfPod(pod).Concat(FaultsOfConfinement(pod)).Select(fault => $"{pod.Workload.Title}: {fault}")),
        .. _pods.Where(pod => pod.IsOurs).SelectMany(pod => FaultsOfOurs(pod).Select(fault => $"{pod.Workload.Title}: {fault}")),
        .. from job in _pods.Where(pod => pod.Workload.Kind == "CronJob")
           from service in Code.Services
           where !job.Settings.ContainsKey($"ConnectionStrings__{service}")
           select $"{job.Workload.Title}: it leaves out the database of {service}.",
        .. _all.SelectMany(FaultsOfSelectors),
        .. new Network(_all, _pods).Faults(),
    ];

    private JsonNode? Find(string kind, string? name) => _all.FirstOrDefault(m => m.Kind == kind && m.Name == name);

    private IEnumerable<string> FaultsOfPod(Pod pod)
    {
        var volumes = pod.Spec.List("volumes").Concat(pod.Workload.List("spec volumeClaimTemplates"))
            .Select(v => v.Text("name") ?? v.Name).ToHashSet();
        return
        [
            .. !pod.Stays || (pod.Workload.Map("spec selector matchLabels") is { Count: > 0 } selector && selector.AreIn(pod.Labels))
                ? (string[])[] : ["its selector does not match its pods."],
            .. Find("ServiceAccount", pod.Spec.Text("serviceAccountName")) is null ? ["it has no account of its own."] : (string[])[],
            .. pod.Spec.List("topologySpreadConstraints").Where(s => !s.At("labelSelector").Selects(pod.Labels))
                .Select(_ => "it spreads pods that are not its own."),
            .. from container in pod.Containers
               from source in container.List("envFrom")
               let kind = source.At("configMapRef") is null ? "Secret" : "ConfigMap"
               let name = source.Text("configMapRef name") ?? source.Text("secretRef name")
               where Find(kind, name) is null
               select $"there is no {kind} {name}.",
            .. from container in pod.Containers
               from variable in container.List("env")
               let name = variable.Text("valueFrom secretKeyRef name")
               let key = variable.Text("valueFrom secretKeyRef key")
               where name is not null && (Find("Secret", name) is not { } secret || !Pod.Values(secret).ContainsKey(key!))
               select $"there is no Secret {name} with {key}.",
            .. from volume in pod.Spec.List("volumes")
               from source in VolumeSources
               where volume.Text(source.Path) is { } name && Find(source.Kind, name) is null
               select $"there is no {source.Kind} {volume.Text(source.Path)}.",
            .. from container in pod.Containers
               from mount in container.List("volumeMounts")
               where !volumes.Contains(mount.Text("name")!)
               select $"there is no volume {mount.Text("name")}.",
            .. from container in pod.Spec.List("containers").Where(_ => pod.Stays)
               from probe in Probes
               let port = container.Text($"{probe} httpGet port") ?? container.Text($"{probe} tcpSocket port")
               where container.At(probe) is null || (port is not null && pod.PortNumber(port) is null)
               select port is null ? $"it has no {probe}." : $"its {probe} asks at {port}, which is no port of it.",
            .. from container in pod.Containers
               from resource in (string[])["cpu", "memory"]
               let request = Amount(container.Text($"resources requests {resource}"))
               let limit = Amount(container.Text($"resources limits {resource}"))
               where request is null || limit is null || request > limit
               select $"it requests {request} of {resource} and may use {limit}.",
            .. from container in pod.Containers
               let image = container.Text("image") ?? ""
               let name = image.Split('/')[^1]
               where !name.Contains(':', StringComparison.Ordinal) || name.EndsWith(":latest", StringComparison.Ordinal)
               select $"its image {image} says no version.",
        ];
    }

    // Pod security "restricted", and more: a root folder that can't be written, no token, no addresses of others in the environment.
    private static IEnumerable<string> FaultsOfConfinement(Pod pod) =>
    [
        .. pod.Spec.Text("securityContext runAsNonRoot") == "true" ? (string[])[] : ["it may run as root."],
        .. pod.Spec.Text("securityContext seccompProfile type") == "RuntimeDefault" ? (string[])[] : ["its system calls are not filtered."],
        .. pod.Spec.Text("automountServiceAccountToken") == "false" ? (string[])[] : ["it has a token of the cluster."],
        .. pod.Spec.Text("enableServiceLinks") == "false" ? (string[])[] : ["its environment names other Services."],
        .. from container in pod.Containers
           where container.Text("securityContext allowPrivilegeEscalation") != "false"
               || container.Text("securityContext readOnlyRootFilesystem") != "true"
               || !container.Texts("securityContext capabilities drop").SequenceEqual(["ALL"])
           select $"its container {container.Text("name")} is not confined.",
    ];

    private static IEnumerable<string> FaultsOfOurs(Pod pod)
    {
        var host = pod.Workload.Name;
        var listens = pod.Settings.GetValueOrDefault("urls") ?? "";
        var pause = pod.Spec.List("containers").Select(c => c.Text("lifecycle preStop sleep seconds")).FirstOrDefault() ?? "0";
        var drain = pod.Settings.GetValueOrDefault("shutdownTimeoutSeconds") ?? "30";
        var needed = int.Parse(pause, CultureInfo.InvariantCulture) + int.Parse(drain, CultureInfo.InvariantCulture);
        return
        [
            .. pod.Containers.Where(c => !Is(c.Text("image")!, host)).Select(c => $"its image {c.Text("image")} is not {host}'s."),
            .. pod.Spec.List("initContainers").Any(c => c.Texts("args").SequenceEqual(["migrate"])) == Code.Services.Contains(host)
                ? (string[])[] : ["its database is not migrated before it starts."],
            .. pod.Ports.Where(p => !listens.EndsWith($":{p.Text("containerPort")}", StringComparison.Ordinal))
                .Select(p => $"it listens at {listens}, not at {p.Text("containerPort")}."),
            .. from container in pod.Containers
               from probe in Probes
               let path = container.Text($"{probe} httpGet path")
               where path is not null && !Code.ProbePaths.Contains(path)
               select $"its {probe} asks for {path}, which is not there.",
            .. pod.Settings.Keys.Where(name => !Code.Reads(name)).Select(name => $"nothing reads the setting {name}."),
            .. Code.Required(host).Where(name => string.IsNullOrEmpty(pod.Settings.GetValueOrDefault(name))).Select(name => $"{name} is missing."),
            .. int.Parse(pod.Spec.Text("terminationGracePeriodSeconds") ?? "30", CultureInfo.InvariantCulture) > needed
                ? (string[])[] : [$"it is killed before the {needed} seconds are over in which it ends its work."],
        ];
    }

    private IEnumerable<string> FaultsOfSelectors(JsonNode manifest)
    {
        switch (manifest.Kind)
        {
            case "Service":
                return _pods.Find(p => manifest.Map("spec selector") is { Count: > 0 } selector && selector.AreIn(p.Labels)) is not { } pod
                    ? [$"{manifest.Title}: there are no such pods."]
                    : manifest.List("spec ports").Select(p => p.Text("targetPort") ?? p.Text("port")!).Where(p => pod.PortNumber(p) is null)
                        .Select(p => $"{manifest.Title}: its pods have no port {p}.");
            case "PodDisruptionBudget":
                return
                [
                    .. SelectsAny(manifest.At("spec selector")) ? (string[])[] : [$"{manifest.Title}: there are no such pods."],
                    .. manifest.Text("spec maxUnavailable") is null or "0" ? [$"{manifest.Title}: no node could ever be emptied."] : (string[])[],
                ];
            case "NetworkPolicy":
                return manifest.List("spec ingress").SelectMany(rule => rule.List("from"))
                    .Concat(manifest.List("spec egress").SelectMany(rule => rule.List("to")))
                    .Where(peer => peer.At("namespaceSelector") is null && peer.At("podSelector") is not null)
                    .Select(peer => peer.At("podSelector")).Append(manifest.At("spec podSelector"))
                    .Where(selector => !SelectsAny(selector))
                    .Select(selector => $"{manifest.Title}: there are no pods {selector?.ToJsonString()}.");
            case "HorizontalPodAutoscaler":
                var (least, most) = (Amount(manifest.Text("spec minReplicas")), Amount(manifest.Text("spec maxReplicas")));
                return
                [
                    .. Find(manifest.Text("spec scaleTargetRef kind") ?? "", manifest.Text("spec scaleTargetRef name")) is null
                        ? [$"{manifest.Title}: there is no such workload."] : (string[])[],
                    .. least > most ? [$"{manifest.Title}: at least {least}, but at most {most} replicas."] : (string[])[],
                ];
            case "Ingress":
                var certified = manifest.List("spec tls").SelectMany(tls => tls.Texts("hosts")).ToHashSet();
                return manifest.List("spec rules").Where(rule => !certified.Contains(rule.Text("host") ?? ""))
                    .Select(rule => $"{manifest.Title}: {rule.Text("host")} has no certificate.");
            default:
                return [];
        }
    }

    // Pods of a workload, or those that an operator makes.
    private bool SelectsAny(JsonNode? selector) =>
        _pods.Exists(p => selector.Selects(p.Labels))
        || _all.Any(m => m.Kind == "Cluster" && selector.Selects(new() { ["cnpg.io/cluster"] = m.Name }))
        || _all.Any(m => m.Kind == "RabbitmqCluster" && selector.Selects(new() { ["app.kubernetes.io/name"] = m.Name }));

    private static bool Is(string image, string host) => $"/{image}".Contains($"/exportconsortia/{host}:", StringComparison.Ordinal);

    // A quantity as a number; null if there is none.
    private static decimal? Amount(string? quantity)
    {
        var digits = (quantity ?? "").TrimEnd('m', 'k', 'K', 'M', 'G', 'T', 'i');
        var factor = quantity?[digits.Length..] switch
        {
            "m" => 0.001m, "k" => 1e3m, "M" => 1e6m, "G" => 1e9m, "Ki" => 1024m, "Mi" => 1024m * 1024, "Gi" => 1024m * 1024 * 1024, _ => 1,
        };
        return decimal.TryParse(digits, NumberStyles.Number, CultureInfo.InvariantCulture, out var number) ? number * factor : null;
    }
}
