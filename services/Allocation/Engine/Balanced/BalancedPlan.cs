namespace ExportConsortia.Allocation.Engine.Balanced;

/// <summary>The result of a run.</summary>
/// <param name="Parts">Every part, accepted ones included, by line id, then member id.</param>
/// <param name="Aims">Z1..Z4 of the plan.</param>
/// <param name="FairestUnfair">Z2 of the fairest plan found, before cost was considered; the final plan may be worse by the policy's slack.</param>
/// <param name="CheapestCost">Z3 of the cheapest plan found within that slack, before splits were considered.</param>
/// <param name="Greedy">Z1..Z4 of the greedy start: the plan of a system that fills line after line.</param>
/// <param name="OffersChanged">After a decline: how many open offers changed their quantity; otherwise 0.</param>
internal sealed record BalancedPlan(
    IReadOnlyList<InstancePart> Parts, Aims Aims, long FairestUnfair, long CheapestCost, Aims Greedy, int OffersChanged = 0);
