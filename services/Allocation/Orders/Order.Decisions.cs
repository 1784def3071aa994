namespace ExportConsortia.Allocation.Orders;

/// <content>What people decided by discretion, the first one first.</content>
internal sealed partial class Order
{
    private const int MostGivenUp = 100;

    /// <summary>Orders older than these have none stored.</summary>
    public List<OrderDecision> Decisions { get => field ?? []; private set; }

    /// <summary>Keeps a decision for good.</summary>
    public void Decided(OrderDecision decision)
    {
        // The only one that can be repeated without end.
        if (decision.Kind == OrderDecisionKind.RunGivenUp && Decisions.Count(d => d.Kind == OrderDecisionKind.RunGivenUp) >= MostGivenUp)
        {
            return;
        }

        Decisions = [.. Decisions, decision];
        if (decision.Second is null)   // else the exception that was approved leaves the traces
        {
            _changes.Acts.Add(DiscretionaryAct.Of("ORDER", decision.Kind, decision.By.UserId, decision.Reason ?? decision.SkipReason));
        }

        Version++;
    }
}
