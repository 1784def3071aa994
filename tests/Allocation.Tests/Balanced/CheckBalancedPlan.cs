using ExportConsortia.Allocation.Engine.Balanced;

namespace ExportConsortia.Allocation.Tests.Balanced;

/// <summary>
/// Checks the constraints and aims of the policy Balanced, written from their definition and independent of the engine: capacity by booking weeks
/// (earliest due first), everything else by summing up.
/// </summary>
internal sealed class CheckBalancedPlan
{
    private readonly BalancedInstance _instance;
    private readonly Dictionary<(string Line, string Member), long> _quantity = [];
    private readonly Dictionary<string, InstanceLine> _lines;
    private readonly Dictionary<string, InstanceMember> _members;
    private readonly Dictionary<string, InstanceProduct> _products;
    private readonly ILookup<string, InstancePart> _byLine, _byMember;

    public CheckBalancedPlan(BalancedInstance instance, IEnumerable<InstancePart> parts)
    {
        _instance = instance;
        _lines = instance.Lines.ToDictionary(line => line.Id);
        _members = instance.Members.ToDictionary(member => member.Id);
        _products = instance.Products.ToDictionary(product => product.Id);
        (_byLine, _byMember) = (parts.ToLookup(part => part.Line), parts.ToLookup(part => part.Member));
        foreach (var part in parts)
        {
            _quantity.Add((part.Line, part.Member), part.Qty);
        }
    }

    public long Quantity(string line, string member) => _quantity.GetValueOrDefault((line, member));

    public long Total(string line) => _byLine[line].Sum(part => part.Qty);

    public int Makers(string line) => _byLine[line].Count(part => part.Qty > 0);

    public long Accepted(string line, string member) =>
        _instance.Accepted.Where(part => part.Line == line && part.Member == member).Sum(part => part.Qty);

    /// <summary>All violations of the plan.</summary>
    public List<string> Faults()
    {
        var faults = new List<string>();
        foreach (var ((lineId, memberId), quantity) in _quantity)
        {
            var line = _lines[lineId];
            var member = _members[memberId];
            var accepted = Accepted(lineId, memberId);
            if (Capability(line, member) is not { } capability)
            {
                faults.Add($"{memberId} can't make {lineId}");
                continue;
            }

            if (accepted == 0
                && (line.Excluded.Contains(memberId) || !capability.Certified.Contains(line.Destination) || capability.LeadWeeks >= line.DueWeek))
            {
                faults.Add($"{memberId} may not make {lineId}");
            }

            if ((quantity - accepted) % capability.Pack != 0 || (accepted == 0 && quantity < Math.Max(capability.MinLot, capability.Pack)))
            {
                faults.Add($"{memberId} makes {quantity} of {lineId}: packs of {capability.Pack}, at least {capability.MinLot}");
            }
        }

        faults.AddRange(_instance.Accepted
            .Where(part => Quantity(part.Line, part.Member) < part.Qty)
            .Select(part => $"{part.Member} accepted {part.Qty} of {part.Line} and has {Quantity(part.Line, part.Member)}"));
        foreach (var line in _instance.Lines)
        {
            var (total, acceptedParts) = (Total(line.Id), _instance.Accepted.Count(part => part.Line == line.Id));
            if (total > line.MaxQty || Makers(line.Id) > Math.Max(line.MaxMembers, acceptedParts)
                || (line.AllOrNothing && acceptedParts == 0 && total > 0 && total < line.MinQty))
            {
                faults.Add($"{line.Id}: {total} pieces of {Makers(line.Id)} makers");
            }
        }

        foreach (var member in _instance.Members)
        {
            faults.AddRange(
                member.Resources.Where(resource => !Fits(member, resource, null, 0)).Select(resource => $"{member.Id} {resource.Id} is overbooked"));
        }

        return faults;
    }

    /// <summary>Whether so many more pieces of the line fit the member's weeks.</summary>
    public bool FitsMore(InstanceLine line, InstanceMember member, long more) =>
        Fits(member, member.Resources.Single(resource => resource.Id == Capability(line, member)!.Resource), line, more);

    public long Received(string member, string pool) => _byMember[member]
        .Where(part => Product(part.Line).Pool == pool)
        .Sum(part => part.Qty * RefPrice(part.Line));

    public long Entitlement(InstancePool pool, InstanceShare share) => (long)((Int128)share.Ppm * Ordered(pool) / 1_000_000) + share.Balance;

    public Aims Aims()
    {
        var (late, unfair, cost, splits) = (0L, 0L, 0L, 0L);
        foreach (var line in _instance.Lines)
        {
            var (total, price) = (Total(line.Id), RefPrice(line.Id));
            late += line.Priority * price * Math.Max(0, line.MinQty - total);
            cost += _instance.Policy.UndeliveredPercent * price * Math.Max(0, line.Qty - total) / 100;
            splits += Math.Max(0, Makers(line.Id) - 1) * (line.SingleSourcePreferred ? _instance.Policy.SingleSourceWeight : 1);
            foreach (var member in _byLine[line.Id].Select(part => _members[part.Member]))
            {
                cost += Quantity(line.Id, member.Id) * (((Capability(line, member)!.Price * (2000 - member.Score)) + 500) / 1000);
            }
        }

        foreach (var pool in _instance.Pools)
        {
            foreach (var share in pool.Shares)
            {
                var scale = share.Ppm * (Ordered(pool) + pool.WindowVolume) / 1_000_000;
                unfair += Penalty(Math.Abs(Received(share.Member, pool.Id) - Entitlement(pool, share)), scale);
            }
        }

        return new(late, unfair, cost, splits);
    }

    private long Penalty(long deviation, long scale)
    {
        // What lies beyond each edge costs the difference of the slopes.
        var policy = _instance.Policy;
        var penalty = policy.Slopes[0] * deviation;
        for (var band = 0; band < policy.BandsPerMille.Count; band++)
        {
            penalty += (policy.Slopes[band + 1] - policy.Slopes[band]) * Math.Max(0, deviation - (scale * policy.BandsPerMille[band] / 1000));
        }

        return penalty;
    }

    private bool Fits(InstanceMember member, InstanceResource resource, InstanceLine? more, long pieces)
    {
        var jobs = new List<(int Due, long Release, long Minutes)>();
        foreach (var line in _instance.Lines)
        {
            var quantity = Quantity(line.Id, member.Id) + (line == more ? pieces : 0);
            if (quantity > 0 && Capability(line, member) is { } capability && capability.Resource == resource.Id)
            {
                jobs.Add((line.DueWeek, 1 + capability.LeadWeeks, quantity * capability.MinutesPerUnit));
            }
        }

        jobs.Sort();
        for (var week = 1; week <= _instance.Weeks; week++)
        {
            var free = resource.Capacity[week - 1];
            for (var i = 0; i < jobs.Count; i++)
            {
                if (jobs[i].Release <= week && week <= jobs[i].Due)
                {
                    var booked = Math.Min(free, jobs[i].Minutes);
                    free -= booked;
                    jobs[i] = jobs[i] with { Minutes = jobs[i].Minutes - booked };
                }
            }
        }

        return jobs.TrueForAll(job => job.Minutes == 0);
    }

    private static InstanceCapability? Capability(InstanceLine line, InstanceMember member) =>
        member.Capabilities.SingleOrDefault(capability => capability.Product == line.Product);

    private long RefPrice(string line) => Product(line).RefPrice;

    private InstanceProduct Product(string line) => _products[_lines[line].Product];

    private long Ordered(InstancePool pool) =>
        _instance.Lines.Where(line => Product(line.Id).Pool == pool.Id).Sum(line => line.Qty * RefPrice(line.Id));
}
