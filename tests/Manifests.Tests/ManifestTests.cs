using System.Diagnostics;

namespace ExportConsortia.Manifests.Tests;

/// <summary>The manifests are read strictly and compared with each other and with the code; typical faults are all found.</summary>
public sealed class ManifestTests(GeneratedSecrets secrets) : IClassFixture<GeneratedSecrets>
{
    /// <summary>A file in deploy/kubernetes, a text in it and what somebody writes instead, and what the check says of it.</summary>
    public static TheoryData<string, string, string, string> TypicalFaults { get; } = new()
    {
        { "base/membership/deployment.yaml", "revisionHistoryLimit:", "revisionHistoryLimits:", "no field revisionHistoryLimits" },
        { "base/gateway/deployment.yaml", "periodSeconds: 10", "periodSeconds: \"10\"", "must be integer" },
        { "base/gateway/deployment.yaml", "ScheduleAnyway", "ScheduleAnyhow", "must be one of" },
        { "base/portal/service.yaml", "  ports:", "  selector: {a: b}\n  ports:", "uplicate" },
        { "base/marketing/availability.yaml", "autoscaling/v2", "autoscaling/v2beta2", "there is no kind autoscaling/v2beta2" },
        { "base/marketing/deployment.yaml", "memory: 384Mi", "memory: 384MB", "no quantity" },
        { "base/tradefairs/deployment.yaml", "memory: 256Mi", "memory: 2Gi", "requests" },
        { "base/allocation/deployment.yaml", "matchLabels: {app.kubernetes.io/name: allocation}", "matchLabels: {app: allocation}", "selector" },
        { "base/marketing/service.yaml", "selector: {app.kubernetes.io/name: marketing}", "selector: {app: marketing}", "there are no such pods" },
        { "base/tradefairs/service.yaml", "targetPort: http", "targetPort: web", "have no port web" },
        { "base/tradefairs/service.yaml", "port: 8080", "port: 80", "a Service without this port" },
        { "base/membership/deployment.yaml", "containerPort: 8080", "containerPort: 8081", "it listens at" },
        { "base/portal/deployment.yaml", "path: /health/live, port: http", "path: /health/live, port: web", "which is no port of it" },
        { "base/portal/deployment.yaml", "/health/ready", "/healthz", "/healthz, which is not there" },
        { "base/portal/deployment.yaml", "livenessProbe:", "lifenessProbe:", "no field lifenessProbe" },
        { "base/allocation/availability.yaml", "maxUnavailable: 1", "maxUnavailable: 0", "no node could ever be emptied" },
        { "base/allocation/availability.yaml", "kind: Deployment, name: allocation", "kind: Deployment, name: alocation", "no such workload" },
        { "overlays/production/three-replicas.yaml", "value: 3", "value: 30", "at least 30" },
        { "base/gateway/settings.env", "Services__tradefairs=", "Services__fairs=", "nothing reads the setting Services__fairs" },
        { "base/portal/settings.env", "Portal__Api=", "#", "Portal__Api is missing" },
        { "base/portal/settings.env", "http://gateway:8080", "http://gatway:8080", "no Service" },
        { "overlays/production/kustomization.yaml", "secrets/portal.env", "secrets/pages.env", "There is no file" },
        { "base/portal/deployment.yaml", "secretRef: {name: portal}", "secretRef: {name: pages}", "there is no Secret pages" },
        { "base/allocation/network.yaml", "app.kubernetes.io/name: membership", "app.kubernetes.io/name: marketing", "which it may not call" },
        { "base/membership/network.yaml", "        - podSelector: {matchLabels: {app.kubernetes.io/name: allocation}}\n", "", "does not let it in" },
        { "overlays/small/network.yaml", "port: 27017", "port: 27018", "which it may not call" },
        { "base/network.yaml", "policyTypes: [Ingress, Egress]", "policyTypes: [Ingress]", "denies all" },
        { "base/gateway/network.yaml", "namespaceSelector: {matchLabels:", "podSelector: {matchLabels:", "does not reach gateway" },
        { "base/gateway/deployment.yaml", "runAsNonRoot: true", "runAsNonRoot: false", "root" },
        { "base/gateway/deployment.yaml", "drop: [ALL]", "drop: [NET_RAW]", "not confined" },
        { "base/membership/deployment.yaml", "      automountServiceAccountToken: false\n", "", "token" },
        { "base/marketing/deployment.yaml", "terminationGracePeriodSeconds: 330", "terminationGracePeriodSeconds: 30", "it is killed before" },
        { "base/allocation/deployment.yaml", "args: [migrate]", "args: [migrations]", "not migrated" },
        { "base/allocation/deployment.yaml", "image: exportconsortia/allocation", "image: exportconsortia/allocate", "says no version" },
        { "overlays/small/postgres.yaml", "postgres:17.6", "postgres:latest", "says no version" },
        { "overlays/small/images-folder.yaml", "{name: images, mountPath", "{name: pictures, mountPath", "there is no volume pictures" },
        { "base/kustomization.yaml", "  - tradefairs\n", "", "tradefairs has no Deployment" },
        { "backup/back-up.yaml", "name: ConnectionStrings__tradefairs", "name: ConnectionStrings__fairs", "leaves out the database of tradefairs" },
        { "base/ingress.yaml", "hosts: [exports.example]", "hosts: [export.example]", "has no certificate" },
    };

    [Theory]
    [InlineData("small")]
    [InlineData("production")]
    public void An_overlay_is_without_fault_and_uses_every_secret(string name)
    {
        var overlay = Overlay.Read(name, secrets.FolderOf(name));

        Assert.Empty(overlay.Faults);
        Assert.Empty(new Installation(overlay.Manifests).Faults());
        Assert.Equal(Directory.GetFiles(secrets.FolderOf(name)).Select(Path.GetFileName).Order(), overlay.SecretFiles.Order());
    }

    [Theory]
    [InlineData("small")]
    [InlineData("production")]
    public void What_kubectl_makes_of_an_overlay_is_without_fault(string name)
    {
        Assert.SkipUnless(Tool.IsThere("kubectl"), "kubectl is missing: the tests' own reading of the overlays is what was checked.");
        var copy = Path.Combine(secrets.Folder, "rendered-" + name);
        Tool.Run("cp", ["-r", Overlay.Folder, copy]);
        var here = Path.Combine(copy, "overlays", name);
        Tool.Run("rm", ["-rf", Path.Combine(here, "secrets")]);
        Tool.Run("cp", ["-r", secrets.FolderOf(name), Path.Combine(here, "secrets")]);

        var manifests = Yaml.Read(Tool.Run("kubectl", ["kustomize", here]));

        Assert.Equal(Overlay.Read(name, secrets.FolderOf(name)).Manifests.Count, manifests.Count);
        Assert.Empty(new Installation(manifests).Faults());
    }

    [Theory]
    [MemberData(nameof(TypicalFaults))]
    public void A_typical_fault_is_found(string file, string right, string wrong, string said)
    {
        var edited = false;
        var faults = new List<string>();
        foreach (var name in new[] { "small", "production" })
        {
            var overlay = Overlay.Read(name, secrets.FolderOf(name), (path, text) =>
            {
                if (path != file)
                {
                    return text;
                }

                edited = true;
                Assert.Contains(right, text, StringComparison.Ordinal);
                return text.Replace(right, wrong, StringComparison.Ordinal);
            });
            faults.AddRange(overlay.Faults.Concat(new Installation(overlay.Manifests).Faults()));
        }

        Assert.True(edited);
        Assert.Contains(faults, fault => fault.Contains(said, StringComparison.Ordinal));
    }

    [Fact]
    public void Secrets_are_generated_once_and_are_long_enough()
    {
        foreach (var name in new[] { "small", "production" })
        {
            var files = Directory.GetFiles(secrets.FolderOf(name));
            var before = files.Select(File.ReadAllText).ToList();
            secrets.Generate(name);
            Assert.Equal(before, files.Select(File.ReadAllText));
            Assert.All(files, file => Assert.Equal("600\n", Tool.Run("stat", ["-c", "%a", file])));
            var secret = files.SelectMany(File.ReadLines).Where(line => line.Contains("Secret=", StringComparison.Ordinal)
                && !line.StartsWith("Marketing__Images", StringComparison.Ordinal)).Select(line => line.Split('=', 2)[1]).ToList();
            Assert.All(secret, value => Assert.Matches("^[A-Za-z0-9]{40}$", value));
            Assert.Distinct(secret);
        }
    }
}

/// <summary>The secrets of both overlays, generated by the operators' script into a folder of the tests.</summary>
public sealed class GeneratedSecrets : IDisposable
{
    public GeneratedSecrets()
    {
        Generate("small");
        Generate("production");
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("exportconsortia-manifests-").FullName;

    public string FolderOf(string overlay) => Path.Combine(Folder, overlay);

    public void Generate(string overlay) => Tool.Run(Path.Combine(Overlay.Folder, "generate-secrets"), [overlay], new()
    {
        ["SECRETS_FOLDER"] = FolderOf(overlay), ["IMAGES_ENDPOINT"] = "https://s3.example", ["IMAGES_BUCKET"] = "images",
        ["IMAGES_ACCESS_KEY"] = "key", ["IMAGES_SECRET_KEY"] = "secret",
    });

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}

/// <summary>Programs of the machine.</summary>
internal static class Tool
{
    public static bool IsThere(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, program)));

    /// <summary>What it prints; it must succeed.</summary>
    public static string Run(string program, string[] arguments, Dictionary<string, string>? variables = null)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in variables ?? [])
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} ended with {process.ExitCode}: {errors.Result}");
        return output;
    }
}
