using ExportConsortia.Allocation.Documents;
using ExportConsortia.Allocation.Offers;
using ExportConsortia.Allocation.SealedPrices;
using ExportConsortia.Allocation.SplitsByHand;

namespace ExportConsortia.Allocation.Orders;

/// <summary>An order as the clean team sees it. For every line: ordered = accepted + offered + unallocated + short-closed (F-Q1).</summary>
public sealed partial record OrderView
{
    /// <summary>The order.</summary>
    public required Guid OrderId { get; init; }

    /// <summary>Its state.</summary>
    public required OrderState State { get; init; }

    /// <summary>The buyer's name.</summary>
    public required string Buyer { get; init; }

    /// <summary>The buyer's own number of the order.</summary>
    public required string BuyerReference { get; init; }

    /// <summary>Number of the quotation that it comes from, such as <c>Q-2026-0001</c>, as the buyer or Marketing named it.</summary>
    public string? QuotationReference { get; init; }

    /// <summary>ISO 4217 code of its prices.</summary>
    public required string Currency { get; init; }

    /// <summary>When it was placed, UTC.</summary>
    public required DateTime ReceivedAt { get; init; }

    /// <summary>Members have less time to answer .</summary>
    public required bool Urgent { get; init; }

    /// <summary>Increases with each change; also the ETag.</summary>
    public required long Version { get; init; }

    /// <summary>Runs so far.</summary>
    public required int Round { get; init; }

    /// <summary>True while a run is being calculated or waits for sealed prices.</summary>
    public required bool RunInProgress { get; init; }

    /// <summary>Progress of that run, 0 to 100; absent for short runs.</summary>
    public int? RunPercent { get; init; }

    /// <summary>The next deadline among open offers, calls and price rounds, UTC, exclusive.</summary>
    public DateTime? NextDeadline { get; init; }

    /// <summary>Why it was cancelled or blocked; the buyer is told <see cref="BuyerText"/>.</summary>
    public string? CancelReason { get; init; }

    /// <summary>What the buyer is told of the cancellation.</summary>
    public string? BuyerText { get; init; }

    /// <summary>True once two people, one of them not from sales, have cleared the order since the last hold .</summary>
    public required bool Cleared { get; init; }

    /// <summary>True from a hold until the order is cleared again: answers of firms wait, and the buyer isn't answered.</summary>
    public required bool OnHold { get; init; }

    /// <summary>What was decided by discretion, the first one first: who, when and why.</summary>
    public required IReadOnlyList<DecisionView> Decisions { get; init; }

    /// <summary>Exceptions that are about the whole order, latest first: votes of the board and new prices. Those of a line are with it.</summary>
    public required IReadOnlyList<SplitView> Exceptions { get; init; }

    /// <summary>Who decided what on the screening .</summary>
    public required IReadOnlyList<ScreeningView> Screening { get; init; }

    /// <summary>The lines in the buyer's order.</summary>
    public required IReadOnlyList<LineView> Lines { get; init; }

    /// <summary>Every round of sealed prices, the first one first.</summary>
    public required IReadOnlyList<PriceRoundView> PriceRounds { get; init; }

    /// <summary>Other orders with the same buyer and number: possible duplicates.</summary>
    public IReadOnlyList<Guid> SameReferenceAs { get; init; } = [];

    /// <summary>What somebody decided by discretion.</summary>
    /// <param name="Kind">What.</param>
    /// <param name="UserId">The account of the person.</param>
    /// <param name="At">When, UTC.</param>
    /// <param name="Reason">Why, or the board's resolution; absent where none is asked for.</param>
    /// <param name="SkipReason">Why an earlier step of the shortage procedure was skipped that could still place pieces .</param>
    /// <param name="LineId">The line; absent: the whole order.</param>
    /// <param name="Quantity">How much of the line, in <paramref name="Unit"/>.</param>
    /// <param name="Unit">UN/ECE code of the unit of the line.</param>
    /// <param name="BuyerText">What the buyer is told of it.</param>
    /// <param name="SecondUserId">The account of the second person, where one is needed.</param>
    public sealed record DecisionView(
        OrderDecisionKind Kind, Guid UserId, DateTime At, string? Reason, string? SkipReason, string? LineId, long? Quantity, string? Unit,
        string? BuyerText, Guid? SecondUserId);

    /// <summary>One person's decision.</summary>
    /// <param name="UserId">The account of the person.</param>
    /// <param name="WorksInSales">True: an order needs a second clearance by someone outside sales .</param>
    /// <param name="Verdict">What was decided.</param>
    /// <param name="Reason">What was checked.</param>
    /// <param name="DecidedAt">When, UTC.</param>
    public sealed record ScreeningView(Guid UserId, bool WorksInSales, ScreeningVerdict Verdict, string Reason, DateTime DecidedAt);

    /// <summary>A round in which firms were asked for sealed prices. Only the service can open them, when the round has closed.</summary>
    /// <param name="RoundId">The round.</param>
    /// <param name="Run">The run that asked, counted from 1.</param>
    /// <param name="Stage">Which firms it asked.</param>
    /// <param name="Lines">The lines that prices were requested for.</param>
    /// <param name="Invited">The number of firms asked.</param>
    /// <param name="State">Its state.</param>
    /// <param name="AskedAt">When they were asked, UTC.</param>
    /// <param name="ClosesAt">Deadline, UTC, exclusive.</param>
    /// <param name="ClosedAt">When it closed, UTC: at the deadline, or earlier because every invited firm had answered.</param>
    /// <param name="EndedAt">When the service opened the prices, UTC, or the round was cancelled.</param>
    /// <param name="Prices">The number of prices opened.</param>
    /// <param name="PriceMatch">
    /// The lines whose firms after the cheapest are asked to match its price, by the rulebook in force when the firms were asked.
    /// </param>
    public sealed record PriceRoundView(
        Guid RoundId, int Run, OfferKind Stage, IReadOnlyList<string> Lines, int Invited, PriceRoundState State,
        DateTime AskedAt, DateTime ClosesAt, DateTime? ClosedAt, DateTime? EndedAt, int Prices,
        IReadOnlyList<PriceMatchView> PriceMatch);

    /// <summary>How the firms after the cheapest are asked to match its price, if three or more prices are handed in.</summary>
    /// <param name="LineId">The line.</param>
    /// <param name="Seconds">How long a firm has to answer, in seconds; less if the order's offers have an earlier deadline.</param>
    /// <param name="CeilingPercent">
    /// Remaining pieces may go to firms at their own prices, up to this percentage of what the buyer pays; absent: never above the cheapest price.
    /// </param>
    public sealed record PriceMatchView(string LineId, long Seconds, int? CeilingPercent);

    /// <param name="order">The order.</param>
    /// <param name="document">What the buyer wrote.</param>
    /// <param name="db">Everything else.</param>
    /// <param name="ct">Cancels the query.</param>
    /// <param name="justAccepted">Accepted a moment ago: it has no splits by hand and no long run yet.</param>
    internal static async Task<OrderView> OfAsync(
        Order order, OrderDocument document, AllocationDb db, CancellationToken ct, bool justAccepted = false)
    {
        var isNew = justAccepted || order.State is OrderState.Received or OrderState.Screening;
        var codes = order.Offers.Count == 0 ? [] : await db.Members.AsNoTracking().ToDictionaryAsync(m => m.Id, m => m.Code, ct);
        var sameReference = order.BuyerReference.Length == 0 ? [] : await db.Orders.AsNoTracking()
            .Where(o => o.ConsortiumId == order.ConsortiumId && o.BuyerReference == order.BuyerReference && o.BuyerName == order.BuyerName
                && o.Id != order.Id)
            .OrderBy(o => o.ReceivedAt).Select(o => o.Id).Take(10).ToListAsync(ct);
        var splits = isNew ? [] : await db.ProposedSplits.AsNoTracking()
            .Where(s => s.OrderId == order.Id).OrderByDescending(s => s.SetAt).ThenBy(s => s.Id).ToListAsync(ct);
        var (offers, open) = (order.Offers.ToLookup(o => o.LineId, StringComparer.Ordinal), order.OpenByLine());
        return new OrderView
        {
            OrderId = order.Id,
            State = order.State,
            Buyer = order.BuyerName,
            BuyerReference = order.BuyerReference,
            QuotationReference = document.QuotationReference,
            Currency = order.Currency,
            ReceivedAt = order.ReceivedAt,
            Urgent = order.Urgent,
            Version = order.Version,
            Round = order.Round,
            RunInProgress = order.Run is not null,
            RunPercent = order.Run is { } run && !isNew
                ? await db.LongRuns.Where(r => r.RunId == run.RunId).Select(r => (int?)r.Percent).SingleOrDefaultAsync(ct)
                : null,
            NextDeadline = order.NextDeadline,
            CancelReason = order.CancelReason,
            BuyerText = order.BuyerText,
            Cleared = order.IsClear(),
            OnHold = order.IsOnHold(),
            Decisions = [.. order.Decisions.Select(d => new DecisionView(
                d.Kind, d.By.UserId, d.At, d.Reason, d.SkipReason, d.LineId, d.Quantity,
                d.LineId is null ? null : order.Line(d.LineId)?.CountedIn, d.BuyerText, d.Second?.UserId))],
            Exceptions = [.. splits.Where(s => s.LineId.Length == 0).Select(SplitView.Of)],
            Screening = [.. order.Screening.Select(d => new ScreeningView(d.UserId, d.WorksInSales, d.Verdict, d.Reason, d.DecidedAt))],
            PriceRounds = [.. order.PriceRounds.Select(r => new PriceRoundView(
                r.Id, r.Run, r.Stage, r.Lines, r.Invited, r.State, r.AskedAt, r.ClosesAt, r.ClosedAt, r.EndedAt, r.Prices,
                [.. r.PriceMatch.Select(m => new PriceMatchView(m.Key, m.Value.Seconds, m.Value.CeilingPercent))]))],
            SameReferenceAs = sameReference,
            Questions = QuestionsOf(order),
            Lines = [.. order.Lines.Zip(document.Lines, (line, written) =>
                LineOf(order, line, written, [.. splits.Where(s => s.LineId == line.LineId)], [.. offers[line.LineId]], open[line.LineId], codes))],
        };
    }
}
