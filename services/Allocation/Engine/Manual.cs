namespace ExportConsortia.Allocation.Engine;

/// <summary>
/// The manager sets the parts by hand. It needs a reason and a second person of another organisation (F-G3), and it keeps the lots and caps
/// like every other split; a split that doesn't is not carried out at all, since it isn't what was approved.
/// </summary>
internal static class Manual
{
    public static LineSplit Split(SnapshotLine line, IReadOnlyList<Candidate> candidates)
    {
        var parts = (line.ByHand?.Parts ?? []).ToDictionary(part => part.MemberId, part => part.Quantity);
        var (lot, odd) = (line.Rule.LotSize, line.Open % line.Rule.LotSize);
        var shares = candidates.OrderByDescending(candidate => parts.GetValueOrDefault(candidate.Member.Id)).ThenBy(candidate => candidate.Id, StringComparer.Ordinal)
            .Select(candidate => new Share(candidate, 0)
            {
                MemberSteps = [Sentences.SetByHand()],
                Otherwise = (Reasons.NotInSplit, Sentences.NotInSplit()),
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
        Arithmetic.End(steps, shares, open);
        return new(shares, open == 0 ? null : Reasons.LeftByHand, steps);
    }

    private static List<ExplanationStep> Faults(SnapshotLine line, Dictionary<Guid, long> parts, List<Share> shares, long odd)
    {
        if (line.ByHand is not { } split)
        {
            return [ExplanationStep.Of("R-618", "Nobody has set the parts of this line yet.")];
        }

        var faults = new List<ExplanationStep>();
        if (string.IsNullOrWhiteSpace(split.Reason))
        {
            faults.Add(ExplanationStep.Of("R-618", "A split by hand needs a reason."));
        }

        if (split.ApprovedBy == split.SetBy || split.ApprovedFor == split.SetFor)
        {
            faults.Add(ExplanationStep.Of("R-618", "A split by hand needs a second person of another organisation."));
        }

        if (parts.Values.Sum() is var sum && sum > line.Open)
        {
            faults.Add(ExplanationStep.Of("R-618", $"The parts are {sum} pieces; {line.Open} are open.", ("sum", sum), ("open", line.Open)));
        }

        if (parts.Keys.Count(member => !shares.Exists(share => share.Candidate.Member.Id == member)) is > 0 and var strangers)
        {
            faults.Add(ExplanationStep.Of("R-602", $"Of the firms with a part, {strangers} may not be asked.", ("firms", strangers)));
        }

        // The odd remainder goes to the largest allocation, which ranks first.
        foreach (var (rank, share) in shares.Index())
        {
            var (firm, quantity) = (share.Candidate, parts.GetValueOrDefault(share.Candidate.Member.Id));
            if (quantity > 0 && (quantity > firm.Cap || quantity / firm.LotSize < firm.MinLots || quantity % firm.LotSize != (rank == 0 && quantity % firm.LotSize != 0 ? odd : 0)))
            {
                faults.Add(Arithmetic.NotPermitted(share, quantity));
            }
        }

        return faults;
    }
}
