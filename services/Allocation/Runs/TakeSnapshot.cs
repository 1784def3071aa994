using ExportConsortia.Allocation.Documents;
using ExportConsortia.Allocation.Engine;
using ExportConsortia.Allocation.Fairness;
using ExportConsortia.Allocation.Members;
using ExportConsortia.Allocation.Offers;
using ExportConsortia.Allocation.Orders;
using ExportConsortia.Allocation.Ratings;
using ExportConsortia.Allocation.SplitsByHand;
using ExportConsortia.Contracts;

namespace ExportConsortia.Allocation.Runs;

/// <summary>Freezes the input of a run: the firms, their free capacity, the open pieces and the rules in force.</summary>
internal static class TakeSnapshot
{
    /// <summary>For a run over all open lines or, with a split by hand, over its line only, with its parts instead of a policy .</summary>
    public static Task<AllocationSnapshot> OfAsync(
        IReadOnlyList<Order> orders, Guid runId, int round, OfferKind stage, Rulebook rulebook, AllocationDb db, DateTime now, CancellationToken ct,
        ProposedSplit? byHand = null, List<MemberFirm>? firms = null) =>
        OfAsync(
            orders, order => OpenLines(order, byHand),
            runId, round, stage, byHand is null ? rulebook : rulebook.With(nameof(Manual)), forAnyPolicy: false, db, now, ct, byHand, firms);

    /// <summary>The same for a simulation: also lines without open pieces, and the input of every policy.</summary>
    public static Task<AllocationSnapshot> ForSimulationAsync(Order order, Rulebook rulebook, AllocationDb db, DateTime now, CancellationToken ct) =>
        OfAsync([order], _ => order.Lines.Where(l => l.Product is not null), Guid.Empty, order.Round + 1, OfferKind.Normal, rulebook,
            forAnyPolicy: true, db, now, ct);

    private static IEnumerable<OrderLine> OpenLines(Order order, ProposedSplit? byHand)
    {
        var open = order.OpenByLine();
        return order.Lines.Where(l => l.Product is not null && open[l.LineId] > 0 && (byHand is null || l.LineId == byHand.LineId));
    }

    private static async Task<AllocationSnapshot> OfAsync(
        IReadOnlyList<Order> orders, Func<Order, IEnumerable<OrderLine>> which, Guid runId, int round, OfferKind stage, Rulebook rulebook,
            bool forAnyPolicy,
        AllocationDb db, DateTime now, CancellationToken ct, ProposedSplit? byHand = null, List<MemberFirm>? firms = null)
    {
        var consortiumId = orders[0].ConsortiumId;
        var lines = orders.SelectMany(order => which(order).Select(line => (Order: order, Line: line))).ToList();
        var families = lines.Select(l => l.Line.Family).Distinct().ToList();
        firms ??= await db.FirmsAsync(consortiumId, ct);
        var lapse = rulebook.RuleFor("*").StrikeLapseDays;
        var strikes = await StrikesAsync(consortiumId, families.Select(family => rulebook.RuleFor(family).StrikeLapseDays).Append(lapse).Max(), db,
            now, ct);
        // Nobody makes anything yesterday, whenever the order came and its delivery window began.
        var consortium = await db.ConsortiumAsync(consortiumId, ct);
        var today = consortium.Day(now);
        var makers = MakersByProduct(firms, lines.Select(l => l.Line.Product!).ToHashSet(StringComparer.Ordinal));
        var buckets = await BucketsAsync(
            consortiumId, families, [.. lines.Select(l => l.Line)], today,
            byHand is null && !forAnyPolicy ? [.. makers.Values.SelectMany(m => m).Distinct()] : null, db, ct);
        var licences = families.Exists(family => rulebook.RuleFor(family).RequiresBrandLicence)
            ? (await db.BrandLicences.AsNoTracking().Where(l => l.ConsortiumId == consortiumId).ToListAsync(ct)).ToLookup(l => l.MemberId)
            : null;
        var quotas = new Dictionary<string, IReadOnlyList<MemberQuota>>();
        var turns = new Dictionary<string, IReadOnlyList<MemberTurn>>();
        var scores = new Dictionary<string, IReadOnlyList<MemberScore>>();
        foreach (var (family, rule) in families.Select(family => (family!, rulebook.RuleFor(family))))
        {
            if (forAnyPolicy || rule.Policy == nameof(QuotaCatchUp))
            {
                quotas[family] = await QuotasAsync(consortium, family, rule, firms, db, now, ct);
            }

            if (forAnyPolicy || rule.Policy == nameof(Rotation))
            {
                turns[family] = await TurnsAsync(consortiumId, family, firms, db, ct);
            }

            if (forAnyPolicy || rule.Policy == nameof(WeightedScore))
            {
                scores[family] = await CalculateScores.OfAsync(consortium, family,
                    [.. firms.Select(f => f.Id)], db, now, ct);
            }
        }

        var prices = new Dictionary<Guid, Dictionary<string, (IReadOnlyList<SealedOffer> Prices, PriceMatch? Match, PriceLimit? Limit)>>();
        foreach (var order in orders)
        {
            prices[order.Id] = await PricesAsync(order, stage, db, ct);
        }

        var offers = orders.ToDictionary(order => order, order => order.Offers.ToLookup(o => o.LineId, StringComparer.Ordinal));
        var open = orders.ToDictionary(order => order, order => order.OpenByLine());
        var balanced = families.Where(family => forAnyPolicy || rulebook.RuleFor(family).Policy == nameof(Engine.Balanced)).ToHashSet();
        var known = firms.Select(f => f.Id).ToHashSet();
        return new AllocationSnapshot
        {
            ConsortiumId = consortiumId,
            OrderId = orders[0].Id,
            RunId = runId,
            Round = round,
            RulebookVersion = rulebook.Version,
            TakenAt = now,
            ProductionFrom = today,
            Members = [.. firms.Select(f => new SnapshotMember(
                f.Id, f.Code, f.Standing, InForce(lapse, f.Id)))],
            Buckets = [.. buckets.Where(b => known.Contains(b.MemberId)).Select(b => new SnapshotBucket(
                b.Id, b.MemberId, b.Family, b.From, b.To, Math.Clamp(b.Declared - b.Reserved, 0, AllocationSnapshot.MaxPieces),
                    Math.Max(0, (now - b.DeclaredAt).Days), NullIfPieces(b.Unit)))],
            Accounts = balanced.Count == 0 ? null
                : await LoadFairness.BeforeRunAsync([.. lines.Where(l => balanced.Contains(l.Line.Family))], rulebook, firms, db, now, ct),
            Lines = [.. lines.Select((l, i) => Line(
                l.Order, l.Line, stage, rulebook.RuleFor(l.Line.Family), makers[l.Line.Product!], offers[l.Order], open[l.Order]) with
            {
                OrderId = orders.Count == 1 ? null : l.Order.Id,
                Position = orders.Count == 1 ? l.Order.Lines.IndexOf(l.Line) : i,
                Licensed = licences is null || !rulebook.RuleFor(l.Line.Family).RequiresBrandLicence ? null
                    : [.. firms.Select(f => f.Id).Where(id => BrandLicence.Cover(licences[id], l.Line.Product!, today, l.Line.Due))],
                Quotas = quotas.GetValueOrDefault(l.Line.Family!),
                Turns = turns.GetValueOrDefault(l.Line.Family!),
                Prices = BySealedPrice(l.Line) ? prices[l.Order.Id].GetValueOrDefault(l.Line.LineId).Prices ?? [] : null,
                Match = BySealedPrice(l.Line) ? prices[l.Order.Id].GetValueOrDefault(l.Line.LineId).Match : null,
                Limit = BySealedPrice(l.Line) ? prices[l.Order.Id].GetValueOrDefault(l.Line.LineId).Limit : null,
                Scores = scores.GetValueOrDefault(l.Line.Family!),
                ByHand = byHand?.ToSnapshot(),
                Strikes = rulebook.RuleFor(l.Line.Family).StrikeLapseDays is var days && days == lapse ? null
                    : [.. firms.Select(f => new MemberStrikes(f.Id, InForce(days, f.Id))).Where(own => own.Count > 0)],
            })],
        };

        int InForce(int days, Guid firm) => strikes[firm].Count(at => at > now.AddDays(-days));

        bool BySealedPrice(OrderLine line) => forAnyPolicy || rulebook.RuleFor(line.Family).Policy == nameof(SealedPrice);
    }

    /// <summary>
    /// The declarations that a run can use, or that explain why it can't: free, and in time for one of the lines; of the firms that can make one of
    /// them, if that is known.
    /// </summary>
    private static async Task<List<CapacityBucket>> BucketsAsync(
        Guid consortiumId, List<string?> families, List<OrderLine> lines, DateOnly productionFrom, List<Guid>? makers, AllocationDb db,
        CancellationToken ct)
    {
        var before = lines.Exists(l => l.Due is null) ? null : lines.Max(l => l.Due);
        var buckets = db.Capacity.AsNoTracking().Where(b => b.ConsortiumId == consortiumId && families.Contains(b.Family)
            && b.To > productionFrom && (before == null || b.From < before) && b.Declared > b.Reserved);
        return await (makers is null ? buckets : buckets.Where(b => makers.Contains(b.MemberId))).ToListAsync(ct);
    }

    /// <summary>The firms that can make each of these products, in the order of the firms.</summary>
    private static Dictionary<string, List<Guid>> MakersByProduct(List<MemberFirm> firms, HashSet<string> products)
    {
        var makers = products.ToDictionary(product => product, _ => new List<Guid>(), StringComparer.Ordinal);
        foreach (var firm in firms)
        {
            foreach (var product in firm.Capabilities.Select(c => c.ProductCode).Where(products.Contains).Distinct(StringComparer.Ordinal))
            {
                makers[product].Add(firm.Id);
            }
        }

        return makers;
    }

    /// <summary>When each firm got the strikes that may still count.</summary>
    private static async Task<ILookup<Guid, DateTime>> StrikesAsync(Guid consortiumId, int days, AllocationDb db, DateTime now, CancellationToken ct)
    {
        var since = now.AddDays(-days);
        return (await db.Strikes.Where(s => s.ConsortiumId == consortiumId && s.At > since).Select(s => new { s.MemberId, s.At }).ToListAsync(ct))
            .ToLookup(s => s.MemberId, s => s.At);
    }

    /// <summary>The quotas of a family and what each firm received of it this calendar year, from its fairness account .</summary>
    private static async Task<IReadOnlyList<MemberQuota>> QuotasAsync(
        Consortium consortium, string family, AllocationRule rule, List<MemberFirm> firms, AllocationDb db, DateTime now, CancellationToken ct)
    {
        var year = consortium.CalendarYear(now);
        var received = await db.FairnessBalances.AsNoTracking().Where(b => b.ConsortiumId == consortium.Id && b.Family == family && b.Year == year)
            .ToDictionaryAsync(b => b.MemberId, b => b.Received, ct);
        var shares = (rule.Quotas ?? []).ToDictionary(q => q.MemberId, q => q.SharePpm);
        return [.. firms.Select(f => new MemberQuota(f.Id, shares.GetValueOrDefault(f.Id), received.GetValueOrDefault(f.Id)))
            .Where(q => q is not { SharePpm: 0, Received: 0 })];
    }

    /// <summary>
    /// The queue of a family: firms never served first, by code, then the one served longest ago. The rows are tracked until the run is
    /// saved: if another run serves the same firm meanwhile, this one is retried.
    /// </summary>
    private static async Task<IReadOnlyList<MemberTurn>> TurnsAsync(
        Guid consortiumId, string family, List<MemberFirm> firms, AllocationDb db, CancellationToken ct)
    {
        var served = await db.Turns.Where(t => t.ConsortiumId == consortiumId && t.Family == family)
            .ToDictionaryAsync(t => t.MemberId, t => t.ServedAt, ct);
        return [.. firms.OrderBy(f => served.GetValueOrDefault(f.Id) ?? DateTime.MinValue).ThenBy(f => f.Code, StringComparer.Ordinal)
            .ThenBy(f => f.Id)
            .Select((f, i) => new MemberTurn(f.Id, i + 1))];
    }

    /// <summary>
    /// The prices of each line's last opened round and the state of its price-match round. Unopened prices are encrypted, not numbers. Prices
    /// that this run has just opened aren't stored yet: they are read from the tracked rows. With few prices firms could guess whose price leads:
    /// then nobody is asked to match it, and only the ceiling holds.
    /// </summary>
    private static async Task<Dictionary<string, (IReadOnlyList<SealedOffer> Prices, PriceMatch? Match, PriceLimit? Limit)>> PricesAsync(
        Order order, OfferKind stage, AllocationDb db, CancellationToken ct)
    {
        var lines = order.Lines.Select(l => (l.LineId, Round: order.PricesFor(l.LineId, stage)!)).Where(l => l.Round is not null).ToList();
        if (lines.Count == 0)
        {
            return [];
        }

        var invitations = await db.PriceInvitations.Where(i => i.OrderId == order.Id).ToListAsync(ct);
        var received = lines.Exists(l => l.Round.PriceMatch.Count > 0) ? await db.ReceivedDocuments.AsNoTracking()
            .SingleAsync(p => p.OrderId == order.Id, ct) : null;
        return lines.ToDictionary(l => l.LineId, l =>
        {
            IReadOnlyList<SealedOffer> prices =
                [.. invitations.Where(i => i.RoundId == l.Round.Id && i.LineId == l.LineId && i.Price is not null)
                .Select(i => SealedOffer.Of(i.MemberId, i.Price!.Value))];
            if (l.Round.PriceMatch.GetValueOrDefault(l.LineId) is not { } rule)
            {
                return (prices, default(PriceMatch?), default(PriceLimit?));
            }

            var written = received!.Document.Lines.Single(line => line.LineId == l.LineId);
            var ceiling = CeilingOf(rule, order.Line(l.LineId)!.PriceOf(written));
            var offers = order.Offers.FindAll(o => o.LineId == l.LineId && o.Awarded is not null);
            AwardedPart[] awarded = [.. offers.Where(o => o.Accepted > 0).Select(o =>
                new AwardedPart(o.MemberId, o.Accepted, o.SealedPrice!.Value) { PerQuantity = o.SealedPerQuantity })];
            if (prices.Count < OfferTerms.FirmsForAnonymity)
            {
                return (prices, null, ceiling is null ? null : new PriceLimit(ceiling, awarded));
            }

            // The first run that uses a round's prices made all its offers at the leader's price, unless even that was above the ceiling.
            var ofRound = offers.FindAll(l.Round.LedTo);
            var leaders = ofRound.GroupBy(o => o.Round).MinBy(run => run.Key)?.Min(o => o.Awarded);
            var matched = ofRound.Where(o => o is { ToMatch: true, Accepted: > 0 }).Select(o => o.MemberId).ToHashSet();
            return (
                [.. prices.Select(price => matched.Contains(price.MemberId) ? price with
                {
                    MatchedMinor = leaders?.Minor, MatchedPerQuantity = leaders?.StoredPerQuantity,
                } : price)],
                new PriceMatch(leaders?.Minor, ceiling, awarded) { LeadersPerQuantity = leaders?.StoredPerQuantity }, null);
        });

        // The rulebook's percentage is of the buyer's price: without one there is no ceiling.
        static PriceCeiling? CeilingOf(AllocationPriceMatch rule, UnitPrice? buyers) =>
            rule.CeilingPercent is { } percent && buyers is not null ? new(percent, buyers.MinorUnits, buyers.PerQuantity) : null;
    }

    private static SnapshotLine Line(
        Order order, OrderLine line, OfferKind stage, AllocationRule rule, List<Guid> makers, ILookup<string, Offer> byLine,
        Dictionary<string, long> open)
    {
        var offers = byLine[line.LineId].ToList();
        return new SnapshotLine
        {
            LineId = line.LineId,
            Position = order.Lines.IndexOf(line),
            Product = line.Product!,
            Family = line.Family!,
            Unit = NullIfPieces(line.Unit),
            Ordered = line.Ordered,
            Open = open[line.LineId],
            Due = line.Due,
            Stage = stage switch
            {
                OfferKind.OverConcentration => AllocationStage.OverConcentration,
                OfferKind.Probation => AllocationStage.Probation,
                _ => AllocationStage.Normal,
            },
            Rule = new LineRule
            {
                Policy = rule.Policy,
                LotSize = rule.LotSize,
                MinLot = rule.MinLot,
                ConcentrationCapPercent = rule.ConcentrationCapPercent,
                ConcentrationFromMembers = rule.ConcentrationFromMembers,
                ProbationCapPercent = rule.ProbationCapPercent,
                CapacityMaxAgeDays = rule.CapacityMaxAgeDays,
                StrikeLimit = rule.StrikeLimit,
                MaxMakers = rule.MaxMakers,
                Sources = rule.Sources,
            },
            Capable = makers,
            Held = [.. offers.Where(o => o.Accepted > 0).GroupBy(o => o.MemberId).Select(g => new HeldPart(g.Key, g.Sum(o => o.Accepted)))],
            NotAskedAgain = [.. offers.Where(o => o.Kind != OfferKind.Subcontract && Answer(o) is not null)
                .Concat(AcceptedLess(order, line))
                .OrderBy(o => o.OwnPriceStands)
                .GroupBy(o => o.MemberId).Select(g => new NotAskedAgain(g.Key, Answer(g.First())!.Value))],
        };
    }

    // Most products are counted in pieces: their snapshots need not say so.
    private static string? NullIfPieces(string? unit) => unit == UnitCode.Piece ? null : unit;

    // a firm that accepted less than it was offered can make no more of this family for the whole order, not only for this line.
    private static IEnumerable<Offer> AcceptedLess(Order order, OrderLine line) => order.Offers.Where(o =>
        o.State == OfferState.PartiallyAccepted && o.LineId != line.LineId && order.Line(o.LineId)!.Family == line.Family);

    private static EarlierAnswer? Answer(Offer offer) => offer.State switch
    {
        OfferState.Declined when offer.OwnPriceStands => EarlierAnswer.RefusedToMatch,
        OfferState.Declined => EarlierAnswer.Declined,
        OfferState.Expired => EarlierAnswer.Expired,
        OfferState.PartiallyAccepted => EarlierAnswer.AcceptedLess,
        OfferState.Proposed => EarlierAnswer.OfferOpen,
        _ => null,
    };
}
