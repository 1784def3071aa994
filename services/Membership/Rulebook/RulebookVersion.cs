using ExportConsortia.Contracts;

namespace ExportConsortia.Membership.Rulebook;

/// <summary>How orders for one product family are allocated. What is left out has the default of its rule.</summary>
/// <param name="ProductFamily">The family, 1 to 100 characters; <c>*</c> is the rule of all families without one of their own.</param>
public sealed record Rule(string ProductFamily)
{
    /// <summary>
    /// Name of the allocation policy; <c>CapacityProRata</c>, <c>EqualShare</c>, <c>QuotaCatchUp</c> (R-613), <c>Rotation</c> (R-614), <c>SealedPrice</c>
    /// <c>WeightedScore</c> (R-616), <c>Manual</c> (R-618) or <c>Balanced</c>.
    /// </summary>
    public string Policy { get; init; } = "CapacityProRata";

    /// <summary>Offers are multiples of this many pieces, 1 to 10⁹.</summary>
    public long LotSize { get; init; } = 1;

    /// <summary>No member gets fewer pieces of a line than this, 0 to 10⁹.</summary>
    public long MinLot { get; init; }

    /// <summary>How long a member may think about an offer, in seconds (R-603: 72 h), 1 to 31,536,000 (a year).</summary>
    public long OfferSeconds { get; init; } = 72 * 3600;

    /// <summary>The same for an urgent order, in seconds (R-603: 24 h), 1 to 31,536,000.</summary>
    public long UrgentOfferSeconds { get; init; } = 24 * 3600;

    /// <summary>No member gets more than this part of a line, in percent, 1 to 100 …</summary>
    public int ConcentrationCapPercent { get; init; } = 50;

    /// <summary>… unless fewer members than this are eligible, 1 to 1,000.</summary>
    public int ConcentrationFromMembers { get; init; } = 3;

    /// <summary>A member on probation gets at most this part of a line, in percent, 1 to 100.</summary>
    public int ProbationCapPercent { get; init; } = 10;

    /// <summary>A capacity declaration older than this is not used, in days, 1 to 3,650.</summary>
    public int CapacityMaxAgeDays { get; init; } = 60;

    /// <summary>A member with this many strikes gets no offer, 1 to 100.</summary>
    public int StrikeLimit { get; init; } = 3;

    /// <summary>A strike lapses after this many days (R-403: 12 months), 1 to 3,650.</summary>
    public int StrikeLapseDays { get; init; } = 365;

    /// <summary>So many automatic re-allocation rounds follow the first run, 0 to 100; then the shortage procedure.</summary>
    public int MaxReallocationRounds { get; init; } = 3;

    /// <summary>
    /// What a firm is owed or owes at the end of a year goes into its next year's fairness account up to this part of the year's entitlement, in percent, 0 to
    /// 1,000: a firm that couldn't deliver doesn't claim everything later.
    /// </summary>
    public int CarryOverPercent { get; init; } = 20;

    /// <summary>For <c>Balanced</c>, and for no other policy: a line has at most so many makers, 1 to 1,000; absent: any number.</summary>
    public int? MaxMakers { get; init; }

    /// <summary>
    /// The members' quotas of the family, together 1,000,000 millionths: for <c>QuotaCatchUp</c> (R-613), and, if firms aren't due equal shares, for
    /// <c>Balanced</c>; for no other policy.
    /// </summary>
    public List<Quota>? Quotas { get; init; }

    /// <summary>
    /// For <c>SealedPrice</c> (R-615), and for no other policy: 2 sources share a line 60 to 40, 3 share it 50 to 30 to 20, the cheapest first; left out, the
    /// cheapest gets all that it can make, then the next.
    /// </summary>
    public int? Sources { get; init; }

    /// <summary>For <c>SealedPrice</c>: how long members may hand in their sealed prices for a line, in seconds, 1 to 31,536,000; 48 h if left out.</summary>
    public long SealedOfferSeconds { get; init; } = 48 * 3600;

    /// <summary>
    /// For <c>SealedPrice</c> with 2 or 3 sources, and for nothing else: only the cheapest gets its part at its own price, the others are asked to match it.
    /// So the lowest price is told to them, but not whose it is: with fewer than three prices each gets its part at its own. Left out, each gets its part at its own price and no price is told to anybody.
    /// </summary>
    public PriceMatchRound? PriceMatchRound { get; init; }

    internal AllocationRule ToContract() => new()
    {
        ProductFamily = ProductFamily,
        Policy = Policy,
        LotSize = LotSize,
        MinLot = MinLot,
        OfferSeconds = OfferSeconds,
        UrgentOfferSeconds = UrgentOfferSeconds,
        ConcentrationCapPercent = ConcentrationCapPercent,
        ConcentrationFromMembers = ConcentrationFromMembers,
        ProbationCapPercent = ProbationCapPercent,
        CapacityMaxAgeDays = CapacityMaxAgeDays,
        StrikeLimit = StrikeLimit,
        StrikeLapseDays = StrikeLapseDays,
        MaxReallocationRounds = MaxReallocationRounds,
        CarryOverPercent = CarryOverPercent,
        MaxMakers = MaxMakers,
        Quotas = Quotas?.ConvertAll(q => new AllocationQuota(q.MemberId, q.SharePpm)),
        Sources = Sources,
        SealedOfferSeconds = SealedOfferSeconds,
        PriceMatchRound = PriceMatchRound is { } match ? new AllocationPriceMatch(match.Seconds, match.CeilingPercent) : null,
    };
}

/// <summary>A member firm's quota of a product family in a calendar year. Who is behind its quota gets more of the next order .</summary>
/// <param name="MemberId">The member firm; one that has not left.</param>
/// <param name="SharePpm">Its part of all pieces, in millionths, 1 to 1,000,000: 400,000 is 40 percent.</param>
public sealed record Quota(Guid MemberId, int SharePpm);

/// <summary>How firms are asked to match the leader's price, and what becomes of the pieces of those who don't .</summary>
/// <param name="Seconds">How long a firm may think about it, in seconds, 1 to 31,536,000; 48 h if left out.</param>
/// <param name="CeilingPercent">
/// What is left after the round may go to firms at their own prices, the cheapest first, while all pieces of the line cost on average at most this part of
/// what the buyer pays, in percent, 1 to 100; left out, nothing is awarded above the leader's price and the pieces stay open.
/// </param>
public sealed record PriceMatchRound(long Seconds = 48 * 3600, int? CeilingPercent = null);

/// <summary>The internal regulations as the software executes them. A version is never changed; the next one takes effect after it and never acts backwards (F-G4).</summary>
internal sealed class RulebookVersion
{
    public required Guid ConsortiumId { get; init; }

    /// <summary>1, 2, 3 …</summary>
    public required int Version { get; init; }

    public required List<Rule> Allocation { get; init; }

    public required DateTime ActivatedAt { get; init; }

    public required Guid ActivatedBy { get; init; }

    /// <summary>Every rule at its default, for every product family.</summary>
    public static RulebookVersion First(Guid consortiumId, Guid by, DateTime now) =>
        new() { ConsortiumId = consortiumId, Version = 1, Allocation = [new("*")], ActivatedAt = now, ActivatedBy = by };

    public RulebookVersionActivated ToEvent() => new(ConsortiumId, Version, Allocation.ConvertAll(r => r.ToContract()), ActivatedAt);
}
