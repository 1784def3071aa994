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
        (Pairs, MemberFirst, MemberPairs) = (new Pair[pairs], new int[members.Length + 1], new int[pairs]);
        Resources = new Resource[resources];
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

    /// <summary>The eligible pairs, by line, then member.</summary>
    public readonly Pair[] Pairs;

    // By member: its pairs, at MemberFirst[m] .. MemberFirst[m + 1] − 1 of MemberPairs.
    public readonly int[] MemberFirst, MemberPairs;

    public readonly Resource[] Resources;

    /// <summary>Capacity slack of every chain before anything is booked.</summary>
    public long[] EmptySlack { get; private set; } = [];

    public FairnessBands Fairness { get; private set; } = null!;

    /// <summary>Member and pool of each account.</summary>
    public (int Member, int Pool)[] Accounts { get; private set; } = [];

    public InstancePool[] Pools { get; private set; } = [];

    public int PairCount => Pairs.Length;

    /// <summary>So many lines that a single one matters little.</summary>
    public bool IsWide => Lines.Length >= 200;

    /// <summary>Z1 settles Z3 but for rounding: a piece is worth and costs the same everywhere, and lines have no tolerance.</summary>
    public bool CostIsSettled { get; private set; }

    /// <summary>What is short in every plan, Z1 ≥ this: lines that their makers can't fill even if they make nothing else.</summary>
    public long Unavoidable { get; private set; }

    /// <summary>The most that what is short or too full may weigh against fairness in the search, so that all sums stay within 64 bits.</summary>
    public long MostWeight { get; private set; }

    /// <summary>The pair of a line and a member, or −1 if it isn't eligible.</summary>
    public int FindPair(int line, int member)
    {
        var (low, high) = (LineFirst[line], LineFirst[line + 1]);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (Pairs[middle].Member < member)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low < LineFirst[line + 1] && Pairs[low].Member == member ? low : -1;
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
            problem.Resources[index] = new(key.Member, key.Resource);
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
        var crowded = problem.LayChains();
        problem.MostWeight = (long)Int128.Clamp((long.MaxValue >> 3) / (weighed + crowded + 1), 1 << 15, 1 << 22);
        problem.CostIsSettled = problem.Pairs.All(pair => pair.Cost == problem.Pairs[0].Cost) && problem.LineMost.SequenceEqual(problem.LineLeast)
            && problem.LineRef.Distinct().Count() <= 1 && problem.LinePriority.Distinct().Count() <= 1;
        problem.CheckAccepted(accepted);
        problem.Unavoidable = Enumerable.Range(0, lines.Length).Sum(problem.ShortAlone);
        return problem;
    }

    /// <summary>What a line is short by if it has every maker to itself.</summary>
    private long ShortAlone(int line)
    {
        var most = Enumerable.Range(LineFirst[line], LineFirst[line + 1] - LineFirst[line]).Select(pair => Pairs[pair].Most).OrderDescending().Take(LineMakers[line]).Sum();
        return LinePriority[line] * LineRef[line] * Math.Max(0, LineLeast[line] - (LineWhole[line] && most < LineLeast[line] ? 0 : most));
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
            var lot = Math.Max(capability.MinLot, capability.Pack);
            Pairs[pair] = new()
            {
                Line = line,
                Member = member,
                Account = accountOf.GetValueOrDefault((member, LinePool[line]), -1),
                Resource = resourceIndex[(member, capability.Resource)],
                Minutes = capability.MinutesPerUnit,
                Lot = lot,
                LeastPart = (lot + capability.Pack - 1) / capability.Pack * capability.Pack,
                Pack = capability.Pack,
                Most = most,
                Accepted = accepted,
                Ref = LineRef[line],
                Cost = ((capability.Price * (2000 - Members[member].Score)) + 500) / 1000,
                Release = (int)Math.Min(capability.LeadWeeks, int.MaxValue - 1) + 1,
            };
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
            MemberPairs[at[Pairs[pair].Member]++] = pair;
        }
    }

    /// <summary>Lays the chains of each resource; returns about the most that can be too full, in minor units.</summary>
    private Int128 LayChains()
    {
        var (slack, crowded) = (new List<long>(), (Int128)0);
        foreach (var group in Enumerable.Range(0, PairCount).GroupBy(pair => Pairs[pair].Resource).OrderBy(group => group.Key))
        {
            var resource = Resources[group.Key];
            var releases = group.Select(pair => Pairs[pair].Release).Distinct().Order().ToArray();
            var dues = group.Select(pair => Lines[Pairs[pair].Line].DueWeek).Distinct().Order().ToArray();
            var capacity = Members[resource.Member].Resources.First(candidate => candidate.Id == resource.Id).Capacity;
            var start = slack.Count;
            foreach (var release in releases)
            {
                foreach (var due in dues)
                {
                    var sum = 0L;
                    for (var week = release; week <= due; week++)
                    {
                        sum += capacity[week - 1];
                    }

                    slack.Add(sum);
                }
            }

            var (worth, minutes, pairs) = ((Int128)0, (Int128)1, 0);
            foreach (var pair in group)
            {
                ref var row = ref Pairs[pair];
                var column = Array.IndexOf(dues, Lines[row.Line].DueWeek);
                (row.ChainFirst, row.ChainWidth, row.ChainColumns) = (start + column, dues.Length, dues.Length - column);
                row.ChainRows = Array.IndexOf(releases, row.Release) + 1;
                (worth, minutes, pairs) = (worth + (row.Ref / row.Minutes), minutes + (row.Most * row.Minutes), pairs + 1);
            }

            Resources[group.Key] = resource with
            {
                Releases = releases, Dues = dues, ChainFirst = start, MinuteWorth = (long)Int128.Clamp(worth / pairs, 1, Int128.Max(1, (long.MaxValue >> 24) / minutes)),
            };
            crowded += minutes * Resources[group.Key].MinuteWorth;
        }

        EmptySlack = [.. slack];
        return crowded;
    }

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
                    throw new InstanceException($"$.accepted[{part.Index}].qty", "The accepted parts are more than the line takes.");
                }

                if ((Int128)row.Minutes * part.Qty > CapacityChains.Free(slack, row))
                {
                    throw new InstanceException($"$.accepted[{part.Index}].qty", "The accepted parts don't fit the capacity of the resource.");
                }

                CapacityChains.Book(slack, row, row.Minutes * part.Qty);
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

/// <summary>An eligible pair of a line and a member, all that the search asks of it side by side in memory.</summary>
internal struct Pair
{
    /// <summary>Indexes; the account is −1 if the member has none in the line's pool.</summary>
    public int Line, Member, Account, Resource;

    /// <summary>First week of work, and the chains of its resource that its minutes use: so many rows of so many columns from the first on.</summary>
    public int Release, ChainFirst, ChainWidth, ChainRows, ChainColumns;

    /// <summary>Minutes a piece, smallest part as declared and in whole packs, pack, most pieces and accepted pieces.</summary>
    public long Minutes, Lot, LeastPart, Pack, Most, Accepted;

    /// <summary>Reference price and unit cost, in minor units.</summary>
    public long Ref, Cost;
}

/// <summary>A member's machine or team, with the release and due weeks that occur among its pairs, ascending.</summary>
/// <param name="Member">Index of the member.</param>
/// <param name="Id">Its id.</param>
internal sealed record Resource(int Member, string Id)
{
    public int[] Releases { get; init; } = [];

    public int[] Dues { get; init; } = [];

    /// <summary>Its chains begin here: a row for each release week, a column for each due week.</summary>
    public int ChainFirst { get; init; }

    public int ChainCount => Releases.Length * Dues.Length;

    /// <summary>About what a minute makes, in minor units of reference value: what a minute too much weighs in the search.</summary>
    public long MinuteWorth { get; init; } = 1;
}
