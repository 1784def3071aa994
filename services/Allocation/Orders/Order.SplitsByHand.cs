using System.Text.Json;
using ExportConsortia.Allocation.Engine;
using ExportConsortia.Allocation.Members;
using ExportConsortia.Allocation.Offers;
using ExportConsortia.Allocation.SplitsByHand;

namespace ExportConsortia.Allocation.Orders;

/// <content>Lines whose parts are set by hand .</content>
internal sealed partial class Order
{
    /// <summary>Marks the lines whose parts are set by hand according to the rulebook in force.</summary>
    public void MarkLinesSplitByHand(Rulebook rulebook)
    {
        foreach (var line in Lines)
        {
            line.ByHand = rulebook.RuleFor(line.Family).Policy == nameof(Manual);
        }
    }

    /// <summary>Whether a line can be split by hand now: it has open pieces, and no run is in progress that may place them.</summary>
    public Refusal? CanBeSplitByHand(OrderLine line) => this switch
    {
        _ when RefuseIfHeld() is { } held => held,
        { State: OrderState.Received or OrderState.Screening } => new("GATE_NOT_PASSED", "The order has not been accepted yet (R-601)."),
        { Run: not null } => new("RUN_IN_PROGRESS", "A run of this order is being calculated or waits for sealed prices."),
        _ when UnallocatedOf(line) == 0 => new("NOTHING_OPEN", $"No {UnitWords.Many(line.Unit)} of this line are open."),
        _ => null,
    };

    /// <summary>
    /// An exception was proposed or decided. They are rows of their own: this makes two simultaneous changes to those of an order conflict.
    /// </summary>
    public void Changed(ProposedSplit exception)
    {
        var (by, reason) = exception.State is SplitState.Proposed or SplitState.WithinRules
            ? (exception.SetBy, exception.Reason)
            : (exception.DecidedBy!.Value, exception.Note);
        _changes.Acts.Add(DiscretionaryAct.Of(
            JsonNamingPolicy.SnakeCaseUpper.ConvertName($"{exception.Kind}"), exception.State, by, reason));
        Version++;
    }

    /// <summary>
    /// Starts the run over a line whose split by hand was approved. Offers of other runs may be open: a firm with an open offer of this line isn't
    /// asked.
    /// It doesn't count as a round: afterwards as many rounds are left as before.
    /// </summary>
    public void StartRunByHand(Guid runId, Guid splitId, DateTime now)
    {
        Begin(runId, OfferKind.ByHand, MaxRounds + (MaxRounds > 0 ? 1 : 0), now, splitId: splitId);
    }
}
