using System.Text.Json.Serialization;
using ExportConsortia.Contracts;

namespace ExportConsortia.Membership.Rulebook;

/// <summary>How orders for one product family are allocated. A property that is left out has its default.</summary>
/// <param name="ProductFamily">The family, 1 to 100 characters; <c>*</c> is the rule for all families without their own.</param>
public sealed record Rule(string ProductFamily)
{
    /// <summary>
    /// Name of the allocation policy: <c>CapacityProRata</c>, <c>EqualShare</c>, <c>QuotaCatchUp</c> (R-613), <c>Rotation</c> (R-614),
    /// <c>SealedPrice</c> (R-615), <c>WeightedScore</c> (R-616), <c>Manual</c> (R-618) or <c>Balanced</c>.
    /// </summary>
    public string Policy { get; init; } = "CapacityProRata";

    /// <summary>
    /// UN/ECE code of the unit of <see cref="LotSize"/> and <see cref="MinLot"/>: the family's in the product list. A request may name it, to be sure
    /// of it; no other is accepted. Absent in the rule for <c>*</c>, which counts in each family's own unit, and for a family that isn't listed.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Unit { get; init; }

    /// <summary>Offers are multiples of this, in the unit of the family, 1 to 10⁹.</summary>
    public long LotSize { get; init; } = 1;

    /// <summary>No member gets less of a line than this, in the unit of the family, 0 to 10⁹.</summary>
    public long MinLot { get; init; }

    /// <summary>How long an offer stays open, in seconds (R-603: 72 h), 1 to 31,536,000 (a year).</summary>
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

    /// <summary>Maximum number of automatic re-allocation rounds after the first run, 0 to 100; then the shortage procedure.</summary>
    public int MaxReallocationRounds { get; init; } = 3;

    /// <summary>
    /// Cap on the fairness balance carried into the next year, in percent of the year's entitlement, 0 to 1,000: a firm that couldn't deliver
    /// can't claim everything later.
    /// </summary>
    public int CarryOverPercent { get; init; } = 20;

    /// <summary>Only for <c>Balanced</c>: maximum number of firms that make a line, 1 to 1,000; no limit if left out.</summary>
    public int? MaxMakers { get; init; }

    /// <summary>
    /// The members' quotas of the family, which add up to 1,000,000 millionths. Required for <c>QuotaCatchUp</c> (R-613), optional for
    /// <c>Balanced</c> (equal shares if left out), not allowed for other policies.
    /// </summary>
    public List<Quota>? Quotas { get; init; }

    /// <summary>
    /// Only for <c>SealedPrice</c> (R-615): 2 sources share a line 60/40, 3 share it 50/30/20, the cheapest first. If left out, the cheapest gets
    /// all that it can make, then the next.
    /// </summary>
    public int? Sources { get; init; }

    /// <summary>For <c>SealedPrice</c>: how long members may submit sealed prices for a line, in seconds, 1 to 31,536,000; 48 h if absent.</summary>
    public long SealedOfferSeconds { get; init; } = 48 * 3600;

    /// <summary>
    /// Only for <c>SealedPrice</c> with 2 or 3 sources: the cheapest gets its part at its own price, the others are asked to match that price.
    /// They read it, but not whose it is. If this is left out, or with fewer than three prices, each firm gets its part at its own price and
    /// reads no other.
    /// </summary>
    public PriceMatchRound? PriceMatchRound { get; init; }

    /// <summary>True: a member is asked only with a brand licence for the product that holds through the delivery window .</summary>
    public bool RequiresBrandLicence { get; init; }

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
        RequiresBrandLicence = RequiresBrandLicence,
    };
}
