using ExportConsortia.Allocation.Engine;
using ExportConsortia.Allocation.Offers;

namespace ExportConsortia.Allocation.Orders;

/// <content>What the rounds left open: subcontracts, open calls and short closes .</content>
internal sealed partial class Order
{
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

    /// <summary>Offers open pieces to whichever firm claims them first.</summary>
    public Refusal? Call(OpenCall call, DateTime now)
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

        if (Line(call.LineId) is not { } line || call.Quantity > UnallocatedOf(line))
        {
            return new("QUANTITY_GONE", $"Fewer {UnitWords.Many(Line(call.LineId)?.Unit)} are open than requested.");
        }

        Calls.Add(call);
        Settle(now);
        return null;
    }

    /// <summary>The first firm to claim gets the pieces; later ones are refused.</summary>
    public Refusal? Claim(OpenCall call, Offer claim, DateTime now)
    {
        var unit = Line(call.LineId)!.Unit;
        if (call.Remaining == 0)
        {
            return new("QUANTITY_GONE", $"Another firm was faster: no {UnitWords.Many(unit)} of this call are left.");
        }

        if (now >= call.ExpiresAt)
        {
            return new("OFFER_EXPIRED", $"The call ended at {call.ExpiresAt:yyyy-MM-dd HH:mm:ss} UTC.");
        }

        if (claim.Quantity > call.Remaining)
        {
            return new("QUANTITY_GONE", $"Only {call.Remaining} {UnitWords.Many(unit)} of this call are left.");
        }

        var (refusal, _) = claim.Accept(claim.Quantity, unit, now);
        if (refusal is null)
        {
            call.Claimed += claim.Quantity;
            Offers.Add(claim);
            Confirm(claim, now);
            Settle(now);
        }

        return refusal;
    }

    /// <summary>Buyer and consortium agree that pieces will not be delivered (R-611, last step), or the consortium rejects a line.</summary>
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
            return new("QUANTITY_GONE", $"Only {UnallocatedOf(line)} {UnitWords.Many(line.Unit)} of this line are open.");
        }

        line.ShortClosed += quantity;
        line.ShortCloseReason = reason;
        _changes.AffectsFairness = _changes.AffectsEntitlements = true;
        Settle(now);
        return null;
    }
}
