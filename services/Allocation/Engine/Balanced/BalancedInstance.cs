namespace ExportConsortia.Allocation.Engine.Balanced;

/// <summary>
/// Everything the <c>Balanced</c> policy knows: open lines, members' weekly capacity and their fairness accounts (schema
/// <c>alloc-instance/1</c>). Money is in minor units, capacity in minutes, weeks count from 1. The order of the lists doesn't matter.
/// </summary>
internal sealed record BalancedInstance(
    string Name,
    int Weeks,
    BalancedPolicy Policy,
    IReadOnlyList<InstanceProduct> Products,
    IReadOnlyList<InstanceMember> Members,
    IReadOnlyList<InstancePool> Pools,
    IReadOnlyList<InstanceLine> Lines,
    IReadOnlyList<InstancePart> Accepted);

/// <summary>What the members agreed: the price of deviations from the entitlement, and how much an earlier aim may give way to a later one.</summary>
/// <param name="BandsPerMille">Ends of the bands, per mille of an account's scale, ascending.</param>
/// <param name="Slopes">Points per minor unit of deviation inside each band; one more than bands, never falling.</param>
/// <param name="FairSlackPerMille">How much fairness (Z2) may give way to cost, per mille of the value ordered.</param>
/// <param name="CostSlackPerMille">How much cost (Z3) may give way to fewer makers, per mille of Z3.</param>
/// <param name="UndeliveredPercent">The cost of an undelivered piece in Z3, in percent of its reference price.</param>
/// <param name="SingleSourceWeight">Weight in Z4 of each further maker of a line whose buyer prefers one.</param>
internal sealed record BalancedPolicy(
    IReadOnlyList<long> BandsPerMille,
    IReadOnlyList<long> Slopes,
    long FairSlackPerMille,
    long CostSlackPerMille,
    long UndeliveredPercent,
    long SingleSourceWeight);

/// <summary>A product; its reference price is the same for every member, so that a cheap member isn't punished in the fairness account.</summary>
internal sealed record InstanceProduct(string Id, string Pool, long RefPrice);

/// <summary>A member firm with its score (0–2000 per mille), its resources and what it can make on them.</summary>
internal sealed record InstanceMember(
    string Id, long Score, IReadOnlyList<InstanceResource> Resources, IReadOnlyList<InstanceCapability> Capabilities);

/// <summary>A machine or team with its free minutes in weeks 1..W.</summary>
internal sealed record InstanceResource(string Id, IReadOnlyList<long> Capacity);

/// <summary>
/// That a member can make a product: minutes per piece, smallest part, pack, weeks before it can begin, price, destinations it is certified for.
/// </summary>
internal sealed record InstanceCapability(
    string Product, string Resource, long MinutesPerUnit, long MinLot, long Pack, long LeadWeeks, long Price, IReadOnlyList<string> Certified)
{
    /// <summary>The maximum number of pieces of one line, whatever the capacity.</summary>
    public long Most { get; init; } = long.MaxValue;
}

/// <summary>Products that share one fairness account per member, with the value allocated in the window so far.</summary>
internal sealed record InstancePool(string Id, long WindowVolume, IReadOnlyList<InstanceShare> Shares);

/// <summary>A member's entitlement to a pool in parts per million, and its balance carried over (negative: it is ahead).</summary>
internal sealed record InstanceShare(string Member, long Ppm, long Balance);

/// <summary>An open order line with its quantity tolerance, due week and the buyer's wishes.</summary>
internal sealed record InstanceLine(
    string Id,
    string Product,
    long Qty,
    long MinQty,
    long MaxQty,
    int DueWeek,
    string Destination,
    long Priority,
    int MaxMembers,
    bool SingleSourcePreferred,
    bool AllOrNothing,
    IReadOnlyList<string> Excluded);

/// <summary>A member's part of a line, in pieces.</summary>
internal sealed record InstancePart(string Line, string Member, long Qty);
