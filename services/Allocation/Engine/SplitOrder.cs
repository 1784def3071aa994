namespace ExportConsortia.Allocation.Engine;

/// <summary>
/// Splits what is open of an order among the members: line after line in the order of the document, each by the policy its rulebook names.
/// A pure function of the snapshot: no clock, no store, no chance (F-Q8).
/// </summary>
internal sealed class SplitOrder
{
    private readonly AllocationSnapshot _snapshot;
    private readonly Capacity _capacity;
    private readonly List<(string Family, Guid Member, long Quantity)> _planned = [];

    private SplitOrder(AllocationSnapshot snapshot)
    {
        _snapshot = snapshot;
        _capacity = new(snapshot);
    }

    public static AllocationPlan Plan(AllocationSnapshot snapshot)
    {
        var inOrder = snapshot.InOrder();
        var order = new SplitOrder(inOrder);
        var planned = new List<PlannedLine>(inOrder.Lines.Count);
        while (planned.Count < inOrder.Lines.Count)
        {
            var policy = inOrder.Lines[planned.Count].Rule.Policy;
            planned.AddRange(Policies.Named(policy)(order, [.. inOrder.Lines.Skip(planned.Count).TakeWhile(line => line.Rule.Policy == policy)]));
        }

        return new(inOrder.RunId, inOrder.Hash(), planned);
    }

    /// <summary>Asks who may be asked, lets the policy split, takes the capacity and writes down why.</summary>
    public PlannedLine SplitOne(SnapshotLine line, SplitLine split)
    {
        if (line.Open == 0)
        {
            return new(line.LineId, $"{line.Rule.Policy}/{Policies.Version}", 0, 0, null, [], [], []);
        }

        line = Rotation.AfterEarlierLines(QuotaCatchUp.AfterEarlierLines(line, _planned), _planned);
        var (candidates, passedOver) = Eligibility.Of(line, _snapshot.Members, _capacity);
        var result = split(line, candidates);
        var parts = result.Shares
            .Where(share => share.Quantity > 0)
            .OrderBy(share => share.Candidate.Member.Id)
            .Select(share => new PlannedPart(
                share.Candidate.Member.Id, share.Quantity, _capacity.Draw(line, share.Candidate.Member.Id, share.Quantity), Sentences.Offered(line, share)))
            .ToList();
        var withoutPart = result.Shares
            .Where(share => share.Quantity == 0)
            .Select(share => share.Otherwise is { } why
                ? Eligibility.Because(share.Candidate.Member, why.Code, why.Step)
                : Eligibility.Because(share.Candidate.Member, Reasons.ShareBelowMinLot, Sentences.ShareBelowMinLot(share.Candidate)));
        _planned.AddRange(result.Shares.Where(share => share.Quantity > 0).Select(share => (line.Family, share.Candidate.Member.Id, share.Quantity)));
        return new(
            line.LineId, $"{line.Rule.Policy}/{Policies.Version}", line.Open, line.Open - parts.Sum(part => part.Quantity), result.OpenReason,
            parts, [.. passedOver.Concat(withoutPart).OrderBy(member => member.MemberId)], result.ManagerSteps);
    }

    /// <summary>A line that no policy can split stays open and says so.</summary>
    public static PlannedLine LeaveOpen(SnapshotLine line) =>
        new(line.LineId, line.Rule.Policy, line.Open, line.Open, Reasons.PolicyUnknown, [], [], [Sentences.PolicyUnknown(line)]);
}
