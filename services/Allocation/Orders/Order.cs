using ExportConsortia.Allocation.Documents;
using ExportConsortia.Allocation.Engine;
using ExportConsortia.Allocation.Members;
using ExportConsortia.Allocation.Offers;
using ExportConsortia.Allocation.Runs;
using ExportConsortia.Allocation.SealedPrices;
using ExportConsortia.Contracts;

namespace ExportConsortia.Allocation.Orders;

/// <summary>
/// A buyer's order with its lines and offers. At every moment, for every line: ordered = accepted + offered + unallocated + short-closed (F-Q1).
/// This file holds the way from the buyer's order to accepted offers; sealed prices, splits by hand and the shortage procedure have files of their
/// own.
/// </summary>
internal sealed partial class Order
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

    /// <summary>The last round that starts automatically; 0 until a manager has started a run.</summary>
    public int MaxRounds { get; private set; }

    public RunInProgress? Run { get; private set; }

    public List<ScreeningDecision> Screening { get; private set; } = [];

    public List<OrderLine> Lines { get; private set; } = [];

    public List<Offer> Offers { get; private set; } = [];

    public List<OpenCall> Calls { get; private set; } = [];

    /// <summary>Orders older than price rounds have none stored.</summary>
    public List<PriceRound> PriceRounds { get => field ?? []; private set; }

    public string? CancelReason { get; private set; }

    /// <summary>What the buyer is told of the cancellation; the reason itself is for the clean team.</summary>
    public string? BuyerText { get; private set; }

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
                var placed = new OrderLine
                {
                    LineId = line.LineId,
                    Ordered = line.Quantity,
                    From = period?.StartDate,
                    Due = period?.EndDate?.AddDays(1),
                };
                if (known(line) is { } product)
                {
                    // Refused: the line waits until the manager adds a conversion or matches it.
                    _ = placed.Become(product, line);
                }

                return placed;
            })],
        };
        order.Digest = new(order.Lines.Count, ValueOf(document), null, []);
        order._changes.Events.Add(new BuyerOrderReceived(consortiumId, id, order.BuyerReference, now));
        return order;
    }

    /// <summary>Names the turn of whoever changes an order, for <see cref="ServiceDb.InTurnAsync"/>.</summary>
    public static string TurnOf(Guid id) => $"order {id}";

    /// <summary>What follows from the changes since the last call.</summary>
    public OrderChanges TakeChanges()
    {
        var taken = _changes;
        _changes = new();
        return taken;
    }

    /// <summary>
    /// What stands open of each line, in one pass over the offers: going through all of them for every line of a long order takes seconds.
    /// </summary>
    public Dictionary<string, long> OpenByLine()
    {
        var open = Lines.ToDictionary(line => line.LineId, line => line.Ordered - line.ShortClosed, StringComparer.Ordinal);
        foreach (var offer in Offers)
        {
            open[offer.LineId] -= offer.IsOpen ? offer.Quantity : offer.Accepted;
        }

        foreach (var call in Calls)
        {
            open[call.LineId] -= call.Remaining;
        }

        return open;
    }

    public OrderLine? Line(string lineId) => Lines.Find(l => l.LineId == lineId);

    public long AcceptedOf(string lineId, Guid? member = null) =>
        Offers.Where(o => o.LineId == lineId && (member is null || o.MemberId == member)).Sum(o => o.Accepted);

    public long OfferedOf(string lineId) =>
        Offers.Where(o => o.IsOpen && o.LineId == lineId).Sum(o => o.Quantity) + Calls.Where(c => c.LineId == lineId).Sum(c => c.Remaining);

    /// <summary>True once a run over the order has ended.</summary>
    public bool HasRun => Round > 1 || (Round == 1 && Run is null);

    /// <summary>Pieces that no firm holds or is asked for.</summary>
    public long UnallocatedOf(OrderLine line) => line.Ordered - line.ShortClosed - AcceptedOf(line.LineId) - OfferedOf(line.LineId);

    public long Unallocated() => OpenByLine().Values.Sum();

    /// <summary>The same without the lines that are split by hand: what a round can place.</summary>
    public long OpenForRounds()
    {
        var open = OpenByLine();
        return Lines.Where(line => !line.ByHand).Sum(line => open[line.LineId]);
    }

    /// <summary>The manager chooses the consortium's product for a line.</summary>
    public Refusal? Match(OrderLine line, Product product, DocumentLine written)
    {
        if (Offers.Exists(o => o.LineId == line.LineId)
            || PriceRounds.Exists(r => r.State != PriceRoundState.Cancelled && r.Lines.Contains(line.LineId))
            || State is OrderState.Blocked or OrderState.Cancelled)
        {
            return new("ALREADY_DECIDED", "This line was already offered, or the order is closed.");
        }

        if (line.Become(product, written) is { } refusal)
        {
            return refusal;
        }

        Version++;
        return null;
    }

    /// <summary>Counts the lines that waited for a conversion, as far as the list converts their units now.</summary>
    public Refusal? CountWaiting(IReadOnlyDictionary<string, Product> products, OrderDocument document)
    {
        foreach (var line in Lines.Where(l => l.Waiting is not null && l.ShortClosed < l.Ordered))
        {
            if (products.GetValueOrDefault(line.Waiting!.Product) is { } product && product.Worth(line.Waiting.Unit) is not null
                && line.Become(product, document.Lines.First(l => l.LineId == line.LineId)) is { } refusal)
            {
                return refusal;
            }
        }

        return null;
    }

    /// <summary>One person's screening decision. Clear needs two people, one of them not from sales .</summary>
    public Refusal? Screen(Decider by, bool worksInSales, ScreeningVerdict verdict, string reason, DateTime now)
    {
        // A cancelled order on hold can still be cleared: until then the buyer isn't even told that it is cancelled.
        if (State == OrderState.Blocked || (State == OrderState.Cancelled && !IsOnHold()))
        {
            return Closed();
        }

        var cleared = SinceHold().ToList();
        if (verdict == ScreeningVerdict.Clear && cleared.Exists(d => d.UserId == by.UserId))
        {
            return new("SECOND_APPROVER_REQUIRED", "You have already cleared this order; a second person must do so too (R-620).");
        }

        if (verdict == ScreeningVerdict.Clear && cleared.Count > 0 && cleared.TrueForAll(d => !d.By.IsTwoPeopleWith(by)))
        {
            return new("SECOND_APPROVER_REQUIRED",
                "Who cleared this order could have made your account, or the same account stands behind both: a second person must clear it "
                + "(R-620).");
        }

        Screening.Add(new ScreeningDecision(by.UserId, worksInSales, verdict, reason, now) { Controllers = by.Controllers });
        _changes.Acts.Add(DiscretionaryAct.Of("SCREENING", verdict, by.UserId, reason));
        if (State == OrderState.Received)
        {
            State = OrderState.Screening;
        }

        Version++;
        if (verdict == ScreeningVerdict.Hold && PriceRounds.Exists(r => r.IsPending))
        {
            // No offer may follow from these prices now: end the run instead of waiting for them.
            EndRun([], now);
        }

        if (verdict == ScreeningVerdict.Clear && State != OrderState.Cancelled && IsClear())
        {
            TakeWaitingAnswers(now);
        }

        return null;
    }

    /// <summary>True once two people, one of them not from sales, have cleared the order since the last hold .</summary>
    public bool IsClear()
    {
        var clear = SinceHold().ToList();
        return clear.Exists(one => !one.WorksInSales && clear.Exists(other => one.By.IsTwoPeopleWith(other.By)));
    }

    /// <summary>True from a hold until two people have cleared the order again .</summary>
    public bool IsOnHold() => Screening.Exists(d => d.Verdict != ScreeningVerdict.Clear) && !IsClear();

    /// <summary>No run, step or split while the screening is on hold, whatever else stands against it .</summary>
    public Refusal? RefuseIfHeld() => State switch
    {
        OrderState.Blocked or OrderState.Cancelled => Closed(),
        OrderState.Received or OrderState.Screening when !Screening.Exists(d => d.Verdict == ScreeningVerdict.Hold) => null,
        _ => IsClear() ? null : OnHold(),
    };

    /// <summary>The manager accepts the order: it must be cleared, every question decided, and every line matched or closed short.</summary>
    public Refusal? Accept(bool urgent, DateTime now)
    {
        if (State is OrderState.Blocked or OrderState.Cancelled)
        {
            return Closed();
        }

        if (State is not (OrderState.Received or OrderState.Screening))
        {
            return new("ALREADY_DECIDED", "This order was already accepted.");
        }

        if (!IsClear())
        {
            return SinceHold().Count() >= 2
                ? new("SECOND_APPROVER_REQUIRED", "One of the two people who clear an order must not work in sales (R-620).")
                : new("SCREENING_HOLD", "Two people must clear this order first (R-601, R-620).");
        }

        if (QuestionIsOpen() is { } open)
        {
            return open;
        }

        if (Lines.Find(l => l.Product is null && l.ShortClosed < l.Ordered) is { } unmatched)
        {
            return unmatched.Waiting?.Refuse(unmatched.LineId) ?? new(
                "LINE_UNMATCHED", $"The item of line {unmatched.LineId} is not matched to a product: match it or close the line short.");
        }

        if (Unallocated() == 0)
        {
            return new("NOTHING_OPEN", "Every line was closed short: there is nothing to accept.");
        }

        Urgent = urgent;
        State = OrderState.Accepted;
        Version++;
        _changes.Events.Add(new BuyerOrderAccepted(ConsortiumId, Id, now));
        return null;
    }

    /// <summary>Starts a run over the open pieces, followed by the rulebook's automatic rounds .</summary>
    public Refusal? StartRun(Rulebook rulebook, DateTime now, bool newPrices = false, Guid? runId = null, IReadOnlyList<Guid>? together = null)
    {
        MarkLinesSplitByHand(rulebook);
        var rounds = Lines.Max(l => rulebook.RuleFor(l.Family).MaxReallocationRounds);
        return StartRun(runId ?? Guid.CreateVersion7(), OfferKind.Normal, rounds, now, newPrices, together);
    }

    /// <summary>Starts a run over the open pieces. Another is refused until all of its offers are answered or expired.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="stage">Which firms it asks.</param>
    /// <param name="reallocationRounds">How many automatic rounds may follow .</param>
    /// <param name="now">The moment, UTC.</param>
    /// <param name="newPrices">True: ask for sealed prices although there are some.</param>
    /// <param name="together">The orders that the run plans together; absent if it plans this one alone.</param>
    public Refusal? StartRun(
        Guid runId, OfferKind stage, int reallocationRounds, DateTime now, bool newPrices = false, IReadOnlyList<Guid>? together = null)
    {
        if (RefuseIfHeld() is { } held)
        {
            return held;
        }

        if (State is OrderState.Received or OrderState.Screening)
        {
            return new("GATE_NOT_PASSED", "The order has not been accepted yet (R-601).");
        }

        if (Run is not null || HasOpenOffers())
        {
            return new("RUN_IN_PROGRESS", "A run of this order is in progress: not all of its offers are answered yet.");
        }

        if (OpenForRounds() == 0)
        {
            return new("NOTHING_OPEN", Unallocated() == 0
                ? "Every piece of this order is allocated."
                : "Every open line is split by hand (R-618): propose a split.");
        }

        // A step of the shortage procedure is one run; a normal run is followed by automatic rounds.
        Begin(runId, stage, Round + 1 + (stage == OfferKind.Normal ? reallocationRounds : 0), now, newPrices, together);
        return null;
    }

    /// <summary>
    /// A run that is being calculated or waits for prices is given up. Nothing was offered; the order is as it was before.
    /// </summary>
    /// <param name="by">The manager; null: the service itself, after failures.</param>
    /// <param name="now">The moment, UTC.</param>
    public Refusal? GiveUpRun(Decider? by, DateTime now)
    {
        if (Run is null)
        {
            return new("GATE_NOT_PASSED", "No run of this order is being calculated.");
        }

        if (by is not null)
        {
            Decided(new(OrderDecisionKind.RunGivenUp, by, now, null));
        }

        // An automatic round would start again at once: make it the last one.
        var isAutomatic = Run is { Before: OrderState.Allocating, Stage: not OfferKind.ByHand };
        (State, MaxRounds) = (Run.Before, isAutomatic ? Round - 1 : Run.MaxRoundsBefore);
        Run = null;
        Round--;
        CancelPrices(now);
        Settle(now);
        return null;
    }

    /// <summary>The run's offers go out; a round without offers is the last one.</summary>
    public void EndRun(IReadOnlyList<Offer> offers, DateTime now)
    {
        var isRound = Run!.Stage != OfferKind.ByHand;
        _changes.Events.Add(new AllocationRunCompleted(ConsortiumId, Id, Run.RunId, Run.Round, offers.Count, now));
        _changes.Events.AddRange(offers.Select(o => Issued(o, now)));
        Run = null;
        CancelPrices(now);
        Offers.AddRange(offers);
        _changes.AffectsFairness = _changes.AffectsEntitlements = true;
        if (isRound && !HasOpenOffers())
        {
            MaxRounds = Round;
        }

        Settle(now);
    }

    /// <summary>A member firm accepts its offer, in whole or in part. While the screening is on hold, the answer waits .</summary>
    public Refusal? Accept(Offer offer, long quantity, DateTime now, Guid? by = null)
    {
        if (IsOnHold())
        {
            return Wait(offer, offer.Wait(quantity, Line(offer.LineId)!.Unit, now, by));
        }

        var (refusal, released) = offer.Accept(quantity, Line(offer.LineId)!.Unit, now, by);
        if (refusal is null)
        {
            Ended(offer, released);
            Confirm(offer, now);
            Settle(now);
        }

        return refusal;
    }

    /// <summary>A member firm declines its offer. While the screening is on hold, the answer waits .</summary>
    public Refusal? Decline(Offer offer, DeclineReason reason, string? note, DateTime now, Guid? by = null)
    {
        if (IsOnHold())
        {
            return Wait(offer, offer.Wait(reason, note, now, by));
        }

        var (refusal, released) = offer.Decline(reason, note, now, by);
        if (refusal is null)
        {
            Ended(offer, released);
            _changes.Events.Add(new OfferAnswered(
                ConsortiumId, Id, offer.LineId, offer.Id, offer.MemberId, nameof(OfferState.Declined), 0, now, Line(offer.LineId)!.Unit));
            Settle(now);
        }

        return refusal;
    }

    /// <summary>Ends everything past its deadline: offers expire, calls and price rounds close.</summary>
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

    /// <summary>Withdraws the open offers of a firm that is no longer active.</summary>
    public void Withdraw(Guid member, DateTime now) =>
        End(o => o.IsOpen && o.MemberId == member, OfferState.Withdrawn, now);

    /// <summary>Blocks or cancels the order: withdraws open offers and releases every reservation.</summary>
    public void Freeze(OrderState state, string reason, DateTime now, string? buyerText = null)
    {
        State = state;
        (CancelReason, BuyerText) = (reason, buyerText);
        Run = null;
        CancelPrices(now);
        _changes.AffectsFairness = _changes.AffectsEntitlements = true;
        if (state == OrderState.Blocked)
        {
            _changes.Events.Add(new OrderBlocked(ConsortiumId, Id, now));
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

    /// <summary>The order can be cancelled until a member firm has accepted a part.</summary>
    public Refusal? CanBeCancelled() => State switch
    {
        OrderState.Blocked or OrderState.Cancelled => Closed(),
        _ when Offers.Exists(o => o.Accepted > 0) =>
            new("ALREADY_DECIDED", "Member firms have accepted parts of this order; agree on a short close with the buyer instead."),
        _ => null,
    };

    private static Refusal OnHold() => new("SCREENING_HOLD", "Screening is on hold: two people must clear this order again first (R-620).");

    private static Refusal Closed() => new("ORDER_BLOCKED", "This order is blocked or cancelled.");

    // The answer itself is kept, with its moment: the deadline is met, nothing is released or confirmed.
    private Refusal? Wait(Offer offer, Refusal? refusal)
    {
        if (refusal is null)
        {
            _changes.Waiting.Add(offer);
            Settle(offer.Waiting!.At);
        }

        return refusal;
    }

    // What firms answered during the hold counts from the moment they answered.
    private void TakeWaitingAnswers(DateTime now)
    {
        foreach (var offer in Offers.Where(o => o.Waiting is not null).ToList())
        {
            var answer = offer.Waiting!;
            Ended(offer, offer.TakeWaiting());
            if (answer.Reason is null)
            {
                Confirm(offer, now);
            }
            else
            {
                _changes.Events.Add(new OfferAnswered(
                    ConsortiumId, Id, offer.LineId, offer.Id, offer.MemberId, nameof(OfferState.Declined), 0, now, Line(offer.LineId)!.Unit));
            }
        }

        Settle(now);
    }

    private IEnumerable<ScreeningDecision> SinceHold() =>
        Screening.Skip(Screening.FindLastIndex(d => d.Verdict != ScreeningVerdict.Clear) + 1);

    private bool HasOpenOffers() => Offers.Exists(o => o.IsOpen) || Calls.Exists(c => c.Remaining > 0);

    private List<Offer> End(Predicate<Offer> which, OfferState state, DateTime now)
    {
        var ended = Offers.FindAll(which);
        ended.ForEach(offer => Ended(offer, offer.End(state, now)));
        if (state == OfferState.Expired)
        {
            _changes.Events.AddRange(ended.Select(o => new OfferExpired(
                ConsortiumId, Id, o.LineId, o.Id, o.MemberId, now, o.Quantity, Line(o.LineId)!.Unit)));
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
        new(ConsortiumId, Id, offer.LineId, offer.Id, offer.MemberId, offer.Quantity, offer.ExpiresAt, now, Line(offer.LineId)!.Unit);

    private void Confirm(Offer offer, DateTime now)
    {
        _changes.AffectsFairness = true;
        var unit = Line(offer.LineId)!.Unit;
        _changes.Events.Add(new OfferAnswered(
            ConsortiumId, Id, offer.LineId, offer.Id, offer.MemberId, offer.State.ToString(), offer.Accepted, now, unit));
        _changes.Events.Add(new AllocationConfirmed(ConsortiumId, Id, offer.LineId, offer.Id, offer.MemberId, offer.Accepted, now, unit));
    }

    private void Begin(
        Guid runId, OfferKind stage, int maxRounds, DateTime now, bool newPrices = false, IReadOnlyList<Guid>? together = null, Guid? splitId = null)
    {
        Round++;
        Run = new RunInProgress(runId, Round, stage, now, newPrices, splitId, State, MaxRounds);
        MaxRounds = maxRounds;
        State = OrderState.Allocating;
        Version++;
        _changes.Events.Add(new AllocationRunStarted(ConsortiumId, Id, runId, Round, now) { Together = together });
    }

    // After each change: all allocated, waiting for answers, next round unless on hold, short, or waiting for the manager.
    private void Settle(DateTime now)
    {
        Version++;
        NextDeadline = Offers.Where(o => o is { IsOpen: true, Waiting: null }).Select(o => (DateTime?)o.ExpiresAt)
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
                _changes.Events.Add(new OrderAllocated(ConsortiumId, Id, now));
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
                var left = OpenByLine();
                _changes.Events.Add(new ShortageDeclared(ConsortiumId, Id, open, now, [.. Lines.Where(line => !line.ByHand && left[line.LineId] > 0)
                    .Select(line => new LineShortage(line.LineId, left[line.LineId], line.CountedIn))]));
            }
            else
            {
                State = OrderState.Accepted;
            }
        }
    }
}
