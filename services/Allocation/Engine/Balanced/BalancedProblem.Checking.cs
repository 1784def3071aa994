namespace ExportConsortia.Allocation.Engine.Balanced;

/// <content>Checks what the schema can't: that ids are known and accepted parts are possible.</content>
internal sealed partial class BalancedProblem
{
    private void CheckAccepted(Dictionary<(string Line, string Member), (int Index, long Qty)> accepted)
    {
        var slack = EmptySlack.ToArray();
        var total = new long[Lines.Length];
        for (var pair = 0; pair < PairCount; pair++)
        {
            ref readonly var row = ref Pairs[pair];
            if (row.Accepted > 0)
            {
                var part = accepted[(Lines[row.Line].Id, Members[row.Member].Id)];
                if ((total[row.Line] += part.Qty) > LineMost[row.Line])
                {
                    throw new InstanceException($"$.accepted[{part.Index}].qty", "The accepted parts exceed the line's maximum quantity.");
                }

                if ((Int128)row.Minutes * part.Qty > CapacityChains.Free(slack, row))
                {
                    throw new InstanceException($"$.accepted[{part.Index}].qty", "The accepted parts exceed the capacity of the resource.");
                }

                CapacityChains.Book(slack, row, row.Minutes * part.Qty);
            }
        }
    }

    private static void CheckPolicy(BalancedPolicy policy)
    {
        if (policy.Slopes.Count != policy.BandsPerMille.Count + 1)
        {
            throw new InstanceException("$.policy.slopes", "There must be exactly one more slope than bands.");
        }

        for (var i = 1; i < policy.Slopes.Count; i++)
        {
            if (policy.Slopes[i] < policy.Slopes[i - 1])
            {
                throw new InstanceException($"$.policy.slopes[{i}]", "Slopes must not decrease.");
            }

            if (i < policy.BandsPerMille.Count && policy.BandsPerMille[i] < policy.BandsPerMille[i - 1])
            {
                throw new InstanceException($"$.policy.bandsPerMille[{i}]", "Bands must be in ascending order.");
            }
        }
    }

    private static Dictionary<(string Member, string Product), InstanceCapability> Capabilities(
        BalancedInstance instance, Dictionary<string, InstanceProduct> products)
    {
        var capabilities = new Dictionary<(string, string), InstanceCapability>();
        for (var m = 0; m < instance.Members.Count; m++)
        {
            var member = instance.Members[m];
            var resources = ById(member.Resources, $"$.members[{m}].resources", resource => resource.Id);
            for (var c = 0; c < member.Capabilities.Count; c++)
            {
                var (path, capability) = ($"$.members[{m}].capabilities[{c}]", member.Capabilities[c]);
                Known(products.ContainsKey(capability.Product), $"{path}.product", capability.Product);
                Known(resources.ContainsKey(capability.Resource), $"{path}.resource", capability.Resource);
                if (!capabilities.TryAdd((member.Id, capability.Product), capability))
                {
                    throw new InstanceException($"{path}.product", $"The member already has a capability for '{capability.Product}'.");
                }
            }
        }

        return capabilities;
    }

    private static Dictionary<(string Line, string Member), (int Index, long Qty)> AcceptedParts(
        BalancedInstance instance,
        Dictionary<string, InstanceLine> lines,
        Dictionary<string, InstanceMember> members,
        Dictionary<(string, string), InstanceCapability> capabilities)
    {
        var accepted = new Dictionary<(string, string), (int, long)>();
        foreach (var (index, part) in instance.Accepted.Index())
        {
            Known(lines.TryGetValue(part.Line, out var line), $"$.accepted[{index}].line", part.Line);
            Known(members.ContainsKey(part.Member), $"$.accepted[{index}].member", part.Member);
            if (!capabilities.TryGetValue((part.Member, line!.Product), out var capability))
            {
                throw new InstanceException($"$.accepted[{index}].member", $"The member can't make product '{line.Product}'.");
            }

            if (1 + capability.LeadWeeks > line.DueWeek)
            {
                throw new InstanceException($"$.accepted[{index}].line", "The member can't start before the line is due.");
            }

            if (!accepted.TryAdd((part.Line, part.Member), (index, part.Qty)))
            {
                throw new InstanceException($"$.accepted[{index}]", "This line and member already have an accepted part.");
            }
        }

        return accepted;
    }

    private static Dictionary<string, T> ById<T>(IReadOnlyList<T> items, string path, Func<T, string> id)
    {
        var found = new Dictionary<string, T>(StringComparer.Ordinal);
        for (var i = 0; i < items.Count; i++)
        {
            if (!found.TryAdd(id(items[i]), items[i]))
            {
                throw new InstanceException($"{path}[{i}].id", $"Duplicate id '{id(items[i])}'.");
            }
        }

        return found;
    }

    private static void Known(bool known, string path, string id)
    {
        if (!known)
        {
            throw new InstanceException(path, $"Unknown id '{id}'.");
        }
    }
}
