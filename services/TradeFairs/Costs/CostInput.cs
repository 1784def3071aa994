namespace ExportConsortia.TradeFairs.Costs;

/// <summary>
/// All that the shares of a stand's costs are computed from. The live view, a simulation and the settlement differ in nothing but this; kept, it
/// reproduces the result (F-M3). Amounts are in minor units of the edition's currency.
/// </summary>
/// <param name="Firms">The firms that take part.</param>
/// <param name="Items">The cost items.</param>
/// <param name="Withdrawn">Firms that took part and don't any more; each bears its penalty and nothing else.</param>
/// <param name="Grants">Grants, in the order in which they are given.</param>
internal sealed record CostInput(
    IReadOnlyList<SharingFirm> Firms, IReadOnlyList<SharedItem> Items, IReadOnlyList<WithdrawnFirm> Withdrawn, IReadOnlyList<GrantTerms> Grants);

/// <summary>A firm that takes part, and its weights.</summary>
/// <param name="MemberId">The firm.</param>
/// <param name="AreaDm2">Its own area, in square decimetres.</param>
/// <param name="VolumeLitres">Its freight, in litres.</param>
/// <param name="ExhibitCount">How many pieces it shows.</param>
/// <param name="TurnoverMinor">Its turnover.</param>
/// <param name="Votes">Its votes.</param>
/// <param name="Undertaking">The single undertaking that it belongs to; null: it is one by itself .</param>
internal sealed record SharingFirm(
    Guid MemberId, long AreaDm2 = 0, long VolumeLitres = 0, int ExhibitCount = 0, long TurnoverMinor = 0, int Votes = 1, string? Undertaking = null);

/// <summary>A cost item as it is shared.</summary>
/// <param name="ItemId">The item.</param>
/// <param name="Key">By which key.</param>
/// <param name="AmountMinor">What it costs in all; with the key Direct the sum of <paramref name="Parts"/>.</param>
/// <param name="Parts">Direct: each firm's amount, in minor units. Custom: each firm's weight. Otherwise empty.</param>
/// <param name="GrantId">The grant for which it is eligible: one at most, since grants are not cumulable .</param>
internal sealed record SharedItem(Guid ItemId, CostKey Key, long AmountMinor, IReadOnlyList<FirmPart> Parts, Guid? GrantId = null);

/// <summary>A firm's own amount or agreed weight.</summary>
/// <param name="MemberId">The firm.</param>
/// <param name="Value">Minor units with the key Direct, else a weight.</param>
internal sealed record FirmPart(Guid MemberId, long Value);

/// <summary>A firm that has withdrawn.</summary>
/// <param name="MemberId">The firm.</param>
/// <param name="PenaltyMinor">Its penalty, which the pool gets .</param>
internal sealed record WithdrawnFirm(Guid MemberId, long PenaltyMinor);

/// <summary>What becomes of the part of a grant that a firm may not take .</summary>
public enum GrantOverflow
{
    /// <summary>The others get it, in proportion to their eligible costs.</summary>
    Reapportion,

    /// <summary>It is lost.</summary>
    Forfeit,
}

/// <summary>What a grant pays .</summary>
/// <param name="GrantId">The grant.</param>
/// <param name="RatePercent">Of the eligible cost, 1 to 100.</param>
/// <param name="CapMinor">The most it pays for the project.</param>
/// <param name="Overflow">What becomes of a part that a firm may not take.</param>
/// <param name="State">Who gives it: headroom counts by granting state.</param>
/// <param name="Headrooms">
/// What each undertaking may still take of this state's aid, before this and all other grants of this input; absent: nothing.
/// </param>
internal sealed record GrantTerms(
    Guid GrantId, int RatePercent, long CapMinor, GrantOverflow Overflow, string State, IReadOnlyList<UndertakingHeadroom> Headrooms);

/// <summary>What a single undertaking may still take.</summary>
/// <param name="Undertaking">Its code, or the id of a firm that is one by itself.</param>
/// <param name="AmountMinor">0 or more.</param>
internal sealed record UndertakingHeadroom(string Undertaking, long AmountMinor);
