using static ExportConsortia.Allocation.Engine.UnitWords;

namespace ExportConsortia.Allocation.Engine;

/// <summary>
/// The manager sets the parts by hand. This needs a reason and the approval of a second person from another organisation (F-G3). Lots and
/// caps apply as in every other split; a split that breaks them isn't carried out at all, since a corrected one isn't what was approved.
/// </summary>
internal static class Manual
{
    public static LineSplit Split(SnapshotLine line, IReadOnlyList<Candidate> candidates)
    {
        var parts = (line.ByHand?.Parts ?? []).ToDictionary(part => part.MemberId, part => part.Quantity);
        var (lot, odd) = (line.Rule.LotSize, line.Open % line.Rule.LotSize);
        var shares = candidates.OrderByDescending(candidate => parts.GetValueOrDefault(candidate.Member.Id))
            .ThenBy(candidate => candidate.Id, StringComparer.Ordinal)
            .Select(candidate => new Share(candidate, 0)
            {
                MemberSteps = [Sentences.SetByHand()],
                WhyNothing = (Reasons.NotInSplit, Sentences.NotInSplit()),
            }).ToList();
        var steps = Arithmetic.Start(line, shares, []);
        var faults = Faults(line, parts, shares, odd);
        steps.AddRange(faults);
        if (faults.Count == 0)
        {
            foreach (var share in shares)
            {
                var quantity = parts.GetValueOrDefault(share.Candidate.Member.Id);
                (share.Lots, share.Odd) = (quantity / lot, quantity % lot);
                if (quantity > 0)
                {
                    steps.Add(Arithmetic.SetByHand(share));
                }
            }
        }

        var open = line.Open - shares.Sum(share => share.Quantity);
        Arithmetic.End(line, steps, shares, open);
        return new(shares, open == 0 ? null : Reasons.LeftByHand, steps);
    }

    private static List<ExplanationStep> Faults(SnapshotLine line, Dictionary<Guid, long> parts, List<Share> shares, long odd)
    {
        if (line.ByHand is not { } split)
        {
            return [ExplanationStep.Of("R-618", ExplanationKey.NoSplitByHand, "Nobody has set the parts of this line yet.")];
        }

        var faults = new List<ExplanationStep>();
        if (string.IsNullOrWhiteSpace(split.Reason))
        {
            faults.Add(ExplanationStep.Of("R-618", ExplanationKey.SplitNeedsReason, "A split by hand needs a reason."));
        }

        if (split.ApprovedBy == split.SetBy || split.ApprovedFor == split.SetFor)
        {
            faults.Add(ExplanationStep.Of(
                "R-618", ExplanationKey.SplitNeedsSecondPerson, "A split by hand needs a second person of another organisation."));
        }

        if (parts.Values.Sum() is var sum && sum > line.Open)
        {
            faults.Add(ExplanationStep.Of(
                "R-618", ExplanationKey.SplitExceedsOpen, $"The parts are {sum} {Many(line.Unit)}; {line.Open} are open.",
                ("sum", sum), ("open", line.Open)).In(line.Unit));
        }

        if (parts.Keys.Count(member => !shares.Exists(share => share.Candidate.Member.Id == member)) is > 0 and var strangers)
        {
            faults.Add(ExplanationStep.Of(
                "R-602", ExplanationKey.SplitNamesOthers, $"Of the firms with a part, {strangers} may not be asked.", ("firms", strangers)));
        }

        foreach (var (rank, share) in shares.Index())
        {
            var quantity = parts.GetValueOrDefault(share.Candidate.Member.Id);
            if (FaultOf(share.Candidate, quantity, rank == 0 ? odd : 0) is not null)
            {
                faults.Add(Arithmetic.NotPermitted(share, quantity));
            }
        }

        return faults;
    }

    /// <summary>
    /// Checks the parts of the snapshot's only line before they are approved. Returns the faults in the order of the parts; without faults, a run
    /// over the same snapshot carries the parts out. For the manager only: the sentences name what the firms can make.
    /// </summary>
    public static IReadOnlyList<PartFault> Check(AllocationSnapshot snapshot)
    {
        var line = snapshot.InOrder().Lines.Single();
        var (candidates, passedOver) = Eligibility.Of(line, snapshot.Members, new Capacity(snapshot));
        var firms = candidates.ToDictionary(candidate => candidate.Member.Id);
        var parts = snapshot.Lines[0].ByHand!.Parts;
        var largest = parts.Where(part => firms.ContainsKey(part.MemberId))
            .OrderByDescending(part => part.Quantity).ThenBy(part => firms[part.MemberId].Id, StringComparer.Ordinal).FirstOrDefault();
        var faults = new List<PartFault>();
        if (parts.Sum(part => part.Quantity) is var sum && sum > line.Open)
        {
            var pieces = Many(line.Unit);
            faults.Add(new(null, "QUANTITY_GONE", $"The parts add up to {sum} {pieces}; only {line.Open} {pieces} of this line are open."));
        }

        foreach (var part in parts)
        {
            if (!firms.TryGetValue(part.MemberId, out var firm))
            {
                var why = passedOver.First(member => member.MemberId == part.MemberId);
                faults.Add(new(part.MemberId, why.Code, why.Step.Text));
            }
            else if (FaultOf(firm, part.Quantity, part == largest ? line.Open % line.Rule.LotSize : 0) is { } fault)
            {
                faults.Add(new(part.MemberId, fault.Code, $"{firm.Member.Code}: {fault.Sentence}"));
            }
        }

        return faults;
    }

    // The odd remainder goes to the largest allocation, which ranks first.
    private static (string Code, string Sentence)? FaultOf(Candidate firm, long quantity, long odd) => quantity switch
    {
        0 => null,
        _ when quantity > firm.Free => ("OVER_CAPACITY", $"{quantity} {Many(firm.Unit)} are more than its free capacity of {firm.Free} (R-608)."),
        _ when quantity > firm.Cap => ("OVER_CONCENTRATION", $"{quantity} {Many(firm.Unit)} are more than its cap allows, {firm.Cap} (R-608)."),
        _ when quantity / firm.LotSize < firm.MinLots =>
            ("BELOW_MIN_LOT", $"{quantity} {Many(firm.Unit)} are below its minimum offer of {firm.MinLots * firm.LotSize} (R-609)."),
        _ when quantity % firm.LotSize is not 0 and var rest && rest != odd =>
            ("LOT_MULTIPLE",
                $"{quantity} is not a multiple of the lot of {firm.LotSize} {Many(firm.Unit)}; only the largest part may take the odd remainder of "
                + "the line (R-606)."),
        _ => null,
    };
}
