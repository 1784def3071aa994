using ExportConsortia.Allocation.Offers;
using ExportConsortia.Allocation.SealedPrices;
using ExportConsortia.Contracts;

namespace ExportConsortia.Allocation.Orders;

/// <content>Sealed prices: rounds are asked for, closed and opened, or cancelled.</content>
internal sealed partial class Order
{
    /// <summary>The round whose prices a run of this stage uses; null if none of the line was opened.</summary>
    public PriceRound? PricesFor(string lineId, OfferKind stage) => PriceRounds.FindLast(r => r.Serves(lineId, stage));

    /// <summary>The run waits: firms are asked for their sealed prices first .</summary>
    public void AskPrices(PriceRound round, IReadOnlyList<PriceInvitation> invitations, DateTime now)
    {
        PriceRounds = [.. PriceRounds, round];
        _changes.Events.AddRange(invitations.Select(i => new PriceAsked(
            ConsortiumId, Id, i.LineId, i.Id, i.MemberId, i.ClosesAt, now, Line(i.LineId)!.Unit)));
        Settle(now);
    }

    /// <summary>An invited firm has answered; after the last answer the round closes before its deadline.</summary>
    public void AnswerPrices(PriceRound round, bool allHaveAnswered, DateTime now)
    {
        if (allHaveAnswered)
        {
            Close(round, now);
        }

        Settle(now);
    }

    /// <summary>The prices of a closed round were opened: the run continues.</summary>
    public void OpenPrices(PriceRound round, int prices, DateTime now)
    {
        (round.State, round.Prices, round.EndedAt) = (PriceRoundState.Opened, prices, now);
        _changes.Rounds.Add(round);
        Version++;
    }

    private void Close(PriceRound round, DateTime now)
    {
        (round.State, round.ClosedAt) = (PriceRoundState.Closed, now);
        _changes.Rounds.Add(round);
        _changes.Events.Add(new PriceRoundClosed(ConsortiumId, Id, round.RunId, round.Id, now));
    }

    private void CancelPrices(DateTime now)
    {
        foreach (var round in PriceRounds.Where(r => r.IsPending))
        {
            (round.State, round.EndedAt) = (PriceRoundState.Cancelled, now);
            _changes.Rounds.Add(round);
        }
    }
}
