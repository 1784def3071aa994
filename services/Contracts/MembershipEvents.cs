namespace ExportConsortia.Contracts;

/// <summary>A consortium was set up in this installation, which serves several, fully separated.</summary>
/// <param name="ConsortiumId">The consortium.</param>
/// <param name="Code">Its short code, unique in the installation, for example <c>VTF</c>.</param>
/// <param name="Name">Its full name.</param>
/// <param name="BaseCurrency">ISO 4217 code of its books.</param>
/// <param name="TimeZone">IANA zone in which it counts its days, for example <c>Asia/Vientiane</c>.</param>
/// <param name="OccurredAt">When, UTC.</param>
public sealed record ConsortiumFounded(
    Guid ConsortiumId, string Code, string Name, string BaseCurrency, string TimeZone, DateTime OccurredAt);

/// <summary>A consortium stated the party that it trades as, or changed it; replaces what was published before.</summary>
/// <param name="ConsortiumId">The consortium.</param>
/// <param name="Party">The party.</param>
/// <param name="Version">Grows by one with each change; a receiver ignores a version older than its own.</param>
/// <param name="OccurredAt">When, UTC.</param>
public sealed record ConsortiumPartyChanged(Guid ConsortiumId, ConsortiumParty Party, long Version, DateTime OccurredAt);

/// <summary>The party that a consortium trades as: buyers address their orders to it, and it signs the answers.</summary>
/// <param name="LegalName">Its registered name.</param>
/// <param name="TradingName">The name that it is known by, if that is another.</param>
/// <param name="Endpoint">Its electronic address, for example of the Peppol network.</param>
/// <param name="Identifiers">Numbers that it is known by, for example a GLN.</param>
/// <param name="TaxId">Its tax number.</param>
public sealed record ConsortiumParty(
    string LegalName, string? TradingName, PartyIdentifier? Endpoint, IReadOnlyList<PartyIdentifier> Identifiers, string? TaxId);

/// <summary>A number of a party.</summary>
/// <param name="Value">The number.</param>
/// <param name="Scheme">The code of its scheme, for example <c>0088</c> for a GLN.</param>
public sealed record PartyIdentifier(string Value, string? Scheme);

/// <summary>A member firm's standing changed: admitted, activated, suspended, reinstated or left.</summary>
/// <param name="ConsortiumId">The consortium.</param>
/// <param name="MemberId">The member firm.</param>
/// <param name="Code">The firm's short code within its consortium, for example <c>F1</c>.</param>
/// <param name="Name">The firm's name.</param>
/// <param name="Standing"><c>Probation</c>, <c>Active</c>, <c>Suspended</c> or <c>Left</c>.</param>
/// <param name="Version">Grows by one with each change of this firm; a receiver ignores a version older than its own.</param>
/// <param name="OccurredAt">When, UTC.</param>
public sealed record MemberStandingChanged(
    Guid ConsortiumId, Guid MemberId, string Code, string Name, string Standing, long Version, DateTime OccurredAt);

/// <summary>
/// The consortium's own list has this product, new or changed; replaces what was published of it before. Only listed products are ordered.
/// </summary>
/// <param name="ConsortiumId">The consortium.</param>
/// <param name="ProductCode">Its code, unique in the consortium, for example <c>TK-12</c>; it never changes.</param>
/// <param name="ProductName">What buyers call it.</param>
/// <param name="ProductFamily">The family whose capacity it uses, for example <c>chairs</c>. All products of a family have the same unit.</param>
/// <param name="Unit">UN/ECE code of the unit in which it is counted, made and reserved, for example <c>C62</c>.</param>
/// <param name="Conversions">What other units are worth.</param>
/// <param name="Retired">True: no new order can name it.</param>
/// <param name="Version">Grows by one with each change of this product; a receiver ignores a version older than its own.</param>
/// <param name="OccurredAt">When, UTC.</param>
public sealed record ProductListed(
    Guid ConsortiumId, string ProductCode, string ProductName, string ProductFamily, string Unit,
    IReadOnlyList<ProductUnitConversion> Conversions, bool Retired, long Version, DateTime OccurredAt);

/// <summary>What another unit is worth, exactly: one of it is <c>Numerator</c> / <c>Denominator</c> of the product's unit.</summary>
/// <param name="Unit">UN/ECE code of the other unit, for example <c>DZN</c>.</param>
/// <param name="Numerator">1 or more; 12 for a dozen pieces.</param>
/// <param name="Denominator">1 or more.</param>
public sealed record ProductUnitConversion(string Unit, long Numerator, long Denominator);

/// <summary>All products that a member firm can make; replaces the list published before.</summary>
/// <param name="ConsortiumId">The consortium.</param>
/// <param name="MemberId">The member firm.</param>
/// <param name="Capabilities">Every product the firm can make now.</param>
/// <param name="Version">Grows by one with each change of this firm's list; a receiver ignores a version older than its own.</param>
/// <param name="OccurredAt">When, UTC.</param>
public sealed record MemberCapabilitiesChanged(
    Guid ConsortiumId, Guid MemberId, IReadOnlyList<MemberCapability> Capabilities, long Version, DateTime OccurredAt);

/// <summary>One product that a member firm can make.</summary>
/// <param name="ProductCode">The consortium's product code, for example <c>TK-12</c>.</param>
/// <param name="ProductName">What buyers call it.</param>
/// <param name="ProductFamily">The family whose capacity it uses, for example <c>chairs</c>.</param>
public sealed record MemberCapability(string ProductCode, string ProductName, string ProductFamily);

/// <summary>A member firm declared how much of a product family it can make in a period (half-open: <c>From</c> counts, <c>To</c> doesn't).</summary>
/// <param name="ConsortiumId">The consortium.</param>
/// <param name="MemberId">The member firm.</param>
/// <param name="DeclarationId">Identity of (firm, family, period); a later declaration for the same replaces the quantity.</param>
/// <param name="ProductFamily">The family, for example <c>chairs</c>.</param>
/// <param name="From">First day.</param>
/// <param name="To">First day after the period.</param>
/// <param name="Quantity">How many of <paramref name="Unit"/>, 0 or more.</param>
/// <param name="Version">Grows by one with each declaration for the same; a receiver ignores a version older than its own.</param>
/// <param name="OccurredAt">When, UTC: the age of the declaration counts from here .</param>
/// <param name="Unit">UN/ECE code of the family's unit; absent in messages from before there were units: pieces.</param>
public sealed record CapacityDeclared(
    Guid ConsortiumId, Guid MemberId, Guid DeclarationId, string ProductFamily, DateOnly From, DateOnly To,
    long Quantity, long Version, DateTime OccurredAt, string? Unit = null);

/// <summary>
/// A member firm, or the manager for several, declared much capacity at once; the same as a <see cref="CapacityDeclared"/> for each period.
/// </summary>
/// <param name="ConsortiumId">The consortium.</param>
/// <param name="Families">What was declared, by firm and family; at most 5,000 periods together.</param>
/// <param name="Dropped">Declarations of periods long over that made room for these.</param>
/// <param name="OccurredAt">When, UTC.</param>
public sealed record CapacitiesDeclared(
    Guid ConsortiumId, IReadOnlyList<FamilyCapacity> Families, IReadOnlyList<Guid> Dropped, DateTime OccurredAt);

/// <summary>What a firm can make of a product family, period by period.</summary>
/// <param name="MemberId">The member firm.</param>
/// <param name="ProductFamily">The family, for example <c>chairs</c>.</param>
/// <param name="Unit">UN/ECE code of the unit of the quantities.</param>
/// <param name="Periods">The periods.</param>
public sealed record FamilyCapacity(Guid MemberId, string ProductFamily, string Unit, IReadOnlyList<PeriodCapacity> Periods);

/// <summary>How much a firm can make in a period.</summary>
/// <param name="DeclarationId">Identity of (firm, family, period).</param>
/// <param name="From">First day.</param>
/// <param name="To">First day after the period.</param>
/// <param name="Quantity">How many of the family's unit, 0 or more.</param>
/// <param name="Version">Grows by one with each declaration for the same; a receiver ignores a version older than its own.</param>
/// <param name="DeclaredAt">When, UTC: the age of the declaration counts from here .</param>
public sealed record PeriodCapacity(Guid DeclarationId, DateOnly From, DateOnly To, long Quantity, long Version, DateTime DeclaredAt);

/// <summary>
/// All that Membership knows of a consortium and its firms. Together its parts, which may come in any order, replace a receiver's copy: what none of
/// them names is gone. Versions of an older epoch don't count against it.
/// </summary>
/// <param name="ConsortiumId">The consortium.</param>
/// <param name="Epoch">The epoch of Membership's store; also the identity of the snapshot.</param>
/// <param name="Part">1 to <paramref name="Parts"/>.</param>
/// <param name="Parts">In how many parts it comes.</param>
/// <param name="Founded">The consortium, in the first part.</param>
/// <param name="Party">The party that it trades as, in the first part, if it has stated one.</param>
/// <param name="Rulebooks">Versions of its rulebook.</param>
/// <param name="Standings">Firms.</param>
/// <param name="Capabilities">What these firms can make.</param>
/// <param name="OccurredAt">When it was taken, UTC.</param>
public sealed record RosterSnapshot(
    Guid ConsortiumId, long Epoch, int Part, int Parts, ConsortiumFounded? Founded, ConsortiumPartyChanged? Party,
    IReadOnlyList<RulebookVersionActivated> Rulebooks, IReadOnlyList<MemberStandingChanged> Standings,
    IReadOnlyList<MemberCapabilitiesChanged> Capabilities, DateTime OccurredAt);

/// <summary>A consortium's whole list of products, in parts like a <see cref="RosterSnapshot"/>.</summary>
/// <param name="ConsortiumId">The consortium.</param>
/// <param name="Epoch">The epoch of Membership's store.</param>
/// <param name="Part">1 to <paramref name="Parts"/>.</param>
/// <param name="Parts">In how many parts it comes.</param>
/// <param name="Products">Products.</param>
/// <param name="OccurredAt">When it was taken, UTC.</param>
public sealed record ProductsSnapshot(
    Guid ConsortiumId, long Epoch, int Part, int Parts, IReadOnlyList<ProductListed> Products, DateTime OccurredAt);

/// <summary>All declarations of capacity of a consortium, in parts like a <see cref="RosterSnapshot"/>.</summary>
/// <param name="ConsortiumId">The consortium.</param>
/// <param name="Epoch">The epoch of Membership's store.</param>
/// <param name="Part">1 to <paramref name="Parts"/>.</param>
/// <param name="Parts">In how many parts it comes.</param>
/// <param name="Families">Declarations by firm and family.</param>
/// <param name="OccurredAt">When it was taken, UTC.</param>
public sealed record CapacitySnapshot(
    Guid ConsortiumId, long Epoch, int Part, int Parts, IReadOnlyList<FamilyCapacity> Families, DateTime OccurredAt);

/// <summary>All consortia of the installation; a receiver that knows others takes their firms as having left.</summary>
/// <param name="Epoch">The epoch of Membership's store.</param>
/// <param name="Consortia">The consortia.</param>
/// <param name="OccurredAt">When, UTC.</param>
public sealed record ConsortiaListed(long Epoch, IReadOnlyList<Guid> Consortia, DateTime OccurredAt);

/// <summary>A new version of the rulebook (internal regulations) took effect. It is never retroactive (F-G4).</summary>
/// <param name="ConsortiumId">The consortium.</param>
/// <param name="Version">1, 2, 3 …</param>
/// <param name="Allocation">The allocation rules: one entry per product family, the entry <c>*</c> for all others.</param>
/// <param name="OccurredAt">When it takes effect, UTC.</param>
public sealed record RulebookVersionActivated(
    Guid ConsortiumId, int Version, IReadOnlyList<AllocationRule> Allocation, DateTime OccurredAt);

/// <summary>How orders for one product family are allocated. Each number is a setting of the rulebook; its default is the one of its rule.</summary>
public sealed record AllocationRule
{
    /// <summary>The family that the rule is for; <c>*</c> for all families without a rule of their own.</summary>
    public required string ProductFamily { get; init; }

    /// <summary>
    /// Name of the allocation policy: <c>CapacityProRata</c>, <c>EqualShare</c>, <c>QuotaCatchUp</c> (R-613), <c>Rotation</c> (R-614),
    /// <c>SealedPrice</c> (R-615), <c>WeightedScore</c> (R-616), <c>Manual</c> (R-618) or <c>Balanced</c>.
    /// </summary>
    public string Policy { get; init; } = "CapacityProRata";

    /// <summary>Offers are multiples of this, 1 or more, in the unit that <see cref="ProductListed"/> names for the family.</summary>
    public long LotSize { get; init; } = 1;

    /// <summary>A member gets at least this much of a line, or none; 0 or more, in the same unit.</summary>
    public long MinLot { get; init; }

    /// <summary>Time to answer an offer, in seconds (R-603: 72 h).</summary>
    public long OfferSeconds { get; init; } = 72 * 3600;

    /// <summary>Time to answer an offer of an urgent order, in seconds (R-603: 24 h).</summary>
    public long UrgentOfferSeconds { get; init; } = 24 * 3600;

    /// <summary>A member gets at most this part of a line, in percent …</summary>
    public int ConcentrationCapPercent { get; init; } = 50;

    /// <summary>… unless fewer members than this are eligible .</summary>
    public int ConcentrationFromMembers { get; init; } = 3;

    /// <summary>
    /// A member on probation gets at most this part of a line, in percent, and only in the shortage procedure.
    /// </summary>
    public int ProbationCapPercent { get; init; } = 10;

    /// <summary>A capacity declaration older than this many days is not used .</summary>
    public int CapacityMaxAgeDays { get; init; } = 60;

    /// <summary>A member with this many strikes gets no offer .</summary>
    public int StrikeLimit { get; init; } = 3;

    /// <summary>A strike lapses after this many days (R-403: 12 months).</summary>
    public int StrikeLapseDays { get; init; } = 365;

    /// <summary>Number of automatic re-allocation rounds after the first run; then the shortage procedure begins.</summary>
    public int MaxReallocationRounds { get; init; } = 3;

    /// <summary>
    /// What a firm is owed or owes at the end of a year goes into its next year's fairness account up to this part of the year's entitlement, in
    /// percent.
    /// </summary>
    public int CarryOverPercent { get; init; } = 20;

    /// <summary>For <c>Balanced</c>: the most makers of a line, 1 or more; absent: any number.</summary>
    public int? MaxMakers { get; init; }

    /// <summary>
    /// The members' quotas of the family, together 1,000,000 millionths: for <c>QuotaCatchUp</c> (R-613) required, for <c>Balanced</c> what
    /// entitles members to pieces instead of equal shares; no other policy has any.
    /// </summary>
    public IReadOnlyList<AllocationQuota>? Quotas { get; init; }

    /// <summary>
    /// For <c>SealedPrice</c> (R-615): 2 or 3 sources share a line 60/40 or 50/30/20; absent: the cheapest get all that they can make.
    /// </summary>
    public int? Sources { get; init; }

    /// <summary>For <c>SealedPrice</c>: time to submit a sealed price, in seconds (48 h).</summary>
    public long SealedOfferSeconds { get; init; } = 48 * 3600;

    /// <summary>For <c>SealedPrice</c>: sources after the cheapest get their part only at the cheapest price; absent: each at its own.</summary>
    public AllocationPriceMatch? PriceMatchRound { get; init; }

    /// <summary>True: a member is asked only with a brand licence for the product that holds through the delivery window .</summary>
    public bool RequiresBrandLicence { get; init; }
}

/// <summary>Rules of a price-match round .</summary>
/// <param name="Seconds">Time to decide whether to match the leader's price, in seconds (48 h).</param>
/// <param name="CeilingPercent">
/// Pieces that nobody matches may go to firms at their own prices, as long as all pieces of the line cost on average at most this part of what the
/// buyer pays, in percent, 1 to 100; absent: nothing is awarded above the leader's price. It binds without a match round too, as with fewer than
/// three prices.
/// </param>
public sealed record AllocationPriceMatch(long Seconds = 48 * 3600, int? CeilingPercent = null);

/// <summary>A member firm's quota of a product family in a calendar year.</summary>
/// <param name="MemberId">The member firm.</param>
/// <param name="SharePpm">Its part of all pieces, in millionths, 1 to 1,000,000.</param>
public sealed record AllocationQuota(Guid MemberId, int SharePpm);

/// <summary>Sessions of an account ended before they expired: their access tokens are refused from now on.</summary>
/// <param name="AccountId">The account.</param>
/// <param name="Sessions">The sessions, as <c>sid</c> in their access tokens.</param>
/// <param name="OccurredAt">When, UTC.</param>
public sealed record SessionsEnded(Guid AccountId, IReadOnlyList<Guid> Sessions, DateTime OccurredAt);
