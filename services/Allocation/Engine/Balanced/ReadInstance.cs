using System.Text.Json;

namespace ExportConsortia.Allocation.Engine.Balanced;

/// <summary>Reads an instance of schema <c>alloc-instance/1</c>. Each error names its JSON path.</summary>
internal static class ReadInstance
{
    private const long Most = 1_000_000_000_000;

    public static BalancedInstance From(ReadOnlyMemory<byte> json)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(json);
        }
        catch (JsonException fault)
        {
            throw new InstanceException("$", $"Invalid JSON (line {fault.LineNumber + 1}).");
        }

        using (document)
        {
            return Instance(new Node(document.RootElement, "$"));
        }
    }

    private static BalancedInstance Instance(Node root)
    {
        var schema = root["schema"];
        if (schema.Text() is not "alloc-instance/1")
        {
            throw schema.Fault("Unsupported schema; expected 'alloc-instance/1'.");
        }

        var weeks = (int)root["weeks"].Number(1, 520);
        var instance = new BalancedInstance(
            root["name"].Text(), weeks, Policy(root["policy"]),
            root["products"].Each(node => new InstanceProduct(node["id"].Text(), node["pool"].Text(), node["refPrice"].Number(1, Most))),
            root["members"].Each(node => Member(node, weeks)),
            root["pools"].Each(node => new InstancePool(
                node["id"].Text(), node["windowVolume"].Number(0, 1_000_000 * Most),
                node["shares"].Each(share => new InstanceShare(
                    share["member"].Text(), share["ppm"].Number(0, 1_000_000), share["balance"].Number(-1000 * Most, 1000 * Most))))),
            root["lines"].Each(node => Line(node, weeks)),
            root["accepted"].Each(node => new InstancePart(node["line"].Text(), node["member"].Text(), node["qty"].Number(1, Most))));
        return instance;
    }

    private static BalancedPolicy Policy(Node node) => new(
        node["bandsPerMille"].Each(band => band.Number(0, 1_000_000)),
        node["slopes"].Each(slope => slope.Number(0, 1000)),
        node["fairSlackPerMille"].Number(0, 1000),
        node["costSlackPerMille"].Number(0, 1000),
        node["undeliveredPercent"].Number(0, 100_000),
        node["singleSourceWeight"].Number(1, 1000));

    private static InstanceMember Member(Node node, int weeks)
    {
        var resources = node["resources"].Each(resource =>
        {
            var capacity = resource["capacity"].Each(week => week.Number(0, Most));
            return capacity.Count == weeks
                ? new InstanceResource(resource["id"].Text(), capacity)
                : throw resource["capacity"].Fault($"Expected {weeks} weeks, found {capacity.Count}.");
        });
        return new(node["id"].Text(), node["score"].Number(0, 2000), resources, node["capabilities"].Each(capability => new InstanceCapability(
            capability["product"].Text(), capability["resource"].Text(), capability["minutesPerUnit"].Number(1, 10_000_000),
            capability["minLot"].Number(0, Most), capability["pack"].Number(1, Most), capability["leadWeeks"].Number(0, 10_000),
            capability["price"].Number(0, Most), capability["certified"].Each(destination => destination.Text()))));
    }

    private static InstanceLine Line(Node node, int weeks)
    {
        var (qty, least) = (node["qty"].Number(1, Most), node["minQty"].Number(0, Most));
        var most = node["maxQty"].Number(0, Most);
        if (least > qty)
        {
            throw node["minQty"].Fault($"{least} is more than the quantity {qty}.");
        }

        if (most < qty)
        {
            throw node["maxQty"].Fault($"{most} is less than the quantity {qty}.");
        }

        return new(
            node["id"].Text(), node["product"].Text(), qty, least, most, (int)node["dueWeek"].Number(1, weeks), node["destination"].Text(),
            node["priority"].Number(1, 1000), (int)node["maxMembers"].Number(1, 100_000), node["singleSourcePreferred"].Flag(),
            node["allOrNothing"].Flag(), node["excluded"].Each(member => member.Text()));
    }

    /// <summary>A place in the file.</summary>
    private readonly record struct Node(JsonElement Element, string Path)
    {
        public Node this[string name] => Element.ValueKind != JsonValueKind.Object
            ? throw Fault("Expected an object.")
            : Element.TryGetProperty(name, out var inner) ? new(inner, $"{Path}.{name}") : throw new InstanceException($"{Path}.{name}", "Missing.");

        public InstanceException Fault(string sentence) => new(Path, sentence);

        public string Text() => Element.ValueKind == JsonValueKind.String && Element.GetString() is { Length: > 0 } text
            ? text
            : throw Fault("Expected a non-empty string.");

        public bool Flag() =>
            Element.ValueKind is JsonValueKind.True or JsonValueKind.False ? Element.GetBoolean() : throw Fault("Expected true or false.");

        public long Number(long least, long most) =>
            Element.ValueKind == JsonValueKind.Number && Element.TryGetInt64(out var number) && number >= least && number <= most
                ? number
                : throw Fault($"Expected a whole number from {least} to {most}.");

        public List<T> Each<T>(Func<Node, T> read)
        {
            if (Element.ValueKind != JsonValueKind.Array)
            {
                throw Fault("Expected an array.");
            }

            var list = new List<T>(Element.GetArrayLength());
            foreach (var item in Element.EnumerateArray())
            {
                list.Add(read(new(item, $"{Path}[{list.Count}]")));
            }

            return list;
        }
    }
}
