namespace ExportConsortia.Allocation.Offers;

/// <summary>Why a member firm declines.</summary>
public enum DeclineReason
{
    /// <summary>A machine is down.</summary>
    MachineBreakdown,

    /// <summary>The capacity is taken by other work.</summary>
    CapacityTaken,

    /// <summary>Material is missing.</summary>
    MaterialShortage,

    /// <summary>The price is too low.</summary>
    Price,

    /// <summary>The delivery window is too short.</summary>
    DeliveryWindow,

    /// <summary>Another reason, given in the note.</summary>
    Other,
}
