namespace ExportConsortia.Allocation.Engine;

/// <summary>Who is eligible for a line, and the reason why not for everyone else.</summary>
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
            var candidate = new Candidate(member, usable.Free, alreadyHeld, null, null, line.Rule.LotSize, MinLots(line.Rule, alreadyHeld))
            {
                Unit = line.Unit,
            };
            if ((Standing(line, member) ?? Answer(line, member, capable, answers) ?? TooLittleFree(line, candidate, usable)) is { } reason)
            {
                passedOver.Add(reason);
            }
            else
            {
                able.Add(candidate);
            }
        }

        // Members that hold a part or were asked before count too: one member's refusal must not lift another's cap.
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
                passedOver.Add(
                    Because(candidate.Member, Reasons.ConcentrationReached,
                        Sentences.ConcentrationReached(line, candidate, concentrationCap!.Value)));
            }
            else
            {
                passedOver.Add(
                    Because(candidate.Member, Reasons.ProbationCapReached, Sentences.ProbationCapReached(line, candidate, probationCap!.Value)));
            }
        }

        return (candidates, passedOver);
    }

    public static PassedOver Because(SnapshotMember member, string code, ExplanationStep step) => new(member.Id, code, step);

    private static PassedOver? Standing(SnapshotLine line, SnapshotMember member) => (member.Standing, line.Stage) switch
    {
        (MemberStanding.Left, _) => Because(member, Reasons.Left, Sentences.Left()),
        (MemberStanding.Suspended, _) => Because(member, Reasons.Suspended, Sentences.Suspended()),
        (MemberStanding.Probation, not AllocationStage.Probation) => Because(member, Reasons.OnProbation, Sentences.OnProbation(line)),
        (MemberStanding.Active, AllocationStage.Probation) => Because(member, Reasons.NotOnProbation, Sentences.NotOnProbation()),
        _ => null,
    };

    private static PassedOver? Answer(
        SnapshotLine line, SnapshotMember member, HashSet<Guid> capable, Dictionary<Guid, EarlierAnswer> answers) => member switch
    {
        _ when !capable.Contains(member.Id) => Because(member, Reasons.NotCapable, Sentences.NotCapable(line)),
        _ when line.Licensed?.Contains(member.Id) == false => Because(member, Reasons.NotLicensed, Sentences.NotLicensed(line)),
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
        { Free: 0, Taken: 0, InAnotherUnit: true } =>
            Because(candidate.Member, Reasons.CapacityInAnotherUnit, Sentences.CapacityInAnotherUnit(line)),
        { Free: 0 } => Because(candidate.Member, Reasons.NoFreeCapacity, Sentences.NoFreeCapacity(line, usable.Taken)),
        _ when candidate.CapLots < candidate.MinLots => Because(candidate.Member, Reasons.BelowMinLot, Sentences.BelowMinLot(candidate)),
        _ => null,
    };

    private static long MinLots(LineRule rule, long held)
    {
        var minLots = Math.Max(1, (rule.MinLot + rule.LotSize - 1) / rule.LotSize);
        return held > 0 && held >= rule.MinLot ? 1 : minLots;
    }

    /// <summary>A cap in percent of the ordered pieces, rounded down .</summary>
    public static long Percent(long pieces, int percent) => checked(pieces * percent) / 100;
}
