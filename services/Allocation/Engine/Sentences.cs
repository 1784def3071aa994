using static ExportConsortia.Allocation.Engine.UnitWords;

namespace ExportConsortia.Allocation.Engine;

/// <summary>
/// The sentences a member may read about itself. Each uses the rulebook, the line and the member's own numbers, never another member, a sum over
/// members or an exact share: these would reveal another member's capacity (F-C2, R-803).
/// The sentences are stored with the plan: changing one breaks the replay of stored runs.
/// </summary>
internal static class Sentences
{
    public static ExplanationStep Left() => ExplanationStep.Of("R-602", ExplanationKey.Left, "The firm has left the consortium.");

    public static ExplanationStep Suspended() =>
        ExplanationStep.Of("R-602", ExplanationKey.Suspended, "The firm is suspended; only active members are asked.");

    public static ExplanationStep OnProbation(SnapshotLine line) => ExplanationStep.Of(
        "R-611", ExplanationKey.OnProbation,
        $"The firm is on probation; it is asked only when the active members leave {Many(line.Unit)} open.").In(line.Unit);

    public static ExplanationStep NotOnProbation() =>
        ExplanationStep.Of("R-611", ExplanationKey.NotOnProbation, "This step of the shortage procedure asks members on probation only.");

    public static ExplanationStep NotCapable(SnapshotLine line) => ExplanationStep.Of(
        "R-602", ExplanationKey.NotCapable, $"The firm has not declared that it can make product '{line.Product}'.").Naming("product", line.Product);

    public static ExplanationStep NotLicensed(SnapshotLine line) => ExplanationStep.Of(
        "R-602", ExplanationKey.NotLicensed,
        $"The firm has no brand licence for product '{line.Product}' that holds through the delivery window.").Naming("product", line.Product);

    public static ExplanationStep TooManyStrikes(SnapshotLine line, SnapshotMember member) => ExplanationStep.Of(
        "R-602", ExplanationKey.TooManyStrikes,
        $"The firm has {line.StrikesOf(member)} strikes in force; with {line.Rule.StrikeLimit} or more a member is not asked.",
        ("strikes", line.StrikesOf(member)), ("strikeLimit", line.Rule.StrikeLimit));

    public static ExplanationStep DeclinedBefore() =>
        ExplanationStep.Of("R-404", ExplanationKey.DeclinedBefore, "The firm declined an offer of this line; it is not asked again.");

    public static ExplanationStep ExpiredBefore() =>
        ExplanationStep.Of("R-604", ExplanationKey.ExpiredBefore, "The firm let an offer of this line expire; it is not asked again.");

    public static ExplanationStep AcceptedLess() => ExplanationStep.Of(
        "R-605", ExplanationKey.AcceptedLess,
        "The firm accepted less of this line than it was offered; that was all it can do for this order.");

    public static ExplanationStep OfferOpen() =>
        ExplanationStep.Of("R-603", ExplanationKey.OfferOpen, "The firm has an offer of this line that it has not answered yet.");

    public static ExplanationStep CapacityStale(SnapshotLine line, int ageDays) => ExplanationStep.Of(
        "R-602", ExplanationKey.CapacityStale,
        $"The firm's newest capacity declaration for '{line.Family}' is {ageDays} days old; older than {line.Rule.CapacityMaxAgeDays} days is not "
        + "used.",
        ("ageDays", ageDays), ("maxAgeDays", line.Rule.CapacityMaxAgeDays)).Naming("family", line.Family);

    public static ExplanationStep CapacityInAnotherUnit(SnapshotLine line) => ExplanationStep.Of(
        "R-602", ExplanationKey.CapacityInAnotherUnit,
        $"The firm's capacity for '{line.Family}' is declared in another unit than the one in which this line is counted: it is not used.")
        .Naming("family", line.Family);

    public static ExplanationStep NoFreeCapacity(SnapshotLine line, long takenByEarlierLines) => takenByEarlierLines == 0
        ? ExplanationStep.Of(
            "R-602", ExplanationKey.NoFreeCapacity, $"The firm has no free capacity for '{line.Family}' in the time of this line.")
            .Naming("family", line.Family)
        : ExplanationStep.Of(
            "R-602", ExplanationKey.CapacityTakenByEarlierLines,
            $"The firm's free capacity for '{line.Family}' in the time of this line is used up by the {takenByEarlierLines} {Many(line.Unit)} of "
            + "earlier lines.",
            ("takenByEarlierLines", takenByEarlierLines)).Naming("family", line.Family).In(line.Unit);

    public static ExplanationStep BelowMinLot(Candidate own) => ExplanationStep.Of(
        "R-609", ExplanationKey.BelowMinLot, $"The firm can make {own.Free} {Many(own.Unit)}; the least it may be offered is {Least(own)}.",
        ("freeCapacity", own.Free), ("leastOffer", Least(own))).In(own.Unit);

    public static ExplanationStep ConcentrationReached(SnapshotLine line, Candidate own, long cap) => ExplanationStep.Of(
        "R-608", ExplanationKey.ConcentrationReached,
        $"A member may have {cap} {Many(line.Unit)} of this line ({line.Rule.ConcentrationCapPercent} percent of {line.Ordered}); the firm holds "
        + $"{own.Held}, and the least it may be offered is {Least(own)}.",
        ("concentrationCap", cap), ("concentrationCapPercent", line.Rule.ConcentrationCapPercent), ("ordered", line.Ordered), ("held", own.Held),
        ("leastOffer", Least(own))).In(line.Unit);

    public static ExplanationStep ProbationCapReached(SnapshotLine line, Candidate own, long cap) => ExplanationStep.Of(
        "R-608", ExplanationKey.ProbationCapReached,
        $"A member on probation may have {cap} {Many(line.Unit)} of this line ({line.Rule.ProbationCapPercent} percent of {line.Ordered}); the firm "
        + $"holds {own.Held}, and the least it may be offered is {Least(own)}.",
        ("probationCap", cap), ("probationCapPercent", line.Rule.ProbationCapPercent), ("ordered", line.Ordered), ("held", own.Held),
        ("leastOffer", Least(own))).In(line.Unit);

    /// <summary>
    /// The same reason without what tells how much the buyer ordered: for a firm that isn't offered anything of the line.
    /// </summary>
    public static ExplanationStep WithoutTheLine(ExplanationStep step)
    {
        if (!step.Values.Any(value => value.Name == "ordered"))
        {
            return step;
        }

        var own = step.Values.ToDictionary(value => value.Name, value => value.Value);
        var (percent, key, who) = own.ContainsKey("probationCapPercent")
            ? ("probationCapPercent", ExplanationKey.ProbationPercentReached, "A member on probation")
            : ("concentrationCapPercent", ExplanationKey.ConcentrationPercentReached, "A member");
        return ExplanationStep.Of(
            step.Rule, key,
            $"{who} may have at most {own[percent]} percent of a line; the firm holds {own["held"]} {Many(step.Unit)}, and the least it may be "
            + $"offered is {own["leastOffer"]}.",
            (percent, own[percent]), ("held", own["held"]), ("leastOffer", own["leastOffer"])).In(step.Unit);
    }

    /// <summary>
    /// What the firm that is offered a part may read of the plan's steps: none that tells the line's size, and not how its share compares with what
    /// it or others can make. That a share reached the firm's cap, or was rounded up, depends on what others can make.
    /// </summary>
    public static IEnumerable<ExplanationStep> ForTheFirm(IEnumerable<ExplanationStep> steps) => steps
        .Where(step => !step.Values.Any(value => value.Name is "ordered" or "concentrationRoom" or "probationRoom"))
        .Select(step => step is { Rule: "R-607", Values: [{ Name: "lots", Value: var lots }, { Name: "lotsPieces", Value: var pieces }] }
            ? step with
            {
                Key = step.Key is null ? null : ExplanationKey.Share,
                Text = $"Your firm's share{(step.Names is [{ Text: var policy }] ? $" by the policy {policy}" : "")} is {lots} lots, {pieces} "
                    + $"{Many(step.Unit)}.",
            }
            : step);

    public static ExplanationStep ShareBelowMinLot(Candidate own) => ExplanationStep.Of(
        "R-609", ExplanationKey.ShareBelowMinLot,
        $"The firm's share came to less than the least it may be offered, {Least(own)} {Many(own.Unit)}, and was given to others.",
        ("leastOffer", Least(own))).In(own.Unit);

    public static ExplanationStep Quota(SnapshotLine line, MemberQuota own) => ExplanationStep.Of(
        "R-613", ExplanationKey.Quota,
        $"Your firm's quota of '{line.Family}' is {own.SharePpm} millionths; it has {own.Received} {Many(line.Unit)} of this year. Who is further "
        + "behind its quota gets more.",
        ("quotaPpm", own.SharePpm), ("received", own.Received)).Naming("family", line.Family).In(line.Unit);

    public static ExplanationStep NoQuota(SnapshotLine line) => ExplanationStep.Of(
        "R-613", ExplanationKey.NoQuota, $"The rulebook gives the firm no quota of '{line.Family}'.").Naming("family", line.Family);

    public static ExplanationStep EntitlementReached(SnapshotLine line, MemberQuota own) => ExplanationStep.Of(
        "R-613", ExplanationKey.EntitlementReached,
        $"The firm has {own.Received} {Many(line.Unit)} of '{line.Family}' of this year, no less than its quota of {own.SharePpm} millionths; firms "
        + "that are behind come first.",
        ("received", own.Received), ("quotaPpm", own.SharePpm)).Naming("family", line.Family).In(line.Unit);

    public static ExplanationStep QuotaReachedButNeeded(SnapshotLine line) => ExplanationStep.Of(
        "R-613", ExplanationKey.QuotaReachedButNeeded,
        $"Your firm has reached its quota of '{line.Family}'; it is offered {Many(line.Unit)} that firms behind theirs can't take.")
        .Naming("family", line.Family).In(line.Unit);

    public static ExplanationStep InRotation(SnapshotLine line) => ExplanationStep.Of(
        "R-614", ExplanationKey.InRotation,
        $"Orders for '{line.Family}' go round: it was your firm's turn. With this offer it goes to the end of the queue; declined with a "
        + "reason, it keeps its place.").Naming("family", line.Family);

    public static ExplanationStep NotItsTurn(SnapshotLine line) => ExplanationStep.Of(
        "R-614", ExplanationKey.NotItsTurn,
        $"Orders for '{line.Family}' go round: the firms before it took this line. The firm keeps its place in the queue.")
        .Naming("family", line.Family);

    public static ExplanationStep Score(MemberScore own) => ExplanationStep.Of(
        "R-616", ExplanationKey.Score,
        $"Your firm's share follows its score over twelve months: quality {own.Quality}, delivery {own.Delivery}, equity {own.Equity}, each of a "
        + "hundred, and a neutral part that is shown to nobody.",
        ("quality", own.Quality), ("delivery", own.Delivery), ("equity", own.Equity));

    public static ExplanationStep NoScore() =>
        ExplanationStep.Of("R-616", ExplanationKey.NoScore, "The firm has no score of the last twelve months.");

    public static ExplanationStep Awarded() => ExplanationStep.Of(
        "R-615", ExplanationKey.Awarded, "Your firm's sealed offer was awarded; offers and prices of others are shown to nobody.");

    public static ExplanationStep AwardedAtItsOwn() => ExplanationStep.Of(
        "R-615", ExplanationKey.AwardedAtItsOwn,
        "Your firm's sealed offer was awarded at its own price. The lowest price of all is told to the firms that are asked to match it, as the "
        + "rulebook has it; no other price is shown to anybody.");

    public static ExplanationStep ToMatch(SnapshotLine line, SealedAmount own, SealedAmount leaders, bool hasCeiling)
    {
        var then = "further sources get their part only at the lowest. Taking the offer matches it. " + (hasCeiling
            ? "Declined with the reason Price, your firm's own offer still stands for what is left of the line, below the ceiling that the rulebook "
                + "sets."
            : "Nothing of this line is awarded above it.");
        return ((own.PerQuantity, leaders.PerQuantity) is (1, 1)
            ? ExplanationStep.Of(
                "R-615", hasCeiling ? ExplanationKey.ToMatchOrWait : ExplanationKey.ToMatch,
                $"Of the firms that can be asked the lowest sealed offer is {leaders.Minor} minor units {Per(line.Unit)}, your firm's {own.Minor}; "
                + then,
                ("leadersPriceMinor", leaders.Minor), ("unitPriceMinor", own.Minor))
            : ExplanationStep.Of(
                "R-615", hasCeiling ? ExplanationKey.ToMatchPerQuantityOrWait : ExplanationKey.ToMatchPerQuantity,
                $"Of the firms that can be asked the lowest sealed offer is {leaders.Minor} minor units {Per(leaders, line.Unit)}, your firm's "
                + $"{own.Minor} minor units {Per(own, line.Unit)}; {then}",
                ("leadersPriceMinor", leaders.Minor), ("leadersPerQuantity", leaders.PerQuantity), ("unitPriceMinor", own.Minor),
                ("perQuantity", own.PerQuantity))).In(line.Unit);
    }

    public static ExplanationStep Matched(SnapshotLine line, SealedAmount leaders) => (leaders.PerQuantity == 1
        ? ExplanationStep.Of(
            "R-615", ExplanationKey.Matched,
            $"Your firm has matched the lowest price, {leaders.Minor} minor units {Per(line.Unit)}; what others left of the line is offered to it at "
            + "the same.",
            ("leadersPriceMinor", leaders.Minor))
        : ExplanationStep.Of(
            "R-615", ExplanationKey.MatchedPerQuantity,
            $"Your firm has matched the lowest price, {leaders.Minor} minor units {Per(leaders, line.Unit)}; what others left of the line is offered "
            + "to it at the same.",
            ("leadersPriceMinor", leaders.Minor), ("leadersPerQuantity", leaders.PerQuantity))).In(line.Unit);

    public static ExplanationStep AboveCeiling() => ExplanationStep.Of(
        "R-615", ExplanationKey.AboveCeiling, "What is left of this line was not awarded to the firm at its own price.");

    public static ExplanationStep NotAwarded() =>
        ExplanationStep.Of("R-615", ExplanationKey.NotAwarded, "The firm's sealed offer was not awarded a part of this line.");

    public static ExplanationStep NoSealedOffer() =>
        ExplanationStep.Of("R-615", ExplanationKey.NoSealedOffer, "The firm handed in no sealed offer for this line.");

    public static ExplanationStep SetByHand() => ExplanationStep.Of(
        "R-618", ExplanationKey.SetByHand,
        "The manager set the parts of this line by hand, with a reason on record and the approval of a second person of another organisation.");

    public static ExplanationStep NotInSplit() =>
        ExplanationStep.Of("R-618", ExplanationKey.NotInSplit, "The manager split this line by hand; the firm has no part in it.");

    public static ExplanationStep Balanced(SnapshotLine line, long offeredOfFamily) => ExplanationStep.Of(
        "Balanced", ExplanationKey.Balanced,
        $"All open lines were planned together, so that every firm comes as near as can be to what it is due of each product family; of "
        + $"'{line.Family}' this run offers your firm {offeredOfFamily} {Many(line.Unit)} in all.",
        ("offeredOfFamily", offeredOfFamily)).Naming("family", line.Family).In(line.Unit);

    public static ExplanationStep UsedTogether(SnapshotLine line, Candidate own) => ExplanationStep.Of(
        "R-602", ExplanationKey.UsedTogether,
        $"The firm could make {own.Free} {Many(line.Unit)} of '{line.Family}' in the time of this line; its parts of the other lines leave less than "
        + $"the {Least(own)} that it may be offered.",
        ("freeCapacity", own.Free), ("leastOffer", Least(own))).Naming("family", line.Family).In(line.Unit);

    public static ExplanationStep DueReached(SnapshotLine line, long planned, long due) => (due <= 0
        ? ExplanationStep.Of(
            "Balanced", ExplanationKey.AheadOfDue,
            $"The firm is {-due} {Many(line.Unit)} ahead of what it is due of '{line.Family}'; firms that are behind come first.", ("ahead", -due))
        : ExplanationStep.Of(
            "Balanced", ExplanationKey.DueReached,
            $"The firm gets {planned} {Many(line.Unit)} of '{line.Family}' by other lines and is due {due}; firms that are behind come first.",
            ("planned", planned), ("due", due))).Naming("family", line.Family).In(line.Unit);

    public static ExplanationStep MakersReached(SnapshotLine line) => ExplanationStep.Of(
        "Balanced", ExplanationKey.MakersReached,
        $"A line of '{line.Family}' may have {line.Rule.MaxMakers} makers; others make this one.", ("maxMakers", line.Rule.MaxMakers ?? 0))
        .Naming("family", line.Family);

    public static ExplanationStep FairerElsewhere(SnapshotLine line, long least) => ExplanationStep.Of(
        "Balanced", ExplanationKey.FairerElsewhere,
        $"Even the least part of {least} {Many(line.Unit)} would take the firms further from what they are due of '{line.Family}'.",
        ("leastOffer", least)).Naming("family", line.Family).In(line.Unit);

    public static ExplanationStep NotNeeded(SnapshotLine line) => ExplanationStep.Of(
        "Balanced", ExplanationKey.NotNeeded,
        $"No plan with a part of this line for the firm was found that comes nearer to what everybody is due of '{line.Family}'.")
        .Naming("family", line.Family);

    public static ExplanationStep TooManyPieces(SnapshotLine line) => ExplanationStep.Of(
        "Balanced", ExplanationKey.TooManyPieces,
        $"There are more {Many(line.Unit)} than can be planned together: use another policy for this family, or fewer orders in one run.")
        .In(line.Unit);

    public static ExplanationStep PolicyUnknown(SnapshotLine line) => ExplanationStep.Of(
        "R-601", ExplanationKey.PolicyUnknown,
        $"The rulebook names the allocation policy '{line.Rule.Policy}', which this version can't calculate.").Naming("policy", line.Rule.Policy);

    /// <summary>Why a member is offered its quantity.</summary>
    public static List<ExplanationStep> Offered(SnapshotLine line, Share own)
    {
        var (firm, rule, pieces) = (own.Candidate, line.Rule, Many(line.Unit));
        var steps = new List<ExplanationStep>
        {
            ExplanationStep.Of(
                "R-602", ExplanationKey.MayBeAsked,
                $"Your firm may be asked: it can make product '{line.Product}' and has {firm.Free} {pieces} of free capacity in the time of this "
                + "line.",
                ("freeCapacity", firm.Free)).Naming("product", line.Product).In(line.Unit),
            ExplanationStep.Of(
                "R-606", ExplanationKey.OrderedInLots,
                $"The buyer ordered {line.Ordered} {pieces}; offers are made in lots of {rule.LotSize}, and the least your firm may be offered is "
                + $"{Least(firm)}.",
                ("ordered", line.Ordered), ("lotSize", rule.LotSize), ("leastOffer", Least(firm))).In(line.Unit),
        };
        if (firm.Held > 0)
        {
            steps.Add(ExplanationStep.Of(
                "R-612", ExplanationKey.Holds, $"Your firm already holds {firm.Held} {pieces} of this line; they stay as they are.",
                ("held", firm.Held)).In(line.Unit));
        }

        if (firm.ConcentrationRoom is { } room)
        {
            steps.Add(ExplanationStep.Of(
                "R-608", ExplanationKey.ConcentrationRoom,
                $"No member may have more than {rule.ConcentrationCapPercent} percent of a line; that leaves your firm at most {room} {pieces}.",
                ("concentrationCapPercent", rule.ConcentrationCapPercent), ("concentrationRoom", room)).In(line.Unit));
        }

        if (firm.ProbationRoom is { } probationRoom)
        {
            steps.Add(ExplanationStep.Of(
                "R-608", ExplanationKey.ProbationRoom,
                $"A member on probation may have at most {rule.ProbationCapPercent} percent of a line; that leaves your firm at most "
                + $"{probationRoom} {pieces}.",
                ("probationCapPercent", rule.ProbationCapPercent), ("probationRoom", probationRoom)).In(line.Unit));
        }

        steps.AddRange(own.MemberSteps);
        var lots = own.Lots * firm.LotSize;
        if (own.Lots > 0)
        {
            var (key, how) = HowItCame(own);
            steps.Add(ExplanationStep.Of(
                "R-607", key, $"Your firm's share by the policy {rule.Policy} is {own.Lots} lots, {lots} {pieces}{how}.",
                ("lots", own.Lots), ("lotsPieces", lots)).Naming("policy", rule.Policy).In(line.Unit));
        }

        if (own.Odd > 0)
        {
            steps.Add(ExplanationStep.Of(
                "R-606", ExplanationKey.OddRemainderComesWith,
                $"The odd remainder of {own.Odd} {pieces}, less than a lot, comes with your firm's part.", ("oddRemainder", own.Odd)).In(line.Unit));
        }

        steps.Add(ExplanationStep.Of(
            "R-601", ExplanationKey.Offered, $"Your firm is offered {own.Quantity} {pieces}.", ("quantity", own.Quantity)).In(line.Unit));
        return steps;
    }

    private static (ExplanationKey Key, string Words) HowItCame(Share own) => own switch
    {
        // Naming the ceiling would reveal what the buyer pays.
        { Candidate.PriceRoom: not null } => (ExplanationKey.Share, ""),
        { ReceivedRest: true } => (ExplanationKey.ShareWithTheRest, ", so that the rest of the line finds a maker"),
        { GaveLots: true } => (ExplanationKey.ShareWithoutGivenLots, ", a little less than its share, so that the rest of the line finds a maker"),
        { AtCap: true } when own.Candidate.Cap == own.Candidate.Free => (ExplanationKey.ShareOfAllItCanMake, ", all the whole lots it can make"),
        { AtCap: true } => (ExplanationKey.ShareUpToItsCap, ", all the whole lots its cap allows"),
        { RoundedUp: true } => (ExplanationKey.ShareRoundedUp, ", one of them by rounding (largest remainder)"),
        _ => (ExplanationKey.Share, ""),
    };

    private static long Least(Candidate own) => own.MinLots * own.LotSize;
}
