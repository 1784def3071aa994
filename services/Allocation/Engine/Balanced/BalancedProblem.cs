namespace ExportConsortia.Allocation.Engine.Balanced;

/// <summary>
/// An instance in dense arrays, sorted by id so that the order of the input means nothing: lines, members, accounts and the eligible pairs of each
/// line. Faults that make planning meaningless (an unknown product, accepted parts that don't fit) are named by JSON path.
/// </summary>
internal sealed class BalancedProblem
{
    private BalancedProblem(BalancedInstance instance, InstanceLine[] lines, InstanceMember[] members, int pairs, int resources)
    {
        (Instance, Lines, Members) = (instance, lines, members);
        (LineFirst, LineRef, LineMakers, LineAccepted) = (new int[lines.Length + 1], new long[lines.Length], new int[lines.Length], new int[lines.Length]);
        (LinePool, LineWhole, LineWeight) = (new int[lines.Length], new bool[lines.Length], new long[lines.Length]);
        (LineQty, LineLeast, LineMost, LinePriority) = (new long[lines.Length], new long[lines.Length], new long[lines.Length], new long[lines.Length]);
        (PairLine, PairMember, PairAccount, PairResource) = (new int[pairs], new int[pairs], new int[pairs], new int[pairs]);
        (Minutes, Lot, Pack, Cost) = (new long[pairs], new long[pairs], new long[pairs], new long[pairs]);
        (Accepted, Most) = (new long[pairs], new long[pairs]);
        (ChainFirst, ChainWidth, ChainRows, ChainColumns) = (new int[pairs], new int[pairs], new int[pairs], new int[pairs]);
        (MemberFirst, MemberPairs) = (new int[members.Length + 1], new int[pairs]);
        (ResourceMember, ResourceId) = (new int[resources], new string[resources]);
    }

    public BalancedInstance Instance { get; }

    public BalancedPolicy Policy => Instance.Policy;

    public InstanceLine[] Lines { get; }

    public InstanceMember[] Members { get; }

    /// <summary>Value ordered, D = Σ v·Q over all lines.</summary>
    public long Ordered { get; private set; }

    // By line; the pairs of line l are LineFirst[l] .. LineFirst[l + 1] − 1, by member id.
    public readonly int[] LineFirst, LineMakers, LineAccepted, LinePool;
    public readonly long[] LineRef, LineQty, LineLeast, LineMost, LinePriority, LineWeight;
    public readonly bool[] LineWhole;

    // By eligible pair.
    public readonly int[] PairLine, PairMember, PairAccount, PairResource;
    public readonly long[] Minutes, Lot, Pack, Cost, Accepted, Most;
    public readonly int[] ChainFirst, ChainWidth, ChainRows, ChainColumns;

    // By member: its pairs, at MemberFirst[m] .. MemberFirst[m + 1] − 1 of MemberPairs; by resource: whose it is.
    public readonly int[] MemberFirst, MemberPairs, ResourceMember;
    public readonly string[] ResourceId;

    /// <summary>Capacity slack of every chain before anything is booked.</summary>
    public long[] EmptySlack { get; private set; } = [];

    public FairnessBands Fairness { get; private set; } = null!;

    /// <summary>Member and pool of each account.</summary>
    public (int Member, int Pool)[] Accounts { get; private set; } = [];

    public InstancePool[] Pools { get; private set; } = [];

    public int PairCount => PairLine.Length;

    /// <summary>The pair of a line and a member, or −1 if it isn't eligible.</summary>
    public int FindPair(int line, int member)
    {
        var found = Array.BinarySearch(PairMember, LineFirst[line], LineFirst[line + 1] - LineFirst[line], member);
        return found < 0 ? -1 : found;
    }

    public static BalancedProblem Of(BalancedInstance instance)
    {
        var products = ById(instance.Products, "$.products", product => product.Id);
        var membersById = ById(instance.Members, "$.members", member => member.Id);
        var poolsById = ById(instance.Pools, "$.pools", pool => pool.Id);
        var linesById = ById(instance.Lines, "$.lines", line => line.Id);
        CheckPolicy(instance.Policy);
        for (var i = 0; i < instance.Products.Count; i++)
        {
            Known(poolsById.ContainsKey(instance.Products[i].Pool), $"$.products[{i}].pool", instance.Products[i].Pool);
        }

        for (var i = 0; i < instance.Lines.Count; i++)
        {
            Known(products.ContainsKey(instance.Lines[i].Product), $"$.lines[{i}].product", instance.Lines[i].Product);
        }

        var capabilities = Capabilities(instance, products);
        var accepted = AcceptedParts(instance, linesById, membersById, capabilities);

        var members = instance.Members.OrderBy(member => member.Id, StringComparer.Ordinal).ToArray();
        var lines = instance.Lines.OrderBy(line => line.Id, StringComparer.Ordinal).ToArray();
        var pools = instance.Pools.OrderBy(pool => pool.Id, StringComparer.Ordinal).ToArray();
        var memberIndex = members.Index().ToDictionary(at => at.Item.Id, at => at.Index, StringComparer.Ordinal);
        var poolIndex = pools.Index().ToDictionary(at => at.Item.Id, at => at.Index, StringComparer.Ordinal);
        var makersOf = members.Index()
            .SelectMany(at => at.Item.Capabilities.Select(capability => (capability.Product, Member: at.Index)))
            .ToLookup(entry => entry.Product, entry => entry.Member, StringComparer.Ordinal);

        var pairs = new List<(int Line, int Member, InstanceCapability Capability, long Accepted, long Most)>();
        for (var line = 0; line < lines.Length; line++)
        {
            foreach (var member in makersOf[lines[line].Product])
            {
                var capability = capabilities[(members[member].Id, lines[line].Product)];
                var part = accepted.GetValueOrDefault((lines[line].Id, members[member].Id)).Qty;
                if (PairEligibility.Judge(lines[line], members[member], capability, part, out var most) == PairReason.Eligible)
                {
                    pairs.Add((line, member, capability, part, most));
                }
            }
        }

        var resourceIndex = new Dictionary<(int Member, string Resource), int>();
        foreach (var (index, member) in members.Index())
        {
            foreach (var resource in member.Resources.OrderBy(resource => resource.Id, StringComparer.Ordinal))
            {
                resourceIndex.Add((index, resource.Id), resourceIndex.Count);
            }
        }

        var problem = new BalancedProblem(instance, lines, members, pairs.Count, resourceIndex.Count) { Pools = pools };
        foreach (var (key, index) in resourceIndex)
        {
            (problem.ResourceMember[index], problem.ResourceId[index]) = (key.Member, key.Resource);
        }

        var orderedByPool = new Int128[pools.Length];
        Int128 weighed = 0;
        for (var line = 0; line < lines.Length; line++)
        {
            var (source, product) = (lines[line], products[lines[line].Product]);
            problem.LineRef[line] = product.RefPrice;
            problem.LinePool[line] = poolIndex[product.Pool];
            (problem.LineQty[line], problem.LineLeast[line], problem.LineMost[line]) = (source.Qty, source.MinQty, source.MaxQty);
            problem.LinePriority[line] = source.Priority;
            problem.LineWeight[line] = source.SingleSourcePreferred ? instance.Policy.SingleSourceWeight : 1;
            orderedByPool[problem.LinePool[line]] += (Int128)source.Qty * product.RefPrice;
            weighed += (Int128)source.MaxQty * product.RefPrice * (source.Priority + instance.Policy.UndeliveredPercent);
        }

        var slopes = instance.Policy.Slopes.Max();
        foreach (var pool in pools)
        {
            weighed += slopes * pool.Shares.Aggregate((Int128)pool.WindowVolume, (sum, share) => sum + Math.Abs(share.Balance));
        }

        foreach (var ordered in orderedByPool)
        {
            weighed += ordered * (slopes + 1);
        }

        foreach (var (_, member, capability, _, most) in pairs)
        {
            weighed += (Int128)most * capability.Price * (2000 - members[member].Score) / 1000;
        }

        // 16 bits are left for the search's weights and the bound's fractions.
        if (weighed > long.MaxValue >> 16)
        {
            throw new InstanceException("$", "The values of the instance are too large to be reckoned in 64 bits.");
        }

        problem.OpenAccounts(pools, memberIndex, orderedByPool);
        problem.Fill(pairs, resourceIndex);
        problem.LayChains(pairs, instance.Weeks);
        problem.CheckAccepted(accepted);
        return problem;
    }

    private void OpenAccounts(InstancePool[] pools, Dictionary<string, int> memberIndex, Int128[] ordered)
    {
        var shares = new List<(int Member, int Pool, InstanceShare Share)>();
        foreach (var (index, pool) in Instance.Pools.Index())
        {
            var seen = new HashSet<string>(StringComparer.Ordinal);
            foreach (var (at, share) in pool.Shares.Index())
            {
                Known(memberIndex.TryGetValue(share.Member, out var member), $"$.pools[{index}].shares[{at}].member", share.Member);
                if (!seen.Add(share.Member))
                {
                    throw new InstanceException($"$.pools[{index}].shares[{at}].member", $"'{share.Member}' has a share of this pool already.");
                }

                shares.Add((member, Array.FindIndex(pools, candidate => candidate.Id == pool.Id), share));
            }
        }

        shares.Sort((one, other) => (one.Member, one.Pool).CompareTo((other.Member, other.Pool)));
        Accounts = [.. shares.Select(share => (share.Member, share.Pool))];
        Fairness = new(Policy, Accounts.Length);
        for (var account = 0; account < Accounts.Length; account++)
        {
            var (_, pool, share) = shares[account];
            Fairness.Open(account, share.Ppm, (long)ordered[pool], share.Balance, pools[pool].WindowVolume, Policy.BandsPerMille);
        }

        Ordered = (long)ordered.Aggregate((Int128)0, (sum, value) => sum + value);
    }

    private void Fill(List<(int Line, int Member, InstanceCapability Capability, long Accepted, long Most)> pairs, Dictionary<(int, string), int> resourceIndex)
    {
        var accountOf = Accounts.Index().ToDictionary(at => at.Item, at => at.Index);
        for (var pair = 0; pair < pairs.Count; pair++)
        {
            var (line, member, capability, accepted, most) = pairs[pair];
            (PairLine[pair], PairMember[pair]) = (line, member);
            PairAccount[pair] = accountOf.GetValueOrDefault((member, LinePool[line]), -1);
            PairResource[pair] = resourceIndex[(member, capability.Resource)];
            (Minutes[pair], Lot[pair], Pack[pair]) = (capability.MinutesPerUnit, Math.Max(capability.MinLot, capability.Pack), capability.Pack);
            Cost[pair] = ((capability.Price * (2000 - Members[member].Score)) + 500) / 1000;
            (Accepted[pair], Most[pair]) = (accepted, most);
            LineFirst[line + 1]++;
            MemberFirst[member + 1]++;
            LineAccepted[line] += accepted > 0 ? 1 : 0;
        }

        for (var line = 0; line < Lines.Length; line++)
        {
            LineFirst[line + 1] += LineFirst[line];
            LineMakers[line] = Math.Max(Lines[line].MaxMembers, LineAccepted[line]);
            LineWhole[line] = Lines[line].AllOrNothing && LineAccepted[line] == 0;
        }

        for (var member = 0; member < Members.Length; member++)
        {
            MemberFirst[member + 1] += MemberFirst[member];
        }

        var at = MemberFirst.ToArray();
        for (var pair = 0; pair < pairs.Count; pair++)
        {
            MemberPairs[at[PairMember[pair]]++] = pair;
        }
    }

    private void LayChains(List<(int Line, int Member, InstanceCapability Capability, long Accepted, long Most)> pairs, int weeks)
    {
        var slack = new List<long>();
        foreach (var group in Enumerable.Range(0, pairs.Count).GroupBy(pair => PairResource[pair]).OrderBy(group => group.Key))
        {
            var releases = group.Select(pair => 1 + pairs[pair].Capability.LeadWeeks).Distinct().Order().ToArray();
            var dues = group.Select(pair => Lines[PairLine[pair]].DueWeek).Distinct().Order().ToArray();
            var capacity = Members[ResourceMember[group.Key]].Resources.First(resource => resource.Id == ResourceId[group.Key]).Capacity;
            var start = slack.Count;
            foreach (var release in releases)
            {
                foreach (var due in dues)
                {
                    var sum = 0L;
                    for (var week = release; week <= Math.Min(due, weeks); week++)
                    {
                        sum += capacity[(int)week - 1];
                    }

                    slack.Add(sum);
                }
            }

            foreach (var pair in group)
            {
                var column = Array.IndexOf(dues, Lines[PairLine[pair]].DueWeek);
                (ChainFirst[pair], ChainWidth[pair], ChainColumns[pair]) = (start + column, dues.Length, dues.Length - column);
                ChainRows[pair] = Array.IndexOf(releases, 1 + pairs[pair].Capability.LeadWeeks) + 1;
            }
        }

        EmptySlack = [.. slack];
    }

    private void CheckAccepted(Dictionary<(string Line, string Member), (int Index, long Qty)> accepted)
    {
        var slack = EmptySlack.ToArray();
        var total = new long[Lines.Length];
        for (var pair = 0; pair < PairCount; pair++)
        {
            if (Accepted[pair] > 0)
            {
                var part = accepted[(Lines[PairLine[pair]].Id, Members[PairMember[pair]].Id)];
                if ((total[PairLine[pair]] += part.Qty) > LineMost[PairLine[pair]])
                {
                    throw new InstanceException($"$.accepted[{part.Index}].qty", "The accepted parts are more than the line takes.");
                }

                if ((Int128)Minutes[pair] * part.Qty > CapacityChains.Free(this, slack, pair))
                {
                    throw new InstanceException($"$.accepted[{part.Index}].qty", "The accepted parts don't fit the capacity of the resource.");
                }

                CapacityChains.Book(this, slack, pair, Minutes[pair] * part.Qty);
            }
        }
    }

    private static void CheckPolicy(BalancedPolicy policy)
    {
        if (policy.Slopes.Count != policy.BandsPerMille.Count + 1)
        {
            throw new InstanceException("$.policy.slopes", "There must be one slope more than bands.");
        }

        for (var i = 1; i < policy.Slopes.Count; i++)
        {
            if (policy.Slopes[i] < policy.Slopes[i - 1])
            {
                throw new InstanceException($"$.policy.slopes[{i}]", "A slope must not be less than the one before.");
            }

            if (i < policy.BandsPerMille.Count && policy.BandsPerMille[i] < policy.BandsPerMille[i - 1])
            {
                throw new InstanceException($"$.policy.bandsPerMille[{i}]", "A band must not end before the one before.");
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
                    throw new InstanceException($"{path}.product", $"The member has a capability for '{capability.Product}' already.");
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
                throw new InstanceException($"$.accepted[{index}].line", "The member can't begin before the line is due.");
            }

            if (!accepted.TryAdd((part.Line, part.Member), (index, part.Qty)))
            {
                throw new InstanceException($"$.accepted[{index}]", "This line and member have an accepted part already.");
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
                throw new InstanceException($"{path}[{i}].id", $"'{id(items[i])}' is there twice.");
            }
        }

        return found;
    }

    private static void Known(bool known, string path, string id)
    {
        if (!known)
        {
            throw new InstanceException(path, $"There is no '{id}'.");
        }
    }
}
