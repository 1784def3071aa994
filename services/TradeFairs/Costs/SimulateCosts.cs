using System.ComponentModel;
using ExportConsortia.TradeFairs.Fairs;
using ExportConsortia.TradeFairs.Participation;

namespace ExportConsortia.TradeFairs.Costs;

/// <summary>What would it cost if …: for the manager with names, for a firm the worst that can happen to it. Nothing is stored.</summary>
internal static class SimulateCosts
{
    private const int MostOthers = 3;

    /// <summary>What would happen.</summary>
    public sealed record Request
    {
        /// <summary>Firms that withdraw, each of them at the stand.</summary>
        public List<Guid>? Withdraw { get; init; }

        /// <summary>The day, in the fair's zone, on which they withdraw; absent: today.</summary>
        public DateOnly? On { get; init; }

        /// <summary>Firms that come, at most 20.</summary>
        public List<ComingFirm>? Come { get; init; }
    }

    /// <summary>A firm that comes.</summary>
    public sealed record ComingFirm
    {
        /// <summary>The firm, which is not at the stand.</summary>
        public required Guid MemberId { get; init; }

        /// <summary>Its area, in square decimetres, 0 to 1,000,000.</summary>
        public long AreaDm2 { get; init; }

        /// <summary>Its freight, in litres, 0 to 10,000,000.</summary>
        public long VolumeLitres { get; init; }

        /// <summary>How many pieces it shows, 0 to 100,000.</summary>
        public int ExhibitCount { get; init; }

        /// <summary>Its own amounts of items with the key Direct.</summary>
        public List<OwnAmount>? Own { get; init; }
    }

    /// <summary>A firm's own amount.</summary>
    /// <param name="ItemId">An item with the key Direct.</param>
    /// <param name="AmountMinor">In minor units, 0 to 10¹².</param>
    public sealed record OwnAmount(Guid ItemId, long AmountMinor);

    /// <summary>Shares as they are and as they would be, in minor units of the edition's currency.</summary>
    /// <param name="NowTotalMinor">What the stand costs now.</param>
    /// <param name="ThenTotalMinor">What it would cost.</param>
    /// <param name="ThenPoolMinor">What the pool would bear: lost costs less penalties.</param>
    /// <param name="ThenCommonMinor">What nobody would be left to bear.</param>
    /// <param name="Shares">Each firm's share, after grants.</param>
    public sealed record Response(
        long NowTotalMinor, long ThenTotalMinor, long ThenPoolMinor, long ThenCommonMinor, IReadOnlyList<SimulatedShare> Shares);

    /// <summary>A firm's share as it is and as it would be.</summary>
    /// <param name="MemberId">The firm.</param>
    /// <param name="NowMinor">As it is, in minor units; 0 if it does not take part.</param>
    /// <param name="ThenMinor">As it would be, in minor units; the penalty of a firm that withdraws.</param>
    public sealed record SimulatedShare(Guid MemberId, long NowMinor, long ThenMinor);

    /// <summary>
    /// The worst that others' withdrawals would do to a firm's share. Items that are shared by turnover or by agreed weights are left out, since
    /// what is known of them would tell those of others.
    /// </summary>
    /// <param name="FairName">The fair and its edition.</param>
    /// <param name="Currency">ISO 4217 code.</param>
    /// <param name="Others">How many other firms withdraw.</param>
    /// <param name="NowMinor">
    /// Its share as it is, before grants, in minor units of the edition's currency, rounded up to two digits. Before the stand is divided, and for
    /// a firm that is not at it, an estimate without its own fees: its area at the planned price of the stand, and of all else the part of one of
    /// the planned number of firms, each rounded up too. Nothing of it depends on what others ask for, or on how many they are.
    /// </param>
    /// <param name="AtMostMinor">At most that, if so many withdrew today, whichever they are; rounded up to two digits.</param>
    /// <param name="AtMostPercent">The difference, rounded up to a whole percent of its share: so it tells nobody's part.</param>
    public sealed record RiskResponse(
        string FairName, string Currency, int Others, long NowMinor, long AtMostMinor, int AtMostPercent);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("editions/{id:guid}/cost-simulations", HandleAsync).WithName("SimulateFairCosts").For(Role.ConsortiumManager, Role.Auditor)
            .WithSummary("Compute what an edition would cost each firm if others withdrew or came")
            .WithDescription("For the clean team. Nothing is stored. Penalties are those of the day (R-502).")
            .WithExample(new Request { Withdraw = [new("0197a4c2-7d1e-7c55-9b2f-3f6f0f1a2b3c")], On = new(2026, 12, 9) });
        routes.MapGet("editions/{id:guid}/own-share/risk", RiskAsync).WithName("GetFairShareRisk").For(Role.MemberUser)
            .WithSummary("Read what your share would be at most if others withdrew")
            .WithDescription(
                "For firms, also before they commit themselves: then with the area, volume and exhibits that they think of, and with the number of "
                + "firms that the plan counts with. Whichever firms withdraw, the share is at most that; it is rounded up, and names nobody. Items "
                + "by "
                + "turnover and by agreed weights are left out. 409 NO_ESTIMATE if there is too little that may be told: no costs, or fewer than "
                + "five "
                + "firms at the stand, or more combinations than can be tried.");
    }

    private static async Task<Results<Ok<Response>, ProblemHttpResult>> HandleAsync(Guid id, Request request, TradeFairsDb db, CancellationToken ct)
    {
        if (await db.Editions.AsNoTracking().SingleOrDefaultAsync(e => e.Id == id, ct) is not { } edition)
        {
            return Refusal.NotFound();
        }

        var sheet = await CostSheet.LoadAsync(db, edition, ct);
        var errors = new InputErrors();
        Check(request, sheet, errors);
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        var at = request.On is { } on ? edition.Zone.BeginningOf(on) : db.Now;
        var now = ShareCosts.Of(sheet.Expected);
        var then = ShareCosts.Of(With(
            SimulateWithdrawals.Without(
                sheet.Expected, (request.Withdraw ?? []).ToDictionary(f => f, f => sheet.PenaltyOf(f, at).AmountMinor)),
            request.Come ?? []));
        return TypedResults.Ok(new Response(
            now.TotalMinor, then.TotalMinor, then.Pool.AdjustmentMinor, then.CommonMinor,
            [.. then.Firms.Select(f => new SimulatedShare(f.MemberId, now.Of(f.MemberId)?.NetMinor ?? 0, f.NetMinor))]));
    }

    private static void Check(Request request, CostSheet sheet, InputErrors errors)
    {
        var firms = sheet.Expected.Firms.Select(f => f.MemberId).ToHashSet();
        var (withdraw, come) = (request.Withdraw ?? [], request.Come ?? []);
        errors.Unless(
            withdraw.Distinct().Count() == withdraw.Count && withdraw.TrueForAll(firms.Contains), "withdraw", "Must be firms at the stand.");
        errors.Unless(come.Count <= 20, "come", "Must be at most 20.");
        errors.Unless(
            come.DistinctBy(c => c.MemberId).Count() == come.Count
                && !come.Exists(c => firms.Contains(c.MemberId) || sheet.Withdrawals.Any(w => w.MemberId == c.MemberId)),
            "come", "Must be firms that are not at the stand and have not withdrawn.");
        var direct = sheet.Items.Where(i => i.Key == CostKey.Direct).Select(i => i.Id).ToHashSet();
        foreach (var (i, firm) in come.Take(20).Index())
        {
            errors.Unless(firm.AreaDm2 is >= 0 and <= 1_000_000, $"come[{i}].areaDm2", "Must be 0 to 1,000,000.");
            errors.Unless(firm.VolumeLitres is >= 0 and <= 10_000_000, $"come[{i}].volumeLitres", "Must be 0 to 10,000,000.");
            errors.Unless(firm.ExhibitCount is >= 0 and <= 100_000, $"come[{i}].exhibitCount", "Must be 0 to 100,000.");
            errors.Unless(
                (firm.Own ?? []).TrueForAll(o => direct.Contains(o.ItemId) && o.AmountMinor is >= 0 and <= CostItem.MostMinor)
                    && (firm.Own ?? []).DistinctBy(o => o.ItemId).Count() == (firm.Own ?? []).Count,
                $"come[{i}].own", $"Must name items with the key Direct once, with 0 to {CostItem.MostMinor}.");
        }
    }

    private static CostInput With(CostInput input, List<ComingFirm> come) => input with
    {
        Firms = [.. input.Firms, .. come.Select(c => new SharingFirm(c.MemberId, c.AreaDm2, c.VolumeLitres, c.ExhibitCount))],
        Items = [.. input.Items.Select(item =>
        {
            FirmPart[] own =
            [
                .. from firm in come
                   from amount in firm.Own ?? []
                   where amount.ItemId == item.ItemId
                   select new FirmPart(firm.MemberId, amount.AmountMinor),
            ];
            return item with { AmountMinor = item.AmountMinor + own.Sum(o => o.Value), Parts = [.. item.Parts, .. own] };
        })],
    };

    private static async Task<Results<Ok<RiskResponse>, ProblemHttpResult>> RiskAsync(
        Guid id, TradeFairsDb db, Caller caller, CancellationToken ct,
        [Description("How many others withdraw, 0 to 3.")] int others = 2,
        [Description("For a firm that is not at the stand: its area, in square decimetres.")] long areaDm2 = 400,
        [Description("For a firm that is not at the stand: its freight, in litres.")] long volumeLitres = 0,
        [Description("For a firm that is not at the stand: how many pieces it shows.")] int exhibitCount = 0)
    {
        var errors = new InputErrors();
        errors.Unless(others is >= 0 and <= MostOthers, "others", $"Must be 0 to {MostOthers}.");
        errors.Unless(areaDm2 is >= 0 and <= 1_000_000, "areaDm2", "Must be 0 to 1,000,000.");
        errors.Unless(volumeLitres is >= 0 and <= 10_000_000, "volumeLitres", "Must be 0 to 10,000,000.");
        errors.Unless(exhibitCount is >= 0 and <= 100_000, "exhibitCount", "Must be 0 to 100,000.");
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        if (caller.MemberId is not { } member || await db.Editions.AsNoTracking().SingleOrDefaultAsync(e => e.Id == id, ct) is not { } edition)
        {
            return Refusal.NotFound();
        }

        var sheet = await CostSheet.LoadAsync(db, edition, ct);
        var own = sheet.Commitments.FirstOrDefault(c => c.MemberId == member);
        if (own?.State == CommitmentState.Withdrawn)
        {
            return Refusal.NotFound();
        }

        if (own?.State == CommitmentState.Committed && edition.State != FairState.CallForInterest)
        {
            var input = sheet.Expected with { Items = [.. sheet.Expected.Items.Where(MayTell)], Grants = [] };
            var at = db.Now;
            var now = ShareCosts.Of(input).Of(member)!.GrossMinor;
            var worst = input.Items.Count == 0 || input.Firms.Count < OwnShareView.LeastFirms ? (long?)null
                : others == 0 ? now : SimulateWithdrawals.Worst(input, member, others, f => sheet.PenaltyOf(f, at).AmountMinor);
            return worst is not { } most ? NoEstimate() : TypedResults.Ok(
                await OfAsync(now, SimulateWithdrawals.PercentAbove(most - now, now)));
        }

        var think = own?.RequestedAreaDm2 > 0 ? (Area: own.RequestedAreaDm2, Volume: own.VolumeLitres, Exhibits: own.ExhibitCount)
            : (Area: areaDm2, Volume: volumeLitres, Exhibits: exhibitCount);
        var planned = sheet.Costs.Rules.PlannedFirms;
        return Estimate(sheet, think.Area, think.Volume, think.Exhibits) is not { } estimate || planned - 1 <= others ? NoEstimate()
            : TypedResults.Ok(await OfAsync(estimate, ((others * 100) + planned - others - 2) / (planned - 1 - others)));

        async Task<RiskResponse> OfAsync(long minor, int percent) => new(
            await sheet.NameAsync(db, ct), edition.Currency, others, UpToTwoDigits(minor),
            UpToTwoDigits(minor + Portion.Of(Math.Max(0, minor), percent)), percent);
    }

    /// <summary>An amount rounded up to two digits: an estimate that is asked for again and again tells no more than one.</summary>
    internal static long UpToTwoDigits(long minor)
    {
        var unit = 1L;
        while (minor / unit >= 100)
        {
            unit *= 10;
        }

        return minor <= 0 ? minor : (minor + unit - 1) / unit * unit;
    }

    private static ProblemHttpResult NoEstimate() =>
        new Refusal("NO_ESTIMATE", "There is no estimate: too little is planned, or too few firms take part.").ToProblem();

    // Two readings would tell another firm's turnover, or what was agreed with it.
    private static bool MayTell(SharedItem item) => item.Key is not (CostKey.ByTurnover or CostKey.Custom);

    // For a firm that has no area yet: it pays its area at the planned price, and of what it takes part in otherwise what one of the planned number
    // of firms pays. That grows with the area without an end: so it doesn't tell how large the stand is.
    private static long? Estimate(CostSheet sheet, long areaDm2, long volumeLitres, int exhibitCount)
    {
        var items = sheet.Items.Where(i => i.Key is not (CostKey.Direct or CostKey.ByTurnover or CostKey.Custom)).ToList();
        if (items.Count == 0)
        {
            return null;
        }

        var (available, firms) = (sheet.Edition.StandAreaDm2 - sheet.Edition.CommonAreaDm2, sheet.Costs.Rules.PlannedFirms);
        var byArea = available <= 0 ? 0 : items.Where(i => i.Key == CostKey.ByArea).Sum(i => i.PlannedMinor);
        var alike = items.Where(i => i.Key switch
        {
            CostKey.ByArea => available <= 0,
            CostKey.ByVolume => volumeLitres > 0,
            CostKey.ByExhibitCount => exhibitCount > 0,
            _ => true,
        }).Sum(i => i.PlannedMinor);
        return Estimate(byArea, available, alike, firms, areaDm2);
    }

    /// <summary>
    /// The price of a square metre and the part of one firm, each rounded up to two digits before the area counts: who asks again and again with
    /// other areas finds where the sum grows by a step, and would otherwise know both to the cent. What an item costs in all, beside the own part of
    /// it, later tells what the others weigh.
    /// </summary>
    internal static long Estimate(long byAreaMinor, long availableDm2, long alikeMinor, int firms, long areaDm2)
    {
        var squareMetre = availableDm2 <= 0 ? 0 : UpToTwoDigits((long)((Int128)byAreaMinor * 100 / availableDm2));
        return (long)((Int128)squareMetre * areaDm2 / 100) + UpToTwoDigits(alikeMinor / firms);
    }
}
