using ExportConsortia.Allocation.Documents;
using ExportConsortia.Allocation.Engine;
using ExportConsortia.Allocation.Members;
using ExportConsortia.Allocation.Offers;
using ExportConsortia.Allocation.Runs;
using ExportConsortia.Allocation.SealedPrices;
using ExportConsortia.Contracts;

namespace ExportConsortia.Allocation.Orders;

/// <summary>
/// A buyer's order and everything that was offered, accepted, declined or left of it. At every moment, for every line:
/// ordered = accepted + offered + unallocated + short-closed (F-Q1).
/// </summary>
internal sealed class Order
{
    private OrderChanges _changes = new();

    private Order()
    {
    }

    public Guid Id { get; private init; }

    public Guid ConsortiumId { get; private init; }

    public OrderState State { get; private set; }

    public string BuyerName { get; private init; } = "";

    /// <summary>The buyer's own number of the order.</summary>
    public string BuyerReference { get; private init; } = "";

    public string Currency { get; private init; } = "";

    public DateTime ReceivedAt { get; private init; }

    public bool Urgent { get; private set; }

    /// <summary>Grows with each change: the entity tag, and the token that lets only one of two simultaneous changes pass.</summary>
    public long Version { get; private set; }

    /// <summary>The earliest deadline among open offers, calls and price rounds.</summary>
    public DateTime? NextDeadline { get; private set; }

    /// <summary>Runs so far; the first run is round 1.</summary>
    public int Round { get; private set; }

    /// <summary>The run after which no further one begins by itself; 0 until a manager has begun one.</summary>
    public int MaxRounds { get; private set; }

    public RunInProgress? Run { get; private set; }

    public List<ScreeningDecision> Screening { get; private set; } = [];

    public List<OrderLine> Lines { get; private set; } = [];

    public List<Offer> Offers { get; private set; } = [];

    public List<OpenCall> Calls { get; private set; } = [];

    /// <summary>Orders older than price rounds have none stored.</summary>
    public List<PriceRound> PriceRounds { get => field ?? []; private set; }

    /// <summary>The round by whose prices a run of this stage goes; none if the line was in no opened one.</summary>
    public PriceRound? PricesFor(string lineId, OfferKind stage) => PriceRounds.FindLast(r => r.Serves(lineId, stage));

    public string? CancelReason { get; private set; }

    public static Order Place(Guid id, Guid consortiumId, OrderDocument document, Func<DocumentLine, Product?> known, DateTime now)
    {
        var order = new Order
        {
            Id = id,
            ConsortiumId = consortiumId,
            BuyerName = document.Buyer.KnownAs ?? "",
            BuyerReference = document.OrderNumber ?? "",
            Currency = document.Currency,
            ReceivedAt = now,
            Version = 1,
            Lines = [.. document.Lines.Select(line =>
            {
                var period = line.Delivery?.RequestedPeriod ?? document.Delivery?.RequestedPeriod;
                var product = known(line);
                return new OrderLine
                {
                    LineId = line.LineId,
                    Product = product?.Code,
                    Family = product?.Family,
                    Ordered = line.Quantity,
                    From = period?.StartDate,
                    Due = period?.EndDate?.AddDays(1),
                };
            })],
        };
        order._changes.News.Add(new BuyerOrderReceived(consortiumId, id, order.BuyerReference, now));
        return order;
    }

    /// <summary>What follows from the changes made since it was last asked.</summary>
    public OrderChanges TakeChanges()
    {
        var taken = _changes;
        _changes = new();
        return taken;
    }

    public OrderLine? Line(string lineId) => Lines.Find(l => l.LineId == lineId);

    /// <summary>
    /// The first day on which pieces of these lines can be made: production begins when the order comes in; a delivery window that was over by then
    /// is taken at its word.
    /// </summary>
    public DateOnly ProductionFrom(IEnumerable<OrderLine> lines) =>
        lines.Select(l => l.From).OfType<DateOnly>().Append(DateOnly.FromDateTime(ReceivedAt)).Min();

    public long AcceptedOf(string lineId, Guid? member = null) =>
        Offers.Where(o => o.LineId == lineId && (member is null || o.MemberId == member)).Sum(o => o.Accepted);

    public long OfferedOf(string lineId) =>
        Offers.Where(o => o.IsOpen && o.LineId == lineId).Sum(o => o.Quantity) + Calls.Where(c => c.LineId == lineId).Sum(c => c.Remaining);

    /// <summary>A run over the order has ended.</summary>
    public bool HasRun => Round > 1 || (Round == 1 && Run is null);

    /// <summary>Pieces that nobody holds and nobody is asked for.</summary>
    public long UnallocatedOf(OrderLine line) => line.Ordered - line.ShortClosed - AcceptedOf(line.LineId) - OfferedOf(line.LineId);

    public long Unallocated() => Lines.Sum(UnallocatedOf);

    /// <summary>Of these, the pieces that a round can find a member for: not those that wait for the manager to set parts .</summary>
    public long OpenForRounds() => Lines.Where(line => !line.ByHand).Sum(UnallocatedOf);

    /// <summary>The rulebook in force says of which lines the parts are set by hand.</summary>
    public void Follow(Rulebook rulebook)
    {
        foreach (var line in Lines)
        {
            line.ByHand = rulebook.RuleFor(line.Family).Policy == nameof(Manual);
        }
    }

    /// <summary>The manager says which of the consortium's products a line asks for.</summary>
    public Refusal? Match(OrderLine line, Product product)
    {
        if (Offers.Exists(o => o.LineId == line.LineId) || PriceRounds.Exists(r => r.State != PriceRoundState.Cancelled && r.Lines.Contains(line.LineId)) || State is OrderState.Blocked or OrderState.Cancelled)
        {
            return new("ALREADY_DECIDED", "This line has been offered already, or the order is closed.");
        }

        line.Product = product.Code;
        line.Family = product.Family;
        Version++;
        return null;
    }

    /// <summary>One person's screening decision. Clear needs two people, one of them not from sales .</summary>
    public Refusal? Screen(Guid user, bool worksInSales, ScreeningVerdict verdict, string reason, DateTime now)
    {
        if (State is OrderState.Cancelled or OrderState.Blocked)
        {
            return Closed();
        }

        if (verdict == ScreeningVerdict.Clear && SinceHold().Any(d => d.UserId == user))
        {
            return new("SECOND_APPROVER_REQUIRED", "You have cleared this order already; a second person must (R-620).");
        }

        Screening.Add(new ScreeningDecision(user, worksInSales, verdict, reason, now));
        if (State == OrderState.Received)
        {
            State = OrderState.Screening;
        }

        Version++;
        if (verdict == ScreeningVerdict.Hold && PriceRounds.Exists(r => r.IsPending))
        {
            // No offer may follow from these prices now, so nobody is left waiting for them.
            EndRun([], now);
        }

        return null;
    }

    /// <summary>True once two people, one of them not from sales, have cleared the order since the last hold .</summary>
    public bool IsClear() => SinceHold().ToList() is { Count: >= 2 } clear && clear.Exists(d => !d.WorksInSales);

    /// <summary>The manager takes the order on: screening must be clear and every line matched or given up.</summary>
    public Refusal? Accept(bool urgent, DateTime now)
    {
        if (State is OrderState.Blocked or OrderState.Cancelled)
        {
            return Closed();
        }

        if (State is not (OrderState.Received or OrderState.Screening))
        {
            return new("ALREADY_DECIDED", "This order has been accepted already.");
        }

        if (!IsClear())
        {
            return SinceHold().Count() >= 2
                ? new("SECOND_APPROVER_REQUIRED", "One of the two people who clear an order must not work in sales (R-620).")
                : new("SCREENING_HOLD", "Two people must have cleared this order first (R-601, R-620).");
        }

        if (Lines.Find(l => l.Product is null && l.ShortClosed < l.Ordered) is { } unmatched)
        {
            return new("LINE_UNMATCHED", $"Line {unmatched.LineId} asks for an item that is not matched to a product: match it or close it short.");
        }

        if (Unallocated() == 0)
        {
            return new("NOTHING_OPEN", "Every line was closed short: there is nothing to accept.");
        }

        Urgent = urgent;
        State = OrderState.Accepted;
        Version++;
        _changes.News.Add(new BuyerOrderAccepted(ConsortiumId, Id, now));
        return null;
    }

    /// <summary>Begins a run over what is open. At most one run an order: until its offers are answered or expired, another is refused.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="stage">Whom it asks.</param>
    /// <param name="reallocationRounds">How many automatic rounds may follow .</param>
    /// <param name="now">The moment, UTC.</param>
    /// <param name="newPrices">True: it asks for sealed prices though there are some.</param>
    /// <param name="together">The orders that the run plans together; none if it plans this one alone.</param>
    public Refusal? StartRun(
        Guid runId, OfferKind stage, int reallocationRounds, DateTime now, bool newPrices = false, IReadOnlyList<Guid>? together = null)
    {
        if (State is OrderState.Blocked or OrderState.Cancelled)
        {
            return Closed();
        }

        if (State is OrderState.Received or OrderState.Screening)
        {
            return new("GATE_NOT_PASSED", "The order has not been accepted yet (R-601).");
        }

        if (!IsClear())
        {
            return OnHold();
        }

        if (Run is not null || HasOpenOffers())
        {
            return new("RUN_IN_PROGRESS", "A run of this order is under way: its offers are not all answered yet.");
        }

        if (OpenForRounds() == 0)
        {
            return new("NOTHING_OPEN", Unallocated() == 0
                ? "Every piece of this order is allocated."
                : "The parts of every open line are set by hand (R-618): propose a split.");
        }

        // A step of the shortage procedure is one run; a normal one is followed by the automatic rounds.
        Begin(runId, stage, Round + 1 + (stage == OfferKind.Normal ? reallocationRounds : 0), now, newPrices, together);
        return null;
    }

    /// <summary>The manager gives up a run that is being calculated or waits for prices: nothing was offered, and the order is as it was before.</summary>
    public Refusal? GiveUpRun(DateTime now)
    {
        if (Run is null)
        {
            return new("GATE_NOT_PASSED", "No run of this order is being calculated.");
        }

        // A round that had begun by itself would do so again: it is the last one.
        var byItself = Run is { Before: OrderState.Allocating, Stage: not OfferKind.ByHand };
        (State, MaxRounds) = (Run.Before, byItself ? Round - 1 : Run.MaxRoundsBefore);
        Run = null;
        Round--;
        CancelPrices(now);
        Settle(now);
        return null;
    }

    /// <summary>Whether parts of a line can be set by hand now: it has open pieces, and no run is being calculated that may place them.</summary>
    public Refusal? CanBeSplitByHand(OrderLine line) => this switch
    {
        { State: OrderState.Blocked or OrderState.Cancelled } => Closed(),
        { State: OrderState.Received or OrderState.Screening } => new("GATE_NOT_PASSED", "The order has not been accepted yet (R-601)."),
        _ when !IsClear() => OnHold(),
        { Run: not null } => new("RUN_IN_PROGRESS", "A run of this order is being calculated or waits for sealed prices."),
        _ when UnallocatedOf(line) == 0 => new("NOTHING_OPEN", "No piece of this line is open."),
        _ => null,
    };

    /// <summary>Splits have rows of their own: with this, only one of two simultaneous changes to the splits of an order passes.</summary>
    public void SplitsChanged() => Version++;

    /// <summary>
    /// Begins the run over a line whose split by hand was approved. Offers of other runs may be out: whoever has one of this line isn't asked. It is none
    /// of the rounds: afterwards they go on, or are as used up, as before.
    /// </summary>
    public void StartRunByHand(Guid runId, Guid splitId, DateTime now)
    {
        Begin(runId, OfferKind.ByHand, MaxRounds + (MaxRounds > 0 ? 1 : 0), now, splitId: splitId);
    }

    /// <summary>What the run has found is offered; a round that finds nobody is the last one.</summary>
    public void EndRun(IReadOnlyList<Offer> offers, DateTime now)
    {
        var isRound = Run!.Stage != OfferKind.ByHand;
        _changes.News.Add(new AllocationRunCompleted(ConsortiumId, Id, Run.RunId, Run.Round, offers.Count, now));
        _changes.News.AddRange(offers.Select(o => Issued(o, now)));
        Run = null;
        CancelPrices(now);
        Offers.AddRange(offers);
        _changes.ToBook = true;
        if (isRound && !HasOpenOffers())
        {
            MaxRounds = Round;
        }

        Settle(now);
    }

    /// <summary>The run waits: firms are asked for their sealed prices first .</summary>
    public void AskPrices(PriceRound round, IReadOnlyList<PriceInvitation> invitations, DateTime now)
    {
        PriceRounds = [.. PriceRounds, round];
        _changes.News.AddRange(invitations.Select(i => new PriceAsked(ConsortiumId, Id, i.LineId, i.Id, i.MemberId, i.ClosesAt, now)));
        Settle(now);
    }

    /// <summary>An invited firm has answered; with the last one the round closes before its deadline.</summary>
    public void AnswerPrices(PriceRound round, bool allHaveAnswered, DateTime now)
    {
        if (allHaveAnswered)
        {
            Close(round, now);
        }

        Settle(now);
    }

    /// <summary>The prices of a closed round were opened: the run goes on.</summary>
    public void OpenPrices(PriceRound round, int prices, DateTime now)
    {
        (round.State, round.Prices, round.EndedAt) = (PriceRoundState.Opened, prices, now);
        _changes.Rounds.Add(round);
        Version++;
    }

    /// <summary>The manager offers pieces outside a run: an approved subcontractor under a member's responsibility .</summary>
    public Refusal? OfferDirectly(Offer offer, long concentrationCap, DateTime now)
    {
        if (Line(offer.LineId) is not { } line || offer.Quantity > UnallocatedOf(line))
        {
            return new("QUANTITY_GONE", "So many pieces of this line are not open.");
        }

        if (State != OrderState.Short)
        {
            return new("GATE_NOT_PASSED", "Subcontractors come after the rounds and the earlier steps of the shortage procedure (R-611).");
        }

        if (!IsClear())
        {
            return OnHold();
        }

        if (AcceptedOf(offer.LineId, offer.MemberId) + offer.Quantity > concentrationCap)
        {
            return new("OVER_CONCENTRATION", $"The member would hold more than {concentrationCap} pieces of this line (R-608).");
        }

        Offers.Add(offer);
        _changes.News.Add(Issued(offer, now));
        Settle(now);
        return null;
    }

    /// <summary>A member takes its offer, whole or in part.</summary>
    public Refusal? Accept(Offer offer, long quantity, DateTime now)
    {
        var (refusal, released) = offer.Accept(quantity, now);
        if (refusal is null)
        {
            Ended(offer, released);
            Confirm(offer, now);
            Settle(now);
        }

        return refusal;
    }

    /// <summary>A member leaves its offer.</summary>
    public Refusal? Decline(Offer offer, DeclineReason reason, string? note, DateTime now)
    {
        var (refusal, released) = offer.Decline(reason, note, now);
        if (refusal is null)
        {
            Ended(offer, released);
            _changes.News.Add(new OfferAnswered(ConsortiumId, Id, offer.LineId, offer.Id, offer.MemberId, nameof(OfferState.Declined), 0, now));
            Settle(now);
        }

        return refusal;
    }

    /// <summary>Ends what is past its deadline: offers expire, calls and price rounds close.</summary>
    /// <returns>The offers that expired.</returns>
    public IReadOnlyList<Offer> Expire(DateTime now)
    {
        if (NextDeadline is null || now < NextDeadline)
        {
            return [];
        }

        foreach (var call in Calls.Where(c => !c.Closed && now >= c.ExpiresAt))
        {
            call.Closed = true;
        }

        foreach (var round in PriceRounds.Where(r => r.State == PriceRoundState.Open && now >= r.ClosesAt))
        {
            Close(round, now);
        }

        return End(o => o.IsDue(now), OfferState.Expired, now);
    }

    /// <summary>Takes back the open offers of a firm that may not be offered anything now.</summary>
    public void Withdraw(Guid member, DateTime now) =>
        End(o => o.IsOpen && o.MemberId == member, OfferState.Withdrawn, now);

    /// <summary>A true hit, or the order is given up: open offers are withdrawn and every reservation is released.</summary>
    public void Freeze(OrderState state, string reason, DateTime now)
    {
        State = state;
        CancelReason = reason;
        Run = null;
        CancelPrices(now);
        _changes.ToBook = true;
        if (state == OrderState.Blocked)
        {
            _changes.News.Add(new OrderBlocked(ConsortiumId, Id, now));
        }

        foreach (var call in Calls)
        {
            call.Closed = true;
        }

        End(o => o.IsOpen, OfferState.Withdrawn, now);
        foreach (var accepted in Offers.Where(o => o.Accepted > 0))
        {
            _changes.Released.AddRange(accepted.Draws);
            accepted.Draws.Clear();
        }
    }

    /// <summary>The order can be given up as long as no member has accepted a part.</summary>
    public Refusal? CanBeCancelled() => State switch
    {
        OrderState.Blocked or OrderState.Cancelled => Closed(),
        _ when Offers.Exists(o => o.Accepted > 0) => new("ALREADY_DECIDED", "Members have accepted parts of this order; agree on a short close with the buyer instead."),
        _ => null,
    };

    /// <summary>Buyer and consortium agree that pieces will not come (R-611, last step), or a line is not taken on.</summary>
    public Refusal? CloseShort(OrderLine line, long quantity, string reason, DateTime now)
    {
        if (State is OrderState.Blocked or OrderState.Cancelled)
        {
            return Closed();
        }

        if (Run is not null)
        {
            return new("RUN_IN_PROGRESS", "A run of this order is being calculated.");
        }

        if (quantity > UnallocatedOf(line))
        {
            return new("QUANTITY_GONE", $"Only {UnallocatedOf(line)} pieces of this line are open.");
        }

        line.ShortClosed += quantity;
        line.ShortCloseReason = reason;
        _changes.ToBook = true;
        Settle(now);
        return null;
    }

    /// <summary>Puts open pieces up for the first member that claims them.</summary>
    public Refusal? Call(OpenCall call, DateTime now)
    {
        if (State is OrderState.Blocked or OrderState.Cancelled)
        {
            return Closed();
        }

        if (State is not (OrderState.Short or OrderState.Accepted) || Run is not null)
        {
            return new("GATE_NOT_PASSED", "Pieces can be called for while no run is under way.");
        }

        if (!IsClear())
        {
            return OnHold();
        }

        if (Line(call.LineId) is not { } line || call.Quantity > UnallocatedOf(line))
        {
            return new("QUANTITY_GONE", "So many pieces of this line are not open.");
        }

        Calls.Add(call);
        Settle(now);
        return null;
    }

    /// <summary>The first to claim gets the pieces; who comes later is told that they are gone.</summary>
    public Refusal? Claim(OpenCall call, Offer claim, DateTime now)
    {
        if (call.Remaining == 0)
        {
            return new("QUANTITY_GONE", "Another firm was faster: no piece of this call is left.");
        }

        if (now >= call.ExpiresAt)
        {
            return new("OFFER_EXPIRED", $"The call ended at {call.ExpiresAt:yyyy-MM-dd HH:mm:ss} UTC.");
        }

        if (claim.Quantity > call.Remaining)
        {
            return new("QUANTITY_GONE", $"Only {call.Remaining} pieces of this call are left.");
        }

        var (refusal, _) = claim.Accept(claim.Quantity, now);
        if (refusal is null)
        {
            call.Claimed += claim.Quantity;
            Offers.Add(claim);
            Confirm(claim, now);
            Settle(now);
        }

        return refusal;
    }

    private static Refusal OnHold() => new("SCREENING_HOLD", "Screening is on hold: two people must clear this order again first (R-620).");

    private static Refusal Closed() => new("ORDER_BLOCKED", "This order is blocked or cancelled: nothing can be done with it.");

    private IEnumerable<ScreeningDecision> SinceHold() =>
        Screening.Skip(Screening.FindLastIndex(d => d.Verdict != ScreeningVerdict.Clear) + 1);

    private bool HasOpenOffers() => Offers.Exists(o => o.IsOpen) || Calls.Exists(c => c.Remaining > 0);

    private List<Offer> End(Predicate<Offer> which, OfferState state, DateTime now)
    {
        var ended = Offers.FindAll(which);
        ended.ForEach(offer => Ended(offer, offer.End(state, now)));
        if (state == OfferState.Expired)
        {
            _changes.News.AddRange(ended.Select(o => new OfferExpired(ConsortiumId, Id, o.LineId, o.Id, o.MemberId, now)));
        }

        Settle(now);
        return ended;
    }

    private void Ended(Offer offer, IReadOnlyList<CapacityDraw> released)
    {
        _changes.Ended.Add(offer);
        _changes.Released.AddRange(released);
    }

    private OfferIssued Issued(Offer offer, DateTime now) =>
        new(ConsortiumId, Id, offer.LineId, offer.Id, offer.MemberId, offer.Quantity, offer.ExpiresAt, now);

    private void Confirm(Offer offer, DateTime now)
    {
        _changes.ToBook = true;
        _changes.News.Add(new OfferAnswered(ConsortiumId, Id, offer.LineId, offer.Id, offer.MemberId, offer.State.ToString(), offer.Accepted, now));
        _changes.News.Add(new AllocationConfirmed(ConsortiumId, Id, offer.LineId, offer.Id, offer.MemberId, offer.Accepted, now));
    }

    private void Close(PriceRound round, DateTime now)
    {
        (round.State, round.ClosedAt) = (PriceRoundState.Closed, now);
        _changes.Rounds.Add(round);
        _changes.News.Add(new PriceRoundClosed(ConsortiumId, Id, round.RunId, round.Id, now));
    }

    private void CancelPrices(DateTime now)
    {
        foreach (var round in PriceRounds.Where(r => r.IsPending))
        {
            (round.State, round.EndedAt) = (PriceRoundState.Cancelled, now);
            _changes.Rounds.Add(round);
        }
    }

    private void Begin(Guid runId, OfferKind stage, int maxRounds, DateTime now, bool newPrices = false, IReadOnlyList<Guid>? together = null, Guid? splitId = null)
    {
        Round++;
        Run = new RunInProgress(runId, Round, stage, now, newPrices, splitId, State, MaxRounds);
        MaxRounds = maxRounds;
        State = OrderState.Allocating;
        Version++;
        _changes.News.Add(new AllocationRunStarted(ConsortiumId, Id, runId, Round, now) { Together = together });
    }

    // After each change: covered, waiting for answers, a next round unless screening is on hold, short, or waiting for the manager.
    private void Settle(DateTime now)
    {
        Version++;
        NextDeadline = Offers.Where(o => o.IsOpen).Select(o => (DateTime?)o.ExpiresAt)
            .Concat(Calls.Where(c => c.Remaining > 0).Select(c => (DateTime?)c.ExpiresAt))
            .Concat(PriceRounds.Where(r => r.State == PriceRoundState.Open).Select(r => (DateTime?)r.ClosesAt)).Min();
        if (State is not (OrderState.Allocating or OrderState.Short or OrderState.Accepted or OrderState.Allocated) || Run is not null)
        {
            return;
        }

        if (HasOpenOffers())
        {
            State = OrderState.Allocating;
        }
        else if (Unallocated() == 0)
        {
            if (State != OrderState.Allocated)
            {
                _changes.News.Add(new OrderAllocated(ConsortiumId, Id, now));
            }

            State = OrderState.Allocated;
        }
        else if (State == OrderState.Allocating && OpenForRounds() is var open)
        {
            if (open > 0 && Round < MaxRounds && IsClear())
            {
                Begin(Guid.CreateVersion7(), OfferKind.Normal, MaxRounds, now);
            }
            else if (open > 0 && MaxRounds > 0)
            {
                State = OrderState.Short;
                _changes.News.Add(new ShortageDeclared(ConsortiumId, Id, open, now));
            }
            else
            {
                State = OrderState.Accepted;
            }
        }
    }
}
