using ExportConsortia.Allocation.Documents;
using ExportConsortia.Allocation.Offers;
using ExportConsortia.Allocation.SealedPrices;
using ExportConsortia.Allocation.SplitsByHand;

namespace ExportConsortia.Allocation.Orders;

/// <summary>An order as the clean team sees it. For every line: ordered = accepted + offered + unallocated + short-closed (F-Q1).</summary>
public sealed record OrderView
{
    /// <summary>The order.</summary>
    public required Guid OrderId { get; init; }

    /// <summary>How far it has come.</summary>
    public required OrderState State { get; init; }

    /// <summary>The buyer's name.</summary>
    public required string Buyer { get; init; }

    /// <summary>The buyer's own number of the order.</summary>
    public required string BuyerReference { get; init; }

    /// <summary>ISO 4217 code of its prices.</summary>
    public required string Currency { get; init; }

    /// <summary>When it came in, UTC.</summary>
    public required DateTime ReceivedAt { get; init; }

    /// <summary>Members have less time to answer .</summary>
    public required bool Urgent { get; init; }

    /// <summary>Grows with each change; also the ETag.</summary>
    public required long Version { get; init; }

    /// <summary>Runs so far.</summary>
    public required int Round { get; init; }

    /// <summary>True while a run is being calculated, or waits for sealed prices.</summary>
    public required bool RunInProgress { get; init; }

    /// <summary>How far that run is, 0 to 100; absent for one that takes a moment only.</summary>
    public int? RunPercent { get; init; }

    /// <summary>The next deadline among open offers, calls and price rounds, UTC, exclusive.</summary>
    public DateTime? NextDeadline { get; init; }

    /// <summary>Why it was cancelled or blocked.</summary>
    public string? CancelReason { get; init; }

    /// <summary>Who decided what on the screening .</summary>
    public required IReadOnlyList<ScreeningView> Screening { get; init; }

    /// <summary>The lines in the buyer's order.</summary>
    public required IReadOnlyList<LineView> Lines { get; init; }

    /// <summary>Every round of sealed prices, the first one first.</summary>
    public required IReadOnlyList<PriceRoundView> PriceRounds { get; init; }

    /// <summary>Other orders with the same buyer and number: look whether this one came twice.</summary>
    public IReadOnlyList<Guid> SameReferenceAs { get; init; } = [];

    /// <summary>One person's decision.</summary>
    /// <param name="UserId">The account of the person.</param>
    /// <param name="WorksInSales">True: this person alone with others from sales can't clear an order .</param>
    /// <param name="Verdict">What was decided.</param>
    /// <param name="Reason">What was looked at.</param>
    /// <param name="DecidedAt">When, UTC.</param>
    public sealed record ScreeningView(Guid UserId, bool WorksInSales, ScreeningVerdict Verdict, string Reason, DateTime DecidedAt);

    /// <summary>A round in which firms were asked for sealed prices. The service opens them when it has closed; no person can.</summary>
    /// <param name="RoundId">The round.</param>
    /// <param name="Run">The run that asked, counted from 1.</param>
    /// <param name="Stage">Whom it asked.</param>
    /// <param name="Lines">The lines that prices were wanted for.</param>
    /// <param name="Invited">How many firms were asked.</param>
    /// <param name="State">How far it has come.</param>
    /// <param name="AskedAt">When they were asked, UTC.</param>
    /// <param name="ClosesAt">Deadline, UTC, exclusive.</param>
    /// <param name="ClosedAt">When it closed, UTC: at the deadline, or before it because every invited firm had answered.</param>
    /// <param name="EndedAt">When the service opened the prices, UTC, or the round was cancelled.</param>
    /// <param name="Prices">How many prices were opened.</param>
    /// <param name="PriceMatch">The lines whose sources after the cheapest are asked to match its price, as the firms were told; the rulebook may say otherwise by now.</param>
    public sealed record PriceRoundView(
        Guid RoundId, int Run, OfferKind Stage, IReadOnlyList<string> Lines, int Invited, PriceRoundState State,
        DateTime AskedAt, DateTime ClosesAt, DateTime? ClosedAt, DateTime? EndedAt, int Prices,
        IReadOnlyList<PriceMatchView> PriceMatch);

    /// <summary>How the sources of a line are asked to match the cheapest's price, if three or more prices are handed in.</summary>
    /// <param name="LineId">The line.</param>
    /// <param name="Seconds">How long a firm may think about it, in seconds; less if offers of the order are answered in less.</param>
    /// <param name="CeilingPercent">What is left may go to firms at their own prices up to this part of what the buyer pays, in percent; absent: nothing goes above the cheapest's.</param>
    public sealed record PriceMatchView(string LineId, long Seconds, int? CeilingPercent);

    /// <summary>One line and what became of it; all quantities in pieces.</summary>
    public sealed record LineView
    {
        /// <summary>The buyer's id of the line.</summary>
        public required string LineId { get; init; }

        /// <summary>The consortium's product code; null: not matched yet.</summary>
        public string? Product { get; init; }

        /// <summary>The product family whose capacity it uses.</summary>
        public string? ProductFamily { get; init; }

        /// <summary>What the buyer calls it.</summary>
        public string? Description { get; init; }

        /// <summary>UN/ECE unit code.</summary>
        public required string Unit { get; init; }

        /// <summary>Pieces that make one unit.</summary>
        public required long PiecesPerUnit { get; init; }

        /// <summary>Price, exact: minor units of the order's currency for so many pieces.</summary>
        public UnitPrice? Price { get; init; }

        /// <summary>Pieces ordered.</summary>
        public required long Ordered { get; init; }

        /// <summary>Pieces binding for members.</summary>
        public required long Accepted { get; init; }

        /// <summary>Pieces offered and not answered yet.</summary>
        public required long Offered { get; init; }

        /// <summary>Pieces that nobody holds and nobody is asked for.</summary>
        public required long Unallocated { get; init; }

        /// <summary>Pieces that will not come, by agreement.</summary>
        public required long ShortClosed { get; init; }

        /// <summary>How that was agreed.</summary>
        public string? ShortCloseReason { get; init; }

        /// <summary>First day of the delivery window.</summary>
        public DateOnly? DeliveryFrom { get; init; }

        /// <summary>First day after the delivery window.</summary>
        public DateOnly? DeliveryBefore { get; init; }

        /// <summary>The policy of its family is <c>Manual</c> (R-618): runs leave its open pieces to the manager, who proposes a split by hand.</summary>
        public required bool ByHand { get; init; }

        /// <summary>Every split by hand ever proposed of this line, the latest first.</summary>
        public required IReadOnlyList<SplitView> SplitsByHand { get; init; }

        /// <summary>Every offer ever made of this line.</summary>
        public required IReadOnlyList<LineOffer> Offers { get; init; }

        /// <summary>Open calls of this line.</summary>
        public required IReadOnlyList<OpenCallView> OpenCalls { get; init; }
    }

    /// <summary>An offer as the clean team sees it.</summary>
    public sealed record LineOffer
    {
        /// <summary>The offer.</summary>
        public required Guid OfferId { get; init; }

        /// <summary>The member firm.</summary>
        public required Guid MemberId { get; init; }

        /// <summary>Its short code.</summary>
        public required string MemberCode { get; init; }

        /// <summary>Where the offer comes from.</summary>
        public required OfferKind Kind { get; init; }

        /// <summary>The run that made it, counted from 1.</summary>
        public required int Round { get; init; }

        /// <summary>Pieces offered.</summary>
        public required long Quantity { get; init; }

        /// <summary>Pieces accepted.</summary>
        public required long Accepted { get; init; }

        /// <summary>What became of it.</summary>
        public required OfferState State { get; init; }

        /// <summary>Deadline, UTC, exclusive.</summary>
        public required DateTime ExpiresAt { get; init; }

        /// <summary>When it was answered, UTC.</summary>
        public DateTime? AnsweredAt { get; init; }

        /// <summary>Why it was declined.</summary>
        public DeclineReason? Reason { get; init; }

        /// <summary>The member's note to the manager.</summary>
        public string? Note { get; init; }

        /// <summary>The subcontractor that makes it.</summary>
        public Subcontract? Subcontract { get; init; }

        /// <summary>What a piece costs of it, in minor units of the order's currency, where that is a sealed price .</summary>
        public long? SealedPriceMinor { get; init; }

        /// <summary>The firm is asked to match the leader's price; this isn't its own.</summary>
        public required bool PriceMatch { get; init; }
    }

    /// <param name="order">The order.</param>
    /// <param name="document">What the buyer wrote.</param>
    /// <param name="db">The rest.</param>
    /// <param name="ct">Cancels.</param>
    /// <param name="justAccepted">It was accepted a moment ago: nobody has set parts of it by hand yet, and no run of it has been under way for long.</param>
    internal static async Task<OrderView> OfAsync(Order order, OrderDocument document, AllocationDb db, CancellationToken ct, bool justAccepted = false)
    {
        var isNew = justAccepted || order.State is OrderState.Received or OrderState.Screening;
        var codes = order.Offers.Count == 0 ? [] : await db.Members.AsNoTracking().ToDictionaryAsync(m => m.Id, m => m.Code, ct);
        var twins = order.BuyerReference.Length == 0 ? [] : await db.Orders.AsNoTracking()
            .Where(o => o.ConsortiumId == order.ConsortiumId && o.BuyerReference == order.BuyerReference && o.BuyerName == order.BuyerName && o.Id != order.Id)
            .OrderBy(o => o.ReceivedAt).Select(o => o.Id).Take(10).ToListAsync(ct);
        var splits = isNew ? [] : await db.ProposedSplits.AsNoTracking().Where(s => s.OrderId == order.Id).OrderByDescending(s => s.SetAt).ThenBy(s => s.Id).ToListAsync(ct);
        return new OrderView
        {
            OrderId = order.Id,
            State = order.State,
            Buyer = order.BuyerName,
            BuyerReference = order.BuyerReference,
            Currency = order.Currency,
            ReceivedAt = order.ReceivedAt,
            Urgent = order.Urgent,
            Version = order.Version,
            Round = order.Round,
            RunInProgress = order.Run is not null,
            RunPercent = order.Run is { } run && !isNew ? await db.LongRuns.Where(r => r.RunId == run.RunId).Select(r => (int?)r.Percent).SingleOrDefaultAsync(ct) : null,
            NextDeadline = order.NextDeadline,
            CancelReason = order.CancelReason,
            Screening = [.. order.Screening.Select(d => new ScreeningView(d.UserId, d.WorksInSales, d.Verdict, d.Reason, d.DecidedAt))],
            PriceRounds = [.. order.PriceRounds.Select(r => new PriceRoundView(
                r.Id, r.Run, r.Stage, r.Lines, r.Invited, r.State, r.AskedAt, r.ClosesAt, r.ClosedAt, r.EndedAt, r.Prices,
                [.. r.PriceMatch.Select(m => new PriceMatchView(m.Key, m.Value.Seconds, m.Value.CeilingPercent))]))],
            SameReferenceAs = twins,
            Lines = [.. order.Lines.Zip(document.Lines, (line, written) => new LineView
            {
                LineId = line.LineId,
                Product = line.Product,
                ProductFamily = line.Family,
                Description = written.Item.Name ?? written.Item.Description,
                Unit = written.Unit,
                PiecesPerUnit = written.PiecesPerUnit,
                Price = written.Price is { } price ? new UnitPrice(price.MinorUnits, price.PerQuantity) : null,
                Ordered = line.Ordered,
                Accepted = order.AcceptedOf(line.LineId),
                Offered = order.OfferedOf(line.LineId),
                Unallocated = order.UnallocatedOf(line),
                ShortClosed = line.ShortClosed,
                ShortCloseReason = line.ShortCloseReason,
                DeliveryFrom = line.From,
                DeliveryBefore = line.Due,
                ByHand = line.ByHand,
                SplitsByHand = [.. splits.Where(s => s.LineId == line.LineId).Select(SplitView.Of)],
                OpenCalls = [.. order.Calls.Where(c => c.LineId == line.LineId && c.Remaining > 0)
                    .Select(c => new OpenCallView(c.Id, line.Product!, c.Quantity, c.Remaining, c.ExpiresAt))],
                Offers = [.. order.Offers.Where(o => o.LineId == line.LineId).Select(o => new LineOffer
                {
                    OfferId = o.Id,
                    MemberId = o.MemberId,
                    MemberCode = codes.GetValueOrDefault(o.MemberId, ""),
                    Kind = o.Kind,
                    Round = o.Round,
                    Quantity = o.Quantity,
                    Accepted = o.Accepted,
                    State = o.State,
                    ExpiresAt = o.ExpiresAt,
                    AnsweredAt = o.AnsweredAt,
                    Reason = o.Reason,
                    Note = o.Note,
                    Subcontract = o.Subcontract,
                    SealedPriceMinor = o.SealedPrice,
                    PriceMatch = o.ToMatch,
                })],
            })],
        };
    }
}
