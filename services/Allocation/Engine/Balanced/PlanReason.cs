namespace ExportConsortia.Allocation.Engine.Balanced;

/// <summary>Why a member got its part of a line, or none; refused pairs have the code of their <see cref="PairReason"/> instead.</summary>
internal enum PlanReason
{
    /// <summary>It has a part.</summary>
    Given,

    /// <summary>Not one more piece fits the weeks named.</summary>
    CapacityFull,

    /// <summary>Some pieces fit, fewer than its smallest part.</summary>
    BelowMinimumLot,

    /// <summary>It has reached its entitlement to the pool.</summary>
    EntitlementReached,

    /// <summary>The line has its maximum number of makers.</summary>
    MakersReached,

    /// <summary>Taking its smallest part from a current maker would make the accounts less fair.</summary>
    FairerElsewhere,

    /// <summary>Taking its smallest part from a current maker would cost more without being fairer.</summary>
    CheaperElsewhere,

    /// <summary>The line is covered; no better plan with the member was found.</summary>
    LineCovered,

    /// <summary>The line isn't covered, but no better plan with the member was found within the allowed steps.</summary>
    NotImproved,
}
