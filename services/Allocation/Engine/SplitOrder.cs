namespace ExportConsortia.Allocation.Engine;

/// <summary>
/// Splits the open pieces of an order among the members: first all <c>Balanced</c> lines together, then line after line in document order, each by
/// its policy. A product family has one policy and its own capacity, so the two don't interfere.
/// A pure function of the snapshot: no clock, no database, no randomness (F-Q8).
/// </summary>
internal sealed class SplitOrder
{
    private readonly AllocationSnapshot _snapshot;
    private readonly Capacity _capacity;
    private readonly List<(string Family, Guid Member, long Quantity)> _planned = [];

    private readonly Dictionary<(Guid? OrderId, string LineId), string> _stored;

    private SplitOrder(AllocationSnapshot snapshot, CountedWork? work, AllocationPlan? stored)
    {
        (_snapshot, Work) = (snapshot, work);
        _capacity = new(snapshot);
        _stored = (stored?.Lines ?? []).ToDictionary(line => (line.OrderId, line.LineId), line => line.Policy);
    }

    /// <summary>For a long-running policy: progress and cancellation.</summary>
    public CountedWork? Work { get; }

    /// <summary>The members' accounts of each product family.</summary>
    public IReadOnlyList<MemberAccount> Accounts => _snapshot.Accounts ?? [];

    /// <summary>In a replay: the version of its policy that split the line.</summary>
    public int? StoredVersionOf(SnapshotLine line) => _stored.GetValueOrDefault((line.OrderId, line.LineId)) is { } label
        ? Policies.VersionIn(label) : null;

    /// <summary>Splits every line.</summary>
    /// <param name="snapshot">Everything the run knows.</param>
    /// <param name="work">Counts the steps, if given; the plan is the same without.</param>
    /// <param name="stored">A plan to calculate again: each line by the version of its policy that this plan records, and in its form.</param>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public static AllocationPlan Plan(AllocationSnapshot snapshot, CountedWork? work = null, AllocationPlan? stored = null)
    {
        var inOrder = snapshot.InOrder();
        var order = new SplitOrder(inOrder, work, stored);
        var lines = inOrder.Lines.OrderBy(line => line.Rule.Policy != nameof(Balanced)).ToList();
        var planned = new List<PlannedLine>(lines.Count);
        while (planned.Count < lines.Count)
        {
            var policy = lines[planned.Count].Rule.Policy;
            planned.AddRange(Policies.Named(policy)(order, [.. lines.Skip(planned.Count).TakeWhile(line => line.Rule.Policy == policy)]));
        }

        var plan = new AllocationPlan(
            inOrder.RunId, inOrder.Hash(), [.. lines.Zip(planned).OrderBy(line => line.First.Position).Select(line => line.Second)]);
        return stored is { Schema: AllocationPlan.SchemaWithoutKeys } ? plan.WithoutKeys() : plan;
    }

    /// <summary>Finds the eligible members, lets the policy split, draws the capacity and records the reasons.</summary>
    public PlannedLine SplitOne(SnapshotLine line, SplitLine split)
    {
        if (line.Open == 0)
        {
            return NothingOpen(line);
        }

        line = Rotation.AfterEarlierLines(QuotaCatchUp.AfterEarlierLines(line, _planned), _planned);
        var (candidates, passedOver) = WhoMayBeAsked(line);
        return Settle(line, split(line, candidates), passedOver);
    }

    /// <summary>Who is eligible for a part of the line now, and the reason why not for everyone else.</summary>
    public (IReadOnlyList<Candidate> Candidates, IReadOnlyList<PassedOver> PassedOver) WhoMayBeAsked(SnapshotLine line) =>
        Eligibility.Of(line, _snapshot.Members, _capacity);

    /// <summary>A member's free capacity for the line, in pieces.</summary>
    public long FreeFor(SnapshotLine line, Guid member) => _capacity.For(line, member).Free;

    /// <summary>Draws the capacity for a policy's split, and records the reasons.</summary>
    public PlannedLine Settle(SnapshotLine line, LineSplit result, IReadOnlyList<PassedOver> passedOver)
    {
        var parts = result.Shares
            .Where(share => share.Quantity > 0)
            .OrderBy(share => share.Candidate.Member.Id)
            .Select(share => new PlannedPart(
                share.Candidate.Member.Id, share.Quantity, _capacity.Draw(line, share.Candidate.Member.Id, share.Quantity),
                Sentences.Offered(line, share)) { ToMatchMinor = share.ToMatch?.Minor, ToMatchPerQuantity = share.ToMatch?.StoredPerQuantity })
            .ToList();
        var withoutPart = result.Shares
            .Where(share => share.Quantity == 0)
            .Select(share => share.WhyNothing is { } why
                ? Eligibility.Because(share.Candidate.Member, why.Code, why.Step)
                : Eligibility.Because(share.Candidate.Member, Reasons.ShareBelowMinLot, Sentences.ShareBelowMinLot(share.Candidate)));
        _planned.AddRange(result.Shares.Where(share => share.Quantity > 0).Select(share => (line.Family, share.Candidate.Member.Id, share.Quantity)));
        return new(
            line.LineId, Policies.Label(line.Rule.Policy, result.Version), line.Open, line.Open - parts.Sum(part => part.Quantity), result.OpenReason,
            parts, [.. passedOver.Concat(withoutPart).OrderBy(member => member.MemberId)], result.ManagerSteps) { OrderId = line.OrderId };
    }

    /// <summary>A line without open pieces.</summary>
    public static PlannedLine NothingOpen(SnapshotLine line) =>
        new(line.LineId, Policies.Label(line.Rule.Policy), 0, 0, null, [], [], []) { OrderId = line.OrderId };

    /// <summary>A line that can't be split stays open, with the reason.</summary>
    public static PlannedLine LeaveOpen(SnapshotLine line, string code, ExplanationStep why) =>
        new(line.LineId, line.Rule.Policy, line.Open, line.Open, code, [], [], [why]) { OrderId = line.OrderId };
}
