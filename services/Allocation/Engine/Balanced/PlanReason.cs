namespace ExportConsortia.Allocation.Engine.Balanced;

/// <summary>Why a member got what it got of a line; the refused pairs carry the code of their <see cref="PairReason"/> instead.</summary>
internal enum PlanReason
{
    /// <summary>It has a part.</summary>
    Given,

    /// <summary>Not one piece more fits the weeks named.</summary>
    CapacityFull,

    /// <summary>Some pieces fit, fewer than its smallest part.</summary>
    BelowMinimumLot,

    /// <summary>It has received its entitlement to the pool, or more.</summary>
    EntitlementReached,

    /// <summary>The line has as many makers as it may have.</summary>
    MakersReached,

    /// <summary>Taking a smallest part from a present maker would make the accounts less fair.</summary>
    FairerElsewhere,

    /// <summary>Taking a smallest part from a present maker would be no fairer and dearer.</summary>
    CheaperElsewhere,

    /// <summary>The line is covered; other members' parts were found to fit the whole plan better.</summary>
    LineCovered,

    /// <summary>The line is not covered, yet no better use of the member was found in the steps allowed.</summary>
    NotImproved,
}
