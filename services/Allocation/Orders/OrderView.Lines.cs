using ExportConsortia.Allocation.Documents;
using ExportConsortia.Allocation.Offers;
using ExportConsortia.Allocation.SplitsByHand;

namespace ExportConsortia.Allocation.Orders;

/// <content>The lines of an order, with their offers.</content>
public sealed partial record OrderView
{
    /// <summary>One line and its current state; all quantities are in its unit.</summary>
    public sealed record LineView
    {
        /// <summary>The buyer's id of the line.</summary>
        public required string LineId { get; init; }

        /// <summary>The consortium's product code; null: not matched yet.</summary>
        public string? Product { get; init; }

        /// <summary>The product family whose capacity it uses.</summary>
        public string? ProductFamily { get; init; }

        /// <summary>
        /// The product's name when the line was matched: the catalogue's, in English if it has an English name there, else the product list's. A name
        /// that is given later is for later orders.
        /// </summary>
        public string? ProductName { get; init; }

        /// <summary>Its names in the catalogue by language, such as <c>fr</c>; absent: the catalogue had none.</summary>
        public IReadOnlyDictionary<string, string>? ProductNames { get; init; }

        /// <summary>The buyer's name for it.</summary>
        public string? Description { get; init; }

        /// <summary>UN/ECE code of the product's unit; of the buyer's while the line is not matched.</summary>
        public required string Unit { get; init; }

        /// <summary>1; if the line is not matched, quantities count the buyer's pieces, of which this many make one unit.</summary>
        public required long PiecesPerUnit { get; init; }

        /// <summary>What the buyer ordered, in the buyer's unit.</summary>
        public required MeasuredQuantity OrderedAs { get; init; }

        /// <summary>
        /// <c>UNIT_UNKNOWN</c>: the item is known, but the product list has no conversion from the buyer's unit. Add one and accept the order, or
        /// match the line to another product.
        /// </summary>
        public string? WaitsFor { get; init; }

        /// <summary>The same as a sentence.</summary>
        public string? WaitsBecause { get; init; }

        /// <summary>The exact price: minor units of the order's currency for a number of pieces.</summary>
        public UnitPrice? Price { get; init; }

        /// <summary>Pieces ordered.</summary>
        public required long Ordered { get; init; }

        /// <summary>Pieces binding for members.</summary>
        public required long Accepted { get; init; }

        /// <summary>Pieces offered and not answered yet.</summary>
        public required long Offered { get; init; }

        /// <summary>Pieces that no firm holds or is asked for.</summary>
        public required long Unallocated { get; init; }

        /// <summary>Pieces that will not be delivered, by agreement.</summary>
        public required long ShortClosed { get; init; }

        /// <summary>How that was agreed; the buyer is told <see cref="BuyerText"/>.</summary>
        public string? ShortCloseReason { get; init; }

        /// <summary>What the buyer is told of it.</summary>
        public string? BuyerText { get; init; }

        /// <summary>First day of the delivery window.</summary>
        public DateOnly? DeliveryFrom { get; init; }

        /// <summary>First day after the delivery window.</summary>
        public DateOnly? DeliveryBefore { get; init; }

        /// <summary>The policy of its family is <c>Manual</c> (R-618): runs skip it, and the manager proposes a split by hand.</summary>
        public required bool ByHand { get; init; }

        /// <summary>Every split by hand and open call ever proposed for this line, latest first.</summary>
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

        /// <summary>Its state.</summary>
        public required OfferState State { get; init; }

        /// <summary>Deadline, UTC, exclusive.</summary>
        public required DateTime ExpiresAt { get; init; }

        /// <summary>When it was answered, UTC.</summary>
        public DateTime? AnsweredAt { get; init; }

        /// <summary>The account of the person who answered for the firm; absent if nobody did, or before this was kept.</summary>
        public Guid? AnsweredBy { get; init; }

        /// <summary>When the firm gave an answer that waits for the screening, UTC.</summary>
        public DateTime? WaitingSince { get; init; }

        /// <summary>How many pieces the answer that waits accepts; 0: it declines.</summary>
        public long? WaitingQuantity { get; init; }

        /// <summary>Why it was declined.</summary>
        public DeclineReason? Reason { get; init; }

        /// <summary>The member's note to the manager.</summary>
        public string? Note { get; init; }

        /// <summary>The subcontractor that makes it.</summary>
        public Subcontract? Subcontract { get; init; }

        /// <summary>
        /// The sealed price, if it is one: minor units of the order's currency for <see cref="SealedPerQuantity"/> of the line's unit.
        /// </summary>
        public long? SealedPriceMinor { get; init; }

        /// <summary>How many of the line's unit the sealed price is for.</summary>
        public long? SealedPerQuantity { get; init; }

        /// <summary>The firm is asked to match the leader's price: the price isn't its own.</summary>
        public required bool PriceMatch { get; init; }
    }

    private static LineView LineOf(
        Order order, OrderLine line, DocumentLine written, IReadOnlyList<ProposedSplit> splits, IReadOnlyList<Offer> offers, long open,
        Dictionary<Guid, string> memberCodes) =>
        new()
        {
            LineId = line.LineId,
            Product = line.Product,
            ProductFamily = line.Family,
            ProductName = line.ProductName,
            ProductNames = line.ProductNames,
            Description = written.Item.Name ?? written.Item.Description,
            Unit = line.UnitOf(written),
            PiecesPerUnit = line.PiecesPerUnitOf(written),
            OrderedAs = new(written.Quantity, written.PiecesPerUnit, written.Unit, written.UnitListId),
            WaitsFor = line.Waiting?.Refuse(line.LineId).Code,
            WaitsBecause = line.Waiting?.Refuse(line.LineId).Reason,
            Price = line.PriceOf(written),
            Ordered = line.Ordered,
            Accepted = offers.Sum(o => o.Accepted),
            Offered = offers.Where(o => o.IsOpen).Sum(o => o.Quantity) + order.Calls.Where(c => c.LineId == line.LineId).Sum(c => c.Remaining),
            Unallocated = open,
            ShortClosed = line.ShortClosed,
            ShortCloseReason = line.ShortCloseReason,
            BuyerText = line.BuyerText,
            DeliveryFrom = line.From,
            DeliveryBefore = line.Due,
            ByHand = line.ByHand,
            SplitsByHand = [.. splits.Select(SplitView.Of)],
            OpenCalls = [.. order.Calls.Where(c => c.LineId == line.LineId && c.Remaining > 0)
                .Select(c => OpenCallView.Of(c, line))],
            Offers = [.. offers.Select(o => new LineOffer
            {
                OfferId = o.Id,
                MemberId = o.MemberId,
                MemberCode = memberCodes.GetValueOrDefault(o.MemberId, ""),
                Kind = o.Kind,
                Round = o.Round,
                Quantity = o.Quantity,
                Accepted = o.Accepted,
                State = o.State,
                ExpiresAt = o.ExpiresAt,
                AnsweredAt = o.AnsweredAt,
                AnsweredBy = o.AnsweredBy ?? o.Waiting?.By,
                WaitingSince = o.Waiting?.At,
                WaitingQuantity = o.Waiting?.Accepted,
                Reason = o.Reason,
                Note = o.Note,
                Subcontract = o.Subcontract,
                SealedPriceMinor = o.Awarded?.Minor,
                SealedPerQuantity = o.Awarded?.PerQuantity,
                PriceMatch = o.ToMatch,
            })],
        };
}
