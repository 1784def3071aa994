namespace ExportConsortia.Allocation.Engine;

/// <summary>Codes: why a member gets nothing of a line, or why pieces of a line stay open.</summary>
internal static class Reasons
{
    public const string Left = "LEFT";
    public const string Suspended = "SUSPENDED";
    public const string OnProbation = "ON_PROBATION";
    public const string NotOnProbation = "NOT_ON_PROBATION";
    public const string NotCapable = "NOT_CAPABLE";

    /// <summary>The rulebook asks for a brand licence, and the member has none for the product through the delivery window.</summary>
    public const string NotLicensed = "NOT_LICENSED";

    public const string TooManyStrikes = "TOO_MANY_STRIKES";
    public const string DeclinedBefore = "DECLINED_BEFORE";
    public const string ExpiredBefore = "EXPIRED_BEFORE";
    public const string AcceptedLess = "ACCEPTED_LESS";
    public const string OfferOpen = "OFFER_OPEN";
    public const string CapacityStale = "CAPACITY_STALE";

    /// <summary>The member declared its capacity in another unit than the one in which the line is counted.</summary>
    public const string CapacityInAnotherUnit = "CAPACITY_IN_ANOTHER_UNIT";

    public const string NoFreeCapacity = "NO_FREE_CAPACITY";
    public const string BelowMinLot = "BELOW_MIN_LOT";
    public const string ConcentrationReached = "CONCENTRATION_REACHED";
    public const string ProbationCapReached = "PROBATION_CAP_REACHED";

    /// <summary>The member was eligible, but its share was below its minimum offer.</summary>
    public const string ShareBelowMinLot = "SHARE_BELOW_MIN_LOT";

    /// <summary>The member has reached its quota .</summary>
    public const string EntitlementReached = "ENTITLEMENT_REACHED";

    /// <summary>The rulebook gives the member no quota of the product family .</summary>
    public const string NoQuota = "NO_QUOTA";

    /// <summary>Others were ahead of it in the rotation; it keeps its place .</summary>
    public const string NotItsTurn = "NOT_ITS_TURN";

    /// <summary>The member has no score yet, or scores nothing .</summary>
    public const string NoScore = "NO_SCORE";

    /// <summary>The member handed in no sealed offer for the line .</summary>
    public const string NoSealedOffer = "NO_SEALED_OFFER";

    /// <summary>The sealed offers of others took all pieces .</summary>
    public const string NotAwarded = "NOT_AWARDED";

    /// <summary>
    /// The member's price is above the leader's, and a part at it would exceed the approved ceiling, or no ceiling is approved.
    /// </summary>
    public const string AboveCeiling = "ABOVE_CEILING";

    /// <summary>The manager's split by hand gives the member nothing .</summary>
    public const string NotInSplit = "NOT_IN_SPLIT";

    /// <summary>The line has as many makers as the rulebook allows (<c>Balanced</c>).</summary>
    public const string MakersReached = "MAKERS_REACHED";

    /// <summary>A part for the member would increase the deviations from what the members are owed (<c>Balanced</c>).</summary>
    public const string FairerElsewhere = "FAIRER_ELSEWHERE";

    /// <summary>Others cover the line, and a part for the member makes no plan fairer (<c>Balanced</c>).</summary>
    public const string NotNeeded = "NOT_NEEDED";

    /// <summary>Open: the manager's split by hand isn't permitted or doesn't cover all pieces .</summary>
    public const string LeftByHand = "LEFT_BY_HAND";

    /// <summary>Open: no member is eligible.</summary>
    public const string NoEligibleMember = "NO_ELIGIBLE_MEMBER";

    /// <summary>Open: all eligible members are at their capacity or cap.</summary>
    public const string AllAtTheirLimit = "ALL_AT_THEIR_LIMIT";

    /// <summary>Open: what is left is less than the least that a member may be offered.</summary>
    public const string RestBelowMinLot = "REST_BELOW_MIN_LOT";

    /// <summary>Open: only the odd remainder, which the largest allocation has no room for .</summary>
    public const string OddRemainder = "ODD_REMAINDER";

    /// <summary>Open: too many pieces for <c>Balanced</c> to calculate.</summary>
    public const string TooManyPieces = "TOO_MANY_PIECES";

    /// <summary>Open: the rulebook names a policy that this version can't calculate.</summary>
    public const string PolicyUnknown = "POLICY_UNKNOWN";
}
