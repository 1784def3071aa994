namespace ExportConsortia.Allocation.Engine.Balanced;

/// <summary>What a run found.</summary>
/// <param name="Parts">Every part, accepted ones included, by line id, then member id.</param>
/// <param name="Aims">Z1..Z4 of the plan.</param>
/// <param name="FairestUnfair">Z2 of the fairest plan met, before cost was looked at; the plan may be worse by the policy's slack.</param>
/// <param name="CheapestCost">Z3 of the cheapest plan met within that slack, before splits were looked at.</param>
/// <param name="Greedy">Z1..Z4 of the greedy start, what a system that fills line after line would have planned.</param>
/// <param name="OffersChanged">After a decline: how many offers still open have another quantity than before; else 0.</param>
internal sealed record BalancedPlan(
    IReadOnlyList<InstancePart> Parts, Aims Aims, long FairestUnfair, long CheapestCost, Aims Greedy, int OffersChanged = 0);
