using static ExportConsortia.Allocation.Engine.UnitWords;

namespace ExportConsortia.Allocation.Engine;

/// <summary>
/// The manager's explanation of a line: every weight, exact share, cap and repair, so that the split can be recalculated by hand.
/// It reveals all capacities, so it is never shown to a member (F-C2); the sentences for members are in <see cref="Sentences"/>.
/// The sentences are stored with the plan: changing one breaks the replay of stored runs.
/// </summary>
internal static class Arithmetic
{
    public static List<ExplanationStep> Start(SnapshotLine line, List<Share> shares, IReadOnlyList<ExplanationStep> policySteps)
    {
        var (rule, lots, odd) = (line.Rule, line.Open / line.Rule.LotSize, line.Open % line.Rule.LotSize);
        return
        [
            ExplanationStep.Of(
                "R-606", ExplanationKey.LineOpen,
                $"{line.Open} of {line.Ordered} ordered {Many(line.Unit)} are open: {lots} lots of {rule.LotSize} and {odd} odd {Many(line.Unit)}; "
                + $"the minimum lot is {rule.MinLot} {Many(line.Unit)}.",
                ("open", line.Open), ("ordered", line.Ordered), ("lots", lots), ("lotSize", rule.LotSize), ("oddRemainder", odd),
                ("minLot", rule.MinLot)).In(line.Unit),
            .. policySteps,
            .. shares.Select(Limits),
        ];
    }

    public static ExplanationStep Dropped(Share share, long lots, long weight) => Step(
        "R-609", ExplanationKey.FirmDropped, share,
        $"{lots} lots × {share.Weight} / {weight} comes to {share.Lots} lots, below its least of {share.Candidate.MinLots}: it leaves and the rest "
        + "is shared anew.",
        ("lotsToShare", lots), ("weight", share.Weight), ("weightOfAll", weight), ("lots", share.Lots), ("leastLots", share.Candidate.MinLots));

    public static ExplanationStep AtCap(Share share, long lots, long weight) => Step(
        "R-608", ExplanationKey.FirmAtCap, share,
        $"{lots} lots × {share.Weight} / {weight} is more than its {share.Candidate.CapLots} lots: it gets {share.Candidate.CapLots}.",
        ("lotsToShare", lots), ("weight", share.Weight), ("weightOfAll", weight), ("capLots", share.Candidate.CapLots));

    public static ExplanationStep InProportion(Share share, long lots, long weight)
    {
        var (whole, remainder) = Int128.DivRem((Int128)lots * share.Weight, weight);
        return Step(
            "R-607", share.RoundedUp ? ExplanationKey.FirmRoundedUp : ExplanationKey.FirmRoundedDown, share,
            $"{lots} lots × {share.Weight} / {weight} = {whole} and {remainder}/{weight}, rounded {(share.RoundedUp ? "up" : "down")} to "
            + $"{share.Lots} lots.",
            ("lotsToShare", lots), ("weight", share.Weight), ("weightOfAll", weight), ("wholeLots", (long)whole), ("remainder", (long)remainder),
            ("lots", share.Lots));
    }

    public static ExplanationStep SharedByTheOthers(long rest, int firms) => ExplanationStep.Of(
        "R-613", ExplanationKey.RestByQuota,
        $"{rest} lots are more than those behind can take: by quota they go to {firms} firms that have room and are not behind.",
        ("restLots", rest), ("firms", firms));

    public static ExplanationStep GivesLots(Share share, long lots, long kept) => Step(
        "R-609", ExplanationKey.FirmGivesLots, share, $"gives {lots} lots and keeps {kept}, as one of the largest.", ("givenLots", lots),
        ("lots", kept));

    public static ExplanationStep ReceivesRest(Share share, long rest, long missing) => Step(
        "R-609", ExplanationKey.FirmReceivesRest, share,
        $"{rest} lots find no other member; with {missing} given by the largest it gets {share.Lots}, its least being {share.Candidate.MinLots}.",
        ("restLots", rest), ("givenLots", missing), ("lots", share.Lots), ("leastLots", share.Candidate.MinLots));

    public static ExplanationStep InTurn(Share share, long rest) => Step(
        "R-601", ExplanationKey.FirmInTurn, share,
        $"turn {share.Turn}: of {rest} lots it gets {share.Lots}, its cap being {share.Candidate.CapLots}.",
        ("turn", share.Turn!.Value), ("restLots", rest), ("lots", share.Lots), ("capLots", share.Candidate.CapLots));

    public static ExplanationStep SetByHand(Share share) => Step(
        "R-618", ExplanationKey.FirmSetByHand, share, $"set by hand: {share.Lots} lots and {share.Odd} odd {Many(share.Candidate.Unit)}.",
        ("lots", share.Lots), ("oddByHand", share.Odd));

    public static ExplanationStep NotPermitted(Share share, long quantity) => Step(
        "R-608", ExplanationKey.FirmNotPermitted, share,
        $"{quantity} {Many(share.Candidate.Unit)} by hand are not permitted: at most {share.Candidate.Cap}, at least {share.Candidate.MinLots} lots, "
        + $"in lots of {share.Candidate.LotSize}.",
        ("byHand", quantity), ("cap", share.Candidate.Cap), ("leastLots", share.Candidate.MinLots), ("lotSize", share.Candidate.LotSize));

    public static ExplanationStep Account(Candidate firm, string family, long due, long scale, long planned) => Step(
        "Balanced", ExplanationKey.FirmAccount, firm,
        $"is due {due} {Many(firm.Unit)} of '{family}', entitled to {scale} this year; it gets {planned} in whole lots.",
        ("due", due), ("entitled", scale), ("planned", planned)).Naming("family", family);

    public static ExplanationStep OddRemainder(Share share) => Step(
        "R-606", ExplanationKey.FirmTakesOddRemainder, share,
        $"the largest allocation takes the odd remainder of {share.Odd} {Many(share.Candidate.Unit)}.", ("oddRemainder", share.Odd));

    public static ExplanationStep OddStaysOpen(SnapshotLine line, long odd) => ExplanationStep.Of(
        "R-606", ExplanationKey.OddRemainderStaysOpen,
        $"The odd remainder of {odd} {Many(line.Unit)} stays open: the largest allocation has no room for it.", ("oddRemainder", odd))
        .In(line.Unit);

    public static void End(SnapshotLine line, List<ExplanationStep> steps, List<Share> shares, long open)
    {
        steps.AddRange(shares.Where(share => share.Quantity > 0).Select(share => Step(
            "R-601", ExplanationKey.FirmGets, share, $"{share.Quantity} {Many(line.Unit)}.", ("quantity", share.Quantity))));
        steps.Add(ExplanationStep.Of("R-610", ExplanationKey.StaysOpen, $"{open} {Many(line.Unit)} stay open.", ("openAfter", open)).In(line.Unit));
    }

    private static ExplanationStep Limits(Share share)
    {
        var firm = share.Candidate;
        var caps = (firm.ConcentrationRoom is { } most ? $", concentration cap leaves {most}" : "")
            + (firm.ProbationRoom is { } little ? $", probation cap leaves {little}" : "")
            + (firm.PriceRoom is { } price ? $", the ceiling on the price leaves {price}" : "");
        var (key, claim, number) = share is { Weight: 0, Turn: { } turn }
            ? (ExplanationKey.FirmLimitsInTurn, "turn", turn) : (ExplanationKey.FirmLimitsByWeight, "weight", share.Weight);
        return Step(
            "R-608", key, share,
            $"{claim} {number}; free capacity {firm.Free}, holds {firm.Held}{caps}: at most {firm.Cap} {Many(firm.Unit)} or {firm.CapLots} lots, at "
            + $"least {firm.MinLots} lots.",
            [
                (claim, number), ("freeCapacity", firm.Free), ("held", firm.Held),
                .. firm.ConcentrationRoom is { } room ? [("concentrationRoom", room)] : ReadOnlySpan<(string, long)>.Empty,
                .. firm.ProbationRoom is { } probation ? [("probationRoom", probation)] : ReadOnlySpan<(string, long)>.Empty,
                .. firm.PriceRoom is { } ceiling ? [("priceRoom", ceiling)] : ReadOnlySpan<(string, long)>.Empty,
                ("cap", firm.Cap), ("capLots", firm.CapLots), ("leastLots", firm.MinLots),
            ]);
    }

    /// <summary>A step about one member: its code, then the sentence.</summary>
    public static ExplanationStep Step(
        string rule, ExplanationKey key, Candidate candidate, string text, params ReadOnlySpan<(string Name, long Value)> values) =>
        ExplanationStep.Of(rule, key, $"{candidate.Member.Code}: {text}", values).Naming("firm", candidate.Member.Code).In(candidate.Unit);

    private static ExplanationStep Step(
        string rule, ExplanationKey key, Share share, string text, params ReadOnlySpan<(string Name, long Value)> values) =>
        Step(rule, key, share.Candidate, text, values);
}
