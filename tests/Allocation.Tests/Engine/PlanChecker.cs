using ExportConsortia.Allocation.Engine;

namespace ExportConsortia.Allocation.Tests.Engine;

/// <summary>
/// Checks a plan against the snapshot and the rules alone: shares no code with the engine and uses brute force where the engine is clever.
/// </summary>
internal static class PlanChecker
{
    public static void Check(AllocationSnapshot snapshot, AllocationPlan plan)
    {
        var free = snapshot.Buckets.ToDictionary(bucket => bucket.Id, bucket => bucket.Free);
        var lines = snapshot.Lines.OrderBy(line => line.Position).ToArray();
        Require(plan.Lines.Select(line => line.LineId).SequenceEqual(lines.Select(line => line.LineId)), "lines come in the order of the document");
        var earlier = new List<(string Family, Firm Firm)>();
        for (var i = 0; i < lines.Length; i++)
        {
            CheckLine(snapshot, lines[i], plan.Lines[i], free, earlier);
        }
    }

    private static void CheckLine(
        AllocationSnapshot snapshot, SnapshotLine line, PlannedLine planned, Dictionary<Guid, long> free, List<(string Family, Firm Firm)> earlier)
    {
        Require(planned.OpenBefore == line.Open, "the line starts with what is open");
        Require(planned.Parts.Sum(part => part.Quantity) + planned.OpenAfter == line.Open && planned.OpenAfter >= 0,
            "parts and open pieces are what was open (F-Q1)");
        Require((planned.OpenAfter > 0) == (planned.OpenReason is not null), "open pieces have a reason, and only those");
        if (line.Open == 0)
        {
            return;
        }

        var given = planned.Parts.ToDictionary(part => part.MemberId);
        var passedOver = planned.PassedOver.ToDictionary(member => member.MemberId);
        Require(
            snapshot.Members.Select(member => member.Id).Order().SequenceEqual(given.Keys.Concat(passedOver.Keys).Order()),
            "every member has a part or a reason, never both");

        var firms = snapshot.Members.Select(member => new Firm(snapshot, line, member, free)).ToArray();
        var rivals = firms.Count(firm => firm.Refused is null || firm.Known);
        foreach (var firm in firms)
        {
            firm.ApplyCaps(line, rivals);
        }

        Claims.Of(line, firms, earlier);
        if (planned.Policy == "QuotaCatchUp/2")
        {
            Claims.OfTheRest(firms.Where(firm => firm.Refused is null));
        }

        foreach (var firm in firms.Where(firm => firm.Refused is null && PriceMatchChecker.HasLimit(line, firms)))
        {
            // What the ceiling leaves a firm depends on what all others get: it is taken from the plan and checked at the end.
            firm.ApplyCeiling(
                line, planned.ManagerSteps.Single(step => step.Rule == "R-608"
                    && step.Text.StartsWith($"{firm.Member.Code}:", StringComparison.Ordinal)
                    && step.Values.Any(value => value.Name == "freeCapacity"))
                    .Values.SingleOrDefault(value => value.Name == "priceRoom")?.Value);
        }

        foreach (var firm in firms)
        {
            var quantity = firm.Quantity = given.GetValueOrDefault(firm.Id)?.Quantity ?? 0;
            Require(firm.Refused is not { } code || (quantity == 0 && passedOver[firm.Id].Code == code), "a refused member has its one reason");
            Require(firm.Refused is not null || quantity > 0 || passedOver[firm.Id].Code == firm.WhyNothing,
                "an eligible member without a part has the policy's reason");
            Require(quantity < line.Rule.LotSize || firm.Takes, "who has no share by the policy gets none");
            Require(quantity <= firm.Cap, "no part is above capacity or a cap (R-608, F-Q5)");
            Require(quantity == 0 || quantity >= line.Rule.MinLot || (firm.Held > 0 && firm.Held >= line.Rule.MinLot),
                "no part is below the minimum lot, but for a top-up (R-609, F-Q5)");
            CheckDraws(snapshot, line, firm, given.GetValueOrDefault(firm.Id)?.Draws ?? [], free);
        }

        CheckLots(line, planned, firms);
        if (line.Rule.Policy == "Manual")
        {
            CheckByHand(line, firms);
        }
        else
        {
            CheckFairness(line, planned, firms);
            CheckNothingLeftBehind(line, planned, firms);
        }

        RoomChecker.Check(line, planned, firms, firm => firm.CapLots - (firm.Quantity / line.Rule.LotSize));
        PriceMatchChecker.Check(line, planned, firms);
        ExplanationChecker.Check(line, planned, firms);
        earlier.AddRange(firms.Where(firm => firm.Quantity > 0).Order(Claims.ByRank).Select(firm => (line.Family, firm)));
    }

    private static void CheckDraws(
        AllocationSnapshot snapshot, SnapshotLine line, Firm firm, IReadOnlyList<CapacityDraw> draws, Dictionary<Guid, long> free)
    {
        Require(draws.Sum(draw => draw.Quantity) == firm.Quantity, "a part is drawn in full");
        var left = firm.Quantity;
        foreach (var bucket in snapshot.Buckets.Where(bucket => Firm.Counts(snapshot, line, bucket) && bucket.MemberId == firm.Id)
            .OrderBy(bucket => bucket.From).ThenBy(bucket => bucket.Id))
        {
            var drawn = draws.Where(draw => draw.BucketId == bucket.Id).Sum(draw => draw.Quantity);
            Require(drawn == Math.Min(left, free[bucket.Id]), "the earliest period is drawn first");
            free[bucket.Id] -= drawn;
            left -= drawn;
            Require(free[bucket.Id] >= 0, "no bucket is overdrawn (F-Q4)");
        }

        Require(left == 0, "nothing is drawn elsewhere");
    }

    private static void CheckLots(SnapshotLine line, PlannedLine planned, Firm[] firms)
    {
        var lot = line.Rule.LotSize;
        var odd = firms.Where(firm => firm.Quantity % lot != 0).ToArray();
        Require(odd.Length <= 1, "one odd remainder at most (R-606)");
        if (odd is [var receiver])
        {
            Require(receiver.Quantity % lot == line.Open % lot, "the odd remainder is that of the open quantity");
            Require(receiver.Quantity < lot || firms.All(firm => firm.Quantity <= receiver.Quantity),
                "the odd remainder goes to the largest allocation (R-606)");
            Require(receiver.Quantity > lot
                || (planned.Parts.Count == 1 && firms.All(firm => firm.Refused is not null || !firm.Takes || firm.Held <= receiver.Held)),
                "alone it goes to the largest holder");
        }
        else if (line.Open % lot != 0 && planned.Parts.Count > 0 && line.Rule.Policy != "Manual")
        {
            var largest = firms.Max(firm => firm.Quantity);
            Require(firms.Where(firm => firm.Quantity == largest).All(firm => firm.Cap - firm.Quantity < line.Open % lot),
                "the odd remainder stays open only without room for it");
        }
    }

    private static void CheckFairness(SnapshotLine line, PlannedLine planned, Firm[] firms)
    {
        var asked = firms.Where(firm => firm.Refused is null && firm.Takes).ToArray();
        foreach (var a in asked)
        {
            foreach (var b in asked.Where(b => b.Cap <= a.Cap && b.LeastLots == a.LeastLots && b.Held == a.Held && Claims.ByRank.Compare(a, b) < 0))
            {
                Require(a.Quantity >= b.Quantity,
                    "all else equal, a larger weight never gets less, nor the lower id of two equal ones (F-Q9, R-617)");
            }
        }

        var repaired = planned.ManagerSteps.Any(step => step.Text.Contains("find no other member", StringComparison.Ordinal));
        foreach (var a in asked.Where(firm => !repaired && firm.CapLots > firm.Quantity / line.Rule.LotSize))
        {
            var later = asked.Where(b => b.Turn is not null && Claims.ByRank.Compare(a, b) < 0).Sum(b => b.Quantity / line.Rule.LotSize);
            Require(later == 0 || (a.Quantity < line.Rule.LotSize && later < a.LeastLots),
                "nobody is served in turn before all ahead of it are at their caps, or can't be given so little (R-614, R-615)");
        }

        // Those that are not behind share only what those behind can't take.
        Require(repaired || !asked.Any(firm => firm.WeightForTheRest > 0 && firm.Quantity > 0)
            || asked.All(firm => firm.Weight == 0 || firm.Quantity < line.Rule.LotSize || firm.Quantity / line.Rule.LotSize == firm.CapLots),
            "those behind come first");

        // Without a repair the split is proportional: nobody below its cap is a whole lot behind anybody else with a part.
        if (!repaired)
        {
            var lot = line.Rule.LotSize;
            foreach (var a in asked.Where(firm => firm.Turn is null && firm.Quantity >= lot && firm.CapLots > firm.Quantity / lot))
            {
                foreach (var b in asked.Where(firm => firm.Turn is null && firm.Quantity >= lot && (firm.Weight > 0) == (a.Weight > 0)))
                {
                    Require(
                        (Int128)((a.Quantity / lot) + 1) * Claim(b) > (Int128)((b.Quantity / lot) - 1) * Claim(a),
                        "lots follow the weights, to a lot on either side (R-607)");
                }
            }
        }
    }

    private static long Claim(Firm firm) => firm.Weight > 0 ? firm.Weight : firm.WeightForTheRest;

    private static void CheckNothingLeftBehind(SnapshotLine line, PlannedLine planned, Firm[] firms)
    {
        var lot = line.Rule.LotSize;
        var restLots = planned.OpenAfter / lot;
        if (restLots == 0)
        {
            return;
        }

        Require(firms.All(firm => firm.Refused is not null || firm.Takes || firm.Quota is not { SharePpm: > 0 }),
            "whoever has a quota is asked before lots stay open (R-613)");
        var asked = firms.Where(firm => firm.Refused is null && firm.Takes).ToArray();
        foreach (var firm in asked.Where(firm => firm.Quantity >= lot))
        {
            Require(firm.Quantity / lot == firm.CapLots, "lots stay open only if all who share are at their limit");
        }

        foreach (var firm in asked.Where(firm => firm.Quantity < lot))
        {
            var givable = asked.Sum(giver => Math.Max(0, (giver.Quantity / lot) - Math.Max(giver.LeastLots, firm.LeastLots)));
            Require(restLots + givable < firm.LeastLots, "lots stay open only if nobody left can be raised to its minimum with them (R-609)");
        }
    }

    private static void CheckByHand(SnapshotLine line, Firm[] firms)
    {
        var asSet = firms.All(firm => firm.Quantity == firm.Weight);
        var split = line.ByHand!;
        var (lot, largest) = (line.Rule.LotSize, split.Parts.Select(part => part.Quantity).DefaultIfEmpty().Max());
        var permitted = split.Reason.Length > 0 && split.SetBy != split.ApprovedBy && split.SetFor != split.ApprovedFor
            && split.Parts.Sum(part => part.Quantity) <= line.Open && split.Parts.Count(part => part.Quantity % lot != 0) <= 1
            && split.Parts.All(
                part => firms.Any(
                    firm => firm.Id == part.MemberId && firm.Refused is null && part.Quantity <= firm.Cap && part.Quantity >= firm.LeastLots * lot))
            && split.Parts.All(part => part.Quantity % lot == 0 || (part.Quantity % lot == line.Open % lot && part.Quantity == largest));
        Require(permitted ? asSet : firms.All(firm => firm.Quantity == 0),
            "what was set by hand and approved is done to the piece, or nothing of it (R-618)");
    }

    public static void Require(bool holds, string rule)
    {
        if (!holds)
        {
            Assert.Fail($"Broken: {rule}.");
        }
    }

    /// <summary>One member as the rules see it for one line.</summary>
    internal sealed class Firm
    {
        public Firm(AllocationSnapshot snapshot, SnapshotLine line, SnapshotMember member, Dictionary<Guid, long> free)
        {
            Member = member;
            Held = line.Held.Where(part => part.MemberId == member.Id).Sum(part => part.Quantity);
            var answer = line.NotAskedAgain.FirstOrDefault(other => other.MemberId == member.Id)?.Answer;
            Known = answer is not null || line.Held.Any(part => part.MemberId == member.Id);
            var inTime = snapshot.Buckets.Where(bucket => bucket.MemberId == member.Id && InTime(snapshot, line, bucket)).ToArray();
            var fresh = inTime.Where(bucket => Counts(snapshot, line, bucket)).ToArray();
            Free = fresh.Sum(bucket => free[bucket.Id]);
            TakenByEarlierLines = fresh.Sum(bucket => bucket.Free) - Free;
            YoungestStaleDays = inTime.Except(fresh).Where(bucket => bucket.Free > 0).Select(bucket => bucket.AgeDays).DefaultIfEmpty().Min();
            LeastLots = Held > 0 && Held >= line.Rule.MinLot ? 1 : Math.Max(1, (long)Math.Ceiling((decimal)line.Rule.MinLot / line.Rule.LotSize));
            CapLots = Free / line.Rule.LotSize;
            Cap = Free;
            Strikes = line.Strikes?.Where(own => own.MemberId == member.Id).Sum(own => own.Count) ?? member.Strikes;
            Refused =
                member.Standing == MemberStanding.Left ? "LEFT"
                : member.Standing == MemberStanding.Suspended ? "SUSPENDED"
                : line.Stage == AllocationStage.Probation && member.Standing == MemberStanding.Active ? "NOT_ON_PROBATION"
                : line.Stage != AllocationStage.Probation && member.Standing == MemberStanding.Probation ? "ON_PROBATION"
                : !line.Capable.Contains(member.Id) ? "NOT_CAPABLE"
                : line.Licensed is not null && line.Licensed.All(id => id != member.Id) ? "NOT_LICENSED"
                : Strikes >= line.Rule.StrikeLimit ? "TOO_MANY_STRIKES"
                : answer == EarlierAnswer.Declined ? "DECLINED_BEFORE"
                : answer == EarlierAnswer.Expired ? "EXPIRED_BEFORE"
                : answer == EarlierAnswer.AcceptedLess ? "ACCEPTED_LESS"
                : answer == EarlierAnswer.OfferOpen ? "OFFER_OPEN"
                : Free == 0 && fresh.All(bucket => bucket.Free == 0) && inTime.Except(fresh).Any(bucket => bucket.Free > 0) ? "CAPACITY_STALE"
                : Free == 0 ? "NO_FREE_CAPACITY"
                : CapLots < LeastLots ? "BELOW_MIN_LOT"
                : null;
        }

        public SnapshotMember Member { get; }

        public Guid Id => Member.Id;

        public int Strikes { get; }

        public long Held { get; }

        public long Free { get; }

        public long TakenByEarlierLines { get; }

        public long YoungestStaleDays { get; }

        public long LeastLots { get; }

        public bool Known { get; }

        public long Cap { get; private set; }

        public long CapLots { get; private set; }

        /// <summary>The cap without what a ceiling on the price leaves.</summary>
        public long CapBeforePrice { get; private set; }

        public string? Refused { get; private set; }

        public long Quantity { get; set; }

        /// <summary>The policy's weight; for a split by hand, the pieces set.</summary>
        public long Weight { get; set; }

        /// <summary>Its turn after those with a weight.</summary>
        public int? Turn { get; set; }

        /// <summary>Its weight for what those with a weight can't take.</summary>
        public long WeightForTheRest { get; set; }

        public bool Takes => Weight > 0 || WeightForTheRest > 0 || Turn is not null;

        /// <summary>The reason if it gets nothing although it is eligible.</summary>
        public string WhyNothing { get; set; } = "SHARE_BELOW_MIN_LOT";

        /// <summary>Pieces of the family that it has by quota counting: this year's and those of earlier lines.</summary>
        public long Received { get; set; }

        public MemberQuota? Quota { get; set; }

        public MemberScore? Score { get; set; }

        public long? ConcentrationCap { get; private set; }

        public long? ProbationCap { get; private set; }

        public void ApplyCaps(SnapshotLine line, int rivals)
        {
            if (line.Stage != AllocationStage.OverConcentration && rivals >= line.Rule.ConcentrationFromMembers)
            {
                ConcentrationCap = line.Ordered * line.Rule.ConcentrationCapPercent / 100;
                Limit(line, ConcentrationCap.Value, "CONCENTRATION_REACHED");
            }

            if (line.Stage == AllocationStage.Probation)
            {
                ProbationCap = line.Ordered * line.Rule.ProbationCapPercent / 100;
                Limit(line, ProbationCap.Value, "PROBATION_CAP_REACHED");
            }
        }

        public void ApplyCeiling(SnapshotLine line, long? room)
        {
            CapBeforePrice = Cap;
            if (room is { } left)
            {
                Require(PriceMatchChecker.IsLimited(line, this), "the ceiling limits parts above it, or above the leader's price, only");
                Require(left < Cap, "the ceiling is told where it limits");
                Cap = left;
                CapLots = Cap / line.Rule.LotSize;
                (Turn, WhyNothing) = CapLots < LeastLots ? (null, "ABOVE_CEILING") : (Turn, WhyNothing);
            }
        }

        public static bool Counts(AllocationSnapshot snapshot, SnapshotLine line, SnapshotBucket bucket) =>
            InTime(snapshot, line, bucket) && bucket.AgeDays <= line.Rule.CapacityMaxAgeDays;

        // Day by day: is there a day in the bucket's period on which the line can be made?
        private static bool InTime(AllocationSnapshot snapshot, SnapshotLine line, SnapshotBucket bucket)
        {
            for (var day = bucket.From; bucket.Family == line.Family && day < bucket.To; day = day.AddDays(1))
            {
                if (day >= snapshot.ProductionFrom && (line.Due is null || day < line.Due))
                {
                    return true;
                }
            }

            return false;
        }

        private void Limit(SnapshotLine line, long cap, string code)
        {
            Cap = Math.Min(Cap, Math.Max(0, cap - Held));
            CapLots = Cap / line.Rule.LotSize;
            Refused ??= CapLots < LeastLots ? code : null;
        }
    }
}
