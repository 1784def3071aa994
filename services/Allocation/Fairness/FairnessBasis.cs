namespace ExportConsortia.Allocation.Fairness;

/// <summary>What entitlements depend on: the rules and the firms of the consortium.</summary>
internal sealed record FairnessBasis(Rulebook Rulebook, List<MemberFirm> Firms)
{
    public static async Task<FairnessBasis> OfAsync(Guid consortiumId, DateTime at, AllocationDb db, CancellationToken ct) =>
        new(await db.RulebookAsync(consortiumId, at, ct), await db.FirmsAsync(consortiumId, ct));
}
