using System.Text.Json.Nodes;
using YamlDotNet.Core;

namespace ExportConsortia.Manifests.Tests;

/// <summary>
/// An overlay with everything that it takes in, put together as kustomize does: resources, generated settings and secrets, patches, images. What it
/// does not know is a fault, so that it can't pass over something. <c>edit</c> may change a file's text first.
/// </summary>
internal sealed class Overlay
{
    private readonly string _secrets;
    private readonly Func<string, string, string> _edit;

    private Overlay(string secrets, Func<string, string, string> edit) => (_secrets, _edit) = (secrets, edit);

    public List<JsonNode> Manifests { get; } = [];

    /// <summary>What could not be read or found.</summary>
    public List<string> Faults { get; } = [];

    /// <summary>The files of secrets that were used.</summary>
    public HashSet<string> SecretFiles { get; } = [];

    public static string Folder { get; } = Path.Combine(Checkout.Current.Root, "deploy", "kubernetes");

    /// <param name="name">Its folder in <c>overlays</c>.</param>
    /// <param name="secrets">The folder into which its secrets were generated.</param>
    /// <param name="edit">Given a file's path in <c>deploy/kubernetes</c> and its text, the text to read.</param>
    public static Overlay Read(string name, string secrets, Func<string, string, string>? edit = null)
    {
        var overlay = new Overlay(secrets, edit ?? ((_, text) => text));
        try
        {
            overlay.Add(Path.Combine(Folder, "overlays", name));
        }
        catch (YamlException e)
        {
            overlay.Faults.Add($"{e.Message} {e.InnerException?.Message}");
        }

        return overlay;
    }

    private void Add(string folder)
    {
        var kustomization = Yaml.Read(Text(Path.Combine(folder, "kustomization.yaml"))).Single();
        foreach (var part in kustomization.Texts("resources").Select(part => Path.GetFullPath(Path.Combine(folder, part))))
        {
            if (Directory.Exists(part))
            {
                Add(part);
            }
            else
            {
                Manifests.AddRange(Yaml.Read(Text(part)));
            }
        }

        foreach (var (key, value) in kustomization.AsObject())
        {
            switch (key)
            {
                case "apiVersion" or "kind" or "namespace" or "resources" or "replacements":
                    break;
                case "configMapGenerator":
                    kustomization.List(key).ToList().ForEach(generator => Generate(folder, "ConfigMap", "data", generator));
                    break;
                case "secretGenerator":
                    kustomization.List(key).ToList().ForEach(generator => Generate(folder, "Secret", "stringData", generator));
                    break;
                case "patches":
                    kustomization.List(key).ToList().ForEach(patch => Patch(folder, patch));
                    break;
                case "images":
                    kustomization.List(key).ToList().ForEach(Rename);
                    break;
                default:
                    Faults.Add($"{folder}: the tests don't know {key}: {value?.ToJsonString()}.");
                    break;
            }
        }
    }

    private string Text(string file) => File.Exists(file)
        ? _edit(Path.GetRelativePath(Folder, file), File.ReadAllText(file))
        : Missing(file);

    private string Missing(string file)
    {
        Faults.Add($"There is no file {file}.");
        return "";
    }

    private string Source(string folder, string file)
    {
        if (!file.StartsWith("secrets/", StringComparison.Ordinal))
        {
            return Text(Path.Combine(folder, file));
        }

        SecretFiles.Add(file["secrets/".Length..]);
        var path = Path.Combine(_secrets, file["secrets/".Length..]);
        return File.Exists(path) ? File.ReadAllText(path) : Missing(path);
    }

    private void Generate(string folder, string kind, string field, JsonNode generator)
    {
        var name = generator.Text("name")!;
        var values = new JsonObject();
        foreach (var line in generator.Texts("envs").SelectMany(file => Source(folder, file).Split('\n')).Concat(generator.Texts("literals")))
        {
            if (line.Split('=', 2) is [var key, var value])
            {
                values[key] = value;
            }
        }

        foreach (var file in generator.Texts("files"))
        {
            values[Path.GetFileName(file)] = Source(folder, file);
        }

        if (generator.Text("behavior") != "merge")
        {
            Manifests.Add(new JsonObject
            {
                ["apiVersion"] = "v1", ["kind"] = kind, ["metadata"] = new JsonObject { ["name"] = name }, [field] = values,
            });
        }
        else if (Manifests.Find(m => m.Kind == kind && m.Name == name) is { } before)
        {
            Merge(before[field]!.AsObject(), values);
        }
        else
        {
            Faults.Add($"{folder}: there is no {kind} {name} to merge with.");
        }
    }

    private void Patch(string folder, JsonNode patch)
    {
        var text = patch.Text("patch") ?? Text(Path.Combine(folder, patch.Text("path")!));
        foreach (var change in Yaml.Read(text))
        {
            var target = patch.At("target") ?? new JsonObject { ["kind"] = change.Kind, ["name"] = change.Name };
            var changed = Manifests.FindAll(m => m.Kind == target.Text("kind") && (target.Text("name") ?? m.Name) == m.Name);
            if (changed.Count == 0)
            {
                Faults.Add($"{folder}: a patch finds no {target.ToJsonString()}.");
            }

            foreach (var manifest in changed)
            {
                if (change is JsonArray steps)
                {
                    steps.ToList().ForEach(step => Replace(manifest, step!));
                }
                else
                {
                    Merge(manifest.AsObject(), change.AsObject());
                }
            }
        }
    }

    private void Replace(JsonNode manifest, JsonNode step)
    {
        var path = step.Text("path")!.Split('/')[1..];
        if (step.Text("op") == "replace" && manifest.At(string.Join(' ', path[..^1])) is JsonObject parent && parent.ContainsKey(path[^1]))
        {
            parent[path[^1]] = step["value"]!.DeepClone();
        }
        else
        {
            Faults.Add($"{manifest.Title}: a patch can't {step.ToJsonString()}.");
        }
    }

    // Maps merge, and so do lists of things with names; everything else is replaced.
    private static void Merge(JsonObject into, JsonObject from)
    {
        foreach (var (key, value) in from)
        {
            if (into[key] is JsonObject old && value is JsonObject added)
            {
                Merge(old, added);
            }
            else if (into[key] is JsonArray items && value is JsonArray more && more.All(item => item.Text("name") is not null))
            {
                foreach (var item in more)
                {
                    if (items.FirstOrDefault(i => i.Text("name") == item.Text("name")) is JsonObject same)
                    {
                        Merge(same, item!.AsObject());
                    }
                    else
                    {
                        items.Add(item!.DeepClone());
                    }
                }
            }
            else
            {
                into[key] = value?.DeepClone();
            }
        }
    }

    private void Rename(JsonNode image)
    {
        var found = false;
        foreach (var container in Manifests.SelectMany(Pod.ContainersOf).Where(c => c.Text("image") == image.Text("name")))
        {
            container["image"] = $"{image.Text("newName")}:{image.Text("newTag")}";
            found = true;
        }

        if (!found)
        {
            Faults.Add($"No container has the image {image.Text("name")}.");
        }
    }
}
