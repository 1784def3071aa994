namespace ExportConsortia.Allocation.Engine.Balanced;

/// <content>Builds the problem from an instance.</content>
internal sealed partial class BalancedProblem
{
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

        // 16 bits are reserved for the search's weights and the bound's fractions.
        if (weighed > long.MaxValue >> 16)
        {
            throw new InstanceException("$", "The values of the instance are too large for 64-bit arithmetic.");
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

    /// <summary>What a line lacks even if it has every maker to itself.</summary>
    private long ShortAlone(int line)
    {
        var most = Enumerable.Range(LineFirst[line], LineFirst[line + 1] - LineFirst[line]).Select(pair => Pairs[pair].Most).OrderDescending()
            .Take(LineMakers[line]).Sum();
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
                    throw new InstanceException($"$.pools[{index}].shares[{at}].member", $"'{share.Member}' already has a share of this pool.");
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

    private void Fill(
        List<(int Line, int Member, InstanceCapability Capability, long Accepted, long Most)> pairs, Dictionary<(int, string), int> resourceIndex)
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

    /// <summary>Builds the chains of each resource; returns the approximate maximum of overbooking, in minor units.</summary>
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
                Releases = releases, Dues = dues, ChainFirst = start,
                MinuteWorth = (long)Int128.Clamp(worth / pairs, 1, Int128.Max(1, (long.MaxValue >> 24) / minutes)),
            };
            crowded += minutes * Resources[group.Key].MinuteWorth;
        }

        EmptySlack = [.. slack];
        return crowded;
    }
}
