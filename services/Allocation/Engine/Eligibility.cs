namespace ExportConsortia.Allocation.Engine;

/// <summary>Why a member gets nothing of a line, or why pieces of a line stay open.</summary>
internal static class Reasons
{
    public const string Left = "LEFT";
    public const string Suspended = "SUSPENDED";
    public const string OnProbation = "ON_PROBATION";
    public const string NotOnProbation = "NOT_ON_PROBATION";
    public const string NotCapable = "NOT_CAPABLE";
    public const string TooManyStrikes = "TOO_MANY_STRIKES";
    public const string DeclinedBefore = "DECLINED_BEFORE";
    public const string ExpiredBefore = "EXPIRED_BEFORE";
    public const string AcceptedLess = "ACCEPTED_LESS";
    public const string OfferOpen = "OFFER_OPEN";
    public const string CapacityStale = "CAPACITY_STALE";
    public const string NoFreeCapacity = "NO_FREE_CAPACITY";
    public const string BelowMinLot = "BELOW_MIN_LOT";
    public const string ConcentrationReached = "CONCENTRATION_REACHED";
    public const string ProbationCapReached = "PROBATION_CAP_REACHED";

    /// <summary>The member could be asked, but its share came to less than the least it may be offered.</summary>
    public const string ShareBelowMinLot = "SHARE_BELOW_MIN_LOT";

    /// <summary>The member has received what its quota entitles it to .</summary>
    public const string EntitlementReached = "ENTITLEMENT_REACHED";

    /// <summary>The rulebook gives the member no quota of the product family .</summary>
    public const string NoQuota = "NO_QUOTA";

    /// <summary>Others were before it in the rotation; it keeps its place .</summary>
    public const string NotItsTurn = "NOT_ITS_TURN";

    /// <summary>The member has no score yet, or scores nothing .</summary>
    public const string NoScore = "NO_SCORE";

    /// <summary>The member handed in no sealed offer for the line .</summary>
    public const string NoSealedOffer = "NO_SEALED_OFFER";

    /// <summary>The sealed offers of others took all pieces .</summary>
    public const string NotAwarded = "NOT_AWARDED";

    /// <summary>The member's price is above the leader's, and a part at it would take all pieces above the approved ceiling, or none is approved .</summary>
    public const string AboveCeiling = "ABOVE_CEILING";

    /// <summary>The manager's split by hand gives the member nothing .</summary>
    public const string NotInSplit = "NOT_IN_SPLIT";

    /// <summary>The line has as many makers as the rulebook allows (<c>Balanced</c>).</summary>
    public const string MakersReached = "MAKERS_REACHED";

    /// <summary>A part for the member would take the accounts further from what the members are due (<c>Balanced</c>).</summary>
    public const string FairerElsewhere = "FAIRER_ELSEWHERE";

    /// <summary>Others cover the line, and a part for the member makes no plan fairer (<c>Balanced</c>).</summary>
    public const string NotNeeded = "NOT_NEEDED";

    /// <summary>Open: the manager's split by hand isn't permitted or leaves pieces over .</summary>
    public const string LeftByHand = "LEFT_BY_HAND";

    /// <summary>Open: no member can be asked.</summary>
    public const string NoEligibleMember = "NO_ELIGIBLE_MEMBER";

    /// <summary>Open: all who can be asked are at their capacity or their cap.</summary>
    public const string AllAtTheirLimit = "ALL_AT_THEIR_LIMIT";

    /// <summary>Open: what is left is less than the least that a member may be offered.</summary>
    public const string RestBelowMinLot = "REST_BELOW_MIN_LOT";

    /// <summary>Open: only the odd remainder, which the largest allocation has no room for .</summary>
    public const string OddRemainder = "ODD_REMAINDER";

    /// <summary>Open: there are more pieces than <c>Balanced</c> can reckon with.</summary>
    public const string TooManyPieces = "TOO_MANY_PIECES";

    /// <summary>Open: the rulebook names a policy that this version can't calculate.</summary>
    public const string PolicyUnknown = "POLICY_UNKNOWN";
}

/// <summary>A member that may be offered a part of a line, with the limits it is offered within. All in pieces.</summary>
/// <param name="Member">The member firm.</param>
/// <param name="Free">What it can still make in time.</param>
/// <param name="Held">What it accepted of this line already.</param>
/// <param name="ConcentrationRoom">What the concentration cap leaves it; none if the cap doesn't apply .</param>
/// <param name="ProbationRoom">What the probation cap leaves it; none for a full member .</param>
/// <param name="LotSize">Offers are multiples of this .</param>
/// <param name="MinLots">The fewest lots it may be offered; one if it already holds the minimum lot of this line.</param>
internal sealed record Candidate(
    SnapshotMember Member, long Free, long Held, long? ConcentrationRoom, long? ProbationRoom, long LotSize, long MinLots)
{
    /// <summary>Written as in <see cref="Platform.Apportionment"/>: its text orders like the id.</summary>
    public string Id { get; } = Member.Id.ToString();

    /// <summary>What the ceiling on the blended price leaves it; none if it doesn't limit the member .</summary>
    public long? PriceRoom { get; init; }

    /// <summary>The most pieces it may be offered .</summary>
    public long Cap => Math.Min(Math.Min(Free, PriceRoom ?? Free), Math.Min(ConcentrationRoom ?? Free, ProbationRoom ?? Free));

    public long CapLots => Cap / LotSize;
}

/// <summary>Who may be asked about a line, and for everybody else the one reason why not.</summary>
internal static class Eligibility
{
    public static (IReadOnlyList<Candidate> Candidates, IReadOnlyList<PassedOver> PassedOver) Of(
        SnapshotLine line, IReadOnlyList<SnapshotMember> members, Capacity capacity)
    {
        var held = line.Held.ToDictionary(part => part.MemberId, part => part.Quantity);
        var answers = line.NotAskedAgain.ToDictionary(member => member.MemberId, member => member.Answer);
        var capable = line.Capable.ToHashSet();
        var passedOver = new List<PassedOver>();
        var able = new List<Candidate>();
        foreach (var member in members)
        {
            var usable = capacity.For(line, member.Id);
            var alreadyHeld = held.GetValueOrDefault(member.Id);
            var candidate = new Candidate(member, usable.Free, alreadyHeld, null, null, line.Rule.LotSize, MinLots(line.Rule, alreadyHeld));
            if ((Standing(line, member) ?? Answer(line, member, capable, answers) ?? TooLittleFree(line, candidate, usable)) is { } reason)
            {
                passedOver.Add(reason);
            }
            else
            {
                able.Add(candidate);
            }
        }

        // Whoever holds a part or was asked before counts too: a refusal of one member must not lift the cap of another.
        var suppliers = able.Select(candidate => candidate.Member.Id).Concat(answers.Keys).Concat(held.Keys).Distinct().Count();
        var concentrationCap = line.Stage == AllocationStage.OverConcentration || suppliers < line.Rule.ConcentrationFromMembers
            ? default(long?) : Percent(line.Ordered, line.Rule.ConcentrationCapPercent);
        var probationCap = line.Stage == AllocationStage.Probation ? Percent(line.Ordered, line.Rule.ProbationCapPercent) : default(long?);

        var candidates = new List<Candidate>();
        foreach (var candidate in able.Select(candidate => candidate with
        {
            ConcentrationRoom = concentrationCap is { } most ? Math.Max(0, most - candidate.Held) : null,
            ProbationRoom = probationCap is { } little ? Math.Max(0, little - candidate.Held) : null,
        }))
        {
            if (candidate.CapLots >= candidate.MinLots)
            {
                candidates.Add(candidate);
            }
            else if (candidate.ConcentrationRoom / candidate.LotSize < candidate.MinLots)
            {
                passedOver.Add(Because(candidate.Member, Reasons.ConcentrationReached, Sentences.ConcentrationReached(line, candidate, concentrationCap!.Value)));
            }
            else
            {
                passedOver.Add(Because(candidate.Member, Reasons.ProbationCapReached, Sentences.ProbationCapReached(line, candidate, probationCap!.Value)));
            }
        }

        return (candidates, passedOver);
    }

    public static PassedOver Because(SnapshotMember member, string code, ExplanationStep step) => new(member.Id, code, step);

    private static PassedOver? Standing(SnapshotLine line, SnapshotMember member) => (member.Standing, line.Stage) switch
    {
        (MemberStanding.Left, _) => Because(member, Reasons.Left, Sentences.Left()),
        (MemberStanding.Suspended, _) => Because(member, Reasons.Suspended, Sentences.Suspended()),
        (MemberStanding.Probation, not AllocationStage.Probation) => Because(member, Reasons.OnProbation, Sentences.OnProbation()),
        (MemberStanding.Active, AllocationStage.Probation) => Because(member, Reasons.NotOnProbation, Sentences.NotOnProbation()),
        _ => null,
    };

    private static PassedOver? Answer(
        SnapshotLine line, SnapshotMember member, HashSet<Guid> capable, Dictionary<Guid, EarlierAnswer> answers) => member switch
    {
        _ when !capable.Contains(member.Id) => Because(member, Reasons.NotCapable, Sentences.NotCapable(line)),
        _ when line.StrikesOf(member) >= line.Rule.StrikeLimit => Because(member, Reasons.TooManyStrikes, Sentences.TooManyStrikes(line, member)),
        _ when !answers.TryGetValue(member.Id, out _) => null,
        _ => answers[member.Id] switch
        {
            EarlierAnswer.RefusedToMatch => null,
            EarlierAnswer.Declined => Because(member, Reasons.DeclinedBefore, Sentences.DeclinedBefore()),
            EarlierAnswer.Expired => Because(member, Reasons.ExpiredBefore, Sentences.ExpiredBefore()),
            EarlierAnswer.AcceptedLess => Because(member, Reasons.AcceptedLess, Sentences.AcceptedLess()),
            _ => Because(member, Reasons.OfferOpen, Sentences.OfferOpen()),
        },
    };

    private static PassedOver? TooLittleFree(SnapshotLine line, Candidate candidate, Capacity.Usable usable) => usable switch
    {
        { Free: 0, Taken: 0, StaleAgeDays: { } age } => Because(candidate.Member, Reasons.CapacityStale, Sentences.CapacityStale(line, age)),
        { Free: 0 } => Because(candidate.Member, Reasons.NoFreeCapacity, Sentences.NoFreeCapacity(line, usable.Taken)),
        _ when candidate.CapLots < candidate.MinLots => Because(candidate.Member, Reasons.BelowMinLot, Sentences.BelowMinLot(candidate)),
        _ => null,
    };

    private static long MinLots(LineRule rule, long held)
    {
        var minLots = Math.Max(1, (rule.MinLot + rule.LotSize - 1) / rule.LotSize);
        return held > 0 && held >= rule.MinLot ? 1 : minLots;
    }

    /// <summary>A cap of so many percent of the ordered pieces, whole pieces only .</summary>
    public static long Percent(long pieces, int percent) => checked(pieces * percent) / 100;
}
