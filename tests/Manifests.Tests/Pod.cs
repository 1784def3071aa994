using System.Text.Json.Nodes;

namespace ExportConsortia.Manifests.Tests;

/// <summary>The pods of one workload: its manifest, their labels, containers and settings.</summary>
internal sealed class Pod
{
    private static readonly string[] Workloads = ["Deployment", "StatefulSet", "CronJob"];

    public Pod(JsonNode workload, IReadOnlyList<JsonNode> all)
    {
        (Workload, Spec) = (workload, TemplateOf(workload).At("spec")!);
        Labels = TemplateOf(workload).Map("metadata labels");
        Containers = [.. ContainersOf(workload)];
        foreach (var source in Containers.SelectMany(container => container.List("envFrom")))
        {
            var kind = source.At("configMapRef") is null ? "Secret" : "ConfigMap";
            var name = source.Text("configMapRef name") ?? source.Text("secretRef name");
            foreach (var (key, value) in all.Where(m => m.Kind == kind && m.Name == name).SelectMany(Values))
            {
                Settings[key] = value;
            }
        }

        foreach (var variable in Containers.SelectMany(container => container.List("env")))
        {
            var (secret, key) = (variable.Text("valueFrom secretKeyRef name"), variable.Text("valueFrom secretKeyRef key"));
            Settings[variable.Text("name") ?? ""] = secret is null
                ? variable.Text("value") ?? ""
                : all.Where(m => m.Kind == "Secret" && m.Name == secret).SelectMany(Values).FirstOrDefault(v => v.Key == key).Value ?? "";
        }
    }

    public JsonNode Workload { get; }

    public JsonNode Spec { get; }

    public Dictionary<string, string> Labels { get; }

    public List<JsonNode> Containers { get; }

    /// <summary>Environment variables, from every source.</summary>
    public Dictionary<string, string> Settings { get; } = [];

    /// <summary>True if this is a program of ours.</summary>
    public bool IsOurs => Code.Hosts.Contains(Workload.Name);

    public IEnumerable<JsonNode> Ports => Containers.SelectMany(container => container.List("ports"));

    /// <summary>True if its pods run on and answer: not a job.</summary>
    public bool Stays => Workload.Kind != "CronJob";

    public static bool IsWorkload(JsonNode manifest) => Workloads.Contains(manifest.Kind);

    public static JsonNode? TemplateOf(JsonNode manifest) => manifest.At("spec template") ?? manifest.At("spec jobTemplate spec template");

    public static IEnumerable<JsonNode> ContainersOf(JsonNode manifest) =>
        TemplateOf(manifest).List("spec initContainers").Concat(TemplateOf(manifest).List("spec containers"));

    /// <summary>What a ConfigMap or a Secret holds.</summary>
    public static Dictionary<string, string> Values(JsonNode manifest)
    {
        var values = manifest.Map("data");
        if (manifest.Kind == "Secret")
        {
            values = values.ToDictionary(v => v.Key, v => Encoding.UTF8.GetString(Convert.FromBase64String(v.Value)));
        }

        return values.Concat(manifest.Map("stringData")).ToDictionary();
    }

    /// <summary>The number of a port that a Service, a probe or a policy gives by number or by name; null if there is none of this name.</summary>
    public int? PortNumber(string port) =>
        int.TryParse(port, out var number) || int.TryParse(Ports.FirstOrDefault(p => p.Text("name") == port).Text("containerPort"), out number)
            ? number : null;
}
