using ExportConsortia.TradeFairs.Fairs;
using ExportConsortia.TradeFairs.Leads;

namespace ExportConsortia.TradeFairs.Reports;

/// <summary>
/// What a fair brought: cost for each lead, orders that came of its leads within twelve months, and what each firm got back (FAIR-10). A firm reads
/// its own figures; totals are for the clean team: of two firms each would know the other's.
/// </summary>
internal static class ReportFair
{
    /// <summary>Orders count that are won so long after the fair's last day.</summary>
    private const int Months = 12;

    /// <summary>What an edition brought.</summary>
    /// <param name="EditionId">The edition.</param>
    /// <param name="Currency">ISO 4217 code of its costs.</param>
    /// <param name="OrdersUntil">Orders count that were won before this day in the fair's zone.</param>
    /// <param name="Firms">The clean team reads each firm, a firm itself.</param>
    /// <param name="Captured">So many leads were captured at the stand; only for the clean team.</param>
    /// <param name="Leads">So many different leads came of them and of the stand's code; only for the clean team.</param>
    /// <param name="CostMinor">What all firms were asked for, less what they got back, in minor units; only for the clean team.</param>
    /// <param name="CostPerLeadMinor">Cost of each different lead, in minor units, rounded half up; null without a lead, and for firms.</param>
    /// <param name="Won">What all orders are worth, by currency; only for the clean team.</param>
    /// <param name="Motion">The motion to go again, if it was prepared.</param>
    public sealed record Response(
        Guid EditionId, string Currency, DateOnly OrdersUntil, IReadOnlyList<FirmReturn> Firms, int? Captured, int? Leads, long? CostMinor,
        long? CostPerLeadMinor, IReadOnlyList<WonValue>? Won, MotionView? Motion);

    /// <summary>What a firm put in and got out.</summary>
    /// <param name="MemberId">The firm.</param>
    /// <param name="CostMinor">What it was asked for, less what it got back, in minor units of the edition's currency.</param>
    /// <param name="Captured">So many leads its people captured.</param>
    /// <param name="Assigned">So many leads of the fair it has.</param>
    /// <param name="Orders">So many of these became orders in time.</param>
    /// <param name="Won">
    /// What they are worth, by currency. A firm reads what it stated itself: what a quotation sold a lead for is the clean team's to know.
    /// </param>
    /// <param name="CostPerLeadMinor">Cost of each lead that it has, in minor units, rounded half up; null without one.</param>
    /// <param name="ReturnMinor">
    /// Worth of the orders in the edition's currency less the cost; null if an order has another currency, or a worth that the firm may not know.
    /// </param>
    public sealed record FirmReturn(
        Guid MemberId, long CostMinor, int Captured, int Assigned, int Orders, IReadOnlyList<WonValue> Won, long? CostPerLeadMinor,
        long? ReturnMinor);

    /// <summary>What orders are worth.</summary>
    /// <param name="Currency">ISO 4217 code.</param>
    /// <param name="AmountMinor">In minor units of it.</param>
    public sealed record WonValue(string Currency, long AmountMinor);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("editions/{id:guid}/report", HandleAsync).WithName("ReportFair")
        .For(Role.ConsortiumManager, Role.Auditor, Role.MemberUser)
        .WithSummary("Read what a fair brought")
        .WithDescription(
            "Costs are the charges that were asked for. Orders are those that leads of the fair became within 12 months of its last day, for the "
            + "firm that has the lead. A firm reads its own figures.");

    private static async Task<Results<Ok<Response>, ProblemHttpResult>> HandleAsync(Guid id, TradeFairsDb db, Caller caller, CancellationToken ct)
    {
        if (await db.Editions.AsNoTracking().SingleOrDefaultAsync(e => e.Id == id, ct) is not { } edition)
        {
            return Refusal.NotFound();
        }

        var motion = await db.RepeatMotions.AsNoTracking().SingleOrDefaultAsync(m => m.EditionId == id, ct);
        var all = caller.IsCleanTeam;
        var figures = await FiguresAsync(edition, all, db, ct);
        var cost = figures.Charges.Values.Sum();
        return TypedResults.Ok(new Response(
            id, edition.Currency, Until(edition), figures.Firms(edition), all ? figures.Captured.Values.Sum() + figures.CapturedByOwn : null,
            all ? figures.Traces.Count : null, all ? cost : null, all ? PerOne(cost, figures.Traces.Count) : null,
            all ? figures.WonOf(figures.Traces) : null, motion is null ? null : MotionView.Of(motion)));
    }

    // The first day on which an order no longer counts.
    private static DateOnly Until(FairEdition edition) => edition.ClosesOn.AddMonths(Months).AddDays(1);

    // An amount for each of so many, rounded half up; null for none.
    private static long? PerOne(long amountMinor, int count)
    {
        if (count == 0)
        {
            return null;
        }

        var (whole, rest) = Math.DivRem((2 * amountMinor) + count, 2L * count);
        return rest < 0 ? whole - 1 : whole;
    }

    // What is known of an edition, as far as the caller may read it.
    private static async Task<Figures> FiguresAsync(FairEdition edition, bool isCleanTeam, TradeFairsDb db, CancellationToken ct)
    {
        var (id, end) = (edition.Id, edition.Zone.BeginningOf(Until(edition)));
        var captured = await db.FairLeads.Where(l => l.EditionId == id).GroupBy(l => l.MemberId).Select(g => new { g.Key, Count = g.Count() })
            .ToListAsync(ct);
        return new(
            await db.Charges.Where(c => c.EditionId == id).GroupBy(c => c.MemberId).Select(g => new { g.Key, Sum = g.Sum(c => c.AmountMinor) })
                .ToDictionaryAsync(g => g.Key, g => g.Sum, ct),
            captured.Where(c => c.Key is not null).ToDictionary(c => c.Key!.Value, c => c.Count), captured.Find(c => c.Key is null)?.Count ?? 0,
            await db.LeadTraces.AsNoTracking().Where(t => t.EditionId == id).OrderBy(t => t.LeadId).ToListAsync(ct), end,
            (await db.ConsortiumAsync(edition.ConsortiumId, ct)).BaseCurrency ?? edition.Currency, isCleanTeam);
    }

    /// <summary>Charges and captured leads by firm, and what became of the leads.</summary>
    private sealed record Figures(
        Dictionary<Guid, long> Charges, Dictionary<Guid, int> Captured, int CapturedByOwn, List<LeadTrace> Traces, DateTime OrdersBefore,
        string BaseCurrency, bool IsCleanTeam)
    {
        /// <summary>What each firm put in and got out.</summary>
        public IReadOnlyList<FirmReturn> Firms(FairEdition edition) =>
        [
            .. Charges.Keys.Union(Captured.Keys).Union(Traces.Select(t => t.MemberId).OfType<Guid>()).Order().Select(firm =>
            {
                var (cost, own) = (Charges.GetValueOrDefault(firm), Traces.FindAll(t => t.MemberId == firm));
                var won = WonOf(own);
                return new FirmReturn(
                    firm, cost, Captured.GetValueOrDefault(firm), own.Count, own.Count(Counts), won, PerOne(cost, own.Count),
                    won.All(w => w.Currency == edition.Currency) && own.Where(Counts).All(IsTold) ? won.Sum(w => w.AmountMinor) - cost : null);
            }),
        ];

        /// <summary>What orders of these leads are worth, by currency.</summary>
        public IReadOnlyList<WonValue> WonOf(IEnumerable<LeadTrace> traces) =>
        [
            .. traces.Where(Counts).Where(IsTold).GroupBy(t => t.WonCurrency ?? BaseCurrency).OrderBy(g => g.Key, StringComparer.Ordinal)
                .Select(g => new WonValue(g.Key, g.Sum(t => t.WonMinor!.Value))),
        ];

        private bool Counts(LeadTrace trace) => trace.WonAt < OrdersBefore;

        // A worth with a currency of its own comes from a quotation.
        private bool IsTold(LeadTrace trace) => IsCleanTeam || trace.WonCurrency is null;
    }
}
