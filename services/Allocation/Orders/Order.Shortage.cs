using ExportConsortia.Allocation.Engine;
using ExportConsortia.Allocation.Offers;

namespace ExportConsortia.Allocation.Orders;

/// <content>What the rounds left open: subcontracts, open calls and short closes .</content>
internal sealed partial class Order
{
    /// <summary>The steps of the shortage procedure come when no rounds are left .</summary>
    public Refusal? RefuseUnlessShort() => State == OrderState.Short ? null : new(
        Run is null ? "GATE_NOT_PASSED" : "RUN_IN_PROGRESS", "The shortage procedure starts when no rounds are left (R-610).");

    /// <summary>The manager offers pieces outside a run: a subcontractor makes them under a member firm's responsibility .</summary>
    public Refusal? OfferDirectly(Offer offer, long concentrationCap, DateTime now)
    {
        if (Line(offer.LineId) is not { } line || offer.Quantity > UnallocatedOf(line))
        {
            return new("QUANTITY_GONE", $"Fewer {UnitWords.Many(Line(offer.LineId)?.Unit)} are open than requested.");
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
            return new("OVER_CONCENTRATION", $"The firm would hold more than {concentrationCap} {UnitWords.Many(line.Unit)} of this line (R-608).");
        }

        Offers.Add(offer);
        _changes.Events.Add(Issued(offer, now));
        Settle(now);
        return null;
    }

    /// <summary>Whether pieces of the line can be called for now; while the order isn't short, a second person must approve it.</summary>
    public Refusal? CanBeCalled(OrderLine line, long quantity)
    {
        if (State is OrderState.Blocked or OrderState.Cancelled)
        {
            return Closed();
        }

        if (State is not (OrderState.Short or OrderState.Accepted) || Run is not null)
        {
            return new("GATE_NOT_PASSED", "An open call is possible only while no run is in progress.");
        }

        if (!IsClear())
        {
            return OnHold();
        }

        return quantity > UnallocatedOf(line)
            ? new("QUANTITY_GONE", $"Fewer {UnitWords.Many(line.Unit)} are open than requested.")
            : null;
    }

    /// <summary>Offers open pieces to whichever firm claims them first.</summary>
    public Refusal? Call(OpenCall call, DateTime now)
    {
        var refusal = CanBeCalled(Line(call.LineId)!, call.Quantity);
        if (refusal is null)
        {
            Calls.Add(call);
            Settle(now);
        }

        return refusal;
    }

    /// <summary>The first firm to claim gets the pieces; later ones are refused.</summary>
    /// <param name="call">The call.</param>
    /// <param name="claim">What the firm claims: checked against its own numbers before, so that a refusal here tells it one thing only.</param>
    /// <param name="by">The account of the person who claims for the firm.</param>
    /// <param name="now">The moment, UTC.</param>
    public Refusal? Claim(OpenCall call, Offer claim, Guid? by, DateTime now)
    {
        if (RefuseClaim(call, claim.MemberId, claim.Quantity, now) is { } refusal)
        {
            return refusal;
        }

        // A firm that could try again with less would find out how much is left, and so how much others took; or its cap, and so the line's size.
        call.Tried = [.. call.Tried, claim.MemberId];
        var held = Offers.Where(o => o.LineId == call.LineId && o.MemberId == claim.MemberId).Sum(o => o.IsOpen ? o.Quantity : o.Accepted);
        if (held + claim.Quantity > call.MostPerFirm)
        {
            Version++;
            return new("OVER_CONCENTRATION", "Your firm would have more of this line than one firm may (R-608).");
        }

        if (claim.Quantity > call.Remaining)
        {
            Version++;
            return new("QUANTITY_GONE", $"Other firms were faster: so many {UnitWords.Many(Line(call.LineId)!.Unit)} of this call are not left.");
        }

        var (fault, _) = claim.Accept(claim.Quantity, Line(call.LineId)!.Unit, now, by);
        if (fault is null)
        {
            call.Claimed += claim.Quantity;
            Offers.Add(claim);
            Confirm(claim, now);
            Settle(now);
        }

        return fault;
    }

    /// <summary>Why a firm can't claim so much now, from what it knows itself; nothing of what others claimed.</summary>
    public Refusal? RefuseClaim(OpenCall call, Guid member, long quantity, DateTime now)
    {
        var unit = Line(call.LineId)!.Unit;
        return this switch
        {
            _ when IsOnHold() => OnHold(),
            _ when call.Closed || now >= call.ExpiresAt =>
                new("OFFER_EXPIRED", $"The call ended at {call.ExpiresAt:yyyy-MM-dd HH:mm:ss} UTC, or the order did."),
            _ when call.Tried.Contains(member) =>
                new("ALREADY_DECIDED", "Your firm has claimed from this call: each firm claims once, and so finds out nothing of others."),
            _ when quantity > call.Quantity =>
                new("QUANTITY_GONE", $"The call is for {call.Quantity} {UnitWords.Many(unit)}, not for {quantity}."),
            _ => call.RefuseQuantity(quantity, AcceptedOf(call.LineId, member), unit),
        };
    }

    /// <summary>Buyer and consortium agree that pieces will not be delivered (R-611, last step), or the consortium rejects a line.</summary>
    /// <param name="line">The line.</param>
    /// <param name="quantity">How much of it, in its unit.</param>
    /// <param name="reason">Why; for the clean team.</param>
    /// <param name="by">Who closes it.</param>
    /// <param name="now">The moment, UTC.</param>
    /// <param name="buyerText">What the buyer is told.</param>
    public Refusal? CloseShort(OrderLine line, long quantity, string reason, Decider by, DateTime now, string? buyerText = null)
    {
        if (State is OrderState.Blocked or OrderState.Cancelled)
        {
            return Closed();
        }

        if (IsOnHold())
        {
            return OnHold();
        }

        if (Run is not null)
        {
            return new("RUN_IN_PROGRESS", "A run of this order is being calculated.");
        }

        if (quantity > UnallocatedOf(line))
        {
            return new("QUANTITY_GONE", $"Only {UnallocatedOf(line)} {UnitWords.Many(line.Unit)} of this line are open.");
        }

        line.ShortClosed += quantity;
        (line.ShortCloseReason, line.BuyerText) = (reason, buyerText);
        Decided(new(OrderDecisionKind.ShortClosed, by, now, reason)
        {
            LineId = line.LineId, Quantity = quantity, BuyerText = buyerText,
        });
        _changes.AffectsFairness = _changes.AffectsEntitlements = true;
        Settle(now);
        return null;
    }
}
