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

    /// <summary>The worst that others' withdrawals would do to a firm's share.</summary>
    /// <param name="FairName">The fair and its edition.</param>
    /// <param name="Currency">ISO 4217 code.</param>
    /// <param name="Others">How many other firms withdraw.</param>
    /// <param name="NowMinor">
    /// Its share as it is, before grants, in minor units of the edition's currency. Before the stand is divided, and for a firm that is not at it, an
    /// estimate without its own fees, as if the others filled the stand and were otherwise like this firm.
    /// </param>
    /// <param name="AtMostMinor">At most that, if so many withdrew today, whichever they are.</param>
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
                "For firms, also before they commit themselves: then with the area, volume and exhibits that they think of. Whichever firms "
                + "withdraw, "
                + "the share is at most that; it is rounded up to a whole percent, and names nobody. 409 TOO_FEW_FIRMS if fewer others are at the "
                + "stand than withdraw, or, for a firm at the stand, fewer than three, since it would tell what another firm bears; "
                + "TOO_MANY_FIRMS if "
                + "there are too many combinations; NO_COSTS.");
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

        var isIn = own?.State == CommitmentState.Committed && edition.State != FairState.CallForInterest;
        var input = isIn ? sheet.Expected
            : own?.RequestedAreaDm2 > 0 ? Imagined(sheet, new(member, own.RequestedAreaDm2, own.VolumeLitres, own.ExhibitCount))
            : Imagined(sheet, new(member, areaDm2, volumeLitres, exhibitCount));
        if (Refuse(input, isIn ? Math.Max(OwnShareView.LeastFirms, others) : Math.Max(1, others)) is { } refusal)
        {
            return refusal.ToProblem();
        }

        var (now, at) = (ShareCosts.Of(input).Of(member)!.GrossMinor, db.Now);
        var worst = others == 0 ? now : SimulateWithdrawals.Worst(input, member, others, f => sheet.PenaltyOf(f, at).AmountMinor);
        if (worst is not { } most)
        {
            return new Refusal("TOO_MANY_FIRMS", "There are too many combinations of firms: ask for fewer.").ToProblem();
        }

        var percent = SimulateWithdrawals.PercentAbove(most - now, now);
        return TypedResults.Ok(new RiskResponse(
            await sheet.NameAsync(db, ct), edition.Currency, others, now, now + Portion.Of(Math.Max(0, now), percent), percent));
    }

    // For a firm that has no area yet, which could ask again and again with other numbers: nothing of it depends on what the others ask for or
    // ship. They fill the stand, and are otherwise like this firm.
    private static CostInput Imagined(CostSheet sheet, SharingFirm self)
    {
        var others = sheet.Expected.Firms.Count(f => f.MemberId != self.MemberId);
        var left = Math.Max(0, sheet.Edition.StandAreaDm2 - sheet.Edition.CommonAreaDm2 - self.AreaDm2);
        return new(
            [self, .. Enumerable.Range(1, others).Select(i => self with { MemberId = new Guid(i, 0, 0, new byte[8]), AreaDm2 = left / others })],
            [
                .. sheet.Expected.Items.Where(i => i.Key != CostKey.Direct)
                    .Select(i => i with { Key = i.Key == CostKey.Custom ? CostKey.Equal : i.Key, Parts = [], GrantId = null }),
            ],
            [], []);
    }

    private static Refusal? Refuse(CostInput input, int leastOthers) =>
        input.Items.Count == 0 ? new("NO_COSTS", "No costs are planned yet.")
        : input.Firms.Count - 1 < leastOthers ? new("TOO_FEW_FIRMS", "Too few other firms are at the stand.")
        : null;
}
